"""The tables beyond the result: each detail takes the chunks of a run as they are played; `DETAILS` lists them."""

from __future__ import annotations

from collections.abc import Callable

from buildsim.analysis.chunk import Chunk
from buildsim.studies.detail import Detail, Subject, Tables, rounded
from buildsim.studies.inputs import InputsDetail
from buildsim.studies.market_view import MarketDetail
from buildsim.studies.progress import ProgressDetail
from buildsim.studies.ramp import RampDetail
from buildsim.studies.runner_up import RunnerUpDetail
from buildsim.studies.schedule import ScheduleDetail

DETAILS: tuple[Callable[[Subject], Detail], ...] = (
    ScheduleDetail,
    RunnerUpDetail,
    RampDetail,
    MarketDetail,
    ProgressDetail,
    InputsDetail,
)


class Details:
    """All details of a run."""

    def __init__(self, subject: Subject) -> None:
        self._details = [make(subject) for make in DETAILS]

    def add(self, chunk: Chunk) -> None:
        """Add a chunk to each."""
        for detail in self._details:
            detail.add(chunk)

    def tables(self) -> Tables:
        """The tables of all, rounded."""
        return {name: rounded(table) for detail in self._details for name, table in detail.tables().items()}
