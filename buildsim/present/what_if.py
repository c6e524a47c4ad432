"""The report of a scenario's what-ifs: what moves at each site, what was expected of it, and what binds then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.paired import Paired
from buildsim.present import words
from buildsim.present.console import as_text
from buildsim.studies.compare import Binding, SiteChange
from buildsim.studies.what_if import IDLE, Expected, VariantResult, WhatIfResult

BINDING = 3
"""Groups of days that are shown before and after."""

_VERDICTS = {"agrees": "green", "disagrees": "bold red", "undecided": "yellow"}


def what_if_report(result: WhatIfResult) -> RenderableType:
    """The question, then variant by variant: the moves, the verdicts on what was expected, what binds."""
    asked = f"{words.count(result.replications, 'replication')}, seed {result.seed}"
    parts: list[RenderableType] = [Text(f"{result.scenario}: {asked}", style="bold")]
    if result.question is not None:
        parts.append(Text(words.clean(result.question)))
    parts.append(Text(words.PAIRED, style="dim"))
    for name, variant in result.variants.items():
        parts += ["", *_variant(name, variant)]
    return Group(*parts)


def what_if_text(result: WhatIfResult, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(what_if_report(result), width)


def explained(variant: VariantResult, site: str) -> list[str]:
    """The milestones of a site of which it is said what binds: those expected to move, else the key one."""
    found = variant.sites[site].milestones
    expected = [each.subject for each in variant.expected if each.site == site and each.subject != IDLE]
    if expected:
        return list(dict.fromkeys(expected))
    return [words.key_milestone(found)] if found else []


def _variant(name: str, variant: VariantResult) -> Iterator[RenderableType]:
    yield Text(words.clean(f"{name}: {variant.title}"), style="bold reverse")
    base = "the scenario as it is" if variant.against is None else variant.against
    yield Text(f"Against {base}." + (f" {words.clean(variant.note)}" if variant.note else ""))
    asks_idle = any(each.subject == IDLE for each in variant.expected)
    for site, change in variant.sites.items():
        yield ""
        yield from _site(site, change, asks_idle)
    if variant.expected:
        yield ""
        yield Text("Expected before the run", style="bold")
        yield _expected(variant.expected)
    for site, change in variant.sites.items():
        for milestone in explained(variant, site):
            yield from _binding(site, milestone, change.binding[milestone])
    if variant.warnings:
        yield ""
        yield Text("Warnings", style="bold yellow")
        yield _bullets(variant.warnings)


def _site(site: str, change: SiteChange, asks_idle: bool) -> Iterator[RenderableType]:
    rows = [(words.milestone(name), change.milestones[name]) for name in words.read_first(change.milestones)]
    if all(found.less == found.more == 0 and not _left_out(found) for _, found in rows):
        yield Text.assemble((site, "bold"), ": no milestone moves in any replication.")
    else:
        yield Text(site, style="bold")
        yield _changes(rows, "earlier", "later: worse")
        yield from _said_of_left_out(rows)
    if asks_idle and change.idle is not None:
        found, unit = change.idle.change, change.idle.unit
        yield Text(f"{site}: {unit} of racks delivered and not yet being set up", style="bold")
        yield _changes([("Idle", found)], "less", "more: worse")
        if found.before is not None and found.after is not None:
            yield Text(f"On average {found.before:,.0f} before and {found.after:,.0f} after.", style="dim")
        yield from _said_of_left_out([("Idle", found)])


def _changes(rows: Sequence[tuple[str, Paired]], less: str, more: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", min_width=10)
    for _ in range(6):
        table.add_column(justify="right")
    heads = ("", "mean (95%)", "P10", "P50", "P90", less, more)
    table.add_row(*(Text(head, style="dim") for head in heads))
    for label, found in rows:
        if found.mean is None or found.less is None or found.more is None:
            table.add_row(Text(label, style="bold"), "not known")
            continue
        low, high = (words.move(bound) for bound in (found.low, found.high))
        mean = Text.assemble(words.move(found.mean), (f"\n({low} to {high})", "dim"))
        percentiles = (words.move(value) for value in (found.p10, found.p50, found.p90))
        shares = (words.percent(found.less), words.percent(found.more))
        table.add_row(Text(label, style="bold"), mean, *percentiles, *shares)
    return table


def _left_out(found: Paired) -> bool:
    return found.missing_before > 0 or found.missing_after > 0


def _said_of_left_out(rows: Iterable[tuple[str, Paired]]) -> Iterator[Text]:
    for label, found in rows:
        if _left_out(found):
            missing = f"{found.missing_before} before the change and {found.missing_after} after it"
            counted = words.count(found.pairs, "replication")
            yield Text(f"{label}: over {counted}; not reached by the horizon in {missing}.", style="dim")


def _expected(rows: Sequence[Expected]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        subject = "idle racks" if row.subject == IDLE else words.milestone(row.subject)
        what = f"{row.site}: {subject} {row.direction}"
        if row.direction == "unchanged":
            what += f", within {row.margin:,.0f}" + (" days" if row.subject != IDLE else " (5% of what it is)")
        verdict = Text(row.verdict, style=_VERDICTS[row.verdict])
        table.add_row(Text(words.clean(what)), verdict, Text(words.clean(_reason(row)), style="dim"))
    return table


def _reason(row: Expected) -> str:
    origin = row.source if row.source is not None else f"assumed: {row.assumption}"
    said = [origin, *([row.fact] if row.fact else []), *([row.note] if row.note else [])]
    return "; ".join(said)


def _binding(site: str, milestone: str, found: Binding) -> Iterator[RenderableType]:
    if not (found.before or found.after):
        return
    yield ""
    yield Text(f"{site}: the largest parts of the time to {words.milestone(milestone)}, before and after", style="bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        table.add_column(justify="right", no_wrap=True)
        table.add_column(overflow="fold")
    for before, after in zip_longest(_largest(found.before), _largest(found.after), fillvalue=("", "")):
        table.add_row(*before, *after)
    yield table


def _largest(days: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    for name, value in islice(days.items(), BINDING):
        yield words.days(value), words.category(name)


def _bullets(texts: Iterable[str]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    for text in texts:
        table.add_row(" -", Text(words.clean(text)))
    return table
