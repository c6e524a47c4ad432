"""The second path to each milestone as tables: how far behind, what it consists of, and the merges."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.milestones import PERCENTS
from buildsim.analysis.result import SiteResult, StudyResult
from buildsim.present import words
from buildsim.present.caveats import warning_lines
from buildsim.studies.detail import Tables
from buildsim.studies.headline import key_milestone
from buildsim.studies.runner_up import CLOSE

HOW_TO_READ: Final = (
    "The runner-up is the longest path that is not the driving one; its float is how many days it is behind, the most "
    "that speeding up the driving path alone could gain. P10: in one replication of ten it is no more than that."
)
MERGE: Final = (
    "On path: share of the replications in which paths meet there on the driving path. Runner-up: in which it comes in "
    "there. Behind: mean days of the second one. Costs: days by which the mean of the latest is after the latest mean."
)
_NONE: Final = "none"


def runner_up_report(result: StudyResult, tables: Tables, milestone: str | None, shown: int | None) -> RenderableType:
    """The tables per site; with ``shown``, only so many categories and merges, those of most replications first.

    Explained is ``milestone``; None stands for each site's key milestone.
    """
    title = f"{result.scenario}: runner-up, {words.count(result.replications, 'replication')}, seed {result.seed}"
    parts: list[RenderableType] = [Text(title, style="bold"), Text(f"{HOW_TO_READ} {MERGE}", style="dim")]
    for name in dict.fromkeys(tables["runner_up"]["site"]):
        site = result.sites[name]
        parts += ["", *_site(name, site, tables, milestone or key_milestone(site.milestones), shown)]
    return Group(*parts, *warning_lines(result))


def _site(name: str, site: SiteResult, tables: Tables, milestone: str, shown: int | None) -> Iterator[RenderableType]:
    yield Text(f"{name}, start {site.start}", style="bold reverse")
    found = tables["runner_up"]
    heads = ("float in days", *(f"P{percent}" for percent in PERCENTS), *(f"< {days} days" for days in CLOSE))
    rows = found[found["site"] == name].to_dict("records")
    yield _grid(
        heads,
        (
            [
                words.milestone(row["milestone"]),
                *(_days(row[f"float_p{percent}"], row["reached"]) for percent in PERCENTS),
                *(_share(row[f"within_{days}"]) for days in CLOSE),
            ]
            for row in rows
        ),
    )
    title = words.milestone(milestone)
    categories = _of(tables["runner_up_path"], name, milestone)
    if len(categories):
        yield ""
        yield Text(f"On the runner-up to {title} but not on the driving path", style="bold")
        listed = categories.head(shown or len(categories))
        yield _grid(("", "share"), ([words.category(row["category"]), _share(row["share"])] for row in _rows(listed)))
        yield from _more(len(categories) - len(listed), "category")
    merges = _of(tables["merges"], name, milestone)
    if len(merges):
        yield ""
        yield Text(f"Merges on the driving path to {title}", style="bold")
        listed = merges.head(shown or len(merges))
        heads = ("", "", "gates", "on path", "runner-up", "behind", "costs")
        yield _grid(
            heads,
            (
                [
                    row["activity"].removeprefix(f"{name}/"),
                    row["event"],
                    str(row["gates"]),
                    _share(row["share"]),
                    _share(row["closest"]),
                    f"{row['mean_slack_days']:,.1f}",
                    f"{row['bias_days']:,.1f}",
                ]
                for row in _rows(listed)
            ),
        )
        yield from _more(len(merges) - len(listed), "merge")


def _of(table: pd.DataFrame, site: str, milestone: str) -> pd.DataFrame:
    return table[(table["site"] == site) & (table["milestone"] == milestone)]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _grid(heads: Sequence[str], rows: Iterable[list[str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(overflow="fold", min_width=14)
    for _ in heads[1:]:
        grid.add_column(justify="right", no_wrap=True)
    grid.add_row(*(Text(head, style="dim") for head in heads))
    for row in rows:
        grid.add_row(*(Text(words.clean(cell)) for cell in row))
    return grid


def _more(count: int, noun: str) -> Iterator[RenderableType]:
    if count:
        yield Text(f"{words.count(count, noun)} more; --all shows them.", style="dim")


def _days(value: float, reached: float) -> str:
    if math.isnan(value):
        return _NONE if reached else "?"
    return f"{value:,.1f}"


def _share(value: float) -> str:
    return "?" if math.isnan(value) else words.percent(value)
