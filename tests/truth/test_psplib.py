"""PSPLIB: the greedy run gives exactly the makespans of an independent parallel schedule generation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from groundtruth.play import ENGINES
from groundtruth.psplib import RULES, Makespans, makespans, violations
from groundtruth.schedule import Dated, of_instance

from buildsim.cli.main import main

SETS = {"j30": 20, "j60": 20, "j120": 20}
THROUGH_THE_COMMANDS = ("j306_8", "j6013_5", "j12011_5")


@pytest.fixture(scope="module")
def instances(truth: Path) -> list[Makespans]:
    return makespans(truth)


def test_all_instances_are_there(truth: Path, instances: list[Makespans]) -> None:
    assert {name: sum(each.set == name for each in instances) for name in SETS} == SETS
    assert {file.stem for file in (truth / "psplib" / "sm").glob("*.sm")} == {each.instance for each in instances}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("rule", RULES)
def test_makespans_and_feasibility(truth: Path, instances: list[Makespans], engine, rule) -> None:
    differ, infeasible = {}, {}
    for each in instances:
        file = truth / "psplib" / "sm" / f"{each.instance}.sm"
        dated: Dated = of_instance(file, rule, engine)
        if dated.makespan != each.by_rule[RULES[rule]]:
            differ[each.instance] = (dated.makespan, each.by_rule[RULES[rule]])
        if wrong := list(violations(file, dated.start, dated.finish)):
            infeasible[each.instance] = wrong
    assert (differ, infeasible) == ({}, {})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", THROUGH_THE_COMMANDS)
def test_the_same_through_the_commands(truth: Path, instances, tmp_path: Path, engine, name: str) -> None:
    expected = next(each.by_rule for each in instances if each.instance == name)
    assert main(["import", str(truth / "psplib" / "sm" / f"{name}.sm"), "-o", str(tmp_path)]) == 0
    for rule in ("lft", "lst"):
        out = tmp_path / f"{rule}.json"
        scenario = str(tmp_path / f"{name}.yaml")
        assert main(["run", scenario, "-n", "1", "--rule", rule, "--engine", engine, "--json", str(out)]) == 0
        milestone = json.loads(out.read_text())["sites"][name]["milestones"]["finish"]
        assert milestone["p50_days"] == expected[RULES[rule]]


def test_the_check_finds_what_is_wrong(truth: Path) -> None:
    file = truth / "psplib" / "sm" / "j309_3.sm"
    dated = of_instance(file, "lft", ENGINES[0])
    assert not list(violations(file, dated.start, dated.finish))
    length = {job: dated.finish[job] - dated.start[job] for job in dated.start}
    last = max(dated.finish)  # the sink, which nothing follows
    too_early = violations(file, {**dated.start, last: 0.0}, {**dated.finish, last: length[last]})
    assert any("before job" in line for line in too_early)
    too_long = violations(file, dated.start, {**dated.finish, last: dated.finish[last] + 1})
    assert list(too_long) == [f"job {last} runs from {dated.start[last]} to {dated.finish[last] + 1}, not 0 periods"]
    all_at_once = violations(file, dict.fromkeys(length, 0.0), length)
    assert any("is over its" in line for line in all_at_once)
    assert list(violations(file, {}, {})) == ["not all jobs are scheduled"]
