"""The report of order dates: by when each item must be ordered, and what another month of waiting costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.paired import Paired
from buildsim.present import words
from buildsim.present.console import as_text
from buildsim.studies.order_by import OrderByResult, OrderDate

_HEADS = ("", "lead", "planned", "latest safe", "margin", "a month more", "earliest\norder")


def order_by_report(result: OrderByResult) -> RenderableType:
    """What is safe, then the items of each site, the longest lead first, and which is to be ordered next."""
    asked = f"{words.count(result.replications, 'replication')}, seed {result.seed}, as of {result.as_of}"
    parts: list[RenderableType] = [Text(f"{result.scenario}: {asked}", style="bold"), Text(_safe(result), style="dim")]
    for site in dict.fromkeys(row.site for row in result.items):
        rows = [row for row in result.items if row.site == site]
        title = f"{site}: order dates for {words.milestone(rows[0].milestone)}"
        parts += ["", Text(title, style="bold"), _table(rows), *_notes(rows), Text(next_order(rows), style="bold")]
    if result.left_out:
        least = words.whole_days(result.least_lead_days)
        parts += ["", f"Left out: {words.count(result.left_out, 'open item')} with a lead of less than {least}."]
    if result.warnings:
        parts += ["", *(Text(f"warning: {words.clean(each)}") for each in result.warnings)]
    return Group(*parts)


def order_by_text(result: OrderByResult, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(order_by_report(result), width)


def next_order(rows: Sequence[OrderDate]) -> str:
    """Which of the items is to be ordered first, by when, and what it costs to wait."""
    dated = [(row.latest, -_month(row), row) for row in rows if row.latest is not None]
    if not dated:
        return "Next: nothing; each of these can be ordered at any time within the horizon."
    row = min(dated, key=lambda each: each[:2])[2]
    cost = f"a month later moves {words.milestone(row.milestone)} by {words.move(_month(row))} days"
    return f"Next: {row.item} by {row.latest}; {cost} on average."


def _safe(result: OrderByResult) -> str:
    share = words.percent(result.risk)
    return (
        f"Safe: in at most {share} of the replications the milestone is later than with the earliest order, all else "
        "as planned. Lead and planned date: P50. A month more: days that another month of waiting costs after the "
        "latest safe date. Earliest order: days against the plan. In brackets: the 95% interval of the mean."
    )


def _table(rows: Sequence[OrderDate]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", min_width=10)
    for _ in _HEADS[1:]:
        table.add_column(justify="right", no_wrap=True)
    table.add_row(*(Text(head, style="dim") for head in _HEADS))
    for row in rows:
        late = row.margin_days is not None and row.margin_days < 0
        table.add_row(
            Text.assemble((row.item, "bold"), (f"\n{row.quantity:,.10g} {row.unit}", "dim")),
            words.BEYOND if row.lead_days is None else f"{row.lead_days:,.0f}",
            words.day(row.planned) + ("*" if row.overdue else ""),
            Text(words.order_date(row), style="bold red" if late else ""),
            "" if row.margin_days is None else f"{row.margin_days:,}",
            "" if row.month is None else _with_interval(row.month),
            words.move(row.at_earliest.mean),
        )
    return table


def _notes(rows: Sequence[OrderDate]) -> Iterator[Text]:
    earliest = rows[0].earliest
    yield Text(f"The earliest order: {earliest}. Lead and margin are in days.", style="dim")
    if any(row.overdue for row in rows):
        yield Text(
            "* planned before that, and no actual date says that it was placed: what is said holds if it was not, and "
            "its margin counts from the earliest order.",
            style="dim",
        )
    for row in rows:
        if row.reached < 1:
            reached = words.percent(row.reached)
            yield Text(f"{row.item}: with the earliest order {reached} reach it by the horizon.", style="dim")


def _with_interval(found: Paired) -> Text:
    low, high = words.move(found.low), words.move(found.high)
    return Text.assemble(words.move(found.mean), (f"\n({low}, {high})", "dim"))


def _month(row: OrderDate) -> float:
    return 0.0 if row.month is None or row.month.mean is None else row.month.mean
