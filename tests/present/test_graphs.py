"""Dependency graphs as GraphML and DOT."""

from __future__ import annotations

import io

import networkx as nx

from buildsim.present.graphs import dot_text, graphml_text


def sample() -> nx.MultiDiGraph[str]:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name='plan "b"')
    graph.add_node("a/x", site="a", stage="shell", criticality=0.25)
    graph.add_node('a/"y"\\', site="a", stage="racks")
    graph.add_edge("a/x", 'a/"y"\\', kind="link", type="FS", lag_days=2.5)
    graph.add_edge("a/x", 'a/"y"\\', kind="order", type="FS", lag_days=90.0)
    return graph


def test_graphml_is_read_back_whole():
    again = nx.read_graphml(io.BytesIO(graphml_text(sample()).encode()), force_multigraph=True)
    assert dict(again.nodes(data=True)) == dict(sample().nodes(data=True))
    assert [data for *_, data in again.edges(data=True)] == [data for *_, data in sample().edges(data=True)]


def test_dot_quotes_whatever_names_hold():
    assert dot_text(sample()).splitlines() == [
        'digraph "plan \\"b\\"" {',
        '  "a/x" [site="a", stage="shell", criticality="0.25"];',
        '  "a/\\"y\\"\\\\" [site="a", stage="racks"];',
        '  "a/x" -> "a/\\"y\\"\\\\" [kind="link", type="FS", lag_days="2.5"];',
        '  "a/x" -> "a/\\"y\\"\\\\" [kind="order", type="FS", lag_days="90.0"];',
        "}",
    ]
