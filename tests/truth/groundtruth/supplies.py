"""Supplies: lines that ramp and feed one another, who gets how much of a lot, and orders under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from buildsim.network.codes import TICKS_PER_DAY, UNSET
from groundtruth.case import Case, Estimates, Player
from groundtruth.play import START, scenario
from groundtruth.score import exact, mean, variance

DAYS_PER_MONTH = 30.4375


def ramp(case: Case, player: Player) -> Estimates:
    """A line whose capacity grows in steps, orders in turn; a time unit is ten days, a lot an hour's work."""
    unit, lot = 10, 1 / 24
    steps, lead = case.model["capacity_steps"], case.model["lead_time_after_production"]
    line = {
        "capacity": [{"at": _day(unit * at), "value": f"{rate / unit} wafer/day"} for at, rate in steps],
        "period": "1 hour",
        "cycle": f"{unit * lead} days",
    }
    supplies = {"wafer": {"unit": "wafer", "grain": 100, "line": line}}
    customers = case.model["customers_in_queue_order"]
    activities = {name.lower(): _consumer("wafer", f"{units} wafers") for name, units in customers}
    played = player.play(scenario(activities, horizon="2 years", supplies=supplies), 1)
    days = played.delivery[0] / TICKS_PER_DAY
    return {f"delivered_{name}": exact(days[i] / unit, allowance=lot / unit) for i, (name, _) in enumerate(customers)}


def bottleneck(case: Case, player: Player) -> Estimates:
    """A product of four inputs in fixed proportions: its rate in the long run, and the time to a quantity."""
    lots = 3 / DAYS_PER_MONTH  # of a day, on the way from the input through the product to the order
    base = _assembly(case, player, {})
    rate = case.answers["throughput_per_month"]["value"]
    found: Estimates = {
        "time_to_Q": exact(base.first, allowance=lots),
        "throughput_per_month": exact(base.rate, allowance=rate * lots / base.span),
    }
    for name in case.answers:
        if name.startswith("throughput_gain_if_"):
            resource, _, factor = name.removeprefix("throughput_gain_if_").partition("_x")
            more = _assembly(case, player, {resource: float(factor)})
            found[name] = exact(more.rate / base.rate - 1, allowance=2 * lots / base.span)
    return found


def allocation(case: Case, player: Player) -> Estimates:
    """One lot, too small for all: what each got shows in how long it waits for the rest, unit by unit.

    The others are the market's backlog, which is withdrawn after that lot.
    """
    demand, supply = case.model["demand_in_queue_order"], case.model["supply"]
    found: Estimates = {}
    ahead = 0
    for name, units in demand.items():
        others = sum(demand.values()) - units
        found[f"proportional[{name}]"] = exact(_received(player, "pro_rata", units, others, supply))
        found[f"fifo[{name}]"] = exact(_received(player, "fifo", units, ahead, supply))
        ahead += units
    return found


def under_way(case: Case, player: Player) -> Estimates:
    """Orders of random lead times that are placed by a stream of arrivals: how many are open at a time."""
    model = case.model
    expected = model["arrival_rate"] * model["t"]
    count = round(expected + 10 * expected**0.5)  # more do not arrive by then
    between = f"exponential({1 / model['arrival_rate']:.12g}) days"
    activities: dict[str, Any] = {}
    for i in range(count):
        activities[f"a{i}"] = {"after": [f"a{i - 1} + {between}"] if i else [f"origin + {between}"]}
        activities[f"use{i}"] = _consumer("part", "1 unit", place=f"a{i} finish")
    supplies = {"part": {"unit": "unit", "lead": f"exponential({model['mean_lead']}) days"}}
    document = scenario({"origin": {}, **activities}, supplies=supplies)
    played = player.play(document, max(2, player.replications // 10))
    placed, delivered = played.order_tick / TICKS_PER_DAY, played.delivery / TICKS_PER_DAY
    is_placed = (played.order_tick != UNSET) & (placed <= model["t"])
    is_delivered = is_placed & (played.delivery != UNSET) & (delivered <= model["t"])
    open_orders = (is_placed & ~is_delivered).sum(axis=1)
    return {
        "mean_at_t": mean(open_orders),
        "variance_at_t": variance(open_orders),
        "completed_by_t": mean(is_delivered.sum(axis=1)),
    }


@dataclass(frozen=True, slots=True)
class _Assembled:
    """What the deliveries of three orders, one after the other, say; in months."""

    first: float
    """When the first order is delivered."""
    span: float
    """From the delivery of the second to that of the last."""
    rate: float
    """Units in a month meanwhile."""


def _assembly(case: Case, player: Player, factors: dict[str, float]) -> _Assembled:
    model = case.model
    supplies: dict[str, Any] = {}
    for name, per_month in model["capacity_per_month"].items():
        line = {
            "capacity": f"{per_month * factors.get(name, 1.0):.12g} unit/month",
            "period": "1 day",
            "cycle": f"{model['lead_before_first_output'][name]} months",
            "initial_stock": f"{model['initial_stock'][name]} units",
        }
        supplies[name] = {"unit": "unit", "grain": 1000, "line": line}
    inputs = {name: {"need": f"{need} unit"} for name, need in model["need_per_unit"].items()}
    line = {"capacity": "1000 rack/day", "period": "1 day", "inputs": inputs}
    supplies["product"] = {"unit": "rack", "grain": 100, "line": line}
    settled, last = 8000 - model["Q"], 2000  # by 8,000 units the stocks of the beginning have ceased to matter
    activities = {
        f"o{i}": _consumer("product", f"{units} racks") for i, units in enumerate((model["Q"], settled, last))
    }
    played = player.play(scenario(activities, horizon="12 years", supplies=supplies), 1)
    first, second, third = played.delivery[0] / TICKS_PER_DAY / DAYS_PER_MONTH
    return _Assembled(float(first), float(third - second), last / float(third - second))


def _received(player: Player, rule: str, units: float, others: float, supply: float) -> float:
    grain = 2
    line = {
        "capacity": [
            {"at": _day(0), "value": f"{supply} unit/day"},
            {"at": _day(1), "value": f"{1 / grain} unit/day"},
        ],
        "period": "1 day",
        "allocation": rule,
    }
    part: dict[str, Any] = {"unit": "unit", "grain": grain, "line": line}
    if others:
        part["market"] = {"backlog": f"{others} units", "patience": "1.5 days"}
    document = scenario({"ours": _consumer("part", f"{units} units")}, supplies={"part": part})
    played = player.play(document, 1)
    (ours,) = [i for i, name in enumerate(played.network.orders.name) if name.startswith("s/")]
    lots_after_the_first = played.delivery[0, ours] / TICKS_PER_DAY - 1
    return float(units - lots_after_the_first / grain)


def _consumer(supply: str, quantity: str, **more: str) -> dict[str, Any]:
    return {"orders": {"goods": {"supply": supply, "quantity": quantity, **more}}}


def _day(days: float) -> str:
    return (date.fromisoformat(START) + timedelta(days=days)).isoformat()
