"""The scenario of a build all of whose attributes are given, by the rules: one site, built by shipped strategies."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import ceil
from typing import Any

from buildsim.backtest.rules import PlanRow, rules
from buildsim.datafiles import find
from buildsim.loading.yaml_file import read_document
from buildsim.schema.base import SCHEMA_VERSION

MILESTONE = "first_hall"
"""The first step in service, in days from the start of the build."""

PACE = "pace-of-the-build"
"""The risk whose lognormal factor all work of a build has in common."""

HORIZON = "12 years"
GEAR = "-39 weeks"
"""Where the shipped templates place the orders of an owner with a programme of sites."""

_CATALOGS = ["power", "utilities", "labor", "strategies", "reference-plans"]
_FOR_A_PLANT = ["onsite-power", "permits"]
"""Its queues for turbines take time even in plans that want none."""


def scenario_of(attributes: Mapping[str, str]) -> dict[str, Any]:
    """The scenario as a file would hold it."""
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
    table = rules()
    facility = float(attributes["first_facility_mw"])
    it = float(attributes.get("first_it_mw", facility / table.facility_per_it.value))
    facility = max(facility, it)
    drawn = min(1.0, table.largest_step.value / it)
    facility, it = facility * drawn, it * drawn
    count = max(
        min(int(attributes["first_buildings"]), int(table.most_halls.value)), ceil(it / table.largest_hall.value)
    )
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
        changes[f"catalogs.reference-plans.risks.{PACE}.factor"] = pace
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
