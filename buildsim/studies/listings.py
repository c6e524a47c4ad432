"""The shipped sites and scenarios in one line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from buildsim.loading.alone import shipped_alone
from buildsim.schema.parts import Facts
from buildsim.schema.scenario import Scenario
from buildsim.schema.site import Site
from buildsim.studies.known import Known
from buildsim.studies.numbers import numbers_in


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """A site's own file; sums over the halls that state a value, None if none does."""

    name: str
    title: str | None
    owner: str
    region: str | None
    start: date | None
    facility_mw: float | None
    it_mw: float | None
    racks: float | None
    gpus: float | None
    halls: int
    sourced: int
    """Numbers of the file itself, not of its catalogs."""
    assumed: int


@dataclass(frozen=True, slots=True)
class ScenarioSummary:
    """A scenario's question and whom it is about."""

    name: str
    title: str | None
    question: str | None
    start: date
    as_of: date
    sites: tuple[str, ...]
    variants: tuple[str, ...]
    """What-ifs of it."""


def site_list() -> tuple[SiteSummary, ...]:
    """Every shipped site."""
    return tuple(_sites())


def scenario_list() -> tuple[ScenarioSummary, ...]:
    """Every shipped scenario."""
    return tuple(_scenarios())


def _sites() -> Iterator[SiteSummary]:
    for part in shipped_alone("site"):
        site = part.model
        assert isinstance(site, Site)
        known = Known(part, date.max)
        halls = [hall for phase in site.phases.values() for hall in phase.halls.values()]
        bases = Counter(number.basis for number in numbers_in(site))
        yield SiteSummary(
            name=site.site,
            title=site.title,
            owner=site.owner or site.site,
            region=site.region,
            start=site.start,
            facility_mw=_sum(known, site, [hall.facility for hall in halls]),
            it_mw=_sum(known, site, [hall.it for hall in halls]),
            racks=_sum(known, site, [hall.racks for hall in halls]),
            gpus=_sum(known, site, [hall.gpus for hall in halls]),
            halls=len(halls),
            sourced=bases["source"],
            assumed=bases["assumption"],
        )


def _sum(known: Known, site: Site, stated: list[Facts | None]) -> float | None:
    values = [value.planned for facts in stated if (value := known.value(facts, site)) is not None]
    return sum(values) if values else None


def _scenarios() -> Iterator[ScenarioSummary]:
    for part in shipped_alone("scenario"):
        scenario = part.model
        assert isinstance(scenario, Scenario)
        as_of = scenario.as_of or scenario.data_date or scenario.start
        name, sites, variants = scenario.name, tuple(scenario.sites), tuple(scenario.variants)
        yield ScenarioSummary(name, scenario.title, scenario.question, scenario.start, as_of, sites, variants)
