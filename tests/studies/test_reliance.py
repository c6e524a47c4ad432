"""What share of a spread rests on which facts, on networks whose answers are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from buildsim.analysis.milestones import percentile
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.studies.reliance import CLASSES, COLUMNS, Reliance, from_json, reliance, table, to_json
from buildsim.studies.run import Run, run_scenario

HEAD = """\
schema: 1
name: hand
start: 2026-01-05
replications: 60
sources:
  good: {title: Good, publisher: X, date: 2025-06-01}
"""
SITE = "sites:\n  s:\n    activities:\n"
ASSUMED, SOUND, WEAK = "assumption: a guess", "source: good", "source: good, confidence: low"

Play = Callable[..., Run]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    def run(text: str, **options: object) -> Run:
        file = tmp_path / "hand.yaml"
        file.write_text(HEAD + text)
        return run_scenario(file, **options)

    return run


def activity(name: str, length: str, said: str, *more: str) -> str:
    fields = ", ".join([f'duration: {{value: "{length}", {said}}}', f"milestone: {name}", *more])
    return f"      {name}: {{{fields}}}\n"


def days(run: Run, milestone: str) -> np.ndarray:
    ticks = run.findings.finish[:, run.network.milestones.name.index(milestone)]
    return ticks / TICKS_PER_DAY


def spread(values: np.ndarray) -> float:
    """P90 less P10, counted by hand: of 60 values the 54th less the 6th."""
    ordered = np.sort(values)
    return float(ordered[53] - ordered[5])


def left(found: Reliance, milestone: str) -> dict[str, float | None]:
    return {name: share.left_days for name, share in found.sites["s"][milestone].classes.items()}


def test_two_in_series_leave_the_spread_of_the_other(play):
    run = play(
        SITE
        + activity("a", "uniform(10, 30) days", ASSUMED)
        + activity("b", "uniform(10, 20) days", WEAK, "after: [a]")
    )
    found = reliance(run)
    a, b = days(run, "a"), days(run, "b") - days(run, "a")
    assert found.classes == {"assumed": 1, "unstated": 0, "weak": 1, "stale": 0, "extrapolated": 0, "any": 2, "none": 0}
    both = spread(a + b)
    assert left(found, "b") == pytest.approx(
        {
            "assumed": spread(b),
            "weak": spread(a),
            "unstated": both,
            "stale": both,
            "extrapolated": both,
            "any": 0.0,
            "none": both,
        }
    )
    shares = {name: share.share for name, share in found.sites["s"]["b"].classes.items()}
    assert shares["assumed"] == pytest.approx(1 - spread(b) / both)
    assert (shares["stale"], shares["any"], shares["none"]) == (0.0, 1.0, 0.0)
    # what comes before the other one does not rest on it
    assert found.sites["s"]["a"].classes["weak"].share == 0.0
    assert found.sites["s"]["a"].classes["weak"].ci95 == (0.0, 0.0)


def test_of_two_branches_the_later_hides_the_other(play):
    run = play(
        SITE
        + activity("a", "uniform(10, 30) days", ASSUMED)
        + activity("b", "uniform(10, 20) days", SOUND)
        + "      both: {after: [a, b], milestone: both}\n"
    )
    found = reliance(run)
    assert left(found, "both")["assumed"] == 0.0  # it comes on day 20, and the other one never later
    assert left(found, "both")["none"] == pytest.approx(spread(np.maximum(days(run, "a"), 15)))
    assert found.sites["s"]["both"].classes["assumed"].share == 1.0


def test_a_share_is_negative_where_what_is_held_had_hidden_a_larger_spread(play):
    outcomes = ", ".join(f"{day / 2}: 0.047" for day in range(80, 100))
    run = play(
        SITE
        + activity("a", "uniform(0, 30) days", SOUND)
        + activity("b", f"discrete(1: 0.06, {outcomes}) days", ASSUMED)
        + "      both: {after: [a, b], milestone: both}\n",
    )
    found = reliance(run)
    share = found.sites["s"]["both"].classes["assumed"]
    assert share.left_days == pytest.approx(spread(np.maximum(days(run, "a"), 1)))
    assert share.share is not None
    assert share.share < 0


def test_all_held_leaves_nothing(play):
    run = play(SITE + activity("a", "uniform(10, 30) days", ASSUMED) + activity("b", "3 days", SOUND, "after: [a]"))
    for name in ("any", "assumed"):
        share = reliance(run).sites["s"]["b"].classes[name]
        assert (share.left_days, share.share, share.ci95) == (0.0, 1.0, (1.0, 1.0))


def test_a_plan_without_chance_rests_on_nothing(play):
    found = reliance(play(SITE + activity("a", "10 days", ASSUMED)))
    assert set(found.classes.values()) == {0}
    assert found.files == {}
    assert {share.share for share in found.sites["s"]["a"].classes.values()} == {None}


def test_a_risk_is_as_its_probability(play):
    risk = (
        "risks:\n  leak: {probability: 0.5, targets: [s/a], assumption: a guess, "
        "days: {value: 'uniform(1, 9) days', source: good}}\n"
    )
    found = reliance(play(SITE + activity("a", "10 days", SOUND) + risk))
    assert (found.classes["assumed"], found.classes["none"]) == (1, 1)
    assert left(found, "a")["assumed"] == 0.0
    assert left(found, "a")["none"] == 5.0  # struck or not, by the median


def test_what_shares_a_factor_with_what_is_held_keeps_its_draws(play):
    text = SITE + activity("a", "uniform(10, 30) days", ASSUMED) + activity("b", "uniform(10, 20) days", SOUND)
    found = reliance(play(text.replace("    activities", "    common: 0.9\n    activities", 1)))
    assert found.sites["s"]["b"].classes["assumed"].share == 0.0


def test_stale_and_extrapolated_facts_are_held_with_their_whole_spread(play):
    text = (
        SITE
        + activity("a", "uniform(10, 30) days", "source: good, valid_to: 2025-12-31")
        + activity("b", "uniform(10, 20) days", SOUND, "after: [a]")
    )
    run = play(text)
    found = reliance(run)
    assert (found.classes["stale"], found.classes["extrapolated"], found.classes["any"]) == (1, 1, 1)
    b = days(run, "b") - days(run, "a")
    assert left(found, "b")["stale"] == left(found, "b")["extrapolated"] == pytest.approx(spread(b))


def test_files_are_held_one_by_one(play, tmp_path):
    (tmp_path / "catalogs").mkdir()
    (tmp_path / "catalogs" / "parts.yaml").write_text(
        "schema: 1\ncatalog: parts\ntitle: Parts\nsources: {good: {title: G, publisher: X, date: 2025-06-01}}\n"
        "templates:\n  shell:\n    per: site\n    source: good\n    activities:\n"
        "      frame: {duration: 'uniform(10, 20) days'}\n"
    )
    site = SITE.replace("    activities", "    strategies: {shell: shell}\n    activities")
    run = play("catalogs: [parts]\n" + site + activity("b", "uniform(10, 30) days", SOUND, "after: [frame]"))
    found = reliance(run)
    assert found.files == {"site s": 1, "catalog parts": 1}
    files = found.sites["s"]["b"].files
    alone = run_scenario(
        tmp_path / "hand.yaml", overrides=[("sites.s.activities.b.duration", "20 days")]
    )  # the planned value
    assert files["site s"].left_days == pytest.approx(spread(days(alone, "b")))
    frame = days(alone, "b") - 20
    assert files["catalog parts"].left_days == pytest.approx(spread(days(run, "b") - frame))


FULL = """
pools: {crew: {capacity: 2, uncertainty: {value: "uniform(0.6, 1.6)", assumption: a guess}}}
supplies: {pump: {unit: unit, lead: {value: "lognormal(20, 0.4) days", source: good}}}
risks: {leak: {probability: 0.4, days: 9 days, targets: ["*/a"], assumption: a guess}}
disruptions: {storm: {per_year: 6, duration: "uniform(1, 5) days", stops: ["*/b"], source: good, confidence: low}}
sites:
  s:
    activities:
      a: {duration: "pert(5, 10, 30) days", crew: {crew: 1}, milestone: a}
      b: {duration: "uniform(5, 20) days", crew: {crew: 1}, orders: {p: {supply: pump, quantity: 1 unit}}}
      test: {duration: 3 days, after: [a, b], retest: {probability: 0.4, passes: 3}, milestone: test}
  t:
    activities:
      b: {duration: "uniform(9, 20) days", crew: {crew: 1}, milestone: b}
