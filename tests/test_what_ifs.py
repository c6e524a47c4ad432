"""The shipped what-ifs: all run and have a verdict for each expectation, and at full length the recorded one."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from buildsim.datafiles import shipped
from buildsim.loading.alone import read_alone
from buildsim.schema.scenario import Scenario

Script = Callable[[str], ModuleType]


def with_variants() -> list[str]:
    models = ((name, read_alone("scenario", name).model) for name in shipped("scenarios"))
    return [name for name, model in models if isinstance(model, Scenario) and model.variants]


@pytest.fixture
def what_ifs(script: Script) -> ModuleType:
    return script("what_ifs")


def test_verdicts_are_recorded_for_each(what_ifs: ModuleType) -> None:
    """So that the tests below run on something once a what-if is shipped."""
    recorded = {row.scenario for row in what_ifs.recorded()}
    assert recorded == set(with_variants()), "python benchmarks/what_ifs.py"


def test_the_listing_is_current(script: Script, what_ifs: ModuleType) -> None:
    text = what_ifs.README.read_text(encoding="utf-8")
    current = script("blocks").is_current(text, what_ifs.LISTING, what_ifs.listing())
    assert current, "python benchmarks/what_ifs.py writes it anew"


@pytest.mark.parametrize("name", with_variants())
def test_each_expects_something(name: str) -> None:
    scenario = read_alone("scenario", name).model
    assert isinstance(scenario, Scenario)
    assert scenario.question
    assert {each.variant for each in scenario.expect} == set(scenario.variants)


@pytest.mark.parametrize("name", with_variants())
def test_it_runs(what_ifs: ModuleType, name: str) -> None:
    pytest.importorskip("numba")
    result = what_ifs.played(name, replications=20)
    found = what_ifs.verdicts(result)
    assert [row[:-1] for row in found] == [row[:-1] for row in what_ifs.recorded() if row.scenario == name]
    assert {row.verdict for row in found} <= {"agrees", "disagrees", "undecided"}
    for variant in result.variants.values():
        for each in variant.expected:
            # left out are at most those in which neither date is reached
            assert 20 - min(each.change.missing_before, each.change.missing_after) <= each.change.pairs <= 20
            assert each.change.pairs == 0 or each.change.low <= each.change.mean <= each.change.high
    assert what_ifs.answer(result)


@pytest.mark.slow
@pytest.mark.parametrize("name", with_variants())
def test_directions_at_full_length(script: Script, what_ifs: ModuleType, name: str) -> None:
    pytest.importorskip("numba")
    result = what_ifs.played(name)
    assert what_ifs.verdicts(result) == [row for row in what_ifs.recorded() if row.scenario == name]
    text = what_ifs.README.read_text(encoding="utf-8")
    assert script("blocks").is_current(text, name, what_ifs.answer(result)), f"python benchmarks/what_ifs.py {name}"
