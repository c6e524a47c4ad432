"""PSPLIB: with 1,000 schedules the search comes near to the best known makespans, and what it finds can be done."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest
from groundtruth.leveled import level_instance
from groundtruth.psplib import makespans, violations

MOST = {"j30": 1.0, "j60": 2.0, "j120": 6.0}
"""Mean percent above the best known makespan."""


@pytest.mark.slow
def test_gaps_at_a_thousand_schedules(truth: Path) -> None:
    pytest.importorskip("numba")
    gaps: dict[str, list[float]] = defaultdict(list)
    for each in makespans(truth):
        file = truth / "psplib" / "sm" / f"{each.instance}.sm"
        found = level_instance(file, 1000, 1, "kernel")
        assert found.schedules <= 1000
        assert list(violations(file, found.dated.start, found.dated.finish)) == []
        assert found.dated.makespan <= found.makespan
        assert found.makespan >= each.best_known
        gaps[each.set].append(100 * (found.makespan / each.best_known - 1))
    assert {name: len(found) for name, found in gaps.items()} == dict.fromkeys(MOST, 20)
    assert {name: fmean(found) for name, found in gaps.items() if fmean(found) > MOST[name]} == {}


@pytest.mark.parametrize("name", ["j306_8", "j309_3"])
def test_few_schedules_are_better_than_one_justified(truth: Path, name: str) -> None:
    file = truth / "psplib" / "sm" / f"{name}.sm"
    known = next(each for each in makespans(truth) if each.instance == name)
    found = level_instance(file, 100, 1, "reference")
    assert list(violations(file, found.dated.start, found.dated.finish)) == []
    assert known.best_known <= found.makespan < known.by_rule["P-LFT+FBI"]
