"""What a network's columns answer only by search, found once per network and shared by the walks over it."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from buildsim.analysis.gates import Gates
from buildsim.analysis.labels import Labels
from buildsim.network.codes import NONE, Placement
from buildsim.network.graph import FINISHES_OF_PRED
from buildsim.network.network import I64, Network
from buildsim.network.worktime import WorkTime


class Event(NamedTuple):
    """The start or the finish of an activity."""

    activity: int
    at_finish: bool


class Targets(NamedTuple):
    """What may strike each activity, in order: ``striker[ptr[a]:ptr[a + 1]]`` of activity ``a``."""

    ptr: I64
    striker: I64

    @classmethod
    def of(cls, ptr: I64, activity: I64, count: int) -> Targets:
        """From the activities that each strikes, by their pointer, and the number of all activities."""
        order = np.argsort(activity, kind="stable")
        striker = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))
        return cls(np.searchsorted(activity[order], np.arange(count + 1)), striker[order])


class Lookup:
    """Labels, predecessors, targets and working times of one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.labels = Labels(network)
        count = len(network.activities)
        self.risks = Targets.of(network.risks.target_ptr, network.risks.target_activity, count)
        """The risks that may strike each activity."""
        self.stops = Targets.of(network.disruptions.stop_ptr, network.disruptions.stop_activity, count)
        """The disruptions that stop each activity."""
        links, orders = network.links, network.orders
        self.link_event: I64 = 2 * links.pred + np.isin(links.type, FINISHES_OF_PRED)
        """(links,) The event that each waits for (semantics 6), as `Chunk` numbers them."""
        placer = 2 * orders.activity + (orders.placement == Placement.ON_FINISH)
        self.order_event: I64 = np.where(orders.placement == Placement.DATED, NONE, placer)
        """(orders,) The event at which each is placed, NONE where that is a date."""
        self._bare: dict[int, WorkTime] = {}

    @cached_property
    def gates(self) -> Gates:
        """The gates of every start and finish."""
        return Gates(self.network)

    def stage(self, activity: int) -> str:
        """The name of the activity's own work."""
        _, name = self.labels.names[int(self.labels.own[activity])]
        return name

    def bare(self, calendar: int) -> WorkTime:
        """Open time of a calendar before any disruption; NONE is around the clock."""
        if calendar not in self._bare:
            self._bare[calendar] = WorkTime.of(self.network.calendars, calendar)
        return self._bare[calendar]

    def predecessor(self, link: int) -> Event:
        """The event that a link waits for."""
        activity, at_finish = divmod(int(self.link_event[link]), 2)
        return Event(activity, bool(at_finish))
