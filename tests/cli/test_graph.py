"""`buildsim graph`: what depends on what, as a picture or for other programs."""

from __future__ import annotations

import networkx as nx
import pytest


def test_a_picture_without_playing(cli, scenario, tmp_path, monkeypatch):
    monkeypatch.delattr("buildsim.studies.run.run_scenario")
    done = cli("graph", scenario, "-o", "a.svg")
    assert (done.code, done.out, done.err) == (0, "", "wrote a.svg\n")
    picture = (tmp_path / "a.svg").read_text()
    for text in ("small", "north", "south", "permit", "racks"):
        assert f">{text}<" in picture


def test_graphml_and_dot_have_every_activity_and_link(cli, scenario, tmp_path):
    assert cli("graph", scenario, "-o", "a.graphml").code == 0
    graph = nx.read_graphml(tmp_path / "a.graphml")
    assert set(graph) == {"north/permit", "north/lift", "north/racks", "south/lift"}
    assert set(graph.edges()) == {("north/permit", "north/lift"), ("north/lift", "north/racks")}
    assert graph.nodes["north/racks"]["milestone"] == "first_gpu"
    assert cli("graph", scenario, "-o", "a.dot", "--site", "south").code == 0
    assert (tmp_path / "a.dot").read_text().splitlines()[1:-1] == [
        '  "south/lift" [site="south", stage="lift", milestone="first_gpu"];'
    ]


def test_a_kept_result_has_the_same_links_and_what_is_critical(cli, scenario, tmp_path, monkeypatch):
    cli("run", scenario, "--out", "kept")
    monkeypatch.delattr("buildsim.studies.run.run_scenario")
    graphs = []
    for subject, file in ((scenario, "planned.graphml"), ("kept", "kept.graphml")):
        assert cli("graph", subject, "-o", file).code == 0
        graphs.append(nx.read_graphml(tmp_path / file, force_multigraph=True))
    planned, kept = graphs
    assert list(planned.edges(data=True)) == list(kept.edges(data=True))
    assert kept.nodes["north/racks"]["criticality"] == 1.0
    assert "criticality" not in planned.nodes["north/racks"]


def test_texts_need_no_extra(cli, scenario, monkeypatch):
    monkeypatch.setattr("buildsim.present.charts.extra.find_spec", lambda name: None)
    assert cli("graph", scenario, "-o", "a.dot").code == 0
    done = cli("graph", scenario, "-o", "a.svg")
    assert done.code == 2
    assert "buildsim[charts]" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["-o", "a.gv"],
            "'.gv' is no form of this\n  expected: a name that ends in .svg, .png, .html, .dot or .graphml",
        ),
        (["-o", "a.svg", "--site", "nort"], "did you mean north?"),
        (["-o", "nowhere/a.dot"], "cannot be written"),
    ],
)
def test_mistakes_are_answered_and_nothing_is_written(cli, scenario, tmp_path, arguments, said):
    done = cli("graph", scenario, *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["small.yaml"]
