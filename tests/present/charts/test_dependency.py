"""The dependency graph: what is collapsed, how it is laid out, what is drawn."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.present.charts.collapse import LARGEST_OF_SITE, collapsed
from buildsim.present.charts.dependency import dependency_graph
from buildsim.present.charts.layers import layered


def chain(site: str, halls: int, stages: int, **data: float) -> nx.MultiDiGraph[str]:
    """Halls one after the other, each with a chain of stages."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    names = [
        (f"{site}/phase/hall-{hall}/do-{stage}", f"stage-{stage}") for hall in range(halls) for stage in range(stages)
    ]
    for name, stage in names:
        graph.add_node(name, site=site, stage=stage, **data)
    nx.add_path(graph, [name for name, _ in names])
    return graph


@pytest.mark.parametrize(
    ("graph", "kind", "nodes"),
    [
        (chain("a", 1, LARGEST_OF_SITE), "each activity", LARGEST_OF_SITE),
        (chain("a", 10, LARGEST_OF_SITE // 10 + 1), "stages of each site", 6),
        (nx.compose(chain("a", 8, 12), chain("b", 9, 12)), "stages of each site", 24),
        (nx.compose_all([chain(f"s{n}", 1, 12) for n in range(10)]), "stages of all sites", 12),
    ],
)
def test_what_is_too_large_is_collapsed_to_stages(graph, kind, nodes):
    found, small = collapsed(graph)
    assert (found, small.number_of_nodes()) == (kind, nodes)
    assert sum(small.nodes[node]["count"] for node in small) == graph.number_of_nodes()


def test_a_stage_is_as_critical_as_its_most_critical_activity():
    graph = nx.compose(chain("a", 30, 2), chain("a", 1, 2, criticality=0.25))
    graph.nodes["a/phase/hall-7/do-1"]["criticality"] = 0.75
    _, small = collapsed(graph)
    assert {node[0]: small.nodes[node]["criticality"] for node in small} == {"stage-0": 0.25, "stage-1": 0.75}


def test_stages_of_halls_in_a_row_depend_on_each_other_both_ways():
    _, small = collapsed(chain("a", 30, 3))
    layout = layered(small, 4)
    assert [node[0] for node in sorted(layout.place, key=lambda node: layout.place[node][1])] == [
        "stage-0",
        "stage-1",
        "stage-2",
    ]
    assert [(a[0], b[0]) for a, b in layout.up] == [("stage-2", "stage-0")]


@given(st.integers(2, 12), st.data())
def test_everything_stands_below_what_it_follows(count, data):
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    edges = data.draw(st.lists(st.sampled_from(pairs), unique=True))
    graph: nx.DiGraph[int] = nx.DiGraph(edges)
    graph.add_nodes_from(range(count))
    for depth, layer in enumerate(nx.topological_generations(graph)):
        for node in layer:
            graph.nodes[node]["depth"] = depth
    layout = layered(graph, 3)
    assert set(layout.place) == set(graph)
    assert len(set(layout.place.values())) == count
    assert layout.up == []
    assert all(layout.place[a][1] < layout.place[b][1] for a, b in graph.edges)
    kept = nx.DiGraph(layout.down)
    kept.add_nodes_from(graph)
    assert set(nx.transitive_closure_dag(kept).edges) == set(nx.transitive_closure_dag(graph).edges)
    rows = [row for _, row in layout.place.values()]
    assert max(rows.count(row) for row in rows) <= 3


def test_boxes_lines_and_how_often_they_drive_are_drawn(spec_of):
    graph = chain("a", 1, 3, criticality=0.5)
    graph.add_edge("a/phase/hall-0/do-0", "a/phase/hall-0/do-2")  # follows from the others
    spec = spec_of(dependency_graph(graph, title="a"))
    lines, _, boxes = (spec["layer"][at] for at in (0, 1, 2))
    assert len({row["edge"] for row in lines["data"]["values"]}) == 2
    shown = boxes["data"]["values"]
    assert [row["first"] for row in shown] == ["do-0", "do-1", "do-2"]
    assert {row["third"] for row in shown} == {"50% on path"}
    assert boxes["encoding"]["color"]["field"] == "criticality"


def test_without_results_nothing_is_coloured_and_sites_have_names(spec_of):
    spec = spec_of(dependency_graph(nx.compose(chain("a", 1, 3), chain("b", 1, 2)), title="both"))
    assert "field" not in spec["layer"][2]["encoding"]["color"]
    assert [row["site"] for row in spec["layer"][-1]["data"]["values"]] == ["a", "b"]
