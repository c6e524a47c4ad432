"""The Python face of what-ifs: a scenario's variants, each against what it stands on, as tidy tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.analysis.paired import Paired
from buildsim.engine.select import EngineName
from buildsim.present.what_if import what_if_text
from buildsim.studies.options import check_options
from buildsim.studies.what_if import IDLE, WhatIfResult, to_document
from buildsim.studies.what_if import what_if as run_what_if

_CHANGE = [field.name for field in fields(Paired)]
_TEXTS = ["source", "assumption", "fact", "confidence", "note"]
DIFFERENCE_COLUMNS = ["variant", "against", "site", "subject", "unit", *_CHANGE]
EXPECTATION_COLUMNS = ["variant", "site", "subject", "direction", "verdict", "mean", "low", "high", "more", "margin"]
BINDING_COLUMNS = ["variant", "site", "milestone", "category", "before_days", "after_days"]


class WhatIf:
    """What the variants of a scenario change, one row per observation; made by `what_if`."""

    def __init__(self, result: WhatIfResult) -> None:
        self._result = result

    def __repr__(self) -> str:
        result = self._result
        return f"<WhatIf of {result.scenario}: {', '.join(result.variants) or 'no variants'}>"

    @property
    def result(self) -> WhatIfResult:
        """The result as plain frozen data."""
        return self._result

    @property
    def differences(self) -> pd.DataFrame:
        """A row per variant, site and milestone (or ``idle``): the paired differences; below 0 is earlier, or less."""
        return pd.DataFrame(list(self._differences()), columns=DIFFERENCE_COLUMNS)

    @property
    def expectations(self) -> pd.DataFrame:
        """A row per expectation and site, with its ``verdict`` and where it comes from."""
        rows = [
            {"variant": name, **asdict(each), **asdict(each.change)}
            for name, variant in self._result.variants.items()
            for each in variant.expected
        ]
        return pd.DataFrame(rows, columns=[*EXPECTATION_COLUMNS, *_TEXTS])

    @property
    def binding(self) -> pd.DataFrame:
        """A row per variant, site, milestone and category: mean days on the driving paths before and after."""
        rows = [
            (name, site, milestone, category, found.before.get(category, 0.0), found.after.get(category, 0.0))
            for name, variant in self._result.variants.items()
            for site, change in variant.sites.items()
            for milestone, found in change.binding.items()
            for category in dict.fromkeys([*found.before, *found.after])
        ]
        return pd.DataFrame(rows, columns=BINDING_COLUMNS)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said of the files of the scenario as it is."""
        return self._result.warnings

    def to_json(self) -> dict[str, Any]:
        """The data of `buildsim what-if --json`."""
        return to_document(self._result)

    def report(self, width: int = 100) -> str:
        """The report of `buildsim what-if` as text without colour, ``width`` columns wide."""
        return what_if_text(self._result, width)

    def _differences(self) -> Iterator[dict[str, Any]]:
        for name, variant in self._result.variants.items():
            for site, change in variant.sites.items():
                head = {"variant": name, "against": variant.against, "site": site}
                for milestone, found in change.milestones.items():
                    yield {**head, "subject": milestone, "unit": "days", **asdict(found)}
                if change.idle is not None:
                    yield {**head, "subject": IDLE, "unit": change.idle.unit, **asdict(change.idle.change)}


def what_if(
    scenario: str | Path, *, replications: int | None = None, seed: int | None = None, engine: EngineName = "auto"
) -> WhatIf:
    """Compare the variants of a scenario, a file or the name of a shipped one, replication by replication::

        answer = buildsim.what_if("my-what-if.yaml", engine="kernel")
        answer.expectations[["variant", "site", "subject", "direction", "verdict", "mean"]]

    ``None`` stands for what the scenario says. Raises InputError with all mistakes in files and arguments,
    UnknownNameError for a name that is not found.
    """
    check_options(replications, seed, engine, None)
    return WhatIf(run_what_if(scenario, replications=replications, seed=seed, engine=engine))
