"""Compile's work grows as the plan does: what all sites or halls ask alike is answered once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from buildsim.compile import facts
from buildsim.compile.compile import compile_network
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
def project(tmp_path) -> Callable[..., Project]:
    """A plan of so many equal sites, of so many equal phases with so many equal halls each."""
    (tmp_path / "catalogs").mkdir()
    (tmp_path / "catalogs" / "c.yaml").write_text(CATALOG)

    def load(sites: int, phases: int = 1, halls: int = 2) -> Project:
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
            "sites": {f"s{i}": site for i in range(sites)},
        }
        file = tmp_path / "plan.yaml"
        file.write_text(json.dumps(scenario))
        return load_scenario(file)

    return load


def bytecodes(project: Project) -> int:
    """How many bytecodes Python executes to compile a project."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        compile_network(project)
    finally:
        sys.settrace(before)
    return count


def test_work_grows_linearly_with_the_sites(project):
    compile_network(project(2))  # what is computed once in a process
    few, more, most = (bytecodes(project(sites)) for sites in (8, 24, 40))
    assert most - more < 1.05 * (more - few)


def test_work_grows_linearly_with_the_phases_of_a_site(project):
    compile_network(project(1))
    few, more, most = (bytecodes(project(1, phases, halls=1)) for phases in (8, 24, 40))
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
