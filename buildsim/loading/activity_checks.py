"""Cross-document checks of activities: the names they use, their crews and their units."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from buildsim.errors import nearest
from buildsim.loading.blocks import Blocks
from buildsim.loading.names import Names, SiteNames
from buildsim.loading.parts import Block, Fault, Part, Where
from buildsim.quantity import Quantity
from buildsim.schema.parts import Activity, Crew, Template
from buildsim.schema.site import Hall, Phase, SiteBody


class SiteChecks:
    """Checks the activities of a scenario's sites; a template once for all sites at which names mean the same."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._names = SiteNames(blocks)
        self._of_template: dict[tuple[Block[Template], Names], list[Fault]] = {}

    def check(self, part: Part) -> Iterator[Fault]:
        """A site's own activities, its choice of templates at each level, and what these mean at this site."""
        site, blocks = part.model, self._blocks
        assert isinstance(site, SiteBody)
        names = self._names.of(part)
        yield from _check_level(part.where, site, ("site", "phase", "hall"), names, blocks, site)
        yield from self._check_templates(site.strategies, "site", names)
        for phase_name, phase in site.phases.items():
            where, of_phase = part.where.at("phases", phase_name), names.using(phase.use)
            chosen = {**site.strategies, **phase.strategies}
            yield from _check_level(where, phase, ("phase", "hall"), of_phase, blocks, site)
            yield from self._check_templates(chosen, "phase", of_phase)
            for hall_name, hall in phase.halls.items():
                of_hall = of_phase.using(hall.use)
                yield from _check_level(where.at("halls", hall_name), hall, ("hall",), of_hall, blocks, site)
                yield from self._check_templates({**chosen, **hall.strategies}, "hall", of_hall)

    def _check_templates(self, strategies: Mapping[str, str], per: str, names: Names) -> Iterator[Fault]:
        """The activities of the templates that are used; the others may name what the scenario does not load."""
        for name in dict.fromkeys(strategies.values()):
            template = self._blocks.templates.get(name)
            if template is None or template.body.per != per:
                continue  # reported where it is named
            if (template, names) not in self._of_template:
                self._of_template[template, names] = list(_check_template(template, names))
            yield from self._of_template[template, names]


def _check_level(
    where: Where, body: SiteBody | Phase | Hall, allowed: Collection[str], names: Names, blocks: Blocks, site: SiteBody
) -> Iterator[Fault]:
    for role, name in body.use.items():
        if role in names.unclear:
            yield from unknown(where.at("use", role), "supply", name, names.supplies.keys() - body.use.keys())
    yield from _check_strategies(where, body.strategies, allowed, blocks)
    for key, activity in body.activities.items():
        yield from check_activity(where.at("activities", key), activity, names, site.branches)


def _check_template(template: Block[Template], names: Names) -> Iterator[Fault]:
    for key, activity in template.body.activities.items():
        yield from check_activity(template.where.at("activities", key), activity, names, template.body.branches)


def unknown(where: Where, what: str, name: str, valid: Collection[str], expected: str | None = None) -> Iterator[Fault]:
    """A fault with the nearest valid name unless ``name`` is among ``valid``."""
    if name not in valid:
        message, hint = f"there is no {what} called '{name}'", nearest(name, valid)
        yield where.fault(message, expected or f"the name of a {what}", hint, name=name)


def check_unit(where: Where, quantity: Quantity, *allowed: str) -> Iterator[Fault]:
    """A fault unless the quantity is of one of the allowed dimensions."""
    if quantity.dimension not in allowed:
        wanted = " or ".join("a plain number" if unit == "1" else unit for unit in allowed)
        yield where.fault(f"'{quantity.text}' is not in the right unit", wanted)


def check_activity(where: Where, activity: Activity, names: Names, branches: Collection[str]) -> Iterator[Fault]:
    """Names, crews and the source of the length of one activity."""
    if activity.calendar is not None:
        yield from unknown(where.at("calendar"), "calendar", activity.calendar, names.calendars)
    if activity.branch is not None:
        yield from unknown(where.at("branch"), "branch", activity.branch, branches)
    for name, order in activity.orders.items():
        here = where.at("orders", name)
        if order.supply not in names.supplies and order.supply not in names.unclear:
            expected = f"the name of a supply, or `use: {{{order.supply}: SUPPLY}}` on the site, phase or hall"
            valid = names.supplies.keys() | names.unclear
            yield from unknown(here.at("supply"), "supply", order.supply, valid, expected)
        if (supply := names.supplies.get(order.supply)) is not None:
            for fact in order.quantity:
                yield from check_unit(here.at("quantity"), fact.value, supply.body.unit)
    for name, need in activity.crew.items():
        yield from unknown(where.at("crew", name), "pool", name, names.pools)
        pool = names.pools.get(name)
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
