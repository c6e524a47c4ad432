"""Halls in MW, racks and GPUs: what one of them implies of the others by the rating of the rack that is meant."""

from __future__ import annotations

from collections.abc import Iterable

from buildsim.compile.context import Context
from buildsim.compile.expand import PlacedHall
from buildsim.compile.facts import choose
from buildsim.loading.known import holding, known_by, latest
from buildsim.loading.parts import Block, Where
from buildsim.schema.parts import Facts, Supply

RACK = "rack"
"""The role, in ``use`` and in templates' orders, of what fills a hall."""
_TOLERANCE = 0.10  # a site's figures are rounded, and network racks take a few percent of its IT power


def hall_value(context: Context, hall: PlacedHall, attribute: str) -> float | None:
    """`facility` or `it` in MW, `racks`, `gpus` or `h100e` of a hall: as stated, else by its racks' rating.

    None if unknown. H100-equivalents are never stated of a hall.
    """
    return context.once((hall_value, hall, attribute), lambda: _hall_value(context, hall, attribute))


def _hall_value(context: Context, hall: PlacedHall, attribute: str) -> float | None:
    stated = None if attribute == "h100e" else _stated(context, hall, attribute)
    if stated is not None or attribute == "facility":
        return stated
    racks = _racks(context, hall)
    if racks is None or attribute == "racks":
        return racks
    per_rack = _rating(context, hall, attribute)
    return None if per_rack is None else racks * per_rack


def is_doubtful(hall: PlacedHall, attribute: str) -> bool:
    """True if the value, or one of those that it follows from, was left out because it is wrong."""
    if attribute == "facility":
        return hall.where.at(attribute).doubtful
    rack = hall.names.supplies.get(RACK)
    places = (hall.where,) if rack is None else (hall.where, rack.where)
    return any(place.at(each).doubtful for place in places for each in ("it", "racks", "gpus"))


def warn_of_contradictions(context: Context, halls: Iterable[PlacedHall]) -> None:
    """Warn where a hall states both racks and what their rating contradicts by more than a tenth."""
    for hall in halls:
        racks = _racks(context, hall)
        for attribute, unit in (("it", "MW IT"), ("gpus", "gpu")):
            stated, per_rack = _stated(context, hall, attribute), _rating(context, hall, attribute)
            if racks is None or stated is None or per_rack is None:
                continue
            implied = racks * per_rack
            if abs(stated - implied) > _TOLERANCE * stated:
                rack = hall.names.supplies[RACK].name
                context.warn(
                    f"{hall.where.at(attribute)}: {stated:g} {unit} is stated, "
                    f"but {racks:.0f} racks of {rack} make {implied:.4g}"
                )


def racks_and_gpus(context: Context, supply: Block[Supply]) -> tuple[float, float]:
    """Racks and GPUs in one smallest unit of a supply; 0 where its rating does not say.

    They measure what a run did and take no part in it, so they are not among the facts that it was made of.
    """
    body = supply.body
    gpus = 0.0
    if body.gpus is not None:
        where = supply.where.at("gpus")
        known = known_by(where, body.gpus, context.as_of)
        gpus = latest(where, holding(known, context.start)[0]).value.planned
    rated = body.gpus is not None or body.it is not None
    return (1 / body.grain if rated else 0.0), gpus / body.grain


def _racks(context: Context, hall: PlacedHall) -> float | None:
    """Racks as stated, else as many as the stated GPUs make, else the IT power, of which networks take a part."""
    racks = _stated(context, hall, "racks")
    for attribute in ("gpus", "it"):
        if racks is not None:
            break
        stated, per_rack = _stated(context, hall, attribute), _rating(context, hall, attribute)
        racks = None if stated is None or not per_rack else stated / per_rack
    return racks


def _stated(context: Context, hall: PlacedHall, attribute: str) -> float | None:
    """What the hall says of itself."""
    return _planned(context, hall, hall.where.at(attribute), getattr(hall.body, attribute))


def _rating(context: Context, hall: PlacedHall, attribute: str) -> float | None:
    """What one of the hall's racks is worth, None if no supply is meant by `rack` or it has no such rating."""
    supply = hall.names.supplies.get(RACK)
    if supply is None:
        return None
    return _planned(context, hall, supply.where.at(attribute), getattr(supply.body, attribute))


def _planned(context: Context, hall: PlacedHall, where: Where, facts: Facts | None) -> float | None:
    """The planned value of the fact that holds when the hall's site starts."""
    if facts is None:
        return None
    return context.unscaled(where, choose(context, where, facts, hall.start).fact.value).planned
