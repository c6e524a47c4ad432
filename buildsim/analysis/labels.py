"""Categories (semantics 25) as numbers, so that whole arrays of them can be made and counted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from buildsim.network.network import I64, Network

CLOSING = ("constraint", "actual")
"""Kinds that reach from a gate back to wherever a path begins."""


class Labels:
    """Numbers of the categories of one network; equal categories have equal numbers, whatever they come from."""

    def __init__(self, network: Network) -> None:
        self.names: list[tuple[str, str]] = []
        """Kind and name by number; labels that only lots' limits make necessary are added when they are met."""
        self._numbers: dict[tuple[str, str], int] = {}
        own = [kind_and_name(category) for category in network.categories]
        of_activity, calendar = network.activities.category, network.activities.calendar
        self.own = self._all(own)[of_activity]
        """(activities,) The activity's own work; the next three are named by its stage and its calendar."""
        self.lag = self._all(("lag", stage) for _, stage in own)[of_activity]
        self.actual = self._all(("actual", stage) for _, stage in own)[of_activity]
        # the last is found by the index NONE
        self.calendar = self._all(("calendar", name) for name in calendar_names(network))[calendar]
        self.pool = self._all(("pool", name) for name in network.pools.name)
        self.risk = self._all(("risk", name) for name in network.risks.name)
        self.disruption = self._all(("disruption", name) for name in network.disruptions.name)
        self._supplies = network.supplies.name
        self.capacity = self._all(("supply", name) for name in self._supplies)
        """(supplies,) Limited by its own capacity; then by the cap on its stock, and by no lot any more."""
        self.max_stock = self._all(("supply", f"{name}>max_stock") for name in self._supplies)
        self.lead = self._all(("supply", f"{name}>lead") for name in self._supplies)
        self.date, self.site_start, self.order = self._all(
            ("constraint", name) for name in ("date", "site-start", "order")
        ).tolist()

    def limited(self, product: I64, supply: I64) -> I64:
        """Products whose lots are limited by another supply."""
        pairs, of_pair = np.unique(product * len(self._supplies) + supply, return_inverse=True)
        split = [divmod(pair, len(self._supplies)) for pair in pairs.tolist()]
        found: I64 = self._all(("supply", f"{self._supplies[p]}>{self._supplies[s]}") for p, s in split)[of_pair]
        return found

    def category(self, label: int) -> str:
        """``kind:name``."""
        return ":".join(self.names[label])

    def _all(self, names: Iterable[tuple[str, str]]) -> I64:
        return np.array([self._number(name) for name in names], dtype=np.int64)

    def _number(self, name: tuple[str, str]) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
        return self._numbers[name]


def kind_and_name(category: str) -> tuple[str, str]:
    """The parts of ``kind:name``."""
    kind, _, name = category.partition(":")
    return kind, name


def calendar_names(network: Network) -> tuple[str, ...]:
    """Those of the calendars and, last, of the one around the clock."""
    return (*network.calendars.name, "around-the-clock")
