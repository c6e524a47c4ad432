"""What a network's columns answer only by search, found once per network and shared by the walks over it."""

from __future__ import annotations

from typing import NamedTuple

from buildsim.network.codes import NONE, LinkType
from buildsim.network.network import I64, Network
from buildsim.network.worktime import WorkTime


class Event(NamedTuple):
    """The start or the finish of an activity."""

    activity: int
    at_finish: bool


class Lookup:
    """Names, predecessors, targets and working times of one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.risks = _by_target(network.risks.target_ptr, network.risks.target_activity)
        """Per activity that has some: the risks that may strike it, in order."""
        self.stops = _by_target(network.disruptions.stop_ptr, network.disruptions.stop_activity)
        """Per activity that has some: the disruptions that stop it, in order."""
        named = [_kind_and_name(category) for category in network.categories]
        self._category: list[tuple[str, str]] = [named[index] for index in network.activities.category.tolist()]
        self._bare: dict[int, WorkTime] = {}

    def category(self, activity: int) -> tuple[str, str]:
        """Kind and name of the activity's own work; the name is its stage."""
        return self._category[activity]

    def stage(self, activity: int) -> str:
        """The name of the activity's own work."""
        return self._category[activity][1]

    def bare(self, calendar: int) -> WorkTime:
        """Open time of a calendar before any disruption; NONE is around the clock."""
        if calendar not in self._bare:
            self._bare[calendar] = WorkTime.of(self.network.calendars, calendar)
        return self._bare[calendar]

    def calendar_name(self, activity: int) -> str:
        """The name of the activity's calendar."""
        calendar = int(self.network.activities.calendar[activity])
        return "around-the-clock" if calendar == NONE else self.network.calendars.name[calendar]

    def predecessor(self, link: int) -> Event:
        """The event that a link waits for (semantics 6)."""
        kind = self.network.links.type[link]
        return Event(int(self.network.links.pred[link]), kind in (LinkType.FS, LinkType.FF))

    def arrival(self, link: int, tick: int, lag: int) -> int:
        """When a link that leaves at ``tick`` arrives, after its lag in elapsed or in open ticks."""
        return self.bare(int(self.network.links.lag_calendar[link])).end_of(tick, lag)


def _kind_and_name(category: str) -> tuple[str, str]:
    kind, _, name = category.partition(":")
    return kind, name


def _by_target(ptr: I64, targets: I64) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for index in range(len(ptr) - 1):
        for activity in targets[ptr[index] : ptr[index + 1]].tolist():
            found.setdefault(activity, []).append(index)
    return found
