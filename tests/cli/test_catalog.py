"""`buildsim catalog`, `sites` and `scenarios`: tables for people, JSON for programs, refusals with the nearest name."""

from __future__ import annotations

import json
import re

import pytest

from buildsim.datafiles import shipped

CATALOG = """\
schema: 1
catalog: parts
title: Parts
sources:
  survey: {title: Survey, publisher: Somebody, date: 2024-01-31}
supplies:
  package: {unit: package, source: survey, line: {capacity: 20 package/week, period: 1 week, yields: 80 %}}
  rack:
    unit: rack
    assumption: a guess
    fact: A-1
    it: 125 kW IT
    line:
      capacity:
        - {at: 2024-01-01, value: 5 rack/week}
        - {at: 2025-01-01, value: 9 rack/week, source: survey, known: 2024-12-31, confidence: low}
      period: 1 week
      yields: 50 %
      inputs: {package: {need: 16 packages}}
pools:
  crews:
    capacity: 4
    growth: {trained: {from: 2024-06-01, rate: 1 crew per month, limit: 2}}
    assumption: a guess
risks:
  leak: {probability: 0.25, days: 3 days, targets: ["*/racks"], assumption: a guess, note: "[red]wet[/red]"}
"""


@pytest.fixture
def parts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "parts.yaml").write_text(CATALOG)
    return "parts.yaml"


def words(line: str) -> list[str]:
    return re.split(r"\s{2,}", line.strip())


def listed(out: str) -> list[list[str]]:
    """The names in the table, and those in the prose below it."""
    table, _, prose = out.partition("\n\n")
    blocks = (table.splitlines()[1:], prose.splitlines())
    return [[line.split()[0] for line in lines if not line.startswith(" ")] for lines in blocks]


def test_catalogs_are_listed(cli):
    done = cli("catalog", "list")
    assert (done.code, done.err) == (0, "")
    assert words(done.out.splitlines()[0])[:5] == ["catalog", "supplies", "pools", "templates", "risks"]
    assert listed(done.out) == [shipped("catalogs"), shipped("catalogs")]


def test_a_catalog_is_shown_with_its_origins(cli, parts):
    done = cli("catalog", "show", parts)
    assert (done.code, done.err) == (0, "")
    lines = [words(line) for line in done.out.splitlines()]
    assert lines[:2] == [
        ["parts: Parts"],
        ["As known on 2024-12-31. In all 3 numbers have a source and 7 are assumed."],
    ]
    assert ["rack", "5 rack/week", "–", "50 %", "16 packages of package", "–"] in lines
    assert ["rack", "rack: 0.125 MW IT", "1", "1", "8"] in lines
    assert ["package", "package", "16", "32", "256"] in lines
    assert ["line.capacity", "2024-01-01", "5 rack/week", "as above"] in lines
    assert "Somebody, 2024-01-31 [survey]; low; known 2024-12-31" in " ".join(done.out.split())
    assert "assumed: a guess; [red]wet[/red]" in done.out
    assert ["crews", "crew", "4", "trained: 1 crew per month, 2 in all, from 2024-06-01", "–"] in lines
    assert ["leak", "25%", "+ 3 days", "*/racks"] in lines


def test_an_earlier_day_knows_less(cli, parts):
    done = cli("catalog", "show", parts, "--as-of", "2024-01-01")
    assert "9 rack/week" not in done.out
    assert "not known yet, used all the same: as above" in done.out


