"""The report of a run: when each site is ready, real dates beside the forecast, and why it takes so long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.milestones import PERCENTS, MilestoneResult
from buildsim.analysis.result import SiteResult, StudyResult
from buildsim.present import words
from buildsim.present.console import as_text
from buildsim.present.paths import step_table, unreached
from buildsim.present.reliance import how_to_read, reliance_report
from buildsim.present.waterfall import waterfall
from buildsim.studies.answer import Answer
from buildsim.studies.evidence import RealDate, SiteEvidence
from buildsim.studies.headline import key_milestone, read_first

STEPS = 12
"""Steps of the driving path that are shown one by one."""


def report(answer: Answer) -> RenderableType:
    """What a planner reads first, site by site, then owners with several sites, then warnings."""
    result = answer.result
    asked = f"{words.count(result.replications, 'replication')}, seed {result.seed}, from {result.start}"
    parts: list[RenderableType] = [
        Text(f"{result.scenario}: {asked}", style="bold"),
        Text(f"{words.PERCENTILES} {words.INTERVALS} {words.PLANNED}", style="dim"),
    ]
    for name, site in result.sites.items():
        parts += ["", *_site(name, site, answer.evidence[name])]
        if answer.reliance is not None:
            shown = read_first(site.milestones)
            parts += reliance_report(answer.reliance, name, shown, key_milestone(site.milestones))
    if answer.reliance is not None:
        parts += ["", Text(how_to_read(answer.reliance), style="dim")]
    parts += _owners(result)
    if result.warnings:
        parts += ["", Text("Warnings", style="bold yellow"), _bullets(result.warnings)]
    return Group(*parts)


def report_text(answer: Answer, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(report(answer), width)


def _site(name: str, site: SiteResult, evidence: SiteEvidence) -> Iterator[RenderableType]:
    owner = "" if site.owner == name else f", owner {site.owner}"
    yield Text(f"{name}{owner}, start {site.start}", style="bold reverse")
    shown = read_first(site.milestones)
    yield _milestones(site.start, _picked(site.milestones, shown))
    others = [milestone for milestone in site.milestones if milestone not in shown]
    if others:
        yield Text(f"Also in the JSON: {', '.join(others)}.", style="dim")
    for milestone in shown:
        yield from unreached(site, milestone)
    if site.deadline is not None:
        chances = (
            f"{words.milestone(milestone)} {words.percent(site.milestones[milestone].deadline_probability or 0.0)}"
            for milestone in shown
        )
        yield Text(f"Chance of finishing by the deadline, {site.deadline}: {', '.join(chances)}.")
    yield from _real_dates(site, evidence)
    yield from _why(name, site)


def _milestones(origin: date, found: Mapping[str, MilestoneResult]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", min_width=10)
    for _ in (*PERCENTS, "planned"):
        table.add_column(justify="right", no_wrap=True)
    heads = ["", *(f"P{percent}" for percent in PERCENTS), "planned"]
    table.add_row(*(Text(head, style="dim") for head in heads))
    for name, milestone in found.items():
        cells = [_percentile(milestone, percent) for percent in PERCENTS]
        table.add_row(Text(words.milestone(name), style="bold"), *cells, _planned(origin, milestone))
    return table


def _percentile(milestone: MilestoneResult, percent: int) -> Text:
    days = getattr(milestone, f"p{percent}_days")
    if days is None:
        return Text(words.BEYOND)
    low, high = milestone.ci95_days[f"p{percent}"]
    bounds = "–".join("?" if bound is None else f"{bound:.0f}" for bound in (low, high))
    on = words.day(getattr(milestone, f"p{percent}"))
    return Text.assemble((on, "green"), f"\n{words.whole_days(days)}", (f"\n({bounds})", "dim"))


def _planned(origin: date, milestone: MilestoneResult) -> Text:
    days = milestone.deterministic_days
    if days is None:
        return Text(words.BEYOND)
    chance = words.percent(milestone.deterministic_probability or 0.0)
    lines = [words.day(words.finish_date(origin, days)), f"{days:.0f} d, {chance}"]
    if milestone.contingency_days is not None:
        lines.append(f"P80 {milestone.contingency_days:+,.0f} d")
    return Text("\n".join(lines))


def _real_dates(site: SiteResult, evidence: SiteEvidence) -> Iterator[RenderableType]:
    if evidence.records:
        yield ""
        yield Text.assemble(("Real dates beside the forecast", "bold"), f" ({words.REAL_DATES})")
        yield _records(site, evidence.records)
        yield _bullets(f"{words.milestone(name)}: {words.origin(record)}" for name, record in evidence.records.items())
    yield Text(f"The forecast rests on {words.provenance(evidence)}.")


def _records(site: SiteResult, records: Mapping[str, RealDate]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_row(*(Text(head, style="dim") for head in ("", "real", "P50", "real against forecast")))
    for name, record in records.items():
        forecast = site.milestones.get(name)
        table.add_row(
            Text(words.milestone(name), style="bold"),
            Text(words.day(record.date), style="magenta"),
            "–" if forecast is None else words.day(forecast.p50),
            "not a milestone of the plan" if forecast is None else words.against(record.date, forecast),
        )
    return table


def _why(name: str, site: SiteResult) -> Iterator[RenderableType]:
    milestone = key_milestone(site.milestones)
    title = words.milestone(milestone)
    mean, path = site.milestones[milestone].mean_days, site.driving_path[milestone]
    if mean is not None and site.attribution[milestone]:
        yield ""
        yield Text(f"Why {title} takes {words.whole_days(mean)} on average", style="bold")
        yield waterfall(site.attribution[milestone], site.criticality[milestone], title)
        yield Text(words.ON_PATH, style="dim")
    if path:
        yield ""
        yield Text(f"Driving path to {title} (the replication that is the P50)", style="bold")
        yield step_table(name, site, path, longest=STEPS)


def _owners(result: StudyResult) -> Iterator[RenderableType]:
    """Owners of several sites; any other owner's milestones are those of its site."""
    sites_of: dict[str, list[str]] = {}
    for name, site in result.sites.items():
        sites_of.setdefault(site.owner, []).append(name)
    for owner, names in sites_of.items():
        if len(names) > 1:
            found = result.owners[owner].milestones
            yield ""
            yield Text(f"Owner {owner}: {', '.join(names)}", style="bold reverse")
            yield Text("First milestones are those of its earliest site, full capacity that of its last.", style="dim")
            origin = min(result.sites[name].start for name in names)
            yield _milestones(origin, _picked(found, read_first(found)))


def _picked(found: Mapping[str, MilestoneResult], names: Iterable[str]) -> dict[str, MilestoneResult]:
    return {name: found[name] for name in names}


def _bullets(texts: Iterable[str]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    for text in texts:
        table.add_row(" -", Text(words.clean(text)))
    return table
