"""The dependencies of a scenario as a networkx graph, from its files or from a kept result."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import networkx as nx
import pandas as pd

from buildsim.analysis.lookup import Lookup
from buildsim.compile.compile import compile_network
from buildsim.loading.project import load_scenario
from buildsim.network.graph import to_networkx
from buildsim.network.network import Network
from buildsim.studies.answer import Answer
from buildsim.studies.detail import rounded, table_of
from buildsim.studies.schedule import DRIVERS, LINKS, SCHEDULE, link_table

Graph = nx.MultiDiGraph
"""Nodes are activities by full name, with ``site``, ``stage``, perhaps ``milestone`` and ``criticality``; edges have
``kind`` (``link`` or ``order``), ``type`` and ``lag_days`` as in the table ``links`` of a run."""


def planned_graph(scenario: str | Path, variant: str | None = None) -> Graph[str]:
    """The graph of a scenario, which is compiled and not played; nobody knows yet what is critical.

    Raises InputError and UnknownNameError as `run_scenario` does.
    """
    return graph_of(compile_network(load_scenario(scenario, variant=variant)).network)


def graph_of(network: Network) -> Graph[str]:
    """The graph of a network."""
    lookup, numbered = Lookup(network), to_networkx(network)
    graph: Graph[str] = nx.MultiDiGraph(name=network.scenario)
    for node, data in numbered.nodes(data=True):
        graph.add_node(data["name"], site=data["site"], stage=lookup.stage(node))
        if data["milestone"] is not None:
            graph.nodes[data["name"]]["milestone"] = data["milestone"]
    _add_links(graph, rounded(link_table(network)))
    return graph


def kept_graph(answer: Answer, milestones: Mapping[str, str]) -> Graph[str]:
    """The graph of an answer that has details; criticality is that for each site's one of ``milestones``.

    Raises InputError where the tables are missing.
    """
    schedule, links, drivers = (table_of(answer.tables, name) for name in (SCHEDULE, LINKS, DRIVERS))
    graph: Graph[str] = nx.MultiDiGraph(name=answer.result.scenario)
    for row in schedule[["activity", "site", "stage"]].to_dict("records"):
        graph.add_node(row["activity"], site=row["site"], stage=row["stage"])
    _add_links(graph, links)
    asked = drivers[drivers["milestone"] == drivers["site"].map(milestones)]
    for name, share in asked.groupby("activity")["criticality"].max().items():
        graph.nodes[str(name)]["criticality"] = float(share)
    return graph


def of_site(graph: Graph[str], site: str) -> Graph[str]:
    """The activities of a site and what relates them."""
    found: Graph[str] = graph.subgraph([node for node in graph if graph.nodes[node]["site"] == site]).copy()
    return found


def sites_of(graph: Graph[str]) -> tuple[str, ...]:
    """The sites that have activities, in the order of these."""
    return tuple(dict.fromkeys(graph.nodes[node]["site"] for node in graph))


def _add_links(graph: Graph[str], links: pd.DataFrame) -> None:
    for row in links.to_dict("records"):
        graph.add_edge(row["pred"], row["succ"], kind=row["kind"], type=row["type"], lag_days=row["lag_days"])
