"""The part of docs/market.md on building: people on site and months to build, beside facts kept aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from beside import AS_OF, REPLICATIONS, kept_aside, spread, stated, verdict
from blocks import table

import buildsim
from buildsim.analysis.on_site import Group, OnSite
from buildsim.compile.compile import compile_network
from buildsim.datafiles import shipped
from buildsim.engine.select import select
from buildsim.loading.project import load_scenario
from buildsim.network.codes import NONE, TICKS_PER_DAY
from buildsim.network.network import Network
from buildsim.quantity import MONTH, TRADES
from buildsim.sampling.draw import Sampler
from buildsim.studies.play import play


@dataclass(frozen=True, slots=True)
class HeadCount:
    """People on some sites kept aside: so many at one time, at most from a day to another."""

    fact: str
    sites: tuple[str, ...]
    start: date
    """Of the run, on which the forecast is made."""
    first: date
    last: date
    why: str
    """Why the model deviates, empty where it does not."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A duration kept aside, and the plan that answers to it: so many buildings of so many MW of IT in a region."""

    fact: str
    buildings: int
    mw: float
    region: str
    why: str


@dataclass(frozen=True, slots=True)
class Reached:
    """A duration kept aside that ends with a milestone of a site, and the day from which it counts."""

    fact: str
    what: str
    site: str
    milestone: str
    start: date
    """Of the run, on which the forecast is made."""
    since: date
    why: str


ABILENE, FAIRWATER = ("stargate-abilene", "stargate-abilene-phase-2"), "microsoft-fairwater-wisconsin"
# When the site begins; that of Fairwater began before the first date for which the catalogs' facts are meant.
AT_FAIRWATER, AT_ABILENE = date(2024, 3, 1), date(2024, 5, 31)
AT_HYPERION, AT_SALINE = date(2024, 12, 20), date(2025, 12, 4)
WHY = {
    "hours": "hours per MW are of another campus (LAB-138); Abilene's own were not used",
    "gate": "a gate also counts trades without a pool, crews and staff, and those who build the plant",
    "capped": "a gate also counts trades without a pool, crews and staff; no proof: the planned peak caps travellers",
    "first": "only the first facility is in the fact; the run also has the second, which was paused for a new design",
    "union": "union members only; and the run breaks ground for all parts of the first building within a month",
    "small": "templates of large buildings: what does not grow with MW takes as long in a small one",
    "grown": "such a campus grows by steps; here all buildings are begun within a month or so",
    "power": "the fact has the wait for power in it, which stands on the site here",
    "forecast": "a forecast by the usual length of a utility's steps; what was done after March 2024 is not seen",
    "own": "no proof: the hours per MW are of this campus, spread over three years (LAB-138)",
    "crew": "the model knows what rivals hold, not how far ahead they book: a single free crew can be had at once",
}
HEAD_COUNTS = (
    HeadCount("LAB-130", ABILENE, AT_ABILENE, date(2025, 3, 18), date(2025, 3, 18), WHY["hours"]),
    HeadCount("LAB-132", ABILENE, AT_ABILENE, AT_ABILENE, date(2025, 10, 5), WHY["gate"]),
    HeadCount("LAB-135", ("meta-hyperion",), AT_HYPERION, date(2026, 3, 1), date(2026, 3, 1), WHY["capped"]),
    HeadCount("LAB-136", ("meta-hyperion",), AT_HYPERION, date(2026, 7, 5), date(2026, 7, 5), WHY["capped"]),
    HeadCount("LAB-140", (FAIRWATER,), AT_FAIRWATER, AT_FAIRWATER, date(2025, 12, 31), WHY["first"]),
    HeadCount("LAB-147", ("stargate-michigan",), AT_SALINE, date(2026, 6, 15), date(2026, 6, 15), WHY["union"]),
)

