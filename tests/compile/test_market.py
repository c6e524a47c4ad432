from __future__ import annotations

WEEK = 7 * 1440
TEXT = """
horizon: 5 weeks
supplies:
  wafer: {{unit: wafer, grain: 1, line: {{capacity: 50 wafer/week, period: 1 week}}, market: {{{market}}}}}
sites: {{s: {{activities: {{a: {{}}}}}}}}
"""


def market(network, text):
    orders = network(TEXT.format(market=text)).orders
    return dict(zip(orders.name, zip(orders.offset.tolist(), orders.quantity.tolist(), strict=True), strict=True))


def test_one_order_a_lot_for_the_demand_of_the_period_that_begins(network):
    found = market(network, "demand: 10.5 wafer/week")
    assert found == {
        "market/wafer#0": (0, 10),
        "market/wafer#1": (WEEK, 11),
        "market/wafer#2": (2 * WEEK, 10),
        "market/wafer#3": (3 * WEEK, 11),
        "market/wafer#4": (4 * WEEK, 10),
        "market/wafer#5": (5 * WEEK, 11),
    }


def test_demand_follows_its_steps_and_empty_orders_are_left_out(network):
    points = "[{value: 0 wafer/week, at: 2026-01-01}, {value: 14 wafer/week, at: 2026-01-15}]"
    found = market(network, f"demand: {points}")
    assert [found.get(f"market/wafer#{k}", (0, 0))[1] for k in range(4)] == [0, 8, 14, 14]


def test_the_backlog_is_the_latest_point_by_the_start_and_stands_before_zero(network):
    points = "[{value: 7 wafers, at: 2025-12-01}, {value: 9 wafers, at: 2026-01-04}, {value: 1 wafer, at: 2026-03-01}]"
    assert market(network, f"backlog: {points}") == {"market/wafer#backlog": (-1, 9)}


def test_a_backlog_is_dated_back_at_the_demand_of_its_time(network):
    found = market(
        network,
        "backlog: 20 wafers, demand: [{value: 9 wafer/week, at: 2025-01-01}, {value: 7 wafer/week, at: 2025-12-29}]",
    )
    assert [found.get(f"market/wafer#{k}") for k in (-4, -3, -2, -1, 0)] == [
        None,
        (-3 * WEEK, 4),
        (-2 * WEEK, 9),
        (-WEEK, 7),
        (0, 7),
    ]


def test_no_order_of_the_backlog_is_older_than_its_patience(network):
    compiled = network(TEXT.format(market="backlog: 30 wafers, demand: 5 wafer/week, patience: 3 weeks"))
    orders = compiled.orders
    before_zero = orders.offset < 0
    assert orders.offset[before_zero].tolist() == [-2 * WEEK, -WEEK]
    assert orders.quantity[before_zero].tolist() == [15, 15]
    assert orders.withdraw.min() > 0


def test_orders_of_one_market_share_their_factor_owner_and_patience(network):
    compiled = network(
        TEXT.format(market='demand: 7 wafer/week, patience: 3 weeks, priority: 4, uncertainty: "uniform(0.5, 1.5)"')
    )
    orders = compiled.orders
    assert compiled.owners == ("s", "market")
    assert set(orders.owner.tolist()) == {1}
    assert set(orders.consumer.tolist()) == {-1}
    assert set(orders.priority.tolist()) == {4}
    (variable,) = set(orders.quantity_variable.tolist())
    assert compiled.variables[variable].name == "market/wafer:demand"
    assert (orders.withdraw - orders.offset).tolist() == [3 * WEEK] * 6


def test_market_orders_come_after_all_orders_of_sites(network):
    text = TEXT.format(market="demand: 7 wafer/week").replace(
        "a: {}", "a: {orders: {w: {supply: wafer, quantity: 3 wafers}}}"
    )
    assert network(text).orders.name[:2] == ("s/a:w", "market/wafer#0")
