"""The report of what-ifs from a hand-made result."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from buildsim.analysis.paired import paired
from buildsim.present import words
from buildsim.present.what_if import explained_milestones, what_if_text
from buildsim.studies.compare import Binding, IdleChange, SiteChange
from buildsim.studies.what_if import Expected, VariantResult, WhatIfResult

STILL = paired(np.full(40, 5.0), np.full(40, 5.0))
MOVED = paired(np.arange(40.0), np.arange(40.0) - np.where(np.arange(40) < 30, 12.0, -3.0))
LOST = replace(MOVED, pairs=38, missing_after=2)
IDLE = IdleChange("GPU-days", paired(np.full(40, 4e6), np.linspace(1e6, 2e6, 40)))
BINDING = Binding(
    {"work:shell": 90.0, "supply:gb200-nvl72>hbm3e": 30.5, "permit:air": 20.0, "pool:electricians": 1.0},
    {"supply:gb200-nvl72>hbm3e": 60.0},
)


def site(change=STILL, idle=None) -> SiteChange:
    milestones = {"first_power": STILL, "first_gpu": change, "first_rack": change}
    return SiteChange(milestones, dict.fromkeys(milestones, BINDING), idle)


def expected(subject: str, direction: str, verdict: str) -> Expected:
    return Expected(
        site="north",
        subject=subject,
        direction=direction,  # type: ignore[arg-type]
        source="A paper (A press)",
        assumption=None,
        fact="LAB-001",
        confidence="medium",
        note="since \x1b[31mtents[/red] need no steel",
        change=MOVED,
        margin=7.0,
        verdict=verdict,  # type: ignore[arg-type]
    )


@pytest.fixture
def variant() -> VariantResult:
    sites = {"north": site(LOST, IDLE), "south": site(), "west": site()}
    rows = (expected("first_rack", "earlier", "agrees"), expected("idle", "unchanged", "disagrees"))
    return VariantResult("Tents", "As at New Albany.", None, "0" * 64, ("stale",), sites, rows)


def text(variant: VariantResult, width: int = 80) -> str:
    result = WhatIfResult(
        "tents", None, "What do tents save?", 1, 40, "auto", "kernel", "0" * 64, {}, ("old facts",), (), {"t": variant}
    )
    return what_if_text(result, width)


@pytest.mark.parametrize("width", [70, 80, 120])
def test_it_keeps_to_its_width(variant, width):
    lines = text(variant, width).splitlines()
    assert max(map(len, lines)) <= width
    assert "\x1b" not in "".join(lines)
    found = " ".join(text(variant, width).split())
    for share in ("75% 25%", "-8.2", "first rack", "disagrees"):
        assert share.lower() in found.lower()


def test_what_it_says(variant):
    found = " ".join(text(variant, 120).split())
    assert "Compared with the scenario as it is. As at New Albany." in found
    assert "First GPU is compared in 38 replications; by the horizon it is not reached in 0 before the change" in found
    assert "No milestone moves in any replication at south, west." in found
    assert "north: million GPU-days of racks delivered and not yet being set up" in found
    assert "On average 4.0 before and 1.5 after." in found
    assert "north: First rack earlier agrees A paper (A press); LAB-001; since" in found
    assert "north: unchanged idle racks, within 5% of what it was disagrees" in found
    assert "north: what binds First rack, mean days before and after" in found
    assert "90.0 work: shell 60.0 gb200-nvl72: short of hbm3e" in found
    assert "Warnings of this variant - stale" in found
    assert "Warnings - old facts" in found


def test_idle_racks_are_shown_where_they_are_asked_for(variant):
    assert "GPU-days" not in text(replace(variant, expected=variant.expected[:1]))


def test_what_binds_is_said_of_what_moves_or_should(variant):
    assert explained_milestones(variant, "north") == ["first_rack"]
    nothing = replace(variant, expected=())
    assert explained_milestones(nothing, "north") == ["first_gpu"]
    assert explained_milestones(nothing, "south") == []


def test_moves_in_words():
    assert [words.move(value) for value in (None, -12.34, 0.04, -0.04, 3.0, -2345.6)] == [
        "?",
        "-12.3",
        "0.0",
        "0.0",
        "+3.0",
        "-2,346",
    ]
    assert words.move(2.5e6, 1e6) == "+2.5"