ORDINARY = "milwaukee-wi"
PLANS = (
    Plan("LAB-250", 1, 3, ORDINARY, WHY["small"]),
    Plan("LAB-251", 1, 10, ORDINARY, WHY["small"]),
    Plan("LAB-252", 1, 22, ORDINARY, ""),
    Plan("LAB-253", 1, 45, ORDINARY, ""),
    Plan("LAB-258", 1, 45, ORDINARY, ""),
    Plan("LAB-254", 2, 60, ORDINARY, WHY["grown"]),
    Plan("LAB-271", 1, 71, "columbus-oh", WHY["power"]),
    Plan("LAB-263", 9, 100, ORDINARY, WHY["own"]),
)
MARKET_START, PLAN_START = date(2025, 1, 6), date(2026, 1, 5)
FACILITY_PER_IT = 1.4  # as at the shipped sites
STRATEGIES = {
    "commitment": "commitment",
    "campus": "campus",
    "power": "grid-standing-node",
    "load": "load-from-grid",
    "pad": "pad-at-once",
    "shell": "shell-conventional",
    "mep": "mep-air-cooled",
    "commissioning": "commissioning-l1-l5",
}
PERMITS = ("permit-zoning", "permit-building", "permit-water")

NEWCOMER, CREW_START, CREW_DAYS = "newcomer", date(2026, 4, 1), 30
REACHED = (
    Reached(
        "LAB-265",
        f"`{FAIRWATER}`, announcement to facility 1 in service",
        FAIRWATER,
        "facility_1",
        AT_FAIRWATER,
        date(2024, 5, 23),  # 25 months before the opening
        WHY["forecast"],
    ),
    Reached(
        "LAB-210",
        f"a medium-voltage crew of `columbus-oh`, asked for on {CREW_START}",
        NEWCOMER,
        "crew-found",
        AT_SALINE,
        CREW_START,
        WHY["crew"],
    ),
)

PEOPLE_TEXT = """\
## People on site

Head counts that were kept aside, beside the crews that a site holds in a run with all shipped sites, which draw on the
crews of their regions side by side. A run is the forecast of the day on which the site begins: it sees nothing that
happened later, and a site that is early or late in it has its people early or late. Counted are the pools whose unit is
a person: electricians, pipefitters, ironworkers, civil crews (carpenters, laborers, masons), fibre and controls
technicians. Sheet metal, insulation, roofing and fire protection have no pool, and of medium-voltage, rack and
commissioning crews the heads are not known; a gate counts them all, and managers and guards as well.
"""

MONTHS_TEXT = f"""\
## Months to build

Durations that were kept aside, beside those of plans made for the purpose from the catalogs' templates: from the day on
which ground is broken, {PLAN_START}, until all buildings are handed over, tested and with their power, before any rack
comes. Shells are conventional and cooling is by air, with {FACILITY_PER_IT} MW at the meter for each of IT. Permits are
in hand, the power stands on the site, and gear is ordered when the templates say, 39 weeks before the start. The region
is `{ORDINARY}`, of 1.5 million people, with its rivals but without the other shipped sites; a fact about a place has
its own. Rows about a shipped site or its region are from the runs above.
"""


class World(NamedTuple):
    """What came of one run with all shipped sites."""

    network: Network
    people: dict[str, Any]
    """By head count: (replications,) the most at one time."""
    finish: Any
    """(replications, milestones) Ticks, infinite where not reached by the horizon."""

    def months(self, each: Reached) -> Any:
        """(replications,) Months from the day from which it counts to the milestone."""
        milestones, site = self.network.milestones, site_of(self.network, each.site)
        column = [*zip(milestones.site.tolist(), milestones.name, strict=True)].index((site, each.milestone))
        return (self.finish[:, column] / TICKS_PER_DAY - (each.since - each.start).days) / MONTH


@cache
def world(folder: Path, start: date) -> World:
    """All shipped sites, and a newcomer who wants a medium-voltage crew, as forecast on a day from which it runs."""
    newcomer = {
        "region": "columbus-oh",
        "start": CREW_START.isoformat(),
        "catalogs": ["labor"],
        "activities": {
            "splice": {"duration": f"{CREW_DAYS} days", "crew": {"mv-crews": 1}},
            "found": {"after": ["splice SS"], "milestone": "crew-found"},
        },
    }
    sites = {**dict.fromkeys(shipped("sites")), NEWCOMER: newcomer}
    project = load_scenario(written(folder, f"world-{start}", start, sites, years=5))
    network = compile_network(project).network
    trades = tuple(i for i, block in enumerate(project.blocks.pools.values()) if block.body.unit in TRADES)
    asked = [each for each in HEAD_COUNTS if each.start == start]
    groups = [
        Group(
            sites=tuple(site_of(network, name) for name in each.sites),
            pools=trades,
            first=(each.first - start).days * TICKS_PER_DAY,
            last=((each.last - start).days + 1) * TICKS_PER_DAY,
        )
        for each in asked
    ]
    counted, finish = OnSite(network, groups), []
    _, simulate = select("kernel")
    for _, outcome in play(Sampler(network, 1), REPLICATIONS, simulate):
        counted.add(outcome)
        finish.append(outcome.finish[:, network.milestones.activity])
    people = dict(zip((each.fact for each in asked), counted.most().T, strict=True))
    ticks = np.concatenate(finish)
    return World(network, people, np.where(ticks == NONE, np.inf, ticks))


