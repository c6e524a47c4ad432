"""What a factor of a sweep is in its dataset."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactorColumn:
    """A factor's column: numbers in the ``unit`` as written, or labels of levels."""

    name: str
    unit: str | None
    """None for labels and plain numbers."""
    numeric: bool
    levels: tuple[str, ...]
    """As written; empty for a continuous factor."""
