"""A dependency graph small enough to read: activities, or else stages of halls, of sites, or of all sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

import networkx as nx

LARGEST: Final = 80
"""Nodes that can still be read."""
LARGEST_OF_SITE: Final = 50
"""Nodes of one site that can still be read: they are the more entangled."""

Group = tuple[str, str, str]
"""Label, site, and part of the site, which together identify a node; empty where it is of several."""


def collapsed(graph: nx.MultiDiGraph[str]) -> tuple[str, nx.DiGraph[Group]]:
    """What the nodes stand for, in words, and the graph with few enough of them, or as few as there can be.

    Nodes have ``count``, the number of their activities; ``depth``, the mean position of these among the topological
    generations of ``graph``; and ``criticality``, the largest of theirs, None where it is not known. What stands for
    more than an activity may have cycles: halls are built one after the other.
    """
    levels: dict[str, Callable[[str, str, str], Group]] = {
        "each activity": lambda name, site, stage: (name.rpartition("/")[2], site, _part(name, site)),
        "stages of each part": lambda name, site, stage: (stage, site, _part(name, site)),
        "stages of each site": lambda name, site, stage: (stage, site, ""),
        "stages of all sites": lambda name, site, stage: (stage, "", ""),
    }
    for kind, group in levels.items():
        groups = {name: group(name, of["site"], of["stage"]) for name, of in graph.nodes(data=True)}
        by_site = Counter(site for _, site, _ in set(groups.values()))
        if by_site.total() <= LARGEST and max(by_site.values(), default=0) <= LARGEST_OF_SITE:
            return kind, _quotient(graph, groups)
    return kind, _quotient(graph, groups)


def _quotient(graph: nx.MultiDiGraph[str], groups: Mapping[str, Group]) -> nx.DiGraph[Group]:
    depth = {name: at for at, layer in enumerate(nx.topological_generations(graph)) for name in layer}
    members: dict[Group, list[str]] = {}
    for name, group in groups.items():
        members.setdefault(group, []).append(name)
    found: nx.DiGraph[Group] = nx.DiGraph()
    for group, names in members.items():
        known = [graph.nodes[name]["criticality"] for name in names if "criticality" in graph.nodes[name]]
        found.add_node(
            group,
            count=len(names),
            depth=sum(depth[name] for name in names) / len(names),
            criticality=max(known, default=None),
        )
    for a, b in graph.edges():
        if groups[a] != groups[b]:
            found.add_edge(groups[a], groups[b])
    return found


def _part(name: str, site: str) -> str:
    """What an activity is part of within its site: its phase and hall, empty for the site itself."""
    return name.rpartition("/")[0].removeprefix(site).removeprefix("/")
