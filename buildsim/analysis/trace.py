"""Walks back along recorded causes in many replications at once: which events a driving path goes through.

`analysis.walk` follows one replication and says for what reason each tick passed; here the same causes are followed in
whole arrays, without the reasons. Each walk is a lane of the arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from buildsim.network.codes import NONE, OWN_WORK, Placement, StartCause
from buildsim.network.graph import FINISHES_OF_PRED
from buildsim.network.network import I64, Bool, Network
from buildsim.outcome.outcome import Outcome


class Events(NamedTuple):
    """Where walks stand: the start or the finish of an activity, in a row of the chunk. Arrays of one length."""

    lane: I64
    """Which of the walks."""
    row: I64
    activity: I64
    at_finish: Bool
    entered: Bool
    """True where the walk has come to this activity only now: not from its own finish to its start."""

    def where(self, kept: Bool) -> Events:
        """Some of them."""
        lane, row, activity, at_finish, entered = self
        return Events(lane[kept], row[kept], activity[kept], at_finish[kept], entered[kept])


class Tracer:
    """Follows causes in the outcomes of one network."""

    def __init__(self, network: Network) -> None:
        links, orders = network.links, network.orders
        self._pred = links.pred
        self._pred_finish = np.isin(links.type, FINISHES_OF_PRED)
        # a dated order is placed by no activity
        self._placer = np.where(orders.placement == Placement.DATED, NONE, orders.activity)
        self._placer_finish = orders.placement == Placement.ON_FINISH

    def of_link(self, link: I64) -> tuple[I64, Bool]:
        """The events that links wait for (semantics 6)."""
        return self._pred[link], self._pred_finish[link]

    def of_order(self, order: I64) -> tuple[I64, Bool]:
        """The events at which orders are placed; activity NONE where that is a date."""
        return self._placer[order], self._placer_finish[order]

    def back(self, outcome: Outcome, begin: Events, origin: I64) -> Iterator[Events]:
        """The events of the walks that begin at ``begin``, latest first: one event a step of each walk that goes on.

        An activity's finish is followed by its start unless a link stretched the finish. A walk ends where the causes
        do, and before an event that is not after its origin; ``origin`` has a tick per lane.
        """
        at = begin
        while True:
            at = at.where(at.activity != NONE)
            tick = np.where(at.at_finish, outcome.finish[at.row, at.activity], outcome.start[at.row, at.activity])
            at = at.where(tick > origin[at.lane])
            if not len(at.lane):
                return
            yield at
            at = self.before(outcome, at)

    def before(self, outcome: Outcome, at: Events) -> Events:
        """The events that caused these, activity NONE where that was none."""
        row, activity = at.row, at.activity
        own = at.at_finish & (outcome.finish_cause[row, activity] == OWN_WORK)
        kind = outcome.start_cause_kind[row, activity]
        by_link = np.where(at.at_finish, ~own, kind == StartCause.LINK)
        by_order = ~at.at_finish & (kind == StartCause.ORDER)
        before, at_finish = np.full_like(activity, NONE), np.zeros_like(at.at_finish)
        before[own] = activity[own]
        cause = np.where(at.at_finish, outcome.finish_cause[row, activity], outcome.start_cause[row, activity])
        before[by_link], at_finish[by_link] = self.of_link(cause[by_link])
        before[by_order], at_finish[by_order] = self.of_order(cause[by_order])
        return Events(at.lane, row, before, at_finish, ~own)


def at_milestones(network: Network, finish: I64, milestones: I64) -> tuple[Events, I64]:
    """The finishes of milestones where they are reached, and the origins of their walks.

    ``finish`` is (R, activities) of a chunk. Lane ``row * len(milestones) + i`` is that of the i-th of the milestones.
    """
    activity = network.milestones.activity[milestones]
    row, column = np.nonzero(finish[:, activity] != NONE)
    lane = row * len(milestones) + column
    here = np.ones(len(lane), dtype=np.bool_)
    origin = np.tile(network.sites.start[network.milestones.site[milestones]], len(finish))
    return Events(lane, row, activity[column], here, here), origin
