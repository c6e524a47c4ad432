"""Small schedules with the dates of two other schedulers, by the rules of P6 and of MS Project."""

from __future__ import annotations

from datetime import datetime

import pytest
from groundtruth.play import ENGINES
from groundtruth.schedule import NEGATIVE_LAG, SCHEDULERS, SCHEDULES, compare, expected, moments, of_schedule

from buildsim.compile.compile import compile_network
from buildsim.errors import InputError
from buildsim.loading.project import load_scenario

NAMES = sorted(file.stem for file in SCHEDULES.glob("*.yaml"))

OTHER_STARTS = {"DC_LAGS_HOLIDAYS": ("comm",)}
"""Successors of a finish-to-finish link: others delay their start, here the finish is stretched (semantics 6)."""


def test_each_expectation_has_its_scenario() -> None:
    assert sorted(file.name.removesuffix(".expected.json") for file in SCHEDULES.glob("*.expected.json")) == NAMES
    assert len(NAMES) == 5


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("name", NAMES)
def test_dates(name: str, scheduler: str, engine) -> None:
    agreement = compare(of_schedule(name, engine), name, scheduler)
    assert agreement.finishes == agreement.activities
    assert agreement.other_starts == OTHER_STARTS.get(name, ())


@pytest.mark.parametrize("engine", ENGINES)
def test_work_before_a_finish_to_finish_link_starts_earlier(engine) -> None:
    start, finish = moments(of_schedule("DC_LAGS_HOLIDAYS", engine))["comm"]
    theirs = expected(SCHEDULES / "DC_LAGS_HOLIDAYS.expected.json")["primavera"]["comm"]
    assert (start, finish) == (datetime(2027, 5, 6, 8), theirs.finish)
    assert start < theirs.start


def test_a_negative_lag_is_refused_with_its_place() -> None:
    file = SCHEDULES / "DC_LAGS_HOLIDAYS.yaml"
    lines = file.read_text().splitlines()
    with pytest.raises(InputError) as refused:
        compile_network(load_scenario(file))
    (problem,) = refused.value.problems
    assert NEGATIVE_LAG in lines[problem.line - 1]
    assert "a lag cannot be negative" in problem.message
    assert "steel SS + ..." in str(problem)
