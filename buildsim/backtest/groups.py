"""By what a score is told apart: attributes of the build, and how well its outcome is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from buildsim.backtest.cases import Build, Outcome

T = TypeVar("T")

LARGE_MW = 100.0
"""A first step of so much is a large one."""

NOT_KNOWN = "not known"


def groups(build: Build, outcome: Outcome) -> dict[str, str]:
    """The group of a build by each attribute."""
    return {
        "kind": _if_known(build.retrofit, lambda retrofit: "retrofit" if retrofit else "new"),
        "operator": build.operator_class or NOT_KNOWN,
        "country": _if_known(build.country, lambda country: "US" if country == "US" else "abroad"),
        "first step": _if_known(build.first_facility_mw, _size),
        "start": _if_known(build.start_date, lambda start: "2022 or before" if start.year <= 2022 else f"{start.year}"),
        "date": _if_known(outcome.confirmed, lambda confirmed: "confirmed" if confirmed else "not confirmed"),
        "evidence": outcome.evidence or NOT_KNOWN,
        "design": _if_known(outcome.redesign, lambda redesign: "redesigned" if redesign else "kept"),
    }


def _size(megawatts: float) -> str:
    return f"{LARGE_MW:g} MW or more" if megawatts >= LARGE_MW else f"under {LARGE_MW:g} MW"


def _if_known(value: T | None, name: Callable[[T], str]) -> str:
    return NOT_KNOWN if value is None else name(value)
