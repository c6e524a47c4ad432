"""The report of a leveling: each site's milestone before and after, and the activities that move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.present import words
from buildsim.present.console import as_text
from buildsim.studies.level import LeveledMilestone, LevelResult, Move

SHOWN = 40
"""Moves that are shown; the JSON has all."""

_SEARCHED = "What counts is how early the milestones marked * are in the planned run, summed over their sites."
_DATED = (
    "A not-before date holds an activity although crews are free for it. Under uncertainty it holds it too when its "
    "predecessors are early."
)
_NOTHING = "No better schedule was found: the plan stays as it is."


def level_report(result: LevelResult) -> RenderableType:
    """Milestones before and after, as planned and under uncertainty, then the moves."""
    made = f"{words.count(result.schedules, 'schedule')}, {words.count(result.replications, 'replication')}"
    parts: list[RenderableType] = [Text(f"{result.scenario}: {made}, seed {result.seed}", style="bold")]
    parts += [Text(_SEARCHED, style="dim"), "", Text("Planned run, days from the site's start", style="bold")]
    parts += [_planned(result.sites), ""]
    if result.moves:
        parts += [Text("Under uncertainty, with these priorities and dates", style="bold"), _uncertain(result.sites)]
        parts += [Text(words.PAIRED, style="dim"), "", *_moves(result.moves)]
    else:
        parts.append(Text(_NOTHING))
    if result.warnings:
        parts += ["", Text("Warnings", style="bold yellow")]
        parts += [Text(f" - {words.clean(warning)}") for warning in result.warnings]
    return Group(*parts)


def level_text(result: LevelResult, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(level_report(result), width)


def _planned(sites: Mapping[str, LeveledMilestone]) -> Table:
    table = _table("", "", "before", "after", "move")
    for name, site in sites.items():
        before, after = site.planned_before_days, site.planned_after_days
        moved = None if before is None or after is None else after - before
        numbers = (*map(_days, (before, after)), words.move(moved))
        table.add_row(Text(name, style="bold"), _milestone(site), *numbers)
    return table


def _uncertain(sites: Mapping[str, LeveledMilestone]) -> Table:
    heads = ("mean\nbefore", "\nafter", "P80\nbefore", "\nafter", "mean move\n(95%)", "earlier", "later\n(worse)")
    table = _table("", *heads)
    for name, site in sites.items():
        change = site.change
        numbers = [_days(each) for each in (change.before, change.after, site.p80_before_days, site.p80_after_days)]
        low, high = words.move(change.low), words.move(change.high)
        move = Text.assemble(words.move(change.mean), (f"\n({low}, {high})", "dim"))
        shares = ["?" if share is None else words.percent(share) for share in (change.less, change.more)]
        table.add_row(Text(name, style="bold"), *numbers, move, *shares)
    return table


def _moves(moves: Sequence[Move]) -> Iterator[RenderableType]:
    yield Text(f"{words.count(len(moves), 'activity')} that move in the planned run", style="bold")
    table = _table("", "from", "to", "days", "priority", "not before")
    for move in moves[:SHOWN]:
        priority = "" if move.priority is None else f"{move.priority:,}"
        dates = words.day(move.before), words.day(move.after)
        table.add_row(move.activity, *dates, words.move(move.days), priority, _optional(move.not_before))
    yield table
    if len(moves) > SHOWN:
        yield Text(f"and {len(moves) - SHOWN:,} more, which --json has", style="dim")
    if any(move.not_before is not None for move in moves):
        yield Text(_DATED, style="dim")


def _table(*heads: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for number, head in enumerate(heads):
        names = head == "" or number == 0
        table.add_column(justify="left" if names else "right", overflow="fold", no_wrap=not names)
    table.add_row(*(Text(head, style="dim") for head in heads))
    return table


def _milestone(site: LeveledMilestone) -> str:
    return words.milestone(site.milestone) + (" *" if site.counts else "")


def _days(value: float | None) -> str:
    return words.BEYOND if value is None else f"{value:,.1f}"


def _optional(day: date | None) -> str:
    return "" if day is None else day.isoformat()
