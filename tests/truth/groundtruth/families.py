"""Every family of exact answers: who builds it, and which are beyond the language, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundtruth import durations, networks, projects, queues, supplies
from groundtruth.case import Case, Estimates, Player, cases
from groundtruth.score import Score, score

PROJECTS: dict[str, Callable[[Case, Player], Estimates]] = {
    "activity_network_discrete": networks.discrete,
    "activity_network_exponential": networks.exponential,
    "activity_network_mixed": networks.mixed,
    "activity_network_resource_constrained": networks.resource_constrained,
    "activity_network_triangular": networks.triangular,
    "activity_network_uniform": networks.uniform,
    "allocation_rules": supplies.allocation,
    "backlog_clearing": projects.backlog,
    "calendar_windows": projects.windows,
    "capacity_ramp": supplies.ramp,
    "correlated_durations": durations.correlated,
    "cpm_textbook": projects.textbook,
    "distribution_quantiles": durations.quantiles,
    "k_of_n": projects.k_of_n,
    "leontief_bottleneck": supplies.bottleneck,
    "normal_merge": durations.merge,
    "transient_minf": supplies.under_way,
    "yield_rework": projects.rework,
}

QUEUES: dict[str, Callable[[Case, Player], Estimates]] = {
    "fork_join": queues.fork_join,
    "machine_repair": queues.machine_repair,
    "queue_breakdown": queues.breakdowns,
    "queue_gm1": queues.general_arrivals,
    "queue_mdc": queues.multi_server,
    "queue_mg1": queues.general_service,
    "queue_mmc": queues.multi_server,
    "queue_priority": queues.priority,
    "tandem_jackson": queues.tandem,
}

GROUPS = {"projects": PROJECTS, "queues": QUEUES}

BUILDERS = PROJECTS | QUEUES

OUT_OF_SCOPE = {
    "base_stock_palm": "no demand signal travels upstream: stock is not reordered",
    "finite_buffer_line": "activities are not held back by a full buffer after them",
    "queue_finite": "nobody is turned away",
    "queue_reneging": "activities do not give up waiting",
    "timeout_retry": "work is not abandoned and begun anew",
}

NOT_EXPRESSIBLE = {
    "tandem_jackson/rework_2": "a failed test repeats its own activity, it does not send the work back a station",
    "machine_repair/machrep3": "whether the repairer stays depends on the state he finds: no feedback of state",
    "allocation_rules:max_min_fair": "the language has no max-min fair allocation",
    "queue_gm1:sigma": "a root of the derivation; it equals P(wait>0), which is compared",
}
"""FAMILY/CASE, or FAMILY:ANSWERS that begin so."""


def skipped(family: str, case: str, answer: str) -> str | None:
    """Why an answer is not compared, or None."""
    for key, reason in NOT_EXPRESSIBLE.items():
        if key == f"{family}/{case}" or (":" in key and f"{family}:{answer}".startswith(key)):
            return reason
    return None


def scores(family: str, player: Player) -> Iterator[Score]:
    """All answers of a family that the language can give. KeyError for one that is neither given nor skipped."""
    for case in cases(family):
        asked = [name for name in case.answers if skipped(family, case.id, name) is None]
        if asked:
            estimates = BUILDERS[family](case, player)
            for name in asked:
                yield score(family, case.id, name, case.answers[name], estimates[name])
