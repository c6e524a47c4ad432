"""Random scenarios for the laws that every engine must obey."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from buildsim.compile.compile import compile_network
from buildsim.engine.reference.simulate import simulate
from buildsim.loading.project import load_scenario
from buildsim.network.network import Network
from buildsim.outcome.outcome import Outcome
from buildsim.sampling.draw import draw as draw_samples
from buildsim.sampling.samples import Samples

# ties and zero lengths on purpose: few distinct values, many of them equal
LENGTHS = ["0 days", "1 day", "1 day", "2 days", "3 days", "0.5 days", "pert(1, 2, 6) days", "uniform(0, 2) days"]
LAGS = ["", "", "", " + 1 day", " + 2 days", " + uniform(0, 2) days", " + 30 min", " + 4 workhours"]
CALENDARS = {
    "day-shift": {"days": "mon-fri", "hours": "08:00-16:00"},
    "six-days": {"days": "mon-sat", "holidays": ["2026-01-07"], "productivity": 0.8},
}
START = "2026-01-05"
REPLICATIONS = 4


def play(network: Network, first: int = 0, count: int = REPLICATIONS) -> tuple[Samples, Outcome]:
    """A few replications, the same at every call."""
    samples = draw_samples(network, 3, first, count)
    return samples, simulate(network, samples)


@st.composite
def _pools(draw: st.DrawFn) -> dict[str, Any]:
    pools: dict[str, Any] = {}
    for name in draw(st.sampled_from([(), ("p",), ("p", "q"), ("p", "q", "r")])):
        later = draw(st.lists(st.tuples(st.integers(6, 20), st.integers(0, 4)), max_size=2, unique_by=lambda x: x[0]))
        capacity = [{"at": START, "value": draw(st.integers(2, 4))}]
        # the last step is large enough for every need, so that nothing waits for ever
        capacity += [{"at": f"2026-01-{day:02}", "value": value} for day, value in sorted(later)]
        capacity += [{"at": "2026-01-25", "value": 4}]
        pools[name] = {"capacity": capacity, "bypass": draw(st.sampled_from([True, True, False]))}
        if draw(st.booleans()):
            pools[name]["market"] = [{"at": START, "value": 1}, {"at": "2026-01-25", "value": 0}]
        if draw(st.integers(0, 3)) == 0:
            pools[name]["uncertainty"] = "uniform(1, 1.6)"
    return pools


@st.composite
def _supplies(draw: st.DrawFn) -> dict[str, Any]:
    supplies: dict[str, Any] = {
        "steel": {"unit": "unit", "lead": draw(st.sampled_from(["3 days", "uniform(0, 9) days"]))}
    }
    allocation = draw(st.sampled_from(["fifo", "priority", "pro_rata", "shares"]))
    wafer: dict[str, Any] = {
        "capacity": [
            {"at": START, "value": f"{draw(st.integers(3, 12))} wafer/week"},
            {"at": "2026-02-02", "value": "20 wafer/week"},
        ],
        "interpolate": draw(st.sampled_from(["step", "linear"])),
        "period": "1 week",
        "cycle": draw(st.sampled_from(["0 days", "3 days", "7 days", "uniform(1, 10) days"])),
        "yields": draw(st.sampled_from(["100 %", "85 %"])),
        "initial_stock": f"{draw(st.integers(0, 5))} wafers",
    }
    quotas = draw(st.sampled_from([None, (0.25, 0.75), (0.5, 0.3)]))
    supplies["wafer"] = {"unit": "wafer", "line": wafer}
    for product, share in zip(("chip", "board"), quotas or (None, None), strict=True):
        need: dict[str, Any] = {"need": f"{draw(st.integers(1, 3))} wafer"}
        if share is not None:
            need["share"] = share
        supplies[product] = {
            "unit": "gpu",
            "line": {
                "capacity": f"{draw(st.integers(2, 9))} gpu/week",
                "period": "1 week",
                "cycle": draw(st.sampled_from(["0 days", "2 days", "16 days"])),
                "inputs": {"wafer": need},
                "allocation": allocation,
            },
        }
        if draw(st.booleans()):
            supplies[product]["line"]["max_stock"] = "12 gpus"
    if allocation == "shares":
        supplies["chip"]["line"]["shares"] = {"north": 0.6, "market": 0.3}
    if draw(st.booleans()):
        supplies["chip"]["market"] = {
            "demand": f"{draw(st.integers(1, 3))} gpu/week",
            "backlog": "3 gpus",
            "patience": draw(st.sampled_from(["3 weeks", "1 week", "1 day"])),
            "priority": draw(st.integers(0, 1)),
            "uncertainty": "uniform(0.5, 1.5)",
        }
    return supplies


@st.composite
def _activity(draw: st.DrawFn, earlier: list[str], pools: list[str], supplies: list[str]) -> dict[str, Any]:
    activity: dict[str, Any] = {"priority": draw(st.sampled_from([0, 0, 0, 1]))}
    moldable = bool(pools) and draw(st.integers(0, 4)) == 0
    if moldable:
        activity["labor"] = "48 labor-hours"
        activity["crew"] = {pools[0]: {"min": 1, "max": draw(st.integers(1, 3))}}
    else:
        activity["duration"] = draw(st.sampled_from(LENGTHS))
        units = {pool: draw(st.integers(0, 2)) for pool in pools}
        activity["crew"] = {pool: count for pool, count in units.items() if count}
    if draw(st.integers(0, 3)) == 0:
        activity["calendar"] = draw(st.sampled_from(sorted(CALENDARS)))
    before = draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else []
    activity["after"] = [
        f"{name} {draw(st.sampled_from(['FS', 'FS', 'SS', 'FF', 'SF']))}{draw(st.sampled_from(LAGS))}"
        for name in before
    ]
    gating = sum(link.split()[1] in ("FS", "SS") for link in activity["after"])
    activity["join"] = draw(st.sampled_from(["all", "all", "any", 2])) if gating >= 2 else "all"
    if draw(st.integers(0, 5)) == 0:
        activity["not_before"] = draw(st.sampled_from(["2026-01-06", "2026-01-08"]))
    if supplies and draw(st.integers(0, 2)) == 0:
        supply = draw(st.sampled_from(supplies))
        unit = "unit" if supply == "steel" else "wafer" if supply == "wafer" else "gpu"
        places = [
            None,
            "2026-01-07",
            "-1 week",
            *(f"{name} start" for name in earlier),
            *(f"{n} finish" for n in earlier),
        ]
        place = draw(st.sampled_from(places))
        order = {"supply": supply, "quantity": f"{draw(st.integers(1, 8))} {unit}", "priority": draw(st.integers(0, 1))}
        if draw(st.integers(0, 3)) == 0:
            order["reserved_from"] = draw(st.sampled_from(["2026-01-05", "2026-01-20"]))
        activity["orders"] = {"it": order | ({} if place is None else {"place": place})}
    if not moldable and draw(st.integers(0, 5)) == 0:
        activity["retest"] = {"probability": 0.5, "passes": draw(st.integers(1, 3))}
    if draw(st.integers(0, 5)) == 0:
        activity["branch"] = "maybe"
    return activity


@st.composite
def _actuals(draw: st.DrawFn, activities: dict[str, Any]) -> dict[str, Any]:
    """Some activities have finished by the data date, others have started; some orders have been delivered."""
    happened: dict[str, Any] = {}
    orders: dict[str, Any] = {}
    for name, activity in activities.items():
        has_happened = draw(st.sampled_from(["no", "no", "started", "finished"]))
        if has_happened == "no" or "retest" in activity:
            continue
        happened[name] = {"start": draw(st.sampled_from(["2026-01-02", "2026-01-06", "2026-01-07"]))}
        if has_happened == "finished":
            happened[name]["finish"] = draw(st.sampled_from(["2026-01-07", "2026-01-09"]))
        elif "labor" in activity:
            happened[name]["crew"] = activity["crew"]["p"]["min"]
        elif draw(st.booleans()):
            happened[name]["remaining"] = "2 days"
        if "orders" in activity and draw(st.booleans()):
            orders[f"{name}:it"] = {"placed": "2026-01-02", "delivered": "2026-01-05"}
    return {"activities": happened, "orders": orders}


@st.composite
def scenarios(draw: st.DrawFn, *, plain: bool = False) -> dict[str, Any]:
    """A scenario document; ``plain``: no pools, supplies, calendars, branches, and all-joins only."""
    pools = {} if plain else draw(_pools())
    supplies = {} if plain or draw(st.booleans()) else draw(_supplies())
    sites: dict[str, Any] = {}
    for site in draw(st.sampled_from([("north",), ("north", "south")])):
        activities: dict[str, Any] = {}
        for number in range(draw(st.integers(1, 6))):
            activity = draw(_activity(list(activities), list(pools), list(supplies)))
            if plain:
                for key in ("calendar", "retest", "branch"):
                    activity.pop(key, None)
                activity["join"] = "all"
            activities[f"a{number}"] = activity
        for name in {*draw(st.lists(st.sampled_from(list(activities)), max_size=1)), list(activities)[-1]}:
            activities[name]["milestone"] = f"done-{name}"
        sites[site] = {"activities": activities, "branches": {"maybe": {"probability": 0.6}}}
        if draw(st.integers(0, 3)) == 0:
            sites[site]["start"] = draw(st.sampled_from(["2026-01-07", "2026-01-02"]))
        if draw(st.integers(0, 3)) == 0:
            sites[site]["deadline"] = "2026-01-20"
    scenario: dict[str, Any] = {
        "schema": 1,
        "name": "random",
        "start": START,
        "horizon": "200 days",
        "rule": draw(st.sampled_from(["fifo", "lft", "lst", "least_slack", "index"])),
        "ties": draw(st.sampled_from(["index", "drawn"])),
        "sites": sites,
        "pools": pools,
        "supplies": supplies,
    }
    if not plain:
        if draw(st.integers(0, 3)) == 0:
            scenario["data_date"] = "2026-01-12"
            for site in sites.values():
                site["actuals"] = draw(_actuals(site["activities"]))
        scenario["calendars"] = CALENDARS
        # at a fixed seed one of probability 0.5 strikes in the same few replications of every network, or in none
        leak = draw(st.sampled_from([0.5, 1]))
        scenario["risks"] = {
            "leak": {"probability": leak, "factor": "uniform(1, 2)", "days": "1.5 days", "targets": ["*/a*"]},
            "luck": {"probability": 1, "factor": "uniform(0.5, 1.5)", "targets": ["*/a[02]"]},
        }
        scenario["disruptions"] = {
            "strike": {"start": "2026-01-08", "duration": "2 days", "stops": ["*/a[01]"]},
            "storm": {"per_year": 12, "duration": "uniform(0, 3) days", "stops": ["*/a*"]},
        }
        if "p" in pools:
            scenario["disruptions"]["recall"] = {"start": "2026-01-12", "duration": "4 days", "capacity": {"p": 0.5}}
    return scenario


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], Network]:
    """Compiles a scenario document (JSON is YAML)."""
    folder = tmp_path_factory.mktemp("random")

    def compile_document(document: dict[str, Any]) -> Network:
        file: Path = folder / "scenario.yaml"
        file.write_text(json.dumps(document))
        return compile_network(load_scenario(file)).network

    return compile_document
