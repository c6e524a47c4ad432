"""Queues in steady state: a customer is an activity that needs a server, arrivals are a chain of random lags.

Every run begins empty; a first part is dropped, and runs are the independent observations.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from buildsim.network.codes import TICKS_PER_DAY
from buildsim.network.network import F64
from buildsim.sampling.draw import draw
from groundtruth.case import Case, Estimates, Player
from groundtruth.play import LONGEST, SEED, compiled, scenario
from groundtruth.score import clustered_quantile, mean, ratio

DAYS_PER_YEAR = 365.25


def multi_server(case: Case, player: Player) -> Estimates:
    """M/M/c and M/D/c."""
    model = case.model
    service = _exponential(1 / model["service_rate"]) if "service_rate" in model else f"{model['service_time']} days"
    return _single_station(player, _exponential(1 / model["arrival_rate"]), service, model["servers"])


def general_service(case: Case, player: Player) -> Estimates:
    """M/G/1."""
    service = {
        "deterministic 1": "1 day",
        "lognormal mean 1.2 cv 0.8": f"lognormal({1.2 / 1.64**0.5:.12g}, {np.log(1.64) ** 0.5:.12g}) days",
        "uniform(1,4)": "uniform(1, 4) days",
    }[case.model["service"]]
    return _single_station(player, _exponential(1 / case.model["arrival_rate"]), service, 1)


def general_arrivals(case: Case, player: Player) -> Estimates:
    """D/M/1."""
    service = _exponential(1 / case.model["service_rate"])
    return _single_station(player, f"{case.model['mean_interarrival']} days", service, 1)


def priority(case: Case, player: Player) -> Estimates:
    """Two classes of customers before one server, the first served first."""
    rates = case.model["arrival_rates"]
    counts = [round(player.customers * rate / sum(rates)) for rate in rates]
    activities: dict[str, Any] = {}
    for k, (rate, count) in enumerate(zip(rates, counts, strict=True), start=1):
        activities |= _arrivals(f"a{k}-", count, _exponential(1 / rate))
        for i in range(count):
            activities[f"s{k}-{i}"] = _served(f"a{k}-{i}", _exponential(1), "server") | {"priority": k}
    played = player.play(_document(activities, {"server": 1}), player.runs)
    found: Estimates = {}
    for k, count in enumerate(counts, start=1):
        # the last fifth does not count either: by then the other class may have stopped to arrive
        names = [f"s{k}-{i}" for i in range(count // 5, count * 4 // 5)]
        wait = played.days("start", *names) - played.days("ready", *names)
        found[f"mean_wait_class_{k}"] = mean(wait.mean(axis=1))
    return found


def tandem(case: Case, player: Player) -> Estimates:
    """Stations in series."""
    rates = case.model["service_rates"]
    count = player.customers
    activities = _arrivals("a", count, _exponential(1 / case.model["arrival_rate"]))
    for i in range(count):
        before = f"a{i}"
        for station, rate in enumerate(rates, start=1):
            activities[f"s{station}-{i}"] = _served(before, _exponential(1 / rate), f"p{station}")
            before = f"s{station}-{i}"
    pools = {f"p{station}": 1 for station in range(1, len(rates) + 1)}
    played = player.play(_document(activities, pools), player.runs)
    arrival = played.days("ready", *(f"s1-{i}" for i in range(count)))
    window = _Window(arrival[:, player.dropped], arrival[:, -1])
    found: Estimates = {}
    use = []
    for station in range(1, len(rates) + 1):
        names = [f"s{station}-{i}" for i in range(count)]
        ready, start, finish = (played.days(field, *names) for field in ("ready", "start", "finish"))
        found[f"mean_number_station_{station}"] = mean(window.average(ready, finish))
        use.append(window.average(start, finish))
    leaving = played.days("finish", *(f"s{len(rates)}-{i}" for i in range(count)))
    found["mean_time_in_system"] = mean((leaving - arrival)[:, player.dropped :].mean(axis=1))
    found["utilisation_bottleneck"] = mean(use[int(np.argmin(rates))])
    return found


def fork_join(case: Case, player: Player) -> Estimates:
    """Every job has a part for each of two servers and is done when both are."""
    count = player.customers
    activities = _arrivals("a", count, _exponential(1 / case.model["arrival_rate"]))
    service = _exponential(1 / case.model["service_rate_each"])
    for i in range(count):
        activities |= {f"{side}{i}": _served(f"a{i}", service, side) for side in ("left", "right")}
    played = player.play(_document(activities, {"left": 1, "right": 1}), player.runs)
    kept = range(player.dropped, count)
    arrival = played.days("ready", *(f"left{i}" for i in kept))
    left, right = (played.days("finish", *(f"{side}{i}" for i in kept)) - arrival for side in ("left", "right"))
    return {
        "mean_response": mean(np.maximum(left, right).mean(axis=1)),
        "mean_single_queue_response": mean((left + right).mean(axis=1) / 2),
    }


def breakdowns(case: Case, player: Player) -> Estimates:
    """M/M/1 whose server stands still in random windows; service goes on where it stopped."""
    model = case.model
    count = player.customers
    activities = _arrivals("a", count, _exponential(1 / model["arrival_rate"]))
    for i in range(count):
        activities[f"s{i}"] = _served(f"a{i}", _exponential(1 / model["service_rate"]), "server")
    outage = {
        "per_year": model["failure_rate"] * DAYS_PER_YEAR,
        "duration": _exponential(1 / model["repair_rate"]),
        "stops": ["s/s*"],
    }
    days = round(1.2 * count / model["arrival_rate"] + 1000)
    document = scenario(activities, horizon=f"{days} days", pools=_pools({"server": 1}), disruptions={"outage": outage})
    network = compiled(document)
    played = player.play(document, player.runs)
    names = [f"s{i}" for i in range(count)]
    ready, finish = played.days("ready", *names), played.days("finish", *names)
    window = _Window(ready[:, player.dropped], ready[:, -1])
    samples = draw(network, SEED, 0, player.runs)
    down = []
    for run, (first, end) in enumerate(samples.window_ptr):
        begins, ends = (edge[first:end] / TICKS_PER_DAY for edge in (samples.window_start, samples.window_end))
        down.append(window.row(run).average(begins[np.newaxis], ends[np.newaxis])[0])
    return {
        "availability": mean(1 - np.array(down)),
        "mean_number_in_system": mean(window.average(ready, finish)),
        "mean_time_in_system": mean((finish - ready)[:, player.dropped :].mean(axis=1)),
    }


def machine_repair(case: Case, player: Player) -> Estimates:
    """Machines that run, break, and wait for one of the repairers."""
    model = case.model
    if "repair_crews" not in model:
        return {}
    machines, crews = model["machines"], model["repair_crews"]
    cycles = player.customers // machines
    activities: dict[str, Any] = {}
    for m in range(machines):
        for k in range(cycles):
            after = [f"repair{m}-{k - 1}"] if k else []
            activities[f"up{m}-{k}"] = {"duration": _exponential(1 / model["failure_rate"]), "after": after}
            activities[f"repair{m}-{k}"] = _served(f"up{m}-{k}", _exponential(1 / model["repair_rate"]), "crew")
    played = player.play(_document(activities, {"crew": crews}), player.runs)
    ups = [f"up{m}-{k}" for m in range(machines) for k in range(cycles)]
    repairs = [f"repair{m}-{k}" for m in range(machines) for k in range(cycles)]
    up_start, up_end = played.days("start", *ups), played.days("finish", *ups)
    broken, start, end = (played.days(field, *repairs) for field in ("ready", "start", "finish"))
    # a window fixed in time: a cycle takes 1.5 to 2 days, so no machine has run out of cycles by then
    shortest = 1 / model["failure_rate"] + 1 / model["repair_rate"]
    window = _Window(np.full(player.runs, 0.2 * cycles * shortest), np.full(player.runs, 0.8 * cycles * shortest))
    counted = window.holds(broken)
    waits = counted & (start > broken)
    return {
        "proportion_up": mean(window.average(up_start, up_end) / machines),
        "P(crew free at breakdown)": ratio((counted & ~waits).sum(axis=1), counted.sum(axis=1)),
        "P(crew busy at breakdown)": ratio(waits.sum(axis=1), counted.sum(axis=1)),
        "crew_utilisation": mean(window.average(start, end) / crews),
        "breakdowns_per_time": mean(counted.sum(axis=1) / window.length),
    }


def _single_station(player: Player, between: str, service: str, servers: int) -> Estimates:
    count = player.customers
    activities = _arrivals("a", count, between)
    for i in range(count):
        activities[f"s{i}"] = _served(f"a{i}", service, "server")
    played = player.play(_document(activities, {"server": servers}), player.runs)
    names = [f"s{i}" for i in range(count)]
    ready, start, finish = (played.days(field, *names) for field in ("ready", "start", "finish"))
    window = _Window(ready[:, player.dropped], ready[:, -1])
    wait = (start - ready)[:, player.dropped :]
    busy = window.average(start, finish)
    # a busy period begins with whoever finds the only server free
    begun = window.holds(ready) & (start == ready)
    return {
        "utilisation": mean(busy / servers),
        "P(wait>0)": mean((wait > 0).mean(axis=1)),
        "mean_wait_in_queue": mean(wait.mean(axis=1)),
        "mean_queue_length": mean(window.average(ready, start)),
        "mean_time_in_system": mean((finish - ready)[:, player.dropped :].mean(axis=1)),
        "mean_number_in_system": mean(window.average(ready, finish)),
        "wait_p50": clustered_quantile(list(wait), 0.5),
        "wait_p90": clustered_quantile(list(wait), 0.9),
        "mean_busy_period": ratio(busy * window.length, begun.sum(axis=1)),
    }


class _Window:
    """A stretch of time of each run, in days."""

    def __init__(self, begin: F64, end: F64) -> None:
        self.begin, self.end = begin[:, np.newaxis], end[:, np.newaxis]

    @property
    def length(self) -> F64:
        return (self.end - self.begin)[:, 0]

    def row(self, run: int) -> _Window:
        return _Window(self.begin[run], self.end[run])

    def holds(self, times: F64) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return (times >= self.begin) & (times < self.end)

    def average(self, begins: F64, ends: F64) -> F64:
        """(R) How many of the intervals are open on average over the time of the window."""
        inside = np.minimum(ends, self.end) - np.maximum(begins, self.begin)
        return np.maximum(inside, 0).sum(axis=1) / self.length


def _exponential(days: float) -> str:
    return f"exponential({days:.12g}) days"


def _arrivals(prefix: str, count: int, between: str) -> dict[str, Any]:
    first = {f"{prefix}0": {}}
    return first | {f"{prefix}{i}": {"after": [f"{prefix}{i - 1} + {between}"]} for i in range(1, count)}


def _served(before: str, service: str, pool: str) -> dict[str, Any]:
    return {"duration": service, "crew": {pool: 1}, "after": [before]}


def _pools(units: dict[str, int]) -> dict[str, Any]:
    return {name: {"capacity": capacity} for name, capacity in units.items()}


def _document(activities: dict[str, Any], pools: dict[str, int]) -> dict[str, Any]:
    return scenario(activities, horizon=LONGEST, pools=_pools(pools), rule="fifo")
