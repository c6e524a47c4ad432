"""Dependency graphs for other programs: GraphML and DOT."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import networkx as nx


def graphml_text(graph: nx.MultiDiGraph[str]) -> str:
    """The graph with all attributes as GraphML, which yEd, Gephi and networkx read."""
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def dot_text(graph: nx.MultiDiGraph[str]) -> str:
    """The graph with all attributes in Graphviz' language.

    networkx writes it only through pydot, one more library for what is all strings: in DOT a quoted string is a name
    or a value whatever it holds, once its quotes and backslashes are escaped.
    """
    lines = [f"digraph {_quoted(graph.name)} {{"]
    lines += [f"  {_quoted(node)}{_attributes(data)};" for node, data in graph.nodes(data=True)]
    lines += [f"  {_quoted(a)} -> {_quoted(b)}{_attributes(data)};" for a, b, data in graph.edges(data=True)]
    return "\n".join([*lines, "}"]) + "\n"


def _attributes(data: Mapping[str, Any]) -> str:
    return f" [{', '.join(f'{name}={_quoted(value)}' for name, value in data.items())}]" if data else ""


def _quoted(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


TEXTS: Final[Mapping[str, Callable[[nx.MultiDiGraph[str]], str]]] = {".dot": dot_text, ".graphml": graphml_text}
"""How a graph is written, by the suffix of its file."""
