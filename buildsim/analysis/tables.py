"""A study's result as tidy pandas tables, one row per observation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from buildsim.analysis.milestones import PERCENTS, MilestoneResult
from buildsim.analysis.result import Shares, SiteResult, StudyResult

_DAYS = [f"p{percent}_days" for percent in PERCENTS]
_BOUNDS = [f"p{percent}_{side}_days" for percent in PERCENTS for side in ("low", "high")]
_DATES = [f"p{percent}" for percent in PERCENTS]
_PLAN = ["deterministic_days", "deterministic_probability", "deadline_probability", "contingency_days"]
MILESTONE_COLUMNS = ["site", "owner", "milestone", "reached", "mean_days", *_DAYS, *_DATES, *_BOUNDS, *_PLAN]
PATH_COLUMNS = [
    "path",
    "site",
    "milestone",
    "step",
    "activity",
    "kind",
    "category",
    "start_day",
    "finish_day",
    "days",
    "why",
]


def milestone_table(result: StudyResult) -> pd.DataFrame:
    """A row per site and milestone; days from the site's start, NaN and NaT beyond the horizon.

    ``pNN_low_days`` and ``pNN_high_days`` bound the 95% interval of a percentile.
    """
    rows = [
        {"site": name, "owner": site.owner, "milestone": milestone, **_fields(found)}
        for name, site in result.sites.items()
        for milestone, found in site.milestones.items()
    ]
    table = pd.DataFrame(rows, columns=MILESTONE_COLUMNS)
    numbers = ["reached", "mean_days", *_DAYS, *_BOUNDS, *_PLAN]
    dtypes = {**dict.fromkeys(numbers, "float64"), **dict.fromkeys(_DATES, "datetime64[s]")}
    return table.astype(dtypes)


def attribution_table(result: StudyResult) -> pd.DataFrame:
    """A row per site, milestone and category: its mean days, largest first."""
    return _by_category(result, lambda site: site.attribution, "mean_days")


def with_attribution(result: StudyResult, table: pd.DataFrame) -> StudyResult:
    """The result with the attribution of its sites as `attribution_table` has it."""
    days: dict[tuple[str, str], dict[str, float]] = {}
    for site, milestone, category, value in table.itertuples(index=False):
        days.setdefault((site, milestone), {})[category] = float(value)
    return replace(
        result,
        sites={
            name: replace(site, attribution={each: days.get((name, each), {}) for each in site.attribution})
            for name, site in result.sites.items()
        },
    )


def criticality_table(result: StudyResult) -> pd.DataFrame:
    """A row per site, milestone and category: the share of replications on whose driving path it lies."""
    return _by_category(result, lambda site: site.criticality, "share")


def path_table(result: StudyResult) -> pd.DataFrame:
    """A row per step of each path in order; ``path`` is ``driving`` or ``resource`` (the resource chain)."""
    rows = [
        {"path": path, "site": site, "milestone": milestone, "step": number, **asdict(step)}
        for site, found in result.sites.items()
        for path, by_milestone in (("driving", found.driving_path), ("resource", found.resource_chain))
        for milestone, steps in by_milestone.items()
        for number, step in enumerate(steps, start=1)
    ]
    return pd.DataFrame(rows, columns=PATH_COLUMNS)


def _fields(milestone: MilestoneResult) -> dict[str, Any]:
    fields = asdict(milestone)
    for name, (low, high) in fields.pop("ci95_days").items():
        fields |= {f"{name}_low_days": low, f"{name}_high_days": high}
    return fields


def _by_category(
    result: StudyResult, values: Callable[[SiteResult], Mapping[str, Shares]], column: str
) -> pd.DataFrame:
    def rows() -> Iterator[tuple[str, str, str, float]]:
        for name, site in result.sites.items():
            for milestone, by_category in values(site).items():
                for category, value in by_category.items():
                    yield name, milestone, category, value

    return pd.DataFrame(list(rows()), columns=["site", "milestone", "category", column])
