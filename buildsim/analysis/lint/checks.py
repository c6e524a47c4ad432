"""All checks of a network."""

from __future__ import annotations

from typing import Final

from buildsim.analysis.lint import logic, times
from buildsim.analysis.lint.plan import Plan, Remark
from buildsim.network.network import Network

_CHECKS: Final = (
    logic.open_ends,
    logic.dangling,
    logic.lags_and_types,
    logic.dates_for_logic,
    logic.merges,
    times.floats,
    times.durations,
    times.resources,
    times.milestones,
    times.late_orders,
    times.progress,
)


def remarks(network: Network) -> list[Remark]:
    """What the checks find, of all sites; nothing is played and nothing drawn."""
    plan = Plan(network)
    return [remark for check in _CHECKS for remark in check(plan)]