def site_of(network: Network, name: str) -> int:
    """The index of a site; LookupError if it is not shipped, so that no fact is passed over."""
    if name not in network.sites.name:
        raise LookupError(f"a fact kept aside is about the site '{name}', which is not shipped")
    return network.sites.name.index(name)


def planned_months(folder: Path, plan: Plan) -> Any:
    """(replications,) From ground breaking to the handover of the last building of a plan."""
    halls = {}
    for number in range(1, plan.buildings + 1):
        halls[f"building-{number}"] = {
            "it": f"{plan.mw:g} MW IT",
            "facility": f"{FACILITY_PER_IT * plan.mw:g} MW facility",
            **({"strategies": {"pad": "pad-30-days-later"}} if number > 1 else {}),
        }
    site = {
        "region": plan.region,
        "start": PLAN_START.isoformat(),
        "catalogs": shipped("catalogs"),
        "strategies": STRATEGIES,
        "phases": {"phase": {"halls": halls}},
        "activities": {
            **{permit: {} for permit in PERMITS},
            "ground": {"after": ["site-clear SS"], "milestone": "ground_broken"},
            "handover": {"after": ["*/rest-handover", "*/load-release"], "milestone": "handed_over"},
        },
        "common": 0.3,
    }
    file = written(folder, f"plan-{plan.fact.lower()}", MARKET_START, {"plan": site}, years=9)
    days = buildsim.run(file, replications=REPLICATIONS, engine="kernel").finishes.pivot(
        index="replication", columns="milestone", values="days"
    )
    return (days["handed_over"].fillna(np.inf) - days["ground_broken"]).to_numpy() / MONTH


def written(folder: Path, name: str, start: date, sites: dict[str, Any], years: int) -> Path:
    """The file of a scenario."""
    scenario = {
        "schema": 1,
        "name": name,
        "start": start.isoformat(),
        "as_of": AS_OF,
        "horizon": f"{years} years",
        "sites": sites,
    }
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
    return file


def people_part(folder: Path) -> list[str]:
    """The table of people on site."""
    rows = []
    for each in HEAD_COUNTS:
        sites = " and ".join(f"`{site}`" for site in each.sites)
        when = f"on {each.first}" if each.first == each.last else f"most up to {each.last}"
        people = world(folder, each.start).people[each.fact]
        rows.append(compared(each.fact, f"{sites}, {when}", people, ",.0f", each.why))
    return [PEOPLE_TEXT, table(("fact", "people", "kept aside", *FOUND), rows)]


def months_part(folder: Path) -> list[str]:
    """The table of months to build."""
    rows = []
    for plan in PLANS:
        size = f"{plan.mw:g} MW IT" if plan.buildings == 1 else f"{plan.buildings} times {plan.mw:g} MW IT"
        what = f"{kept_aside()[plan.fact]['quantity']}: {size} in `{plan.region}`"
        rows.append(compared(plan.fact, what, planned_months(folder, plan), ".1f", plan.why))
    for each in REACHED:
        months = world(folder, each.start).months(each)
        rows.append(compared(each.fact, each.what, months, ".1f", each.why))
    return [MONTHS_TEXT, table(("fact", "what", "months kept aside", *FOUND), rows)]


FOUND = ("P10–P50–P90", "median", "why it deviates")


def compared(fact: str, what: str, found: Any, form: str, why: str) -> tuple[str, ...]:
    """A row that sets a result beside a fact."""
    claim, (low, mid, high) = stated(fact), spread(found)
    numbers = "–".join("> horizon" if np.isinf(value) else f"{value:{form}}" for value in (low, mid, high))
    return fact, what, "–".join(f"{value:,g}" for value in claim), numbers, verdict(mid, claim[0], claim[2]), why


def construction_part(folder: Path) -> list[str]:
    """Both tables."""
    return [*people_part(folder), *months_part(folder)]
