"""A plain phrase for each segment of a path: why that time passed."""

from __future__ import annotations

from buildsim.analysis.segments import Segment
from buildsim.network.codes import NONE, TICKS_PER_DAY, SupplyKind
from buildsim.network.network import Network

_OWN = {"work": "own work", "permit": "the permit's own time", "utility": "the utility's own time"}
_GATES = {"date": "not before its date", "site-start": "the site starts later"}
_WEEK = 7 * TICKS_PER_DAY


def why(network: Network, segment: Segment) -> str:
    """The phrase for a segment of a path of this network."""
    match segment.kind:
        case "pool":
            return f"waited for {segment.name} ({_need(network, segment)} needed)"
        case "supply":
            return _supply(network, segment)
        case "lag":
            return f"lag after {network.activities.name[segment.subject]}"
        case "calendar":
            return f"closed by the calendar {segment.name}"
        case "constraint" if segment.subject != NONE:
            return f"until the date of the order {network.orders.name[segment.subject]}"
        case "constraint":
            return _GATES[segment.name]
        case "risk":
            return f"struck by {segment.name}"
        case "disruption":
            return f"stopped by {segment.name}"
        case "actual":
            return "as the actual dates and the data date have it"
        case own:
            return _OWN[own]


def _need(network: Network, segment: Segment) -> str:
    activities = network.activities
    if activities.mold_pool[segment.activity] == segment.subject:
        return f"at least {activities.mold_min[segment.activity]}"
    rows = slice(int(activities.need_ptr[segment.activity]), int(activities.need_ptr[segment.activity + 1]))
    units = activities.need_units[rows][activities.need_pool[rows] == segment.subject]
    return str(int(units.sum()))


def _supply(network: Network, segment: Segment) -> str:
    product, _, limit = segment.name.partition(">")
    if limit == "":
        return f"{product}: its own capacity was the limit"
    if limit == "max_stock":
        return f"{product}: its stock was full"
    if limit != "lead":
        return f"{product}: {limit} was the limiting input"
    whole = span(segment.cut + segment.ticks)
    supply = network.orders.supply[segment.subject]
    if network.supplies.kind[supply] == SupplyKind.LEAD:
        return f"{whole} from order to delivery"
    return f"{product}: {whole} from its lot to delivery"


def span(ticks: int) -> str:
    """A length of time in words: weeks from four of them on, days from one on, else hours."""
    if ticks >= 4 * _WEEK:
        unit, size = "week", _WEEK
    elif ticks >= TICKS_PER_DAY:
        unit, size = "day", TICKS_PER_DAY
    else:
        unit, size = "hour", 60
    count = f"{ticks / size:.1f}".removesuffix(".0")
    return f"{count} {unit}" if count == "1" else f"{count} {unit}s"
