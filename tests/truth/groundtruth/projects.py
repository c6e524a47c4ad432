"""Small projects: the critical path method, joins, backlogs, tests that fail, calendars."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from buildsim.compile.planning import schedule
from buildsim.network.codes import TICKS_PER_DAY, StartCause
from groundtruth.case import Case, Estimates, Player
from groundtruth.play import START, Played, compiled, scenario
from groundtruth.score import exact, mean, quantile, share, variance


def textbook(case: Case, player: Player) -> Estimates:
    """Early starts as played; late finishes and floats of the planned schedule; drag by leaving work out."""
    tick = 1 / TICKS_PER_DAY
    names = list(case.model["activities"])
    document = _textbook(case.model["activities"])
    played = player.play(document, 1)
    plan = schedule(compiled(document))
    length = played.total[0]
    found: Estimates = {"project_length": exact(length, allowance=tick)}
    for name, column in zip(names, played.columns(*(name.lower() for name in names)), strict=True):
        found[f"ES[{name}]"] = exact(played.start[0, column] / TICKS_PER_DAY, allowance=tick)
        found[f"LF[{name}]"] = exact(plan.lf[column] / TICKS_PER_DAY, allowance=tick)
        found[f"total_float[{name}]"] = exact(plan.slack[column] / TICKS_PER_DAY, allowance=tick)
    for name in case.model["critical_activities"]:
        without = {**case.model["activities"], name: {**case.model["activities"][name], "dur": 0}}
        shorter = player.play(_textbook(without), 1).total[0]
        found[f"drag[{name}]"] = exact(length - shorter, allowance=tick)
    return found


def k_of_n(case: Case, player: Player) -> Estimates:
    """A stage opens at the k-th of n deliveries; of two suppliers the first counts."""
    model = case.model
    deliveries = {f"d{i}": {"duration": f"exponential({model['mean']}) days"} for i in range(model["n"])}
    suppliers = {f"s{i}": {"duration": f"exponential({m}) days"} for i, m in enumerate(model["dual_source_means"])}
    joins: dict[str, Any] = {
        "stage": {"after": list(deliveries), "join": model["k"]},
        "dual": {"after": list(suppliers), "join": "any"},
    }
    played = player.play(scenario({**deliveries, **suppliers, **joins}))
    stage, dual = played.days("finish", "stage", "dual").T
    (column,) = played.columns("dual")
    by_link = played.start_cause_kind[:, column] == StartCause.LINK
    first = played.network.links.pred[played.start_cause[:, column]] == played.columns("s0")[0]
    return {
        "mean_kth": mean(stage),
        "variance_kth": variance(stage),
        "dual_source_mean": mean(dual),
        "P(first supplier wins)": share(by_link & first),
    }


def backlog(case: Case, player: Player) -> Estimates:
    """Orders that wait for one of several equal slots."""
    model = case.model
    random = "mean_build" in model
    duration = f"exponential({model['mean_build']}) days" if random else f"{model['build']} days"
    names = [f"o{i}" for i in range(model["orders"])]
    activities = {name: {"duration": duration, "crew": {"slot": 1}} for name in names}
    document = scenario(activities, pools={"slot": {"unit": "slot", "capacity": model["slots"]}})
    played = player.play(document, None if random else 1)
    finish = played.days("finish", *names)
    if random:
        ordered = np.sort(finish, axis=1)
        return {f"mean_completion_{k + 1}": mean(ordered[:, k]) for k in range(model["orders"])}
    return {
        "our_delivery": exact(finish[0, model["position"] - 1]),
        "all_delivered": exact(finish.max()),
    }


def rework(case: Case, player: Player) -> Estimates:
    """Units that repeat a pass until it succeeds; more than ten failures in a row do not happen here."""
    model = case.model
    names = [f"u{i}" for i in range(model["units"])]
    retest = {"probability": round(1 - model["yield"], 12), "passes": 11}
    activity = {"duration": f"{model['pass_time']} days", "retest": retest}
    played = player.play(scenario(dict.fromkeys(names, activity)), max(2, player.replications // 10))
    last = [f"{name}#{retest['passes']}" for name in names]
    passes = played.days("finish", *last) / model["pass_time"]
    rounds = passes.max(axis=1)
    return {
        "mean_passes_one_unit": mean(passes.ravel()),
        "variance_passes_one_unit": variance(passes.ravel()),
        "mean_rounds_until_all_n_pass": mean(rounds),
        "p90_rounds_until_all_n_pass": quantile(rounds, 0.9),
        "mean_time_one_unit": mean(passes[:, 0] * model["pass_time"]),
    }


def windows(case: Case, player: Player) -> Estimates:
    """A request at a uniform time in a cycle waits for the board that ends it, or for the open days that begin it."""
    cycle, opened = case.model["cycle"], case.model["open"]

    def wait(first_closed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        begin = date.fromisoformat(START)
        closed = {
            "first": (begin + timedelta(days=first_closed)).isoformat(),
            "last": (begin + timedelta(days=cycle - 1)).isoformat(),
        }
        activities = {
            "request": {"duration": f"uniform(0, {cycle}) days"},
            "answer": {"duration": "1 minute", "calendar": "access", "after": ["request"]},
        }
        played: Played = player.play(scenario(activities, calendars={"access": {"closed": [closed]}}))
        return (played.days("start", "answer") - played.days("ready", "answer"))[:, 0]

    board, window = wait(0), wait(opened)
    return {
        "mean_wait_board": mean(board),
        "p90_wait_board": quantile(board, 0.9),
        "mean_wait_window": mean(window),
        "P(no wait window)": share(window == 0),
    }


def _textbook(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return scenario(
        {
            name.lower(): {
                "duration": f"{row['dur'] * TICKS_PER_DAY:.0f} minutes",
                "after": [pred.lower() for pred in row["preds"]],
            }
            for name, row in rows.items()
        }
    )
