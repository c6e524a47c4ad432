"""What a spread rests on, as tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from buildsim.present import words
from buildsim.present.reliance import FILES
from buildsim.present.report import report_text


def section(answer, width: int = 100) -> list[list[str]]:
    """The words of each line from the section's title on."""
    _, _, found = report_text(answer, width).partition(words.RESTS_ON)
    return [line.split() for line in found.splitlines()]


def row(lines: list[list[str]], name: str) -> list[str]:
    return next(line[len(name.split()) :] for line in lines if line[: len(name.split())] == name.split())


def test_it_is_there_only_if_it_was_asked_for(answer, answer_with_evidence):
    assert words.RESTS_ON not in report_text(answer, 100)
    assert report_text(answer_with_evidence, 100).count(words.RESTS_ON) == 2


@pytest.mark.parametrize("width", [80, 120])
def test_it_keeps_to_its_width(answer_with_evidence, width):
    assert max(map(len, report_text(answer_with_evidence, width).splitlines())) <= width


def test_classes_have_a_share_and_its_interval_for_each_milestone(answer_with_evidence):
    lines = section(answer_with_evidence)
    assert row(lines, "spread") == ["60", "days", "60", "days", ">", "horizon"]
    assert row(lines, "assumed") == ["40", "60%", "60%", "–"]
    after = lines[next(i for i, line in enumerate(lines) if line[:1] == ["assumed"]) + 1]
    assert after == ["(50", "to", "70)", "(50", "to", "70)"]
    assert row(lines, "any") == ["42", "90%", "90%", "–"]
    assert row(lines, "none") == ["10", "–", "–", "–"]


def test_what_is_below_zero_is_printed_as_it_is(answer_with_evidence):
    lines = section(answer_with_evidence)
    assert row(lines, "weak") == ["3", "-5%", "-5%", "–"]
    assert row(lines, "stale") == ["2", ">-1%", ">-1%", "–"]
    assert "(-13 to 1)" in report_text(answer_with_evidence, 100)


def test_how_to_read_it_is_said_once(answer_with_evidence):
    north = answer_with_evidence.result.sites["north"]
    result = replace(answer_with_evidence.result, sites={"north": north, "south": north})
    found = answer_with_evidence.reliance
    both = replace(
        answer_with_evidence,
        result=result,
        evidence=dict.fromkeys(("north", "south"), answer_with_evidence.evidence["north"]),
        reliance=replace(found, sites=dict.fromkeys(("north", "south"), found.sites["north"])),
    )
    text = " ".join(report_text(both, 100).split())
    assert (text.count(words.RESTS_ON), text.count(words.SHARES)) == (3, 1)


def test_each_class_shown_is_explained_and_shares_are_too(answer_with_evidence):
    text = " ".join(report_text(answer_with_evidence, 100).split())
    assert words.SHARES in text
    for name in ("assumed", "weak", "stale", "extrapolated", "any", "none"):
        assert f"{name}: {words.FLAWS[name]}" in text
    assert "unstated" not in text
    found = answer_with_evidence.reliance
    inline = replace(answer_with_evidence, reliance=replace(found, classes={**found.classes, "unstated": 3}))
    assert f"unstated: {words.FLAWS['unstated']}" in " ".join(report_text(inline, 100).split())


def test_the_files_that_carry_most_come_first_and_small_ones_not_at_all(answer_with_evidence):
    lines = section(answer_with_evidence)
    files = [line for line in lines if line[:1] == ["catalog"]]
    assert [line[1] for line in files] == [f"c{i}" for i in range(10, 2, -1)]
    assert len(files) == FILES
    assert files[0] == ["catalog", "c10", "7", "10%", "10%", "–"]
