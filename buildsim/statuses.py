"""The Python face of a status: what has moved since a former forecast, and why, as tidy tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from buildsim.present.status import status_text
from buildsim.studies.status import StatusResult
from buildsim.studies.status_rows import cause_table, happened_table, input_table, movement_table, to_document


class Status:
    """What has moved since a former forecast, one row per observation; made by `Study.status`."""

    def __init__(self, result: StatusResult) -> None:
        self._result = result

    def __repr__(self) -> str:
        result = self._result
        return f"<Status of {result.now.scenario} on {result.now.data_date} against {result.then.data_date}>"

    @property
    def result(self) -> StatusResult:
        """The result as plain frozen data."""
        return self._result

    @property
    def movements(self) -> pd.DataFrame:
        """A row per site and milestone: P50 and P80 then and now, and the moves in days with their 95% intervals."""
        return movement_table(self._result)

    @property
    def causes(self) -> pd.DataFrame:
        """A row per site, milestone and category; ``change_days`` sum to the change of the milestone's mean days."""
        return cause_table(self._result)

    @property
    def happened(self) -> pd.DataFrame:
        """A row per activity or order that has started, finished, been ordered or delivered since."""
        return happened_table(self._result)

    @property
    def inputs(self) -> pd.DataFrame:
        """A row per value of the files that has changed, as JSON then and now."""
        return input_table(self._result)

    def to_json(self) -> dict[str, Any]:
        """The data of `buildsim status --json`."""
        return to_document(self._result)

    def report(self, width: int = 100) -> str:
        """The report of `buildsim status` as text without colour, ``width`` columns wide."""
        return status_text(self._result, width)