"""


def test_engines_say_the_same(play):
    pytest.importorskip("numba")
    assert to_json(reliance(play(FULL, engine="reference"))) == to_json(reliance(play(FULL, engine="kernel")))


def test_any_split_into_chunks_says_the_same(play, monkeypatch):
    whole = to_json(reliance(play(FULL)))
    monkeypatch.setattr("buildsim.studies.play.CHUNK_BYTES", 0)
    assert to_json(reliance(play(FULL))) == whole


def test_other_seeds_say_something_else(play):
    assert to_json(reliance(play(FULL))) == to_json(reliance(play(FULL)))
    assert to_json(reliance(play(FULL, seed=9))) != to_json(reliance(play(FULL)))


def test_equal_picks_are_played_once_and_progress_comes_to_an_end(play):
    text = SITE + activity("a", "uniform(10, 30) days", ASSUMED) + activity("b", "uniform(10, 20) days", SOUND)
    told: list[tuple[int, int]] = []
    reliance(play(text), lambda done, count: told.append((done, count)))
    # assumed as any; none; the site's file as neither
    assert told == [(60, 180), (120, 180), (180, 180)]


def test_json_and_back(play):
    found = to_json(reliance(play(FULL)))
    assert list(found["classes"]) == list(CLASSES)
    assert to_json(from_json(found)) == found


def test_the_table_has_a_row_for_each_thing_held(play):
    found = reliance(play(FULL))
    rows = table(found)
    assert list(rows.columns) == list(COLUMNS)
    assert len(rows) == 3 * (len(CLASSES) + len(found.files))
    row = rows.set_index(["site", "milestone", "held", "name"]).loc["s", "test", "class", "any"]
    share = found.sites["s"]["test"].classes["any"]
    assert (row["share"], row["left_days"]) == (share.share, share.left_days)
    assert (row["share_low"], row["share_high"]) == share.ci95
    assert row["spread_days"] == found.sites["s"]["test"].spread_days
    empty = table(None)
    assert empty.empty
    assert list(empty.columns) == list(COLUMNS)


def test_the_spread_is_that_of_the_result(play):
    run = play(FULL)
    ticks = run.findings.finish[:, 0]
    low, high = percentile(ticks, 10), percentile(ticks, 90)
    assert low is not None
    assert high is not None
    assert reliance(run).sites["s"]["a"].spread_days == (high - low) / TICKS_PER_DAY
