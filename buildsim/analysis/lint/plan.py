"""What the checks share: planned dates, and what leads into and out of each activity; a rework chain is one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from buildsim.compile.planning import is_present, link_edge, planned_lead, planned_work, schedule
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, Placement
from buildsim.network.graph import FINISHES_OF_PRED, STARTS_OF_SUCC
from buildsim.network.network import Network

WORKDAYS_PER_DAY = 5 / 7
"""Working days of a five-day week in an elapsed day."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a check found, about one activity or about a site as a whole."""

    check: str
    site: int
    activities: tuple[int, ...]
    """Their indices; of a rework chain its first pass."""
    value: float
    """How much of it, in the check's measure."""
    about: str = ""
    """Short name of the predecessor or the order that it is about."""


class Plan:
    """A network with its planned dates, by the CPM (elapsed ticks, no resources)."""

    def __init__(self, network: Network) -> None:
        self.network = network
        activities, links, orders = network.activities, network.links, network.orders
        self.early = schedule(network)
        self.due = schedule(network, milestones_due=True)
        """With each milestone due at its early finish, so that float is counted to the first one delayed."""
        index = np.arange(len(activities))
        self.head: list[int] = (index - np.maximum(activities.rework_pass - 1, 0)).tolist()
        """Of each activity the first pass of its rework chain; itself outside of one."""
        self.heads = [a for a in index.tolist() if self.head[a] == a]
        self.tail = dict(zip(self.head, index.tolist(), strict=True))
        """Of each first pass the last one."""
        self.work = [planned_work(network, a) for a in index.tolist()]
        self.present = [is_present(network, a) for a in index.tolist()]
        """Planned at all: not in an unlikely branch."""
        self.milestones = {self.head[a] for a in network.milestones.activity.tolist()}
        self.into: dict[int, list[int]] = defaultdict(list)
        """Links into an activity."""
        self.out_of: dict[int, list[int]] = defaultdict(list)
        for row, (pred, succ) in enumerate(zip(links.pred.tolist(), links.succ.tolist(), strict=True)):
            if self.head[pred] != self.head[succ]:
                self.into[self.head[succ]].append(row)
                self.out_of[self.head[pred]].append(row)
        self.orders_of: dict[int, list[int]] = defaultdict(list)
        """Orders that an activity waits for."""
        self.placed_by: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(orders.consumer != NONE).tolist():
            self.orders_of[int(orders.consumer[row])].append(row)
            if orders.activity[row] != NONE:
                self.placed_by[self.head[int(orders.activity[row])]].append(row)

    def begun(self, head: int) -> bool:
        """True if it has an actual start."""
        return bool(self.network.activities.actual_start[head] != UNSET)

    def finished(self, head: int) -> bool:
        """True if its last pass has an actual finish."""
        return bool(self.network.activities.actual_finish[self.tail[head]] != UNSET)

    def kind(self, head: int) -> str:
        """``work``, ``permit`` or ``utility``."""
        return self.network.categories[int(self.network.activities.category[head])].partition(":")[0]

    def short(self, activity: int) -> str:
        """The last part of an activity's name, without its pass."""
        return self.network.activities.name[self.head[activity]].rpartition("/")[2]

    def arrival(self, link: int) -> int:
        """The tick at which a link lets its successor go, as planned."""
        links = self.network.links
        event = self.early.ef if links.type[link] in FINISHES_OF_PRED else self.early.es
        return int(event[links.pred[link]]) + link_edge(self.network, link).lag

    def placed(self, order: int) -> int:
        """The tick at which an order is placed, as planned."""
        orders = self.network.orders
        if orders.placement[order] == Placement.DATED:
            return int(orders.offset[order])
        event = self.early.es if orders.placement[order] == Placement.ON_START else self.early.ef
        return int(event[orders.activity[order]] + orders.offset[order])

    def delivery(self, order: int) -> int:
        """The tick at which it is delivered, as planned: as it was, or its lead or its line's cycle after that."""
        delivered = int(self.network.orders.delivered[order])
        return self.placed(order) + planned_lead(self.network, order) if delivered == UNSET else delivered

    def joined(self, head: int) -> int | None:
        """The tick at which the FS/SS links into an activity let it start, as planned; None if there are none."""
        types = self.network.links.type
        arrivals = sorted(self.arrival(row) for row in self.into[head] if types[row] in STARTS_OF_SUCC)
        needed = int(self.network.activities.join_count[head])
        return arrivals[min(needed, len(arrivals)) - 1] if arrivals else None

    def earliest(self, head: int) -> int:
        """The tick before which nothing of its site that has not happened yet can happen."""
        return max(int(self.network.sites.start[self.network.activities.site[head]]), self.network.data_tick)

    def remark(self, check: str, head: int, value: float = 0.0, about: str = "") -> Remark:
        """A remark on one activity."""
        return Remark(check, int(self.network.activities.site[head]), (head,), value, about)


def workdays(ticks: int) -> float:
    """Working days of a five-day week in elapsed ticks."""
    return ticks / TICKS_PER_DAY * WORKDAYS_PER_DAY
