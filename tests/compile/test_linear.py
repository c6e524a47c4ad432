"""Compile's work grows as the plan does: what all sites or halls ask alike is answered once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from buildsim.compile import facts
from buildsim.compile.compile import compile_network
from buildsim.errors import InputError
from buildsim.loading.project import Project, load_scenario

CATALOG = """
schema: 1
catalog: c
title: Three templates
templates:
  hall:
    assumption: for the test
    per: hall
    branches: {maybe: {probability: 0.7}}
    activities:
      pad: {duration: 10 days, branch: maybe}
      work:
        labor: 900 labor-hours per MW IT
        crew: {crew: {min: 2, max: 6}}
        after: [pad, permit + 2 weeks]
        orders: {pumps: {supply: pump, quantity: 2 units per rack, place: permit finish}}
        retest: {probability: 0.1, passes: 2}
  phase:
    assumption: for the test
    per: phase
    activities:
      hand-over: {duration: 3 days, after: ["*/work"], join: any}
  site:
    assumption: for the test
    per: site
    activities:
      permit: {duration: "pert(20, 30, 60) days", kind: permit}
      hook-up: {duration: 2 workdays, after: ["*/work", permit SS + 3 days], join: 2}
"""


@pytest.fixture
def plan(tmp_path) -> Callable[..., Path]:
    """A scenario file of so many equal sites, of so many equal phases with so many equal halls each."""
    (tmp_path / "catalogs").mkdir()
    (tmp_path / "catalogs" / "c.yaml").write_text(CATALOG)

    def write(sites: int, phases: int = 1, halls: int = 2, own: bool = False) -> Path:
        hall = {"it": "20 MW IT", "racks": "100 racks"}
        site = {
            "strategies": {"halls": "hall", "phases": "phase", "grid": "site"},
            "phases": {f"p{k}": {"halls": {f"h{i}": hall for i in range(halls)}} for k in range(phases)},
            "risks": {"strike": {"probability": 0.1, "days": "5 days", "targets": ["*/work"]}},
            "actuals": {"activities": {"permit": {"start": "2025-12-01", "finish": "2025-12-20"}}},
        }
        scenario = {
            "schema": 1,
            "name": "plan",
            "start": "2026-01-05",
            "catalogs": ["c"],
            "pools": {"crew": {"capacity": 50}},
            "supplies": {"pump": {"unit": "unit", "lead": "3 weeks"}},
            "correlate": {"weather": {"rho": 0.3, "targets": ["*/pad", "stage:hook-up"]}},
            "sites": {f"s{i}": {**site, **(defined_by(i) if own else {})} for i in range(sites)},
        }
        file = tmp_path / "plan.yaml"
        file.write_text(json.dumps(scenario))
        return file

    return write


@pytest.fixture
def project(plan) -> Callable[..., Project]:
    """The same, loaded."""
    return lambda *size, **more: load_scenario(plan(*size, **more))


def defined_by(site: int) -> dict[str, Any]:
    """What a site defines for itself."""
    return {
        "owner": f"owner-{site}",
        "pools": {f"crew-{site}": {"capacity": 50}},
        "supplies": {f"pump-{site}": {"unit": "unit", "lead": "3 weeks"}},
        "calendars": {f"week-{site}": {"days": "mon-fri"}},
        "correlate": {"pumps": {"rho": 0.5, "targets": [f"supply:pump-{site}", "*/work"]}},
        "use": {"pump": f"pump-{site}"},
        "activities": {"tidy": {"duration": "1 day", "calendar": f"week-{site}", "crew": {f"crew-{site}": 2}}},
    }


def bytecodes(work: Callable[[], Any]) -> int:
    """How many bytecodes Python executes for some work."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def test_work_grows_linearly_with_the_sites(project):
    compile_network(project(2))  # what is computed once in a process
    few, more, most = (bytecodes(partial(compile_network, project(sites))) for sites in (8, 24, 40))
    assert most - more < 1.05 * (more - few)


