"""The most units of pools that sites hold at one time within a window, in each replication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from buildsim.analysis.chunks import Chunks
from buildsim.analysis.holdings import Needs
from buildsim.network.codes import NONE
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome


class Group(NamedTuple):
    """Units that are counted together: those of some pools that the activities of some sites hold."""

    sites: tuple[int, ...]
    pools: tuple[int, ...]
    first: int
    last: int
    """The window [first, last) of ticks; one tick gives the number at that tick."""


class OnSite:
    """Takes chunks in any order and any split, with equal findings."""

    def __init__(self, network: Network, groups: Sequence[Group]) -> None:
        self._holders = [_Holders(network, group) for group in groups]
        self._most = Chunks()

    def add(self, outcome: Outcome) -> None:
        """Add a chunk; ValueError if its first replication has been added before."""
        most = np.zeros((len(outcome), len(self._holders)), dtype=np.int64)
        for column, holders in enumerate(self._holders):
            most[:, column] = holders.most(outcome)
        self._most.add(outcome, most)

    def most(self) -> I64:
        """(n, groups) The most units held at one time, by replication in ascending order; ValueError without any."""
        most: I64
        [most] = self._most.rows()
        return most


class _Holders:
    """Which activities hold units of a group, and how many."""

    def __init__(self, network: Network, group: Group) -> None:
        self._needs = Needs(network)
        at_site = np.isin(network.activities.site[self._needs.activity], group.sites)
        self._counted = np.flatnonzero(np.isin(self._needs.pool, group.pools) & at_site)
        self._window = group.first, group.last

    def most(self, outcome: Outcome) -> I64:
        """(R,) The most held at one time in the window."""
        first, last = self._window
        holder, units = self._needs.activity[self._counted], self._needs.units(outcome)[:, self._counted]
        start, end = outcome.start[:, holder], outcome.end_of_work[:, holder]
        begins = np.maximum(start, first)
        ceases = np.minimum(np.where(end == NONE, last, end), last)
        units = np.where((start == NONE) | (begins >= ceases), 0, units)
        # what is given back at a tick can be taken at it
        key = np.concatenate([2 * ceases, 2 * begins + 1], axis=1)
        change = np.concatenate([-units, units], axis=1)
        held = np.cumsum(np.take_along_axis(change, np.argsort(key, axis=1, kind="stable"), axis=1), axis=1)
        most: I64 = held.max(axis=1, initial=0)
        return most
