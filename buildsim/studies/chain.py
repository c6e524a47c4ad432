"""From wafers to watts: what a unit with a rating, such as a rack, takes of everything upstream of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from buildsim.loading.alone import shipped_alone
from buildsim.loading.parts import Part
from buildsim.schema.parts import Supply
from buildsim.studies.known import Known


@dataclass(frozen=True, slots=True)
class ChainRow:
    """What good units of a supply take of one input, through all lines between; the supply itself has the first row."""

    supply: str
    it_mw: float | None
    """IT power of one unit."""
    gpus: float | None
    input: str
    unit: str
    per_unit: float
    """By the bills of materials alone."""
    per_unit_with_losses: float
    """With what the yields of the lines between take away."""
    per_mw_it: float | None
    """With losses; None if no IT power is stated."""


Suppliers = Callable[[str], "tuple[Supply, Known] | None"]


def chains(part: Part, day: date | None) -> tuple[ChainRow, ...]:
    """The chain of each supply of a catalog that states a rating.

    Inputs that the catalog does not define are looked for in the shipped ones.
    """
    known = Known(part, day or date.max)
    rated = {name: each for name, each in part.model.supplies.items() if each.it is not None or each.gpus is not None}
    suppliers = _suppliers(part, known)
    return tuple(row for name, supply in rated.items() for row in _chain(name, supply, known, suppliers))


def _chain(name: str, supply: Supply, known: Known, suppliers: Suppliers) -> list[ChainRow]:
    it, gpus = (known.value(rating, supply) for rating in (supply.it, supply.gpus))
    it_mw = None if it is None or not it.planned else it.planned
    needs: dict[str, tuple[float, float]] = {name: (1.0, 1.0)}
    units = {name: supply.unit}
    _add(supply, known, (1.0, 1.0), (name,), needs, units, suppliers)
    return [
        ChainRow(
            supply=name,
            it_mw=it_mw,
            gpus=None if gpus is None else gpus.planned,
            input=each,
            unit=units[each],
            per_unit=bare,
            per_unit_with_losses=grown,
            per_mw_it=None if it_mw is None else grown / it_mw,
        )
        for each, (bare, grown) in needs.items()
    ]


def _add(
    supply: Supply,
    known: Known,
    good: tuple[float, float],
    path: tuple[str, ...],
    needs: dict[str, tuple[float, float]],
    units: dict[str, str],
    suppliers: Suppliers,
) -> None:
    """Add what ``good`` units, without and with losses, take of each input and of what is upstream of it."""
    if supply.line is None:
        return
    yields = known.value(supply.line.yields, supply)
    started = good[1] / yields.planned if yields is not None and yields.planned else good[1]
    for name, needed in supply.line.inputs.items():
        if name in path:
            continue  # a circle, which no run accepts
        more = good[0] * needed.need.planned, started * needed.need.planned
        bare, grown = needs.get(name, (0.0, 0.0))
        needs[name] = bare + more[0], grown + more[1]
        units[name] = needed.need.dimension
        if (found := suppliers(name)) is not None:
            _add(*found, more, (*path, name), needs, units, suppliers)


def _suppliers(part: Part, known: Known) -> Suppliers:
    """Finds supplies by name: in the catalog itself, else among the shipped ones, which are read when first needed."""
    others: dict[str, tuple[Supply, Known]] = {}

    def find(name: str) -> tuple[Supply, Known] | None:
        if name in part.model.supplies:
            return part.model.supplies[name], known
        if not others:
            for other in shipped_alone("catalog"):
                others.update(
                    (each, (supply, Known(other, known.day))) for each, supply in other.model.supplies.items()
                )
        return others.get(name)

    return find
