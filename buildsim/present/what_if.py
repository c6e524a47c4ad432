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
from buildsim.studies.compare import Binding, IdleChange, SiteChange
from buildsim.studies.headline import key_milestone, read_first
from buildsim.studies.what_if import IDLE, Expected, VariantResult, WhatIfResult

BINDING = 3
"""Groups of days that are shown before and after."""

_VERDICTS = {"agrees": "green", "disagrees": "bold red", "undecided": "yellow"}
_SCALES = ((1e6, "million "), (1e3, "thousand "))


def what_if_report(result: WhatIfResult) -> RenderableType:
    """The question, then variant by variant: the moves, the verdicts on what was expected, what binds."""
    asked = f"{words.count(result.replications, 'replication')}, seed {result.seed}"
    parts: list[RenderableType] = [Text(f"{result.scenario}: {asked}", style="bold")]
    if result.question is not None:
        parts.append(Text(words.clean(result.question)))
    parts.append(Text(words.PAIRED, style="dim"))
    for name, variant in result.variants.items():
        parts += ["", *_variant(name, variant)]
    if result.warnings:
        parts += ["", Text("Warnings", style="bold yellow"), bullets(result.warnings)]
    return Group(*parts)


def what_if_text(result: WhatIfResult, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(what_if_report(result), width)


def shown_milestones(variant: VariantResult, site: str) -> list[str]:
    """The milestones of a site that are shown: those that a planner reads first, and those expected to move."""
    found = variant.sites[site].milestones
    return list(dict.fromkeys([*read_first(found), *_expected_milestones(variant, site)]))


def explained_milestones(variant: VariantResult, site: str) -> list[str]:
    """The milestones of a site of which it is said what binds: those expected to move, else the key one if it does."""
    if expected := _expected_milestones(variant, site):
        return expected
    found = variant.sites[site].milestones
    key = key_milestone(found) if found else None
    return [] if key is None or stands_still(found[key]) else [key]


def stands_still(found: Paired) -> bool:
    """True if both numbers are known and equal in every replication."""
    return found.less == found.more == 0 and not _beyond(found)


def _expected_milestones(variant: VariantResult, site: str) -> list[str]:
    subjects = (each.subject for each in variant.expected if each.site == site and each.subject != IDLE)
    return list(dict.fromkeys(subjects))


def _variant(name: str, variant: VariantResult) -> Iterator[RenderableType]:
    yield Text(words.clean(f"{name}: {variant.title}"), style="bold reverse")
    base = "the scenario as it is" if variant.against is None else f"the variant {variant.against}"
    yield Text(f"Compared with {base}." + (f" {words.clean(variant.note)}" if variant.note else ""))
    still = []
    for site, change in variant.sites.items():
        rows = {milestone: change.milestones[milestone] for milestone in shown_milestones(variant, site)}
        if all(map(stands_still, rows.values())):
            still.append(site)
            continue
        yield ""
        yield Text(site, style="bold")
        yield _changes({words.milestone(each): found for each, found in rows.items()}, "earlier", "later")
        yield from said_of_horizon(rows)
    if still:
        yield ""
        yield Text(f"No milestone moves in any replication at {', '.join(still)}.")
    if any(each.subject == IDLE for each in variant.expected):
        yield from _idle(variant.sites)
    if variant.expected:
        yield ""
        yield Text("Expected before the run", style="bold")
        yield _expected(variant.expected)
    for site, change in variant.sites.items():
        for milestone in explained_milestones(variant, site):
            yield from _binding(site, milestone, change.binding[milestone])
    if variant.warnings:
        yield ""
        yield Text("Warnings of this variant", style="bold yellow")
        yield bullets(variant.warnings)


def _changes(rows: Mapping[str, Paired], less: str, more: str, scale: float = 1.0) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", min_width=10)
    table.add_column(justify="right", overflow="fold", min_width=8)
    for _ in range(5):
        table.add_column(justify="right", no_wrap=True)
    heads = ("", "mean (95%)", less, f"{more}\n(worse)", "P10", "P50", "P90")
    table.add_row(*(Text(head, style="dim") for head in heads))
    for label, found in rows.items():
        if found.less is None or found.more is None:
            table.add_row(Text(label, style="bold"), "?")
            continue
        low, high = (words.move(bound, scale) for bound in (found.low, found.high))
        mean = Text.assemble(words.move(found.mean, scale), (f"\n({low}, {high})", "dim"))
        percentiles = (words.move(value, scale) for value in (found.p10, found.p50, found.p90))
        shares = (words.percent(found.less), words.percent(found.more))
        table.add_row(Text(label, style="bold"), mean, *shares, *percentiles)
    return table


def _idle(sites: Mapping[str, SiteChange]) -> Iterator[RenderableType]:
    """Of all sites, since what lies idle at one may be what another one lacks."""
    for site, change in sites.items():
        if change.idle is not None:
            scale, prefix = _scale(change.idle)
            yield ""
            title = f"{site}: {prefix}{change.idle.unit} of racks delivered and not yet being set up"
            yield Text(title, style="bold")
            yield _changes({"Idle": change.idle.change}, "less", "more", scale)
            before, after = change.idle.change.before, change.idle.change.after
            if before is not None and after is not None:
                yield Text(f"On average {before / scale:,.1f} before and {after / scale:,.1f} after.", style="dim")


def _scale(idle: IdleChange) -> tuple[float, str]:
    largest = max(idle.change.before or 0.0, idle.change.after or 0.0)
    return next(((size, name) for size, name in _SCALES if largest >= size), (1.0, ""))


def _beyond(found: Paired) -> bool:
    return found.missing_before > 0 or found.missing_after > 0


def said_of_horizon(rows: Mapping[str, Paired]) -> Iterator[Text]:
    """What is to be said of milestones that some replications do not reach, before or after the change."""
    for name, found in rows.items():
        if _beyond(found):
            pairs = words.count(found.pairs, "replication")
            reached = f"not reached in {found.missing_before} before the change and {found.missing_after} after"
            text = f"{words.milestone(name)} is compared in {pairs}; by the horizon it is {reached}"
            yield Text(f"{text}: where only one lacks it, that one counts as done at the horizon.", style="dim")


def _expected(rows: Sequence[Expected]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        verdict = Text(row.verdict, style=_VERDICTS[row.verdict])
        table.add_row(Text(words.clean(words.expectation(row))), verdict, Text(words.clean(words.reason(row)), "dim"))
    return table


def _binding(site: str, milestone: str, found: Binding) -> Iterator[RenderableType]:
    if not (found.before or found.after):
        return
    yield ""
    yield Text(f"{site}: what binds {words.milestone(milestone)}, mean days before and after", style="bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in range(2):
        table.add_column(justify="right", no_wrap=True)
        table.add_column(overflow="fold")
    for before, after in zip_longest(largest(found.before), largest(found.after), fillvalue=("", "")):
        table.add_row(*before, *after)
    yield table


def largest(days: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """The days and names of the largest categories."""
    for name, value in islice(days.items(), BINDING):
        yield f"{value:,.1f}", words.category(name)


def bullets(texts: Iterable[str]) -> Table:
    """A list of texts."""
    table = Table.grid(padding=(0, 1, 0, 0))
    for text in texts:
        table.add_row(" -", Text(words.clean(text)))
    return table
