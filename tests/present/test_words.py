"""Findings in words."""

from __future__ import annotations

from datetime import date

import pytest

from buildsim.present import words
from buildsim.studies.evidence import SiteEvidence
from buildsim.studies.headline import key_milestone, read_first


@pytest.mark.parametrize(
    ("category", "said"),
    [
        ("work:shell", "work: shell"),
        ("pool:electricians", "waiting for electricians"),
        ("supply:gb200-nvl72>hbm3e", "gb200-nvl72: short of hbm3e"),
        ("supply:transformer>lead", "transformer: lead time"),
        ("supply:racks>max_stock", "racks: full stock"),
        ("supply:hbm3e", "hbm3e: its capacity"),
        ("constraint:site-start", "the site's start"),
        ("unheard:of", "unheard:of"),
    ],
)
def test_categories(category, said):
    assert words.category(category) == said


def test_the_milestones_that_are_read_first():
    names = ["hall-1", "full_capacity", "first_gpu", "first_power"]
    assert read_first(names) == ["first_power", "first_gpu", "full_capacity"]
    assert key_milestone(names) == "first_gpu"
    assert read_first(["b", "a"]) == ["b", "a"]
    assert key_milestone(["b", "a"]) == "a"
    assert key_milestone(["other", "full_capacity", "first_power"]) == "full_capacity"
    assert [words.milestone(name) for name in ("first_gpu", "hall-1_done")] == ["First GPU", "Hall 1 done"]


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0%"), (0.001, "<1%"), (0.5, "50%"), (0.999, ">99%"), (1, "100%"), (0.994, "99%")]
)
def test_none_and_all_are_exact(share, said):
    assert words.percent(share) == said


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (1, "activity", "1 activity"),
        (2, "activity", "2 activities"),
        (0, "pool", "0 pools"),
        (1200, "site", "1,200 sites"),
    ],
)
def test_counts(number, noun, said):
    assert words.count(number, noun) == said


@pytest.mark.parametrize(
    ("at_day", "start", "finish"), [(0.0, 1, 1), (1.0, 2, 1), (1.001, 2, 2), (0.999, 1, 1), (10.5, 11, 11)]
)
def test_a_finish_is_the_date_of_its_last_minute(at_day, start, finish):
    origin = date(2026, 1, 1)
    assert (words.start_date(origin, at_day) - origin).days + 1 == start
    assert (words.finish_date(origin, at_day) - origin).days + 1 == finish


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.5, "50%"), (0.0, "0%"), (1.0, "100%"), (0.001, "<1%"), (-0.001, ">-1%"), (-0.2, "-20%"), (-1.3, "-130%")],
)
def test_shares_may_be_negative(share, said):
    assert words.signed_percent(share) == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((2, 1, 0), "2 sourced facts and 1 assumption"),
        ((0, 0, 3), "3 numbers without a stated origin"),
        ((2, 0, 1), "2 sourced facts, 0 assumptions and 1 number without a stated origin"),
    ],
)
def test_provenance(counts, said):
    assert words.provenance(SiteEvidence({}, *counts)) == said
