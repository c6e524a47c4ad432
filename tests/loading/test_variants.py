"""Variants of a scenario and expectations of them: which values they set, and mistakes in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from buildsim.errors import InputError, Problem, UnknownNameError
from buildsim.loading.project import Project, load_scenario

SCENARIO = """\
schema: 1
name: plan
start: 2026-01-05
sources:
  paper: {title: Paper, publisher: Press}
sites:
  east: {activities: {dig: {duration: 9 days, milestone: done}}}
  west: {activities: {dig: {duration: 9 days}}}
set:
  sites.west.activities.dig.duration: 7 days
variants:
  quick: {title: Quick, set: {sites.east.activities.dig.duration: 5 days}}
  both: {title: Both, base: quick, set: {sites.west.activities.dig.duration: 4 days}}
  alone: {title: Alone, set: {sites: {east: {activities: {dig: {duration: 3 days}}}}}}
expect:
  - {variant: quick, site: east, milestone: done, direction: earlier, source: paper, note: less to do}
"""


@pytest.fixture
def load(tmp_path: Path):
    def of(variant: str | None = None, old: str = "", new: str = "", overrides=()) -> Project:
        assert old in SCENARIO
        file = tmp_path / "plan.yaml"
        file.write_text(SCENARIO.replace(old, new) if old else SCENARIO)
        return load_scenario(file, overrides, variant=variant)

    return of


@pytest.fixture
def problems(load):
    def of(old: str, new: str) -> list[Problem]:
        return list(InputError(load(None, old, new).problems).problems)

    return of


def days(project: Project) -> dict[str, float]:
    durations = {name: site.activities["dig"].duration for name, site in project.sites.items()}
    return {name: duration[0].value.value for name, duration in durations.items() if duration is not None}


def test_a_variant_is_set_after_the_scenario_and_what_it_stands_on(load):
    assert days(load()) == {"east": 9, "west": 7}
    assert days(load("quick")) == {"east": 5, "west": 7}
    assert days(load("both")) == {"east": 5, "west": 4}
    assert days(load("both", overrides=[("sites.east.activities.dig.duration", "1 day")])) == {"east": 1, "west": 4}


def test_a_variant_may_leave_sites_out(load):
    assert days(load("alone")) == {"east": 3}


def test_each_has_its_own_hash(load):
    hashes = {load(variant).inputs_hash for variant in (None, "quick", "both", "alone")}
    assert len(hashes) == 4


def test_a_variant_that_there_is_not(load):
    with pytest.raises(UnknownNameError, match="did you mean quick") as caught:
        load("quik")
    assert caught.value.expected == "one of quick, both, alone"


def test_wrong_overrides_of_a_variant_are_shown_where_they_stand(load):
    project = load("quick", "quick: {title: Quick, set: {sites.east", "quick: {title: Quick, set: {sites.eest")
    (problem,) = project.problems
    assert (problem.line, problem.column, problem.hint) == (12, 31, "west")


def test_a_value_that_is_set_twice_is_wrong_where_it_was_set_last(load):
    project = load("both", "dig.duration: 4 days", "dig.duration: 4 dys")
    (problem,) = project.problems
    assert (problem.line, problem.hint) == (13, "days")


@pytest.mark.parametrize(
    ("old", "new", "place", "said", "hint"),
    [
        ("base: quick", "base: quik", (13, 29), "no variant called 'quik'", "quick"),
        ("variant: quick", "variant: quik", (16, 15), "no variant called 'quik'", "quick"),
        ("variant: quick, site: east", "variant: quick, site: eats", (16, 28), "no site called 'eats'", "east"),
        ("direction: earlier", "direction: erlier", (16, 62), '"erlier"', "earlier"),
        ("direction: earlier", "direction: less", (16, 5), "a milestone does not become 'less'", None),
        ("east, milestone: done", "east, milestone: done, measure: idle", (16, 5), "about one thing", None),
        ("east, milestone: done", "east, measure: idel", (16, 43), '"idel"', "idle"),
        ("source: paper", "source: papr", (16, 79), "no source 'papr'", "paper"),
        ("source: paper, ", "", (16, 5), "nothing says where this expectation comes from", None),
        ("title: Quick, ", "", (12, 10), "this key is missing", None),
        ("set: {sites.east.activities.dig.duration: 5 days}", "set: {}", (12, 30), "got a mapping", None),
        ("set: {sites.west", "set: {seed: 4, sites.west", (13, 48), "played with the scenario's `seed`", None),
        ("set: {sites.west", "set: {horizon: 2 years, sites.west", (13, 51), "with the scenario's `horizon`", None),
    ],
)
def test_mistakes(problems, old, new, place, said, hint):
    (problem,) = problems(old, new)
    assert said in problem.message
    assert problem.hint == hint
    assert (problem.line, problem.column) == place


def test_all_mistakes_at_once(problems):
    found = problems("variant: quick, site: east", "variant: quik, site: wets")
    assert [(each.hint, each.column) for each in found] == [("quick", 15), ("west", 27)]


def test_variants_that_stand_on_each_other(problems):
    found = problems("quick: {title: Quick,", "quick: {title: Quick, base: both,")
    assert [(each.line, each.message) for each in found] == [
        (12, "the variants stand on each other: quick -> both -> quick"),
        (13, "the variants stand on each other: both -> quick -> both"),
    ]


@pytest.mark.parametrize("key", ["variants", "expect"])
def test_they_cannot_be_overridden(load, key):
    (problem,) = load(overrides=[(key, {})]).problems
    assert f"cannot change `{key}`" in problem.message
