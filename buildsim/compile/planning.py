"""The critical path method over planned durations: the static values behind the dispatch rules (semantics 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from buildsim.compile.context import half_up
from buildsim.network.codes import NEVER, NONE, TICKS_PER_DAY, UNSET, LinkType, Placement, Rule, SupplyKind
from buildsim.network.graph import FINISHES_OF_PRED, STARTS_OF_SUCC
from buildsim.network.network import I64, Network

RULES_OF_SCHEDULE: Final = (Rule.LFT, Rule.LST, Rule.LEAST_SLACK)
"""The dispatch rules that sort by dates of the schedule."""

_PLANNED_PRESENT = 0.5  # a branch as likely as not is planned


@dataclass(frozen=True, slots=True)
class Schedule:
    """Early and late starts and finishes in ticks, one entry per activity."""

    es: I64
    ef: I64
    ls: I64
    lf: I64

    @property
    def slack(self) -> I64:
        """Total float."""
        return self.ls - self.es

    def values(self, rule: Rule) -> I64:
        """What the rule sorts by; the index where it needs no schedule."""
        if rule is Rule.LEAST_SLACK:
            return self.slack
        return {Rule.LFT: self.lf, Rule.LST: self.ls}.get(rule, np.arange(len(self.es), dtype=np.int64))


def schedule(network: Network, *, milestones_due: bool = False) -> Schedule:
    """The CPM pass over planned durations in elapsed ticks, without resources.

    Joins of k take the k links with the earliest planned times, forward and backward; orders come at their
    planned lead or cycle; the late dates run back from the site's deadline, else its own early end, and with
    ``milestones_due`` from the early finish of each milestone too: float is then counted to the first milestone
    that a delay would move. Kelley and Walker (1959), with the four link types of the precedence diagram.
    """
    planner = _Planner(network)
    order = np.argsort(network.activities.position).tolist()
    for a in order:
        planner.forward(a)
    planner.close(milestones_due=milestones_due)
    for a in reversed(order):
        planner.backward(a)
    return Schedule(*(np.array(row, dtype=np.int64) for row in (planner.es, planner.ef, planner.ls, planner.lf)))


@dataclass(frozen=True, slots=True)
class Edge:
    """A planned relation between two activities: the same for a link and for an order's placing activity.

    ``lag`` is in elapsed ticks.
    """

    pred: int
    succ: int
    type: LinkType
    lag: int


def link_edge(network: Network, row: int) -> Edge:
    """A link with its planned lag, in an ordinary week where the lag counts working time."""
    links = network.links
    lag = half_up(_planned_value(network, int(links.lag_variable[row])) * float(links.lag_scale[row]))
    succ = int(links.succ[row])
    if links.lag_calendar[row] != NONE:
        lag = _elapsed(network, succ, lag)
    return Edge(int(links.pred[row]), succ, LinkType(links.type[row]), lag)


def order_edge(network: Network, row: int) -> Edge:
    """An order that an activity places for another: from its event to the delivery, at the planned lead or cycle."""
    orders = network.orders
    event = LinkType.SS if orders.placement[row] == Placement.ON_START else LinkType.FS
    lag = int(orders.offset[row]) + planned_lead(network, row)
    return Edge(int(orders.activity[row]), int(orders.consumer[row]), event, lag)


class _Planner:
    def __init__(self, network: Network) -> None:
        self._network = network
        activities = network.activities
        count = len(activities)
        self.es, self.ef, self.ls, self.lf = ([0] * count for _ in range(4))
        self._present = [is_present(network, a) for a in range(count)]
        self._work = [planned_work(network, a) if self._present[a] else 0 for a in range(count)]
        self._binding: list[list[Edge]] = [[] for _ in range(count)]  # of each successor
        self._outgoing: list[list[Edge]] = [[] for _ in range(count)]
        self._into_start: list[list[Edge]] = [[] for _ in range(count)]
        self._gate = network.sites.start[activities.site].tolist()
        for a in np.flatnonzero(activities.not_before != UNSET).tolist():
            self._gate[a] = max(self._gate[a], int(activities.not_before[a]))
        for row in range(len(network.links)):
            edge = link_edge(network, row)
            if edge.type in STARTS_OF_SUCC:
                self._into_start[edge.succ].append(edge)
            else:
                self._binding[edge.succ].append(edge)
        for row in np.flatnonzero(network.orders.consumer != NONE).tolist():
            self._add_order(row)

    def forward(self, a: int) -> None:
        """Early dates of an activity whose predecessors are done."""
        activities = self._network.activities
        self._binding[a] += self._earliest_links(a)
        start = self._gate[a]
        for edge in self._binding[a]:
            if edge.type in STARTS_OF_SUCC:
                start = max(start, self._time(edge))
        if activities.actual_start[a] != UNSET:
            start = int(activities.actual_start[a])
            finish = self._network.data_tick + _planned_remaining(self._network, a, self._work[a])
        else:
            start = max(start, self._network.data_tick)
            finish = start + self._work[a]
        for edge in self._binding[a]:
            if edge.type not in STARTS_OF_SUCC:
                finish = max(finish, self._time(edge))
        if activities.actual_finish[a] != UNSET:
            finish = int(activities.actual_finish[a])
        self.es[a], self.ef[a] = min(start, NEVER), min(finish, NEVER)
        for edge in self._binding[a]:
            self._outgoing[edge.pred].append(edge)

    def close(self, *, milestones_due: bool) -> None:
        """Late ends: the site's deadline, else its early end; of milestones, if they are due, their early finish."""
        site_of = self._network.activities.site
        early = np.full(len(self._network.sites.name), UNSET)
        np.maximum.at(early, site_of, self.ef)
        deadline = self._network.sites.deadline
        self.lf = np.where(deadline == UNSET, early, deadline)[site_of].tolist()
        for a in self._network.milestones.activity.tolist() if milestones_due else ():
            self.lf[a] = min(self.lf[a], self.ef[a])

    def backward(self, a: int) -> None:
        """Late dates of an activity whose successors are done."""
        late_start = NEVER
        for edge in self._outgoing[a]:
            succ = self.ls[edge.succ] if edge.type in STARTS_OF_SUCC else self.lf[edge.succ]
            if edge.type in FINISHES_OF_PRED:
                self.lf[a] = min(self.lf[a], succ - edge.lag)
            else:
                late_start = min(late_start, succ - edge.lag)
        self.lf[a] = max(self.lf[a], -NEVER)
        self.ls[a] = max(min(late_start, self.lf[a] - self._work[a]), -NEVER)

    def _time(self, edge: Edge) -> int:
        """When a relation lets its successor start or finish."""
        event = self.ef if edge.type in FINISHES_OF_PRED else self.es
        return event[edge.pred] + edge.lag

    def _earliest_links(self, a: int) -> list[Edge]:
        """The FS/SS links that a join waits for: all, or of those present the k earliest."""
        incoming = self._into_start[a]
        if self._network.activities.join_all[a]:
            return incoming
        present = [edge for edge in incoming if self._present[edge.pred]]
        return sorted(present, key=self._time)[: int(self._network.activities.join_count[a])]

    def _add_order(self, row: int) -> None:
        """An order gates its consumer by a planned date, or relates it to the activity that places it."""
        orders = self._network.orders
        consumer = int(orders.consumer[row])
        if orders.delivered[row] != UNSET:
            self._gate[consumer] = max(self._gate[consumer], int(orders.delivered[row]))
        elif orders.placement[row] == Placement.DATED:
            self._gate[consumer] = max(self._gate[consumer], int(orders.offset[row]) + planned_lead(self._network, row))
        else:
            self._binding[consumer].append(order_edge(self._network, row))


