"""What a study may be asked for besides its scenario, checked before anything is loaded."""

from __future__ import annotations

import math
from datetime import date
from typing import Any, get_args

from buildsim.engine.select import EngineName
from buildsim.errors import InputError, Problem, UnknownNameError, nearest
from buildsim.network.codes import Rule
from buildsim.schema.scenario import MAX_REPLICATIONS
from buildsim.studies.converge import MAX_REPLICATIONS as MAX_UNTIL
from buildsim.studies.converge import Until

MAX_SEED = 2**63 - 1
MAX_SCHEDULES = 10_000_000
MAX_WORKERS = 1_024
ENGINES = get_args(EngineName)
RULES = tuple(rule.name.lower() for rule in Rule)


def check_options(
    replications: Any,
    seed: Any,
    engine: Any,
    rule: Any,
    *,
    until_ci: Any = None,
    max_replications: Any = None,
    milestone: Any = None,
    schedules: Any = None,
) -> None:
    """Refuse what no study can be run with; None stands for the scenario's own. Raises InputError with all of it."""
    problems = [
        *_until(until_ci, max_replications, milestone, replications),
        *_whole("replications", replications, 1, MAX_REPLICATIONS),
        *_whole("schedules", schedules, 1, MAX_SCHEDULES),
        *_whole("seed", seed, 0, MAX_SEED),
        *_one_of("engine", engine, ENGINES),
        *(_one_of("rule", rule, RULES) if rule is not None else ()),
    ]
    if problems:
        raise InputError(problems)


def until_of(until_ci: float | None, max_replications: int | None, milestone: str | None) -> Until | None:
    """When to end, from options that were checked; None: after the scenario's replications."""
    if until_ci is None:
        return None
    return Until(until_ci, MAX_UNTIL if max_replications is None else max_replications, milestone)


def check_window(first: Any, last: Any) -> None:
    """Refuse what is no time from one day to another, both included; None is open. Raises InputError."""
    dated = [(name, each) for name, each in (("first", first), ("last", last)) if each is not None]
    problems = [_problem(name, f"{each!r} is refused", "a date") for name, each in dated if type(each) is not date]
    if not problems and None not in (first, last) and last < first:
        problems = [_problem("last", f"{last} is before {first}", "a day on or after the first")]
    if problems:
        raise InputError(problems)


def check_order_options(risk: Any, least_lead_days: Any) -> None:
    """Refuse what no order date can be found with. Raises InputError with all of it."""
    problems = []
    if type(risk) not in (int, float) or not 0 <= risk < 1:
        problems.append(_problem("risk", f"{risk!r} is refused", "a share from 0 to below 1"))
    if type(least_lead_days) not in (int, float) or not 0 <= least_lead_days < math.inf:
        problems.append(_problem("least-lead", f"{least_lead_days!r} is refused", "a number of days from 0 on"))
    if problems:
        raise InputError(problems)


def check_workers(workers: Any, scheduler: Any) -> None:
    """Refuse what nothing can be run by; None stands for this machine's cores. Raises InputError."""
    problems = _whole("workers", workers, 1, MAX_WORKERS)
    if workers is not None and scheduler is not None:
        problems.append(_problem("workers", "a cluster has workers of its own", "--workers or --scheduler"))
    if problems:
        raise InputError(problems)


def choose(kind: str, name: str, valid: tuple[str, ...]) -> str:
    """The name, if it is a valid one. Raises UnknownNameError with the nearest of them."""
    if name not in valid:
        raise UnknownNameError(f"there is no {kind} called '{name}'", _listed(valid), nearest(name, valid))
    return name


def _until(until_ci: Any, max_replications: Any, milestone: Any, replications: Any) -> list[Problem]:
    if until_ci is None:
        vain = [
            name
            for name, each in (("max-replications", max_replications), ("milestone", milestone))
            if each is not None
        ]
        return [_problem(name, "it says nothing without --until-ci", "--until-ci DAYS beside it") for name in vain]
    problems = _whole("max-replications", max_replications, 1, MAX_REPLICATIONS)
    if type(until_ci) not in (int, float) or not 0 < until_ci < math.inf:
        problems.append(_problem("until-ci", f"{until_ci!r} is refused", "a number of days above 0"))
    if replications is not None:
        message = "both say how many replications there are"
        problems.append(
            _problem("until-ci", message, "either --until-ci or --replications; --max-replications is a cap")
        )
    return problems


def _whole(name: str, value: Any, least: int, most: int) -> list[Problem]:
    if value is None or (type(value) is int and least <= value <= most):
        return []
    return [_problem(name, f"{value!r} is refused", f"a whole number from {least:,} to {most:,}")]


def _one_of(name: str, value: Any, valid: tuple[str, ...]) -> list[Problem]:
    if value in valid:
        return []
    hint = nearest(value, valid) if isinstance(value, str) else None
    return [_problem(name, f"there is no {name} called {value!r}", _listed(valid), hint)]


def _problem(name: str, message: str, expected: str, hint: str | None = None) -> Problem:
    return Problem(f"--{name}", 1, 1, "", message, expected, hint)


def _listed(valid: tuple[str, ...]) -> str:
    if not valid:
        return "nothing: there is none at all"
    return valid[0] if len(valid) == 1 else f"one of {', '.join(valid)}"
