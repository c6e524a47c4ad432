"""Activity networks: their time to finish, who is critical, and shared crews."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from groundtruth.case import Case, Estimates, Player
from groundtruth.play import Played, scenario
from groundtruth.score import Estimate, mean, quantile, share, variance


def distribution_of_total(case: Case, played: Played) -> Estimates:
    """What is asked of the time to finish: mean, variance, percentiles, chances."""
    total = played.total
    found: Estimates = {"mean": mean(total), "variance": variance(total)}
    for name in case.answers:
        if name[0] == "p" and name[1:].isdigit():
            found[name] = quantile(total, int(name[1:]) / 100)
        elif name.startswith("cdf_at_"):
            found[name] = share(total <= float(name.removeprefix("cdf_at_")))
        elif name.startswith("P(T>"):
            found[name] = share(total > float(name[4:-1]))
        elif name.startswith("pmf["):
            found[name] = share(np.abs(total - float(name[4:-1])) < 1e-9)
    return found


def discrete(case: Case, player: Player) -> Estimates:
    """Few lengths, many ties: criticality is zero float."""
    rows = case.model["activities"]
    durations = {name: f"discrete({_pairs(row['pmf'])}) days" for name, row in rows.items()}
    played = player.play(scenario(_activities(rows, durations)))
    return distribution_of_total(case, played) | _criticality(case, played, played.without_float())


def exponential(case: Case, player: Player) -> Estimates:
    """Exponential and Erlang lengths; the engine's causes say who is critical."""
    rows = case.model["activities"]
    durations = {name: _erlang(row) for name, row in rows.items()}
    played = player.play(scenario(_activities(rows, durations)))
    return distribution_of_total(case, played) | _criticality(case, played, played.on_driving_path())


def resource_constrained(case: Case, player: Player) -> Estimates:
    """The same with crews that are shared in the order of listing."""
    rows = case.model["activities"]
    activities = _activities(rows, {name: _erlang(row) for name, row in rows.items()})
    for name in case.model["priority_list"]:
        activities[name.lower()]["crew"] = rows[name]["req"]
    listed = {name.lower(): activities[name.lower()] for name in case.model["priority_list"]}
    pools = {pool: {"capacity": units} for pool, units in case.model["capacity"].items()}
    return distribution_of_total(case, player.play(scenario(listed, pools=pools, rule="index")))


def triangular(case: Case, player: Player) -> Estimates:
    """Triangular lengths."""
    rows = case.model["activities"]
    durations = {name: f"triangular({_listed(row['triangular_min_mode_max'])}) days" for name, row in rows.items()}
    played = player.play(scenario(_activities(rows, durations)))
    return distribution_of_total(case, played) | _criticality(case, played, played.on_driving_path())


def uniform(case: Case, player: Player) -> Estimates:
    """Five uniform arcs of a bridge."""
    before: dict[str, list[str]] = {"a": [], "b": [], "c": ["a"], "d": ["a"], "e": ["b", "c"]}
    rows = {name: {"preds": preds} for name, preds in before.items()}
    durations = {name: f"uniform(0, {width}) days" for name, width in case.model["w"].items()}
    return distribution_of_total(case, player.play(scenario(_activities(rows, durations))))


def mixed(case: Case, player: Player) -> Estimates:
    """Normal and exponential arcs, given as paths."""
    rows: dict[str, dict[str, Any]] = {arc["id"]: {"preds": []} for arc in case.model["arcs"]}
    for path in case.model["paths"]:
        for pred, succ in pairwise(path):
            if pred not in rows[succ]["preds"]:
                rows[succ]["preds"].append(pred)
    durations = {
        arc["id"]: f"{arc['dist'].partition('(')[0]}({_listed(arc['par'])}) days" for arc in case.model["arcs"]
    }
    return distribution_of_total(case, player.play(scenario(_activities(rows, durations))))


def _activities(rows: dict[str, dict[str, Any]], durations: dict[str, str]) -> dict[str, Any]:
    return {
        name.lower(): {"duration": durations[name], "after": [str(pred).lower() for pred in row["preds"]]}
        for name, row in rows.items()
    }


def _criticality(case: Case, played: Played, critical: np.ndarray[Any, np.dtype[np.bool_]]) -> Estimates:
    found: dict[str, Estimate] = {}
    for name in case.answers:
        if name.startswith("criticality["):
            (column,) = played.columns(name[12:-1].lower())
            found[name] = share(critical[:, column])
    return found


def _erlang(row: dict[str, Any]) -> str:
    stages = row.get("stages", 1)
    return f"exponential({row['mean']}) days" if stages == 1 else f"erlang({row['mean']}, {stages}) days"


def _pairs(pmf: list[list[float]]) -> str:
    return ", ".join(f"{value}: {weight}" for value, weight in pmf)


def _listed(numbers: list[float]) -> str:
    return ", ".join(map(str, numbers))
