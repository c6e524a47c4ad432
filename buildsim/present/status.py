"""The report of a status: what has moved at each site since the former forecast, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.movement import Move
from buildsim.present import words
from buildsim.present.console import as_text
from buildsim.studies.headline import key_milestone, read_first
from buildsim.studies.status import Cause, Forecast, Happened, InputChange, MilestoneStatus, SiteStatus, StatusResult

ROWS = 8
"""Categories, events and inputs that are shown of each list; the JSON has all."""

_PAIRED = "Each replication is compared with its twin, which has the same random draws."
_UNPAIRED = (
    "The forecasts differ in seed or number of replications, so theirs are compared as independent ones, which makes "
    "intervals wide."
)
_READ = "Days: above 0 is later. In brackets: the 95% interval of the move."
_SAID_ELSEWHERE = ("start", "data_date", "as_of", "seed", "replications")


def status_report(result: StatusResult) -> RenderableType:
    """Which forecasts, then site by site what moved, why and what happened, then what changed in the files."""
    then, now = result.then, result.now
    parts: list[RenderableType] = [
        Text(f"{now.scenario}: status on {now.data_date} against that on {then.data_date}", style="bold"),
        Text(f"{_PAIRED if result.paired else _UNPAIRED} {_READ}", style="dim"),
        *_forecasts(then, now),
    ]
    for names, said in ((result.new_sites, "New"), (result.gone_sites, "No longer there")):
        if names:
            parts += ["", Text(f"{said}: {', '.join(names)}")]
    for name, site in result.sites.items():
        parts += ["", *_site(name, site)]
    parts += ["", *_inputs(result)]
    if result.warnings:
        parts += ["", Text("Warnings of the forecast now", style="bold yellow"), _bullets(result.warnings)]
    return Group(*parts)


def status_text(result: StatusResult, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(status_report(result), width)


def _forecasts(then: Forecast, now: Forecast) -> Iterator[Text]:
    """What the two stand on, where it is not the same."""
    for name in ("scenario", "start", "as_of", "horizon_days", "seed", "replications"):
        former, present = getattr(then, name), getattr(now, name)
        if former != present:
            label = name.replace("_days", " in days").replace("_", " ")
            yield Text(f"{label.capitalize()}: {_plain(former)} then, {_plain(present)} now.")
    for name in dict.fromkeys([*then.versions, *now.versions]):
        if then.versions.get(name) != now.versions.get(name):
            yield Text(f"Version of {name}: {then.versions.get(name)} then, {now.versions.get(name)} now.")


def _site(name: str, site: SiteStatus) -> Iterator[RenderableType]:
    yield Text(name, style="bold reverse")
    if site.start_then != site.start_now:
        yield Text(f"Its start has moved from {site.start_then} to {site.start_now}.")
    for names, said in ((site.new_milestones, "New milestones"), (site.gone_milestones, "Milestones no longer there")):
        if names:
            yield Text(f"{said}: {', '.join(map(words.milestone, names))}.")
    if site.milestones:
        shown = {each: site.milestones[each] for each in read_first(site.milestones)}
        yield _moves(shown)
        yield from _said_of_horizon(shown)
        key = key_milestone(site.milestones)
        yield from _why(key, site.milestones[key])
    if site.happened:
        yield ""
        yield from _happened(site.happened)


def _moves(rows: Mapping[str, MilestoneStatus]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", min_width=10)
    table.add_column(no_wrap=True)
    for _ in range(4):
        table.add_column(justify="right", no_wrap=True)
    table.add_row(*(Text(head, style="dim") for head in ("", "", "then", "now", "moved", "(95%)")))
    for name, found in rows.items():
        label = Text(words.milestone(name), style="bold")
        for percent, moved in (("P50", found.p50), ("P80", found.p80)):
            now, by = Text(words.day(moved.now), style="green"), words.move(moved.move.days)
            table.add_row(label, percent, words.day(moved.then), now, by, Text(_interval(moved.move), style="dim"))
            label = Text()
    return table


def _interval(move: Move) -> str:
    known = move.low is not None and move.high is not None
    return f"({words.move(move.low)}, {words.move(move.high)})" if known else ""


def _said_of_horizon(rows: Mapping[str, MilestoneStatus]) -> Iterator[Text]:
    for name, found in rows.items():
        if min(found.reached_then, found.reached_now) < 1:
            then, now = words.percent(found.reached_then), words.percent(found.reached_now)
            text = (
                f"{words.milestone(name)} is reached by the horizon in {then} of the replications then and {now} now. "
                "Where one forecast alone lacks it, the horizon stands in, so the move is at least that; mean days are "
                "of those that reach it."
            )
            yield Text(text, style="dim")


def _why(milestone: str, found: MilestoneStatus) -> Iterator[RenderableType]:
    yield ""
    name = words.milestone(milestone)
    if found.change_days is None:
        yield Text(f"{name} is reached in no replication of one of the forecasts: its time cannot be split.")
        return
    if all(cause.change_days == 0 for cause in found.causes):
        yield Text(f"What {name} waits for is the same.")
        return
    yield Text(f"Why {name} moved: mean days from the site's start by what they were spent on", style="bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    for _ in range(5):
        table.add_column(justify="right", no_wrap=True)
    table.add_row(*(Text(head, style="dim") for head in ("", "then", "now", "change", "on path then", "now")))
    shown, rest = found.causes[:ROWS], found.causes[ROWS:]
    for cause in shown:
        path = (words.percent(cause.on_path_then), words.percent(cause.on_path_now))
        table.add_row(words.category(cause.category), *_days(cause.then_days, cause.now_days), *path)
    if rest:
        sums = _sum(rest)
        table.add_row(Text(f"{len(rest)} that changed less", style="dim"), *_days(*sums), "", "")
    table.add_row(name, *_days(found.mean_then_days or 0.0, found.mean_now_days or 0.0), "", "", style="bold")
    yield table


def _sum(causes: Sequence[Cause]) -> tuple[float, float]:
    return sum(cause.then_days for cause in causes), sum(cause.now_days for cause in causes)


def _days(then: float, now: float) -> tuple[str, str, str]:
    return f"{then:,.1f}", f"{now:,.1f}", words.move(now - then)


def _happened(events: Sequence[Happened]) -> Iterator[RenderableType]:
    yield Text("What has happened since, furthest from the former plan first", style="bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    for _ in range(3):
        table.add_column(no_wrap=True)
    ordered = sorted(events, key=lambda each: -abs(each.days_late or 0))
    for each in ordered[:ROWS]:
        planned = "not planned" if each.planned is None else f"planned {each.planned}"
        table.add_row(words.clean(each.item), f"{each.what} {each.on}", planned, _late(each.days_late))
    yield table
    if len(ordered) > ROWS:
        yield Text(f"and {len(ordered) - ROWS} more, in the JSON.", style="dim")


def _late(days: int | None) -> str:
    if days is None:
        return ""
    return "as planned" if days == 0 else f"{words.whole_days(abs(days))} {'late' if days > 0 else 'early'}"


def _inputs(result: StatusResult) -> Iterator[RenderableType]:
    if result.then.inputs_hash == result.now.inputs_hash:
        yield Text("The files say the same as then.")
        return
    changes = [each for each in result.inputs if not _is_said_elsewhere(each)]
    if not changes:
        yield Text("In the files nothing has changed but dates of what happened, and what is said above.")
        return
    yield Text("What has changed in the files, but for what happened", style="bold")
    yield _bullets(f"{each.file}: {each.path}: {_value(each.then)} -> {_value(each.now)}" for each in changes[:ROWS])
    if len(changes) > ROWS:
        yield Text(f"and {len(changes) - ROWS} more, in the JSON.", style="dim")


def _is_said_elsewhere(change: InputChange) -> bool:
    keys = change.path.split(".")
    return "actuals" in keys or change.path in _SAID_ELSEWHERE


def _value(value: str | None) -> str:
    return "nothing" if value is None else value


def _plain(value: date | float | str) -> str:
    return f"{value:,g}" if isinstance(value, float) else str(value)


def _bullets(texts: Iterable[str]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    for text in texts:
        table.add_row(" -", Text(words.clean(text)))
    return table
