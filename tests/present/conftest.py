from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from buildsim.analysis.milestones import MilestoneResult
from buildsim.analysis.paired import paired
from buildsim.analysis.result import OwnerResult, PathStep, SiteResult, StudyResult
from buildsim.analysis.spread import Share
from buildsim.studies.answer import Answer
from buildsim.studies.evidence import RealDate, SiteEvidence
from buildsim.studies.order_by import OrderByResult, OrderDate, Seen
from buildsim.studies.reliance import CLASSES, MilestoneReliance, Reliance

START = date(2024, 6, 1)


def milestone(p50: float | None, **changes: Any) -> MilestoneResult:
    """A milestone whose percentiles lie 20 days apart."""
    days = {10: -20, 50: 0, 80: 20, 90: 40}
    at = {percent: None if p50 is None else p50 + off for percent, off in days.items()}
    dates = {f"p{percent}": None if day is None else START + timedelta(days=day - 1) for percent, day in at.items()}
    found = MilestoneResult(
        mean_days=p50,
        **{f"p{percent}_days": day for percent, day in at.items()},
        **dates,
        ci95_days={f"p{percent}": (None if day is None else day - 3, None) for percent, day in at.items()},
        reached=1.0,
        deterministic_days=None if p50 is None else p50 - 5,
        deterministic_probability=0.3,
        deadline_probability=None,
        contingency_days=25.0,
    )
    return replace(found, **changes)


def steps(*stretches: tuple[str, str, float, str]) -> tuple[PathStep, ...]:
    """A path from (activity, category, days, why), without gaps from day 0."""
    found, day = [], 0.0
    for activity, category, days, why in stretches:
        found.append(PathStep(activity, category.partition(":")[0], category, day, day + days, days, why))
        day += days
    return tuple(found)


def site(milestones: Mapping[str, MilestoneResult], path: tuple[PathStep, ...], **changes: Any) -> SiteResult:
    days: dict[str, float] = {}
    for step in path:
        days[step.category] = days.get(step.category, 0.0) + step.days
    largest_first = dict(sorted(days.items(), key=lambda item: -item[1]))
    found = SiteResult(
        owner="acme",
        start=START,
        deadline=None,
        milestones=milestones,
        attribution=dict.fromkeys(milestones, largest_first),
        driving_path=dict.fromkeys(milestones, path),
        criticality={name: dict.fromkeys(days, 1.0) for name in milestones},
        blocked_at_horizon={name: {} for name in milestones},
        resource_chain=dict.fromkeys(milestones, path),
    )
    return replace(found, **changes)


PATH = steps(
    ("north/permit", "permit:air-permit", 96.0, "the permit's own time"),
    ("north/p/h/racks", "supply:gb200-nvl72>hbm3e", 120.0, "gb200-nvl72: hbm3e was the limiting input"),
    ("north/p/h/fit-out", "pool:electricians", 30.0, "waited for electricians (40 needed)"),
    ("north/p/h/fit-out", "work:fit-out", 54.0, "own work"),
)


@pytest.fixture
def answer() -> Answer:
    north = site({"full_capacity": milestone(400), "first_power": milestone(250), "first_gpu": milestone(300)}, PATH)
    result = StudyResult(
        scenario="campus",
        seed=1,
        replications=200,
        engine="auto",
        inputs_hash="0" * 64,
        versions={"buildsim": "0", "numpy": "0", "python": "0", "scipy": "0"},
        start=START,
        data_date=START,
        as_of=START,
        horizon_days=3652.0,
        warnings=("pool electricians is saturated: [red]98%[/red]",),
        sites={"north": north},
        owners={"acme": OwnerResult(north.milestones, north.attribution, north.criticality, north.blocked_at_horizon)},
    )
    records = {"first_gpu": RealDate(START + timedelta(days=299 + 7), "Release \x1b[31m(Acme)", None, "By the end")}
    return Answer(result, {"north": SiteEvidence(records, 41, 1, 0)}, pd.DataFrame, "reference", {})


@pytest.fixture
def answer_with_evidence(answer: Answer) -> Answer:
    """The same answer, with what its spreads rest on: files 1 to 10 carry 10% to 1% of the first GPU's."""
    classes = {"assumed": 40, "unstated": 0, "weak": 3, "stale": 2, "extrapolated": 0, "any": 42, "none": 10}
    found = {
        "assumed": Share(24.0, 0.6, (0.5, 0.7)),
        "unstated": Share(60.0, 0.0, (0.0, 0.0)),
        "weak": Share(63.0, -0.05, (-0.126, 0.011)),
        "stale": Share(60.2, -0.0033, None),
        "extrapolated": Share(60.0, 0.0, (0.0, 0.0)),
        "any": Share(6.0, 0.9, (0.85, 0.93)),
        "none": Share(None, None, None),
    }
    assert tuple(found) == CLASSES
    files = {f"catalog c{i}": Share(60 - 0.6 * i, i / 100, None) for i in range(1, 11)}
    files["catalog nothing"] = Share(59.9, 0.001, None)
    own = MilestoneReliance(60.0, found, files)
    none = MilestoneReliance(
        None, dict.fromkeys(CLASSES, Share(None, None, None)), dict.fromkeys(files, own.classes["none"])
    )
    sites = {"north": {"full_capacity": none, "first_power": own, "first_gpu": own}}
    return replace(answer, reliance=Reliance(classes, dict.fromkeys(files, 7), sites))


@pytest.fixture
def order_dates() -> OrderByResult:
    """Racks that are planned too late, transformers that are overdue, signs that can wait."""
    moved = paired(np.zeros(40), np.linspace(25, 35, 40))
    still = paired(np.zeros(40), np.zeros(40))
    rack = OrderDate(
        site="north",
        item="rack",
        quantity=1392.0,
        unit="rack",
        orders=6,
        milestone="first_gpu",
        planned=date(2026, 9, 1),
        overdue=False,
        lead_days=320.25,
        earliest=date(2026, 3, 2),
        latest=date(2026, 8, 10),
        margin_days=-22,
        late_share=0.075,
        month=moved,
        at_earliest=paired(np.full(40, 20.0), np.zeros(40)),
        reached=0.975,
        monotone=False,
        seen=(Seen(date(2026, 3, 2), 0.0), Seen(date(2026, 8, 10), 0.075), Seen(date(2030, 12, 30), 1.0)),
    )
    overdue = {"planned": date(2025, 12, 1), "overdue": True, "latest": date(2026, 3, 2), "margin_days": 0}
    transformer = replace(rack, item="transformer", unit="unit", **overdue, late_share=0.0, monotone=True, reached=1.0)
    waits = {"planned": None, "lead_days": None, "latest": None, "margin_days": None, "month": None}
    sign = replace(transformer, site="south", item="sign", **waits, overdue=False, at_earliest=still)
    return OrderByResult(
        scenario="campus",
        title=None,
        seed=1,
        replications=40,
        engine="auto",
        engine_used="reference",
        inputs_hash="0" * 64,
        versions={"buildsim": "0", "numpy": "0", "python": "0", "scipy": "0"},
        as_of=date(2026, 3, 2),
        horizon=date(2031, 1, 1),
        risk=0.1,
        least_lead_days=60.0,
        left_out=2,
        warnings=("old [red]facts\x1b[31m",),
        announcements=(),
        items=(rack, transformer, sign),
    )
