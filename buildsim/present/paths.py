"""Paths as tables: the driving path and the resource chain of a milestone, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.result import PathStep, SiteResult
from buildsim.present import words


def path_report(site: str, found: SiteResult, milestone: str) -> RenderableType:
    """The whole driving path of a milestone and its resource chain, in words and as tables."""
    path, chain = found.driving_path[milestone], found.resource_chain[milestone]
    name = words.milestone(milestone)
    if not path:
        return Group(Text(f"{site}: {name}", style="bold"), *unreached(found, milestone))
    days = words.days(path[-1].finish_day - path[0].start_day)
    parts: list[RenderableType] = [
        Text(f"{site}: driving path to {name}, {days} (the replication that is the P50)", style="bold"),
        Text(words.by_kind(path)),
        "",
        step_table(site, found, path),
        "",
        Text("Resource chain: where the path waited for a pool, on through whoever held it", style="bold"),
    ]
    if chain == path:
        return Group(*parts, "The same: the path waited for no units that somebody else gave back.")
    return Group(*parts, Text(words.by_kind(chain)), "", step_table(site, found, chain))


def step_table(site: str, found: SiteResult, steps: Sequence[PathStep], longest: int | None = None) -> Table:
    """A row per step with its dates, days and reason; with ``longest``, the others are summed where they stand."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    heads = ("from", "to", "days", "step")
    table.add_row(*(Text(head, style="dim") for head in heads))
    for row in _condensed(steps, longest):
        first, last = row[0], row[-1]
        table.add_row(
            words.day(words.start_date(found.start, first.start_day)),
            words.day(words.finish_date(found.start, last.finish_day)),
            f"{sum(step.days for step in row):,.1f}",
            _text(site, row),
        )
    return table


def unreached(found: SiteResult, milestone: str) -> Iterator[Text]:
    """Where the replications stand that did not reach a milestone, if there are any."""
    share = found.milestones[milestone].reached
    if share < 1:
        where = words.shares(found.blocked_at_horizon[milestone])
        text = f"{words.milestone(milestone)} is reached in {words.percent(share)} of the replications"
        yield Text(f"{text}; the others stand at: {where}")


def _text(site: str, steps: Sequence[PathStep]) -> Text:
    if len(steps) > 1:
        return Text(f"{len(steps)} shorter steps: {words.by_kind(steps)}", style="dim")
    activity, why = words.step(site, steps[0])
    return Text.assemble((activity, "bold"), f": {why}")


def _condensed(steps: Sequence[PathStep], longest: int | None) -> Iterator[list[PathStep]]:
    """Each of the longest steps alone, and what lies between two of them together."""
    kept = set(sorted(range(len(steps)), key=lambda i: (-steps[i].days, i))[:longest])
    between: list[PathStep] = []
    for i, step in enumerate(steps):
        if i not in kept:
            between.append(step)
            continue
        if between:
            yield between
            between = []
        yield [step]
    if between:
        yield between
