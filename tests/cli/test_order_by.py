"""`buildsim order-by`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

PLAN = """\
schema: 1
name: plan
start: 2026-01-05
replications: 4
supplies:
  rack: {unit: rack, lead: 70 days}
  bolt: {unit: unit, lead: 10 days}
sites:
  north:
    activities:
      shell: {duration: 98 days}
      racks: {duration: 7 days, after: [shell], orders: {all: {supply: rack, quantity: 6 racks}}, milestone: first_gpu}
      bolts: {duration: 1 day, orders: {bolts: {supply: bolt, quantity: 5 units}}}
variants:
  late: {title: A longer shell, set: {sites.north.activities.shell.duration: 105 days}}
"""


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN)
    return "plan.yaml"


def latest(done) -> list[str | None]:
    assert done.code == 0, done.err
    return [row["latest"] for row in json.loads(done.out)["items"]]


def test_the_report(cli, plan):
    done = cli("order-by", plan)
    assert (done.code, done.err) == (0, "engine: reference\n")
    assert done.out.startswith("plan: 4 replications, seed 1, as of 2026-01-05\n")
    assert "Next: rack by 2026-02-02; a month later moves First GPU by +30.4 days on average.\n" in done.out
    assert "Left out: 1 open item with a lead of less than 60 days." in done.out


def test_options(cli, plan):
    options = ["-n", "5", "--seed", "3", "--engine", "reference", "--risk", "0.2", "--least-lead", "5", "--json", "-"]
    document = json.loads(cli("order-by", plan, *options).out)
    assert (document["replications"], document["seed"], document["risk"]) == (5, 3, 0.2)
    assert [row["item"] for row in document["items"]] == ["rack", "bolt"]
    assert latest(cli("order-by", plan, "--item", "bolt", "--json", "-")) == [None]
    assert latest(cli("order-by", plan, "--variant", "late", "--json", "-")) == ["2026-02-09"]
    change = "sites.north.activities.shell.duration=91 days"
    assert latest(cli("order-by", plan, "--set", change, "--json", "-")) == ["2026-01-26"]


def test_files(cli, plan, tmp_path):
    done = cli("order-by", plan, "--csv", "a.csv", "--json", "a.json")
    assert "Next: rack" in done.out
    [row] = csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text()))
    assert [row[name] for name in ("item", "planned", "latest")] == ["rack", "2026-01-05", "2026-02-02"]
    assert row["margin_days"] == "28"
    assert json.loads((tmp_path / "a.json").read_text())["items"][0]["latest"] == "2026-02-02"
    alone = cli("order-by", plan, "--csv", "-")
    assert [row["item"] for row in csv.DictReader(io.StringIO(alone.out))] == ["rack"]


def test_calendar_and_picture(cli, plan, tmp_path):
    pytest.importorskip("icalendar")
    pytest.importorskip("altair")
    assert cli("order-by", plan, "--ics", "a.ics", "--plot", "a.svg", "--dark").code == 0
    assert b"DTSTART;VALUE=DATE:20260202" in (tmp_path / "a.ics").read_bytes()
    assert "First GPU" in (tmp_path / "a.svg").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--site", "nort"], "did you mean north?"),
        (["--milestone", "first-gpu"], "did you mean first_gpu?"),
        (["--item", "racks"], "did you mean rack?"),
        (["--variant", "lat"], "did you mean late?"),
        (["--risk", "1"], "a share from 0 to below 1"),
        (["--risk", "much"], "'much' is not a number"),
        (["--least-lead", "-1"], "a number of days from 0 on"),
        (["--set", "sites.north"], "PATH=VALUE"),
        (["--plot", "a.jpg"], "'.jpg' is no form of this"),
        (["--ics", "no/a.ics"], "cannot be written"),
    ],
)
def test_bad_input(cli, plan, options, said):
    done = cli("order-by", plan, *options)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""
