"""Cross-document checks of activities: the names they use, their crews and their units."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from buildsim.errors import nearest
from buildsim.loading.blocks import Blocks
from buildsim.loading.parts import Fault, Part, Where
from buildsim.quantity import Quantity
from buildsim.schema.parts import Activity, Crew
from buildsim.schema.site import SiteBody


def check_site(part: Part, blocks: Blocks) -> Iterator[Fault]:
    """A site's own activities and its choice of templates at each level."""
    site = part.model
    assert isinstance(site, SiteBody)
    levels: list[tuple[Where, Any, tuple[str, ...]]] = [(part.where, site, ("site", "phase", "hall"))]
    for phase_name, phase in site.phases.items():
        where = part.where.at("phases", phase_name)
        levels.append((where, phase, ("phase", "hall")))
        levels += [(where.at("halls", name), hall, ("hall",)) for name, hall in phase.halls.items()]
    for where, body, allowed in levels:
        yield from _check_strategies(where, body.strategies, allowed, blocks)
        for name, activity in body.activities.items():
            yield from check_activity(where.at("activities", name), activity, blocks, site.branches)


def check_templates(used: Collection[str], blocks: Blocks) -> Iterator[Fault]:
    """The activities of the templates that are used; the others may name what the scenario does not load."""
    for name in used:
        if (template := blocks.templates.get(name)) is None:
            continue  # reported where it is named
        for key, activity in template.body.activities.items():
            where = template.where.at("activities", key)
            yield from check_activity(where, activity, blocks, template.body.branches)


def unknown(where: Where, what: str, name: str, valid: Collection[str]) -> Iterator[Fault]:
    """A fault with the nearest valid name unless ``name`` is among ``valid``."""
    if name not in valid:
        message, hint = f"there is no {what} called '{name}'", nearest(name, valid)
        yield where.fault(message, f"the name of a {what}", hint, name=name)


def check_unit(where: Where, quantity: Quantity, *allowed: str) -> Iterator[Fault]:
    """A fault unless the quantity is of one of the allowed dimensions."""
    if quantity.dimension not in allowed:
        wanted = " or ".join("a plain number" if unit == "1" else unit for unit in allowed)
        yield where.fault(f"'{quantity.text}' is not in the right unit", wanted)


def check_activity(where: Where, activity: Activity, blocks: Blocks, branches: Collection[str]) -> Iterator[Fault]:
    """Names, crews and the source of the length of one activity."""
    if activity.calendar is not None:
        yield from unknown(where.at("calendar"), "calendar", activity.calendar, blocks.calendars)
    if activity.branch is not None:
        yield from unknown(where.at("branch"), "branch", activity.branch, branches)
    for name, order in activity.orders.items():
        here = where.at("orders", name)
        yield from unknown(here.at("supply"), "supply", order.supply, blocks.supplies)
        if (supply := blocks.supplies.get(order.supply)) is not None:
            for fact in order.quantity:
                yield from check_unit(here.at("quantity"), fact.value, supply.body.unit)
    for name, need in activity.crew.items():
        yield from unknown(where.at("crew", name), "pool", name, blocks.pools)
        pool = blocks.pools.get(name)
        if pool is not None and not pool.where.at("unit").doubtful:
            for quantity in (need.min, need.max) if isinstance(need, Crew) else (need,):
                yield from check_unit(where.at("crew", name), quantity, pool.body.unit, "1")
    yield from _check_length(where, activity)


def _check_length(where: Where, activity: Activity) -> Iterator[Fault]:
    if any(where.at(field).doubtful for field in ("duration", "labor", "crew")):
        return
    moldable = [name for name, need in activity.crew.items() if isinstance(need, Crew)]
    if activity.labor is not None and activity.duration is not None:
        yield where.at("labor").fault("both a duration and labor", "one of `duration` and `labor`")
    elif activity.labor is not None and not moldable:
        hint = "a `duration` with this fixed crew, or `crew: {POOL: {min: ..., max: ...}}`"
        yield where.at("labor").fault("labor needs a crew that may vary", hint)
    elif activity.labor is None and moldable:
        expected = "`labor` in labor-hours, or a fixed crew with a `duration`"
        yield where.at("crew", moldable[0]).fault("a crew of varying size needs labor to divide", expected)
    for name in moldable[1:]:
        message = f"a second crew of varying size, besides '{moldable[0]}'"
        yield where.at("crew", name).fault(message, "at most one crew with min and max")


def _check_strategies(
    where: Where, strategies: Mapping[str, str], allowed: Collection[str], blocks: Blocks
) -> Iterator[Fault]:
    for role, name in strategies.items():
        here = where.at("strategies", role)
        yield from unknown(here, "template", name, blocks.templates)
        template = blocks.templates.get(name)
        if template is not None and template.body.per not in allowed:
            message = f"'{name}' is a template per {template.body.per}: it cannot be chosen at this level"
            yield here.fault(message, f"a template per {' or '.join(allowed)}")
