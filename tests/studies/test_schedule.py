"""The schedule's tables on plans small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from buildsim.studies.run import run_scenario
from buildsim.studies.tabular import rows

HEAD = """\
schema: 1
name: small
start: 2026-01-05
replications: 200
"""

Tables = Callable[[str], dict[str, pd.DataFrame]]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    def made(body: str) -> dict[str, pd.DataFrame]:
        file = tmp_path / "small.yaml"
        file.write_text(HEAD + body)
        return dict(run_scenario(file, details=True).tables)

    return made


def of(table: pd.DataFrame, activity: str, column: str, site: str = "here") -> float:
    return float(table.set_index("activity").loc[f"{site}/{activity}", column])


PARALLEL = """\
sites:
  here:
    activities:
      left: {duration: "pert(10, 14, 20) days"}
      right: {duration: "pert(10, 11, 20) days"}
      end: {duration: 2 days, after: [left, right], milestone: done}
      aside: {duration: 1 day}
"""


def test_of_two_parallel_activities_one_is_critical(tables: Tables) -> None:
    drivers = tables(PARALLEL)["drivers"]
    left, right = of(drivers, "left", "criticality"), of(drivers, "right", "criticality")
    assert left + right == pytest.approx(1)
    assert 0 < right < left
    assert of(drivers, "end", "criticality") == 1
    assert of(drivers, "aside", "criticality") == 0
    assert np.isnan(of(drivers, "end", "cruciality"))
    assert of(drivers, "end", "ssi") == 0
    assert set(drivers["milestone"]) == {"done"}


def test_total_float_is_that_of_the_plan(tables: Tables) -> None:
    schedule = tables(PARALLEL)["schedule"]
    assert {name: of(schedule, name, "total_float") for name in ("left", "right", "end", "aside")} == {
        "left": 0,
        "right": 3,
        "end": 0,
        "aside": 15,
    }
    assert of(schedule, "end", "planned_start") == 14
    assert of(schedule, "end", "planned_finish") == 16
    late = tables(PARALLEL.replace("    activities:", "    deadline: 2026-01-19\n    activities:"))["schedule"]
    assert of(late, "left", "total_float") == -1


def test_along_a_chain_covariances_with_the_end_sum_to_its_variance(tables: Tables) -> None:
    drivers = tables("""\
sites:
  here:
    activities:
      first: {duration: "uniform(10, 40) days"}
      second: {duration: "uniform(10, 20) days", after: [first], milestone: done}
""")["drivers"]
    share = drivers["cruciality"] * drivers["ssi"]  # cov(x, T) / var(T), as each is always critical
    assert share.sum() == pytest.approx(1, abs=1e-5)
    # the spreads are as 3 to 1
    assert of(drivers, "first", "ssi") == pytest.approx(3 / 10**0.5, abs=0.1)


def test_waits_by_cause(tables: Tables) -> None:
    made = tables("""\
pools: {crane: {capacity: 1}}
supplies: {steel: {unit: unit, lead: 30 days}}
calendars: {weekdays: {days: mon-fri, hours: "00:00-24:00"}}
sites:
  here:
    activities:
      dig: {duration: 10 days, crew: {crane: 1}}
      lift: {duration: 3 days, crew: {crane: 1}, milestone: lifted}
      frame: {duration: 5 days, after: [dig], orders: {steel: {supply: steel, quantity: 1 unit}}, milestone: framed}
      paint: {duration: 1 day, after: [lift FS + 5 days], calendar: weekdays, milestone: painted}
""")
    waits = made["waits"][["activity", "cause", "mean_days"]].values.tolist()
    # lift ends on a Sunday, 13 days on, so paint is ready on a Friday: it waits for none
    assert waits == [["here/lift", "pool:crane", 10.0], ["here/frame", "supply:steel>lead", 20.0]]
    assert of(made["schedule"], "frame", "start_p50") == 30


def test_a_wait_for_closed_time(tables: Tables) -> None:
    waits = tables("""\
calendars: {weekdays: {days: mon-fri, hours: "00:00-24:00"}}
disruptions:
  storm: {start: 2026-01-12, duration: 2 days, stops: ["*/paint"]}
sites:
  here:
    activities:
      dig: {duration: 5 days}
      paint: {duration: 1 day, after: [dig], calendar: weekdays, milestone: painted}
""")["waits"]
    assert waits[["activity", "cause", "mean_days"]].values.tolist() == [
        ["here/paint", "calendar:weekdays", 2.0],
        ["here/paint", "disruption:storm", 2.0],
    ]


def test_dates_are_over_the_replications_in_which_it_takes_place(tables: Tables) -> None:
    schedule = tables("""\
sites:
  here:
    branches: {maybe: {probability: 0.3}}
    activities:
      dig: {duration: 5 days}
      rock: {duration: 9 days, after: [dig], branch: maybe}
      end: {duration: 1 day, after: [rock], milestone: done}
""")["schedule"]
    assert of(schedule, "rock", "present") == pytest.approx(0.3, abs=0.1)
    assert of(schedule, "rock", "finish_p10") == 14
    assert np.isnan(of(schedule, "rock", "planned_start"))
    assert np.isnan(of(schedule, "rock", "total_float"))
    assert of(schedule, "end", "finish_p50") == 6
    assert of(schedule, "end", "finish_p90") == 15


def test_beyond_the_horizon_there_is_no_number(tables: Tables) -> None:
    made = tables("""\
horizon: 15 days
sites:
  here:
    activities:
      dig: {duration: "uniform(10, 20) days"}
      end: {duration: 30 days, after: [dig], milestone: done}
""")
    row = rows(made["schedule"])[0]
    assert row["finish_p10"] < 15
    assert (row["finish_p80"], row["finish_p90"]) == (None, None)
    assert made["drivers"][["criticality", "cruciality", "ssi"]].isna().all(axis=None)


def test_links_have_their_planned_lags(tables: Tables) -> None:
    links = tables("""\
supplies: {steel: {unit: unit, lead: "uniform(10, 30) days"}}
calendars: {weekdays: {days: mon-fri, hours: "08:00-16:00"}}
sites:
  here:
    activities:
      dig: {duration: 5 days}
      pour: {duration: 5 days, after: [dig SS + 2 days]}
      cure: {duration: 5 days, after: [pour + 5 workdays], calendar: weekdays}
      frame:
        duration: 5 days
        orders: {steel: {supply: steel, quantity: 1 unit, place: dig finish}}
        milestone: framed
""")["links"]
    assert links.values.tolist() == [
        ["here/dig", "here/pour", "SS", 2.0, "link"],
        ["here/pour", "here/cure", "FS", 7.0, "link"],
        ["here/dig", "here/frame", "FS", 20.0, "order"],
    ]
