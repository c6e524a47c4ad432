"""`buildsim compare`."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

VARIANTS = """\
variants:
  quick:
    title: A quick permit and more cranes
    set: {sites.north.activities.permit.duration: "uniform(5, 12) days", pools.crane.capacity: 2}
  same: {title: Nothing else, set: {sites.north.activities.racks.duration: 96 h}}
"""
PERMIT = "sites.north.activities.permit.duration"


@pytest.fixture
def plans(scenario: str, tmp_path: Path) -> tuple[str, str]:
    with (tmp_path / scenario).open("a") as file:
        file.write(VARIANTS)
    return scenario, f"{scenario}@quick"


def test_the_report(cli, plans):
    done = cli("compare", *plans, "small.yaml@same", "--engine", "reference")
    assert (done.code, done.err) == (0, "engine: reference\n")
    assert done.out.startswith("small.yaml@quick, small.yaml@same against small.yaml: 40 replications, seed 7\n")
    said = ["small.yaml@quick: A quick permit", "north\n", "north: what makes the difference in First GPU"]
    said += ["uniform(10, 30) days -> uniform(5, 12) days", "together", "small.yaml@same: Nothing else"]
    said += ["No milestone moves in any replication at north, south.", "No difference that could move a result."]
    positions = [done.out.index(text) for text in said]
    assert positions == sorted(positions)
    assert max(map(len, done.out.splitlines())) <= 100


def test_json_and_tables(cli, plans, tmp_path):
    done = cli("compare", *plans, "--json", "out.json", "--csv", "-", "--table", "explained", "-n", "10")
    assert done.code == 0
    document = json.loads((tmp_path / "out.json").read_text())
    assert (document["replications"], document["seed"]) == (10, 7)
    assert [edit["name"] for edit in document["plans"][0]["explained"]["edits"]] == ["pools.crane.capacity", PERMIT]
    (tmp_path / "out.csv").write_text(done.out)
    table = pd.read_csv(tmp_path / "out.csv")
    found = document["plans"][0]["sites"]["north"]["first_gpu"]["mean"]
    of = table[(table["site"] == "north") & (table["milestone"] == "first_gpu")]
    assert of["days"].sum() == pytest.approx(found, abs=0.002)
    assert found < 0


def test_one_site_and_milestone_without_explanation(cli, plans):
    arguments = ("--site", "north", "--milestone", "first_power", "--no-explain", "--csv", "-")
    done = cli("compare", *plans, *arguments)
    rows = done.out.splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("small.yaml@quick,north,first_power,40,0,0,")
    assert "what makes" not in cli("compare", *plans, "--no-explain").out


@pytest.mark.parametrize("look", [[], ["--dark", "--width", "360"]])
def test_the_picture(cli, plans, tmp_path, look):
    pytest.importorskip("altair")
    done = cli("compare", *plans, "--plot", "a.svg", "-n", "5", *look)
    assert done.code == 0
    assert "wrote a.svg" in done.err
    picture = (tmp_path / "a.svg").read_text()
    for text in (
        "First GPU: which edits make the difference",
        "north",
        "small.yaml@quick",
        "…ctivities.permit.duration",
    ):
        assert (text in picture) or text.startswith("…")
    assert ("#14181d" in picture) == bool(look)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["small.yaml"], "there is nothing to compare with"),
        (["small.yaml", "small.yaml@quik"], "did you mean quick?"),
        (["small.yaml", "quickstrt"], "did you mean quickstart?"),
        (["small.yaml", "small.yaml@quick", "--site", "nort"], "did you mean north?"),
        (["small.yaml", "small.yaml@quick", "--milestone", "first_gp"], "did you mean first_gpu?"),
        (["small.yaml", "small.yaml@quick", "-n", "0"], "0 is refused"),
        (["small.yaml", "small.yaml@quick", "--plot", "a.pdf"], "'.pdf' is no form of this"),
        (["small.yaml", "small.yaml@quick", "--plot", "a.svg", "--width", "20"], "20 is refused"),
        (["small.yaml", "small.yaml@same", "--plot", "a.svg"], "no edit makes a difference"),
        (["small.yaml", "wrong.yaml"], "wrong.yaml:13:"),
    ],
)
def test_mistakes_are_answered_and_nothing_is_written(cli, plans, tmp_path, arguments, said):
    if "wrong.yaml" in arguments:
        text = (tmp_path / "small.yaml").read_text()
        (tmp_path / "wrong.yaml").write_text(text.replace("4 days", "4 dys"))
    before = sorted(tmp_path.iterdir())
    done = cli("compare", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert sorted(tmp_path.iterdir()) == before
