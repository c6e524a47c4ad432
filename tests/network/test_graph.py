from __future__ import annotations

from dataclasses import replace
from graphlib import CycleError

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildsim.compile.compile import compile_network
from buildsim.distribution import make
from buildsim.loading.project import load_scenario
from buildsim.network.graph import check, find_cycle, positions, to_networkx

TEXT = """
schema: 1
name: g
start: 2026-01-05
horizon: 10 weeks
pools: {crew: {capacity: [{value: 99, at: 2025-01-01}, {value: 5, at: 2026-01-01}]}}
supplies:
  pump: {unit: unit, lead: 3 weeks}
  rack: {unit: rack, line: {capacity: 10 rack/week, period: 1 week, initial_stock: 5 racks}}
sites:
  s:
    activities:
      a: {duration: 4 days, crew: {crew: 5}}
      b: {duration: 2 days, after: [a SS + 2 days], orders: {p: {supply: pump, quantity: 1 unit, place: a finish}}}
      c: {duration: 2 days, after: [a, b], join: any, orders: {r: {supply: rack, quantity: 105 racks}}}
      d: {after: [c], milestone: done}
"""


@pytest.fixture
def network(tmp_path):
    file = tmp_path / "g.yaml"
    file.write_text(TEXT)
    return compile_network(load_scenario(file)).network


def test_activities_are_nodes_and_links_and_orders_are_edges(network):
    graph = to_networkx(network)
    assert graph.nodes[3] == {"name": "s/d", "site": "s", "category": "work:d", "milestone": "done"}
    assert nx.is_directed_acyclic_graph(graph)
    edges = [(a, b, data["kind"], data.get("type")) for a, b, data in graph.edges(data=True)]
    assert sorted(edges, key=lambda edge: edge[:3]) == [
        (0, 1, "link", "SS"),
        (0, 1, "order", None),
        (0, 2, "link", "FS"),
        (1, 2, "link", "FS"),
        (2, 3, "link", "FS"),
    ]
    assert graph.edges[0, 1, 0]["lag"] == 2 * 1440


def test_a_sound_network_has_no_findings(network):
    assert check(network) == []


def test_cycles():
    assert find_cycle(3, [(0, 1), (1, 2)]) == []
    assert find_cycle(4, [(0, 1), (1, 2), (2, 1)]) in ([1, 2, 1], [2, 1, 2])


def test_positions_break_ties_by_index():
    assert positions(5, [(4, 0), (2, 1)]).tolist() == [4, 1, 0, 2, 3]


@pytest.mark.parametrize("edges", [[(0, 0)], [(0, 1), (1, 2), (2, 1)]])
def test_a_circle_has_no_positions(edges):
    with pytest.raises(CycleError):
        positions(3, edges)


@given(st.integers(1, 12), st.data())
def test_positions_are_the_lowest_index_that_may_come_next(count, data):
    rank = data.draw(st.permutations(range(count)))
    pairs = st.tuples(st.sampled_from(rank), st.sampled_from(rank))
    edges = {(a, b) for a, b in data.draw(st.sets(pairs)) if rank.index(a) < rank.index(b)}
    waiting = set(range(count))
    for place in range(count):
        ready = {b for b in waiting if not any(a in waiting for a, other in edges if other == b)}
        assert positions(count, edges)[min(ready)] == place
        waiting.remove(min(ready))


def test_a_cycle_is_shown_by_its_names(network):
    links = replace(network.links, pred=np.array([0, 0, 1, 2]), succ=np.array([1, 2, 2, 1]))
    (message,) = check(replace(network, links=links))
    assert message in ("a cycle: s/b -> s/c -> s/b", "a cycle: s/c -> s/b -> s/c")


def test_a_need_above_the_pool_at_all_times_within_the_horizon(network):
    short = replace(network, activities=replace(network.activities, need_units=np.array([6])))
    # the join is `any`: b still leads to the milestone ... through a's start, which b waits for as well
    assert check(short) == [
        "s/a needs 6 of crew, which never has more than 5; milestone done of s can never be reached"
    ]


def test_an_impossible_alternative_of_a_join_does_not_block_its_milestone(network):
    orders = replace(network.orders, activity=np.array([-1, -1]), placement=np.array([0, 0]))
    links = replace(network.links, pred=np.array([0, 1, 2]), succ=np.array([2, 2, 3]), type=np.array([0, 0, 0]))
    links = replace(links, lag_variable=np.full(3, -1), lag_scale=np.zeros(3), lag_calendar=np.full(3, -1))
    short = replace(network.activities, need_units=np.array([6]), join_count=np.array([0, 0, 1, 1]))
    assert check(replace(network, orders=orders, links=links, activities=short)) == [
        "s/a needs 6 of crew, which never has more than 5"
    ]


def test_orders_above_all_that_a_line_can_make(network):
    more = replace(network, orders=replace(network.orders, quantity=np.array([1, 106])))
    (message,) = check(more)
    assert message.startswith("s/c:r orders 106 smallest units of rack, which makes no more than 105")


@pytest.mark.parametrize(("units", "is_short"), [(5, False), (7, False), (8, True)])
def test_a_need_above_the_planned_capacity_may_be_met_up_to_the_factors_upper_end(network, units, is_short):
    factor = replace(network.variables[0], distribution=make("triangular", (0.5, 1, 1.5)))
    pools = replace(network.pools, capacity_variable=np.array([len(network.variables)]))
    uncertain = replace(network, variables=(*network.variables, factor), pools=pools)
    found = check(replace(uncertain, activities=replace(network.activities, need_units=np.array([units]))))
    assert [message.split(";")[0] for message in found] == (
        ["s/a needs 8 of crew, which never has more than 7.5"] if is_short else []
    )


def test_a_join_of_more_links_than_there_are(network):
    starved = replace(network.activities, join_count=np.array([0, 1, 3, 1]))
    (message,) = check(replace(network, activities=starved))
    assert message == "s/c waits for 3 of 2 predecessors; milestone done of s can never be reached"


def test_a_fixed_and_a_moldable_need_in_one_pool_are_refused(network):
    # the schema gives a pool one crew; only a network built by code can have both, and the engines differ there
    both = replace(
        network.activities,
        mold_pool=np.array([0, -1, -1, -1]),
        mold_min=np.array([1, 0, 0, 0]),
        mold_max=np.array([1, 0, 0, 0]),
        need_units=np.array([2]),
    )
    (message,) = check(replace(network, activities=both))
    assert message.startswith("s/a needs a fixed number of crew and a crew of it that may vary")
    apart = replace(both, need_ptr=np.zeros(5, dtype=np.int64), need_pool=np.array([], dtype=np.int64))
    assert check(replace(network, activities=replace(apart, need_units=np.array([], dtype=np.int64)))) == []
