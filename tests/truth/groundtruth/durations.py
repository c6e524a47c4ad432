"""Durations alone: their distributions, correlation, and the bias where normal ones merge."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any

import numpy as np
from scipy import stats

from groundtruth.case import Case, Estimates, Player
from groundtruth.networks import distribution_of_total
from groundtruth.play import compiled, planned_total, scenario
from groundtruth.score import exact, mean, quantile, share, standard_deviation, variance


def quantiles(case: Case, player: Player) -> Estimates:
    """Percentiles, mean and deviation of each kind, as its own activity."""
    activities = {name: {"duration": f"{_written(row)} days"} for name, row in case.model.items()}
    played = player.play(scenario(activities))
    found: Estimates = {}
    for name in case.model:
        days = played.days("finish", name)[:, 0]
        found |= {f"{name}.p{p}": quantile(days, p / 100) for p in (10, 50, 90)}
        found |= {f"{name}.mean": mean(days), f"{name}.sd": standard_deviation(days)}
    return found


def correlated(case: Case, player: Player) -> Estimates:
    """Durations with a common factor: a chain of lognormal ones, or the later of two normal ones."""
    return _chain(case, player) if "mu_log" in case.model else _later(case, player)


def merge(case: Case, player: Player) -> Estimates:
    """Normal durations that merge (Clark 1961)."""
    if "n" in case.model:
        names = [f"x{i}" for i in range(case.model["n"])]
        duration = f"normal({case.model['mean']}, {case.model['sd']}) days"
        played = player.play(scenario({name: {"duration": duration} for name in names}))
        on_path = played.on_driving_path()[:, played.columns(*names)]
        return distribution_of_total(case, played) | {"criticality_each": share(on_path[:, 0])}
    activities: dict[str, dict[str, Any]] = {
        name.lower(): {"duration": f"normal({case.model[name][0]}, {case.model[name][1]}) days"}
        for name in ("C", "X1", "X2")
    }
    for name in ("x1", "x2"):
        activities[name]["after"] = ["c"]
    document = scenario(activities)
    played = player.play(document)
    critical = played.on_driving_path()[:, played.columns("x1", "x2")]
    found = distribution_of_total(case, played)
    found |= {f"criticality[X{i + 1}]": share(critical[:, i]) for i in range(2)}
    return found | {"naive_PERT_mean": exact(planned_total(compiled(document), player.engine))}


def _chain(case: Case, player: Player) -> Estimates:
    medians = [exp(mu) for mu in case.model["mu_log"]]
    activities: dict[str, dict[str, Any]] = {}
    for i, (median, sigma) in enumerate(zip(medians, case.model["sigma_log"], strict=True), start=1):
        after = [f"a{i - 1}"] if i > 1 else []
        activities[f"a{i}"] = {"duration": f"lognormal({median:.12g}, {sigma}) days", "after": after}
    played = player.play(_correlated(activities, case.model["rho_log"]))
    found = distribution_of_total(case, played)
    found["variance_if_independent"] = variance(player.play(scenario(activities)).total)
    work = played.days("finish", *activities) - played.days("start", *activities)
    return found | {f"median_{i + 1}": quantile(work[:, i], 0.5) for i in range(len(medians))}


def _later(case: Case, player: Player) -> Estimates:
    pairs = zip(case.model["mean"], case.model["sd"], strict=True)
    activities = {f"a{i}": {"duration": f"normal({m}, {sd}) days"} for i, (m, sd) in enumerate(pairs)}
    played = player.play(_correlated(activities, case.model["rho"]))
    first, second = played.days("finish", "a0", "a1").T
    return distribution_of_total(case, played) | {"P(first is later)": share(np.greater(first, second))}


def _correlated(activities: dict[str, Any], rho: float) -> dict[str, Any]:
    return scenario(activities, correlate={"weather": {"rho": rho, "targets": ["s/a*"]}})


def _written(row: dict[str, Any]) -> str:
    """A distribution of the case in the language's own parameters."""
    numbers = row["parameters"]
    match row["kind"]:
        case "lognormal_mean_cv":
            middle, cv = numbers
            return f"lognormal({middle / sqrt(1 + cv**2):.12g}, {sqrt(log(1 + cv**2)):.12g})"
        case "lognormal_p10_p90":
            low, high = numbers
            return f"lognormal({sqrt(low * high):.12g}, {log(high / low) / 2 / stats.norm.ppf(0.9):.12g})"
        case "weibull":
            shape, scale = numbers
            return f"weibull({scale}, {shape})"
        case "gamma_mean_cv":
            middle, cv = numbers
            return f"gamma({middle}, {1 / cv**2:.12g})"
        case kind:
            return f"{kind}({', '.join(map(str, numbers))})"
