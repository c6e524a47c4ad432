"""Levelings worked out by hand, from the file to the file that is written."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from buildsim.errors import InputError, UnknownNameError
from buildsim.studies.level import LevelResult, check_target, level, scenario_text, to_document
from buildsim.studies.run import run_scenario

# The stack can begin at once, the lift only after the permit of a day, and after it come 20 days more. To keep the
# crane idle for that day ends it all on day 22; to grant it to who is there first, as any rule does, on day 31.
CRANE = """\
schema: 1
name: crane
start: 2026-01-05
replications: 50
pools:
  crane: {capacity: 1}
sites:
  here:
    start: 2026-01-07
    activities:
      stack: {duration: 10 days, crew: {crane: 1}}
      permit: {kind: permit, duration: "pert(0.5, 1, 4) days"}
      lift: {duration: 1 day, crew: {crane: 1}, after: [permit]}
      fit-out: {duration: 20 days, after: [lift]}
      done: {after: [fit-out, stack], milestone: full_capacity}
"""
TWO = """\
schema: 1
name: two
start: 2026-01-05
replications: 5
pools:
  crane: {capacity: 1}
sites:
  north:
    activities:
      lift: {duration: 10 days, crew: {crane: 1}, milestone: first_power}
      racks: {duration: 1 day, after: [lift], milestone: first_gpu}
  south:
    activities:
      lift: {duration: 4 days, crew: {crane: 1}, milestone: first_gpu}
      more: {duration: 2 days, after: [lift]}
"""


@pytest.fixture
def run(tmp_path: Path):
    def of(text: str, **options) -> LevelResult:
        (tmp_path / "plan.yaml").write_text(text)
        return level(tmp_path / "plan.yaml", **{"schedules": 80, **options})

    return of


def planned(result: LevelResult) -> dict[str, tuple[float | None, float | None]]:
    return {name: (each.planned_before_days, each.planned_after_days) for name, each in result.sites.items()}


@pytest.mark.parametrize("rule", ["fifo", "lft", "lst", "least_slack", "index"])
def test_a_crane_is_kept_idle_for_what_is_urgent(run, rule):
    result = run(CRANE + f"rule: {rule}\n")
    assert planned(result) == {"here": (31.0, 22.0)}
    assert [each.activity for each in result.moves if each.not_before] == ["here/stack"]
    moves = {each.activity: each.days for each in result.moves}
    assert moves == {"here/lift": -9.0, "here/stack": 2.0, "here/fit-out": -9.0, "here/done": -9.0}
    assert set(result.leveling) == {"here/stack", "here/lift"}


def test_what_it_does_under_uncertainty_is_that_of_the_written_plan(run, tmp_path):
    result = run(CRANE)
    (tmp_path / "better.yaml").write_text(scenario_text(result, tmp_path / "plan.yaml", tmp_path / "better.yaml"))
    before = run_scenario(tmp_path / "plan.yaml").result.sites["here"].milestones["full_capacity"]
    after = run_scenario(tmp_path / "better.yaml").result.sites["here"].milestones["full_capacity"]
    site = result.sites["here"]
    assert after.deterministic_days == site.planned_after_days == 22.0
    assert (before.p80_days, after.p80_days) == (site.p80_before_days, site.p80_after_days)
    assert site.change.before == pytest.approx(before.mean_days)
    assert site.change.after == pytest.approx(after.mean_days)
    assert site.change.more > 0  # the date holds the stack in vain where the permit is late
    assert site.change.less > site.change.more


def test_sites_share_the_gain_of_whoever_waits_least(run):
    result = run(TWO)
    assert planned(result) == {"north": (11.0, 15.0), "south": (14.0, 4.0)}
    assert all(each.counts for each in result.sites.values())


def test_of_one_site_alone_or_another_milestone(run):
    north = run(TWO, site="north")
    assert planned(north) == {"north": (11.0, 11.0), "south": (14.0, 14.0)}
    assert (north.moves, north.leveling) == ((), {})
    assert [each.counts for each in north.sites.values()] == [True, False]
    power = run(TWO, milestone="first_power")
    assert {name: each.milestone for name, each in power.sites.items()} == {"north": "first_power"}
    with pytest.raises(UnknownNameError, match="nroth"):
        run(TWO, site="nroth")
    with pytest.raises(UnknownNameError, match="first_gpus"):
        run(TWO, milestone="first_gpus")


def test_too_few_schedules_change_nothing(run):
    result = run(CRANE, schedules=3)
    assert (result.schedules, result.moves) == (0, ())
    assert planned(result) == {"here": (31.0, 31.0)}
    assert result.sites["here"].change.mean == 0.0


def test_the_same_seed_finds_the_same(run):
    assert to_document(run(TWO)) == to_document(run(TWO))


def test_both_engines_find_the_same(run):
    pytest.importorskip("numba")
    results = [to_document(run(CRANE, engine=name)) for name in ("reference", "kernel")]
    for document in results:
        del document["engine"]
    assert results[0] == results[1]


def test_what_was_leveled_before_stays_leveled(run, tmp_path):
    own = "leveling:\n  here/stack: {not_before: 2026-01-20}\n  here/permit: {not_before: 2026-01-10}\n"
    result = run(CRANE + own)
    (tmp_path / "better.yaml").write_text(scenario_text(result, tmp_path / "plan.yaml", tmp_path / "better.yaml"))
    after = run_scenario(tmp_path / "better.yaml").result.sites["here"].milestones["full_capacity"]
    assert after.deterministic_days == result.sites["here"].planned_after_days == 25.0
    assert str(result.leveling["here/permit"].not_before) == "2026-01-10"


def test_the_json_is_of_the_published_form(run):
    schema = json.loads(files("buildsim.present").joinpath("level.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for result in (run(CRANE), run(CRANE, schedules=3), run(TWO.replace("4 days", "11 years"))):
        document = json.loads(json.dumps(to_document(result)))
        assert [error.message for error in validator.iter_errors(document)] == []
        assert set(document) == set(schema["properties"])


def test_where_it_may_be_written(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(CRANE)
    check_target(plan, tmp_path / "better.yaml")
    check_target("quickstart", plan)
    with pytest.raises(InputError, match="the scenario itself"):
        check_target(str(plan), tmp_path / "." / "plan.yaml")
    with pytest.raises(InputError, match="no name of a scenario's file"):
        check_target(plan, tmp_path / "Better.yaml")
    with pytest.raises(InputError, match="no name of a scenario's file"):
        check_target(plan, tmp_path / "better.txt")
