"""Plans of a build of which only a few attributes are known: scenarios of one site, each with its weight.

What the attributes do not say is tried in all ways that the rules name, so it widens the forecast and never stops it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import ceil
from typing import Any

from buildsim.backtest.cases import INPUTS, Build
from buildsim.backtest.rules import PlanRow, as_text, rules
from buildsim.datafiles import find
from buildsim.loading.yaml_file import read_document
from buildsim.schema.base import SCHEMA_VERSION

MILESTONE = "first_hall"

MAX_PLANS = 36
"""A build of which little is known stands for so many plans at most, evenly spread over what it may be."""

LARGEST_HALL = 300.0
"""MW of IT: a larger building is drawn as several that are built at a time; no region has gangs for it as a whole."""

MOST_HALLS = 12
"""More buildings than these are drawn as so many larger ones, or a plan would take minutes."""

HORIZON = "12 years"
GEAR = "-39 weeks"
"""Where the shipped templates place the orders of an owner with a programme of sites."""

_CATALOGS = ["power", "utilities", "labor", "strategies", "reference-plans"]
_FOR_A_PLANT = ["onsite-power", "permits"]
"""Its queues for turbines take time even in plans that want none."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One way in which a build may be meant."""

    weight: float
    """All weights of a build sum to 1."""
    attributes: Mapping[str, str]
    """What was stated, and what was taken for the rest."""
    scenario: dict[str, Any]
    """A scenario of one site, as a file would hold it; MILESTONE is the first step in service, from its start."""


def plans(build: Build) -> list[Plan]:
    """All ways in which a build may be meant, MAX_PLANS at most, the same for the same attributes."""
    return [Plan(weight, attributes, _scenario(attributes)) for weight, attributes in _thinned(list(_ways(build)))]


def _ways(build: Build) -> Iterator[tuple[float, dict[str, str]]]:
    """Weight and attributes of every way, those that agree in the first rules of `unknown` side by side."""
    stated = {key: as_text(value) for key in INPUTS if (value := getattr(build, key)) is not None}
    climate = rules().climate(build.us_state, build.country)
    if climate is not None:
        stated["climate"] = climate
    if build.first_it_mw is not None and build.first_facility_mw is None:
        stated["first_facility_mw"] = as_text(build.first_it_mw * rules().facility_per_it.value)
    yield from _completed(1.0, stated, 0)


def _completed(weight: float, attributes: dict[str, str], at: int) -> Iterator[tuple[float, dict[str, str]]]:
    unknown = rules().unknown
    while at < len(unknown) and (unknown[at].attribute in attributes or not unknown[at].fits(attributes)):
        at += 1
    if at == len(unknown):
        yield weight, attributes
        return
    total = sum(unknown[at].weights.values())
    for value, share in unknown[at].weights.items():
        yield from _completed(weight * share / total, {**attributes, unknown[at].attribute: value}, at + 1)


def _thinned(ways: list[tuple[float, dict[str, str]]]) -> list[tuple[float, dict[str, str]]]:
    """The ways themselves if they are few, else MAX_PLANS of equal weight: systematic sampling of the whole list."""
    if len(ways) <= MAX_PLANS:
        return ways
    ends = list(accumulate(weight for weight, _ in ways))
    middles = ((i + 0.5) / MAX_PLANS * ends[-1] for i in range(MAX_PLANS))
    return [(1 / MAX_PLANS, ways[min(bisect_right(ends, middle), len(ways) - 1)][1]) for middle in middles]


def _scenario(attributes: Mapping[str, str]) -> dict[str, Any]:
    rows = [row for row in rules().rows if row.fits(attributes)]
    strategies = {role: template for row in rows for role, template in row.strategies.items()}
    in_service = {"stage": "acceptance", "after": ["*/in-service"], "milestone": MILESTONE}
    scenario: dict[str, Any] = {
        "schema": SCHEMA_VERSION,
        "name": "build",
        "start": attributes["start_date"],
        "horizon": HORIZON,
        "sites": {
            "build": {
                "region": attributes["climate"],
                "catalogs": _CATALOGS + (_FOR_A_PLANT if "plant" in strategies else []),
                "assumption": "sizes and dates are those of the build",
                "common": 0.3,
                "strategies": strategies,
                "use": {role: supply for row in rows for role, supply in row.use.items()},
                "phases": {"first-step": {"halls": _halls(attributes)}},
                "activities": {"first-step-in-service": in_service},
            }
        },
        "set": _overrides(rows, strategies),
    }
    calendar = _last(rows, "calendar")
    if calendar is not None:
        scenario["calendars"] = {"sixty-hours": _catalog("labor")["calendars"][calendar]}
    return scenario


def _halls(attributes: Mapping[str, str]) -> dict[str, Any]:
    """The buildings of the first step, each with its share of the power; all but the first follow by a month."""
    ratio = rules().facility_per_it.value
    facility = float(attributes["first_facility_mw"])
    it = float(attributes.get("first_it_mw", facility / ratio))
    facility = max(facility, it)
    count = max(min(int(attributes["first_buildings"]), MOST_HALLS), ceil(it / LARGEST_HALL))
    hall = {"facility": f"{facility / count:.3f} MW facility", "it": f"{it / count:.3f} MW IT"}
    later = {**hall, "strategies": {"pad": "pad-30-days-later"}}
    return {f"building-{i + 1}": later if i else hall for i in range(count)}


def _overrides(rows: list[PlanRow], strategies: Mapping[str, str]) -> dict[str, str]:
    """When orders go out and how wide the pace is, by paths into the catalogs."""
    ahead = {what: time for row in rows for what, time in row.ahead.items()}
    of_gear = [path for path, place in _orders("strategies", strategies["mep"]) if place == GEAR]
    changes = {f"{path}.place": f"-{ahead['gear']}" for path in of_gear}
    if "substation" in strategies:
        of_substation = _orders("utilities", strategies["substation"])
        changes |= {f"{path}.place": f"-{ahead['large_gear']}" for path, _ in of_substation}
        of_grid = _orders("reference-plans", strategies["power"])
        changes |= {f"{path}.place": f"-{ahead['power']}" for path, _ in of_grid}
    pace = _last(rows, "pace")
    if pace is not None:
        changes["catalogs.reference-plans.risks.pace-of-the-build.factor"] = pace
    return changes


def _orders(catalog: str, template: str) -> list[tuple[str, str | None]]:
    """Path and place of each order of a template."""
    activities = _catalog(catalog)["templates"][template]["activities"]
    at = f"catalogs.{catalog}.templates.{template}.activities"
    return [
        (f"{at}.{activity}.orders.{name}", order.get("place"))
        for activity, body in activities.items()
        for name, order in body.get("orders", {}).items()
    ]


def _last(rows: list[PlanRow], key: str) -> str | None:
    stated = [value for row in rows if (value := getattr(row, key)) is not None]
    return stated[-1] if stated else None


@cache
def _catalog(name: str) -> dict[str, Any]:
    found = find("catalogs", name, None)
    data: dict[str, Any] = read_document(found.file, found.display).data
    return data
