"""The report of plans against a first one: what moves at each site, and which edits make how many of the days."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.paired import Paired
from buildsim.analysis.shapley import Shares
from buildsim.errors import format_path
from buildsim.loading.edits import Change, Edit
from buildsim.present import words
from buildsim.present.console import as_text
from buildsim.present.what_if import bullets, said_of_horizon, stands_still
from buildsim.studies.comparison import ComparisonResult, Difference
from buildsim.studies.comparison_rows import shown_shares
from buildsim.studies.explained import Explained
from buildsim.studies.headline import key_milestone, read_first

NO_EDIT: Final = "No difference that could move a result."
LISTED: Final = 4
"""Changes of one edit that are listed; of more it is said where they stand."""
_VALUE: Final = 40
"""Characters of a value at most."""
_SHARES: Final = (
    "Days of an edit: what it adds on average over all orders in which the edits can be made (Shapley), and their "
    "standard error (se). They sum to the whole."
)


def comparison_report(result: ComparisonResult) -> RenderableType:
    """Which plans, then of each against the first: the moves, and what makes them."""
    plans = ", ".join(each.head.plan for each in result.differences)
    asked = f"{words.count(result.replications, 'replication')}, seed {result.seed}"
    parts: list[RenderableType] = [
        Text(words.clean(f"{plans} against {result.first.plan}: {asked}"), style="bold"),
        Text(words.PAIRED, style="dim"),
    ]
    for each in result.differences:
        parts += ["", *_difference(each)]
    if warnings := result.first.warnings:
        parts += ["", Text(words.clean(f"Warnings of {result.first.plan}"), style="bold yellow"), bullets(warnings)]
    return Group(*parts)


def comparison_text(result: ComparisonResult, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(comparison_report(result), width)


def change_in_words(change: Change) -> str:
    """What stood there and what does, short."""
    if change.order:
        return "another order"
    if change.before is None and isinstance(change.after, dict) and "value" not in change.after:
        return "added"
    if change.after is None and isinstance(change.before, dict) and "value" not in change.before:
        return "left out"
    before, after = _value(change.before), _value(change.after)
    return f"{before}, stated otherwise" if before == after else f"{before} -> {after}"


def _difference(of: Difference) -> Iterator[RenderableType]:
    title = f": {of.head.title}" if of.head.title else ""
    yield Text(words.clean(f"{of.head.plan}{title}"), style="bold reverse")
    still, shares = [], {(site, milestone): found for site, milestone, found in shown_shares(of)}
    for site, change in of.sites.items():
        if not change.milestones:
            continue
        rows = {milestone: change.milestones[milestone] for milestone in read_first(change.milestones)}
        key = key_milestone(rows)
        parts = shares.get((site, key))
        explains = parts is not None and any(parts.parts)  # edits may cancel out each other
        if all(map(stands_still, rows.values())) and not explains:
            still.append(site)
            continue
        yield ""
        yield Text(site, style="bold")
        yield _moves({words.milestone(each): found for each, found in rows.items()})
        yield from said_of_horizon(rows)
        if of.explained is not None and parts is not None and explains:
            yield ""
            yield Text(f"{site}: what makes the difference in {words.milestone(key)}", style="bold")
            yield _parts(of.explained, parts)
    if still:
        yield ""
        yield Text(f"No milestone moves in any replication at {', '.join(still)}.")
    if of.explained is not None:
        yield ""
        yield from _said_of_edits(of.explained)
    if of.head.warnings:
        yield ""
        yield Text("Warnings of this plan", style="bold yellow")
        yield bullets(of.head.warnings)


def _moves(rows: Mapping[str, Paired]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", min_width=10)
    for _ in range(5):
        table.add_column(justify="right", no_wrap=True)
    heads = ("", "before\n(days)", "after\n(days)", "difference\n(95%)", "earlier", "later\n(worse)")
    table.add_row(*(Text(head, style="dim") for head in heads))
    for label, found in rows.items():
        if found.less is None or found.more is None or found.before is None or found.after is None:
            table.add_row(Text(label, style="bold"), "?")
            continue
        interval = f"\n({words.move(found.low)}, {words.move(found.high)})"
        difference = Text.assemble((words.move(found.mean), "bold"), (interval, "dim"))
        means = f"{found.before:,.1f}", f"{found.after:,.1f}"
        table.add_row(
            Text(label, style="bold"), *means, difference, words.percent(found.less), words.percent(found.more)
        )
    return table


def _parts(explained: Explained, shares: Shares) -> Table:
    """A row per edit, largest first, and their sum."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(overflow="fold", ratio=1)
    table.add_row(*(Text(head, style="dim") for head in ("days", "se", "edit", "from -> to")))
    rows = zip(explained.names, explained.edits, shares.parts, shares.se, strict=True)
    for name, edit, days, se in sorted(rows, key=lambda row: -abs(row[2])):
        numbers = [words.move(days), f"{se:,.1f}"]
        for line, change in _lines(name, edit):
            table.add_row(*numbers, Text(words.clean(line)), Text(words.clean(change)))
            numbers = ["", ""]
    table.add_row(words.move(shares.total), "", "together", "", style="bold")
    return table


def _lines(name: str, edit: Edit) -> Iterator[tuple[str, str]]:
    """Each change of an edit by its path, or where they stand if they are too many."""
    if len(edit.changes) > LISTED:
        yield name, ""
        return
    for change in edit.changes:
        yield (
            f"order of {format_path(change.path)}" if change.order else format_path(change.path),
            change_in_words(change),
        )


def _said_of_edits(explained: Explained) -> Iterator[RenderableType]:
    if not explained.edits:
        yield Text(NO_EDIT)
        return
    if len(explained.edits) > 1:
        yield Text(_SHARES, style="dim")
    if not explained.exact:
        text = "There are too many orders: the mean is over a sample of them, and the standard error says so."
        yield Text(text, style="dim")
    for edit in explained.edits:
        if edit.joined is not None:
            names = ", ".join(_names(edit))
            yield Text(words.clean(f"Only together: {names}. With some of them alone: {edit.joined}."), style="dim")
        elif edit.merged:
            yield Text(words.clean(f"Taken as one, since there are many: {', '.join(_names(edit))}."), style="dim")


def _names(edit: Edit) -> list[str]:
    paths = [format_path(change.path) for change in edit.changes]
    shown = paths if len(paths) <= LISTED else paths[: LISTED - 1]
    return shown if len(shown) == len(paths) else [*shown, f"{len(paths) - len(shown)} more"]


def _value(value: Any) -> str:
    """A value in short, of a fact its number alone."""
    if value is None:
        return "not stated"
    text = _plain(value)
    return text if len(text) <= _VALUE else f"{text[: _VALUE - 3]}..."


def _plain(value: Any) -> str:
    if isinstance(value, dict) and "value" in value:
        return _plain(value["value"])
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