def is_present(network: Network, a: int) -> bool:
    """Whether the plan has it: what has begun, likely branches, and of a rework chain the first pass only."""
    if network.activities.actual_start[a] != UNSET:
        return True
    branch = int(network.activities.branch[a])
    if branch != NONE and network.branches.probability[branch] < _PLANNED_PRESENT:
        return False
    return bool(network.activities.rework_pass[a] <= 1)


def _planned_value(network: Network, variable: int) -> float:
    return 0.0 if variable == NONE else network.variables[variable].distribution.planned()


def _elapsed(network: Network, a: int, working_ticks: int) -> int:
    """Elapsed ticks of working ticks on the activity's calendar, in an ordinary week."""
    return half_up(working_ticks * TICKS_PER_DAY / float(network.activities.day_scale[a]))


def planned_work(network: Network, a: int) -> int:
    """Elapsed ticks of its work, with the largest crew where it may vary."""
    activities = network.activities
    largest_crew = int(activities.column_ptr[a + 1]) - 1
    scale = float(activities.column_scale[largest_crew])
    return _elapsed(network, a, half_up(_planned_value(network, int(activities.variable[a])) * scale))


def _planned_remaining(network: Network, a: int, work: int) -> int:
    """Elapsed ticks that a started activity still takes: as stated, or what is left of its planned work."""
    activities = network.activities
    stated = int(activities.remaining_variable[a])
    if stated != NONE:
        return _elapsed(network, a, half_up(_planned_value(network, stated)))
    return max(work - _elapsed(network, a, int(activities.actual_elapsed[a])), 0)


def planned_lead(network: Network, row: int) -> int:
    """Ticks from order to delivery: the planned lead, or a line's planned cycle."""
    supply = int(network.orders.supply[row])
    if network.supplies.kind[supply] == SupplyKind.LEAD:
        variable = int(network.orders.lead_variable[row])
    else:
        variable = int(network.supplies.cycle_variable[supply])
    return half_up(_planned_value(network, variable) * TICKS_PER_DAY)