def test_work_grows_linearly_with_sites_that_define_for_themselves(project):
    compile_network(project(2, own=True))
    few, more, most = (bytecodes(partial(compile_network, project(sites, own=True))) for sites in (8, 24, 40))
    assert most - more < 1.05 * (more - few)


def test_loading_grows_linearly_with_sites_that_define_for_themselves(plan):
    load_scenario(plan(2, own=True))
    few, more, most = (bytecodes(partial(load_scenario, plan(sites, own=True))) for sites in (8, 24, 40))
    assert most - more < 1.05 * (more - few)


def test_work_grows_linearly_with_the_phases_of_a_site(project):
    compile_network(project(1))
    few, more, most = (bytecodes(partial(compile_network, project(1, phases, halls=1))) for phases in (8, 24, 40))
    assert most - more < 1.05 * (more - few)


def test_a_fact_of_a_template_is_weighed_once_for_all_halls(project, monkeypatch):
    weighed = []

    def counting(where: Any, *rest: Any) -> Any:
        weighed.append(where.path)
        return original(where, *rest)

    original = facts.counting
    monkeypatch.setattr(facts, "counting", counting)
    compile_network(project(3, 2, 2))
    of_templates = [path for path in weighed if path[0] == "templates"]
    assert len(of_templates) == len(set(of_templates)) == 6


def write_catalog(folder: Path, walks: dict[str, Any]) -> None:
    """A catalog of templates per site, each of one activity."""
    templates = {
        name: {"assumption": "for the test", "per": "site", "activities": {"walk": body}}
        for name, body in walks.items()
    }
    catalog = {"schema": 1, "catalog": "own", "title": "Templates", "templates": templates}
    (folder / "own.yaml").write_text(json.dumps(catalog))


def test_what_is_wrong_with_a_templates_activity_is_said_of_every_site(tmp_path):
    site = {"strategies": {"grid": "per-hall"}}
    scenario = {
        "schema": 1,
        "name": "plan",
        "start": "2026-01-05",
        "catalogs": ["own"],
        "sites": {"one": site, "two": site},
    }
    write_catalog(tmp_path, {"per-hall": {"duration": "2 days per hall"}})
    file = tmp_path / "plan.yaml"
    file.write_text(json.dumps(scenario))
    with pytest.raises(InputError) as error:
        compile_network(load_scenario(file))
    messages = [problem.message for problem in error.value.problems]
    assert messages == [f"'per hall' counts nothing: {name} has no halls" for name in ("one", "two")]


def test_sites_of_one_template_have_their_own_sizes_and_names(tmp_path):
    def site(halls: int, crew: str) -> dict[str, Any]:
        phases = {"p": {"halls": {f"h{i}": {"racks": "10 racks"} for i in range(halls)}}}
        return {"strategies": {"grid": "racks"}, "phases": phases, "use": {"rack": crew}, "start": "2026-02-02"}

    orders = {"racks": {"supply": "rack", "quantity": "1 unit per rack"}}
    scenario = {
        "schema": 1,
        "name": "plan",
        "start": "2026-01-05",
        "supplies": {name: {"unit": "unit", "lead": "3 weeks"} for name in ("air", "liquid")},
        "catalogs": ["own"],
        "sites": {"one": site(1, "air"), "two": site(2, "liquid"), "three": site(2, "air")},
    }
    write_catalog(tmp_path, {"racks": {"duration": "2 days per hall", "orders": orders}})
    file = tmp_path / "plan.yaml"
    file.write_text(json.dumps(scenario))
    network = compile_network(load_scenario(file)).network
    days = [network.variables[v].distribution.planned() for v in network.activities.variable.tolist() if v >= 0]
    assert days == [2, 4, 4]
    assert network.orders.quantity.tolist() == [10, 20, 20]
    assert [network.supplies.name[supply] for supply in network.orders.supply.tolist()] == ["air", "liquid", "air"]
