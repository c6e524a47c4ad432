"""What may be improved or removed to learn what it is worth: the constraints of a plan (semantics 26)."""

from __future__ import annotations

from typing import Final, NamedTuple

POOL, SUPPLY = "pool", "supply"
STEPS: Final = ("permit", "utility", "work")
"""Kinds of stages: activities that are reported under one name."""
REMOVABLE: Final = (POOL, SUPPLY, "permit", "utility")
"""Work can be done faster, but not done away with."""


class Constraint(NamedTuple):
    """A pool, a supply, or a stage of permits, utility steps or work."""

    kind: str
    name: str

    @property
    def category(self) -> str:
        """``kind:name``."""
        return f"{self.kind}:{self.name}"

    @property
    def removable(self) -> bool:
        """Whether it can be thought away."""
        return self.kind in REMOVABLE


def constraint_of(category: str) -> Constraint | None:
    """The constraint that a category (semantics 25) is the working or the wait of; None if it is none.

    A wait for a supply is that for whatever limits it: ``supply:racks>packages`` is a matter of the packages,
    ``supply:racks>lead`` and ``supply:racks>max_stock`` of the racks.
    """
    kind, _, name = category.partition(":")
    if kind == SUPPLY:
        product, _, limit = name.partition(">")
        return Constraint(kind, product if limit in ("", "lead", "max_stock") else limit)
    return Constraint(kind, name) if kind == POOL or kind in STEPS else None