def test_json_has_stable_keys(cli, parts, tmp_path):
    alone = cli("catalog", "show", parts, "--as-of", "2024-06-01", "--json", "-")
    data = json.loads(alone.out)
    assert list(data) == [
        "schema",
        "name",
        "title",
        "as_of",
        "summary",
        "supplies",
        "pools",
        "calendars",
        "templates",
        "risks",
        "disruptions",
        "correlate",
        "chains",
        "origins",
        "values",
    ]
    assert data["as_of"] == "2024-06-01"
    assert data["chains"][1]["per_mw_it"] == 256
    both = cli("catalog", "show", parts, "--as-of", "2024-06-01", "--json", "parts.json")
    assert (tmp_path / "parts.json").read_text("utf-8") == alone.out
    assert both.out.startswith("parts: Parts\n")


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (("catalog", "list"), ["catalogs"]),
        (("catalog", "sources"), ["sources", "assumptions", "catalogs"]),
        (("sites",), ["sites"]),
        (("scenarios",), ["scenarios"]),
    ],
)
def test_lists_as_json(cli, arguments, keys):
    data = json.loads(cli(*arguments, "--json", "-").out)
    assert list(data) == ["schema", *keys]
    for key in keys:
        assert data[key]
        assert all(isinstance(row, dict) for row in data[key])


def test_sources_and_assumptions_are_counted(cli, parts):
    done = cli("catalog", "sources", parts)
    assert done.code == 0
    lines = [words(line) for line in done.out.splitlines()]
    assert ["parts", "3", "0", "0", "1", "2024-01-31", "Somebody: Survey [survey]"] in lines
    assert lines[-1] == ["parts", "7", "0", "0", "0"]
    assert lines[2] == ["parts", "10", "0", "0", "1", "2", "7"]
    assert ["parts", "9", "0", "0"] in lines
    assert "Sources, and how many numbers rest on each" in cli("catalog", "sources").out


@pytest.mark.parametrize(
    ("day", "stale", "extrapolated"),
    [
        ("2023-12-31", 0, 2),  # the package's numbers are not known yet; of the racks' capacity the first point was
        ("2024-01-31", 0, 0),
        ("2026-01-30", 0, 0),
        ("2026-01-31", 2, 0),  # more than 730 days
        ("2026-12-31", 2, 0),
        ("2027-01-01", 3, 0),
    ],
)
def test_the_age_of_the_values_that_count_on_a_day(cli, parts, day, stale, extrapolated):
    [row] = json.loads(cli("catalog", "sources", parts, "--as-of", day, "--json", "-").out)["catalogs"]
    assert (row["as_of"], row["values"], row["stale"], row["extrapolated"]) == (day, 9, stale, extrapolated)


def test_values_are_as_old_as_the_newest_date_unless_a_day_is_given(cli, parts):
    [row] = json.loads(cli("catalog", "sources", parts, "--json", "-").out)["catalogs"]
    assert row["as_of"] == "2024-12-31"


def test_evidence_fits_a_narrow_terminal(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = cli("catalog", "sources")
    assert "\u2026" not in done.out
    assert "onsite-power" in done.out


def test_regions_are_named_above_the_pools_and_rates_break_between_words(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    pools = cli("catalog", "show", "labor").out.partition("Pools\n")[2]
    assert pools.startswith("Regions with pools of their own: abilene-tx, ")
    assert "electrician/" not in pools.partition("\n\nCalendars")[0]


@pytest.mark.parametrize("kind", ["sites", "scenarios"])
def test_sites_and_scenarios_are_listed(cli, kind, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = cli(kind)
    assert (done.code, done.err) == (0, "")
    assert listed(done.out) == [shipped(kind), shipped(kind)]
    table = done.out.partition("\n\n")[0].splitlines()
    assert len(table) == 1 + len(shipped(kind)), "a row that wraps cannot be compared with its neighbours"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("catalog", "show", "chps"), "did you mean chips?"),
        (("catalog", "sources", "chps"), "did you mean chips?"),
        (("catalog", "show", "missing.yaml"), "missing.yaml:1:1: there is no such file"),
        (("catalog", "show", "chips", "--as-of", "June"), "'June' is not a date"),
        (("catalog", "shw", "chips"), "No such command 'shw'"),
        (("catalog", "list", "--json", "nowhere/x.json"), "nowhere/x.json:1:1: cannot be written"),
    ],
)
def test_refusals(cli, parts, arguments, said):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
