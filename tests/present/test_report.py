"""The report of a run from a hand-made answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, TextIOWrapper
from itertools import pairwise

import pytest

from buildsim.present.console import as_text, console
from buildsim.present.paths import path_report, step_table
from buildsim.present.report import report_text
from buildsim.present.waterfall import ROWS, waterfall
from buildsim.studies.evidence import RealDate

from .conftest import START, milestone, site, steps


def changed(answer, **changes):
    """The answer with its one site changed."""
    north = replace(answer.result.sites["north"], **changes)
    return replace(answer, result=replace(answer.result, sites={"north": north}))


@pytest.mark.parametrize("width", [80, 120])
def test_it_keeps_to_its_width_without_colour(answer, width):
    lines = report_text(answer, width).splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)
    assert "\x1b" not in "".join(lines)


def test_milestones_come_in_the_order_in_which_they_are_read(answer):
    text = report_text(answer, 80)
    titles = ["campus: 200 replications, seed 1", "north, owner acme", "First power", "First GPU", "Full capacity"]
    positions = [text.index(title) for title in [*titles, "Real dates", "Why First GPU", "Driving path", "Warnings"]]
    assert positions == sorted(positions)
    assert "80% chance of finishing on or before" in " ".join(text.split())


def test_a_row_has_dates_days_interval_and_the_plan(answer):
    lines = report_text(answer, 80).splitlines()
    row = next(i for i, line in enumerate(lines) if line.startswith("First GPU"))
    assert lines[row].split()[2:] == ["2025-03-07", "2025-03-27", "2025-04-16", "2025-05-06", "2025-03-22"]
    assert lines[row + 1].split() == [*["280", "days", "300", "days", "320", "days", "340", "days"], "295", "d,", "30%"]
    assert lines[row + 2].split() == ["(277–?)", "(297–?)", "(317–?)", "(337–?)", "P80", "+25", "d"]


def test_real_dates_stand_beside_the_forecast(answer):
    text = report_text(answer, 100)
    assert "Real dates beside the forecast (public plan, assumptions marked, not the owner's data)" in text
    assert "First GPU  2025-04-03  2025-03-27  7 days later, between P10 and P90" in text
    assert " - First GPU: Release \\x1b[31m(Acme). By the end" in text
    assert "The forecast rests on 41 sourced facts and 1 assumption." in text


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (0, "the same day, between"),
        (-30, "30 days earlier, before P10"),
        (41, "41 days later, after P90"),
        (-1, "1 day earlier"),
    ],
)
def test_where_a_real_date_falls(answer, after, said):
    evidence = answer.evidence["north"]
    record = RealDate(START + timedelta(days=299 + after), source=None, assumption="a", note=None)
    text = report_text(replace(answer, evidence={"north": replace(evidence, records={"first_gpu": record})}), 120)
    assert said in text
    assert "assumption: a." in text


def test_why_is_a_waterfall_whose_bars_follow_each_other(answer):
    lines = report_text(answer, 80).splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("Why First GPU takes 300 days")) + 2
    assert [line.split("  ")[0] for line in lines[first : first + 5]] == [
        "gb200-nvl72: short of hbm3e",
        "permit: air-permit",
        "work: fit-out",
        "waiting for electricians",
        "First GPU",
    ]
    ends = [(line.index("█"), line.rindex("█") + 1) for line in lines[first : first + 5]]
    assert all(before[1] == after[0] for before, after in pairwise(ends[:4]))
    assert (ends[0][0], ends[3][1]) == ends[4]
    assert lines[first].split()[-3:] == ["120.0", "40%", "100%"]
    assert lines[first + 4].split()[-2:] == ["300.0", "100%"]


def test_small_bars_are_summed_and_the_sum_stays():
    days = {f"work:w{i}": 100.0 - i for i in range(ROWS + 5)}
    lines = as_text(waterfall(days, dict.fromkeys(days, 0.5), "all"), 80).splitlines()
    assert len(lines) == 1 + ROWS + 1 + 1
    assert lines[1].split()[-1] == "50%"
    assert lines[-2].startswith("5 smaller ones ")
    shown = sum(float(line.split()[-3]) for line in lines[1:-2]) + float(lines[-2].split()[-2])
    assert shown == sum(days.values()) == float(lines[-1].split()[-2].replace(",", ""))


def test_a_bar_without_unicode():
    stream = TextIOWrapper(BytesIO(), encoding="ascii")
    console(stream, 60).print(waterfall({"work:a": 3.0, "work:b": 1.0}, {"work:a": 1.0, "work:b": 0.5}, "all"))
    stream.flush()
    assert b"###" in stream.buffer.getvalue()


def test_the_driving_path_in_words(answer):
    lines = report_text(answer, 100).splitlines()
    path = lines[lines.index("Driving path to First GPU (the replication that is the P50)") + 2 :][:4]
    assert path[0] == "2024-06-01  2024-09-04   96.0  permit: the permit's own time"
    assert path[1].endswith("120.0  p/h/racks: gb200-nvl72: hbm3e was the limiting input")


def test_short_steps_are_summed_where_they_stand():
    path = steps(*((f"s/a{i}", "work:w", days, "own work") for i, days in enumerate([1.0, 50.0, 2.0, 3.0, 40.0, 0.5])))
    text = as_text(step_table("s", site({"finish": milestone(96.5)}, path), path, longest=2), 80)
    assert [line.split(maxsplit=3)[2:] for line in text.splitlines()[1:]] == [
        ["1.0", "a0: own work"],
        ["50.0", "a1: own work"],
        ["5.0", "2 shorter steps: work 5.0 days"],
        ["40.0", "a4: own work"],
        ["0.5", "a5: own work"],
    ]


def test_what_lies_beyond_the_horizon_is_said(answer):
    unreached = milestone(None, reached=0.25, deterministic_days=None, contingency_days=None)
    text = report_text(
        changed(
            answer,
            milestones={"first_gpu": unreached},
            driving_path={"first_gpu": ()},
            attribution={"first_gpu": {}},
            blocked_at_horizon={"first_gpu": {"pool:electricians": 0.5, "supply:x>lead": 0.25}},
        ),
        100,
    )
    assert text.count("> horizon") >= 5
    said = "First GPU is reached in 25% of the replications; the others stand at: waiting for electricians 50%,"
    assert f"{said} x: lead time 25%" in " ".join(text.split())
    assert "Driving path" not in text


def test_deadlines(answer):
    soon = {"first_gpu": milestone(300, deadline_probability=0.125)}
    text = report_text(changed(answer, deadline=date(2025, 3, 1), milestones=soon), 100)
    assert "Chance of finishing by the deadline, 2025-03-01: First GPU 12%." in text


def test_warnings_are_not_taken_for_markup(answer):
    assert " - pool electricians is saturated: [red]98%[/red]" in report_text(answer, 80)


def test_owners_of_several_sites(answer):
    north = answer.result.sites["north"]
    both = replace(answer.result, sites={"north": north, "south": north})
    text = report_text(replace(answer, result=both, evidence=dict.fromkeys(both.sites, answer.evidence["north"])), 80)
    assert "Owner acme: north, south" in text
    assert "Owner acme" not in report_text(answer, 80)


def test_the_whole_path_and_its_chain(answer):
    north = answer.result.sites["north"]
    text = as_text(path_report("north", north, "first_gpu"), 100)
    assert text.startswith("north: driving path to First GPU, 300.0 days (the replication that is the P50)\n")
    assert "supply 120.0 days, permit 96.0 days, work 54.0 days, pool 30.0 days" in text
    assert "The same: the path waited for no units" in text
    chain = steps(("south/fit-out", "work:fit-out", 300.0, "own work"))
    other = path_report("north", replace(north, resource_chain={"first_gpu": chain}), "first_gpu")
    assert as_text(other, 100).splitlines()[-1] == "2024-06-01  2025-03-27  300.0  south/fit-out: own work"
