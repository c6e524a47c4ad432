"""Where the nodes of a dependency graph stand: in rows, each below what it follows, with few crossings.

The method is that of Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System Structures"
(1981): layers by the longest path, then within each layer the order of the barycentres of neighbours.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import networkx as nx

_SWEEPS: Final = 8


Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Layout(Generic[Node]):
    """Rows and the place in its row of each node, counted from the middle; edges that go down, and those that go up."""

    place: Mapping[Node, tuple[float, int]]
    down: Sequence[tuple[Node, Node]]
    """Without those that follow from others."""
    up: Sequence[tuple[Node, Node]]
    """Those that would close a cycle."""


def layered(graph: nx.DiGraph[Node], across: int) -> Layout[Node]:
    """Lay out a graph whose nodes have a ``depth``; no row has more than ``across`` nodes."""
    by_depth = sorted(graph.nodes, key=lambda node: float(graph.nodes[node]["depth"]))
    order = {node: at for at, node in enumerate(by_depth)}
    forward: nx.DiGraph[Node] = nx.DiGraph()
    forward.add_nodes_from(order)
    forward.add_edges_from((a, b) for a, b in graph.edges if order[a] < order[b])
    reduced = nx.transitive_reduction(forward)
    layers = [sorted(layer, key=order.__getitem__) for layer in nx.topological_generations(reduced)]
    place = _ordered(reduced, layers)
    rows = [row for layer in layers for row in _wrapped(sorted(layer, key=place.__getitem__), across)]
    return Layout(
        {node: (at - (len(row) - 1) / 2, y) for y, row in enumerate(rows) for at, node in enumerate(row)},
        list(reduced.edges),
        [(a, b) for a, b in graph.edges if order[a] > order[b]],
    )


def _ordered(graph: nx.DiGraph[Node], layers: Sequence[Sequence[Node]]) -> dict[Node, float]:
    """A place in its layer for each node, as near as can be to the middle of its neighbours above and below."""
    place = {node: at - (len(layer) - 1) / 2 for layer in layers for at, node in enumerate(layer)}
    for sweep in range(_SWEEPS):
        downward = sweep % 2 == 0
        for layer in layers if downward else reversed(layers):
            wanted = {}
            for node in layer:
                near = list(graph.predecessors(node) if downward else graph.successors(node))
                wanted[node] = sum(place[each] for each in near) / len(near) if near else place[node]
            for at, node in enumerate(sorted(layer, key=lambda node: (wanted[node], place[node]))):
                place[node] = at - (len(layer) - 1) / 2
    return place


def _wrapped(layer: Sequence[Node], across: int) -> list[Sequence[Node]]:
    rows = -(-len(layer) // across)
    size = -(-len(layer) // rows)
    return [layer[at : at + size] for at in range(0, len(layer), size)]
