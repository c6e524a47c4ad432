"""Catalogs, sites and scenarios as tables, with where each number comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.present import words
from buildsim.studies.catalogs import (
    ActivityRow,
    CatalogSummary,
    CatalogView,
    DisruptionRow,
    RiskRow,
    SupplyRow,
    TemplateRow,
    ValueRow,
)
from buildsim.studies.chain import ChainRow
from buildsim.studies.known import round_number
from buildsim.studies.listings import ScenarioSummary, SiteSummary
from buildsim.studies.numbers import Origin
from buildsim.studies.sources import EvidenceRow, SourceList

NONE = "–"


def catalog_listing(rows: Sequence[CatalogSummary]) -> RenderableType:
    """A row per catalog, then the titles."""
    heads = ("catalog", "supplies", "pools", "templates", "risks", "sourced", "assumed", "newest source")
    table = _table(heads, right=range(1, 7))
    for row in rows:
        counts = (row.supplies, row.pools, row.templates, row.risks, row.sourced, row.assumed)
        _add(table, row.name, *(f"{count:,}" for count in counts), _date(row.newest_source))
    return Group(table, "", _prose((row.name, row.title) for row in rows))


def site_listing(rows: Sequence[SiteSummary]) -> RenderableType:
    """A row per site, then titles, regions, starts and what they rest on."""
    table = _table(("site", "owner", "MW", "halls", "GPUs"), right=range(2, 5))
    about = []
    for row in rows:
        numbers = (_amount(row.facility_mw), f"{row.halls}", _amount(row.gpus))
        _add(table, row.name, row.owner, *numbers)
        begun = f"region {row.region or NONE}, start {_date(row.start)}"
        facts = f"{begun}, {row.sourced} facts sourced, {row.assumed} assumed"
        about.append((row.name, f"{row.title}: {facts}" if row.title else facts))
    return Group(table, "", _prose(about))


def scenario_listing(rows: Sequence[ScenarioSummary]) -> RenderableType:
    """A row per scenario, then the questions and the sites."""
    table = _table(("scenario", "start", "as of", "sites", "variants"), right=range(3, 5))
    for row in rows:
        _add(table, row.name, _date(row.start), _date(row.as_of), f"{len(row.sites)}", f"{len(row.variants) or NONE}")
    prose = ((row.name, f"{row.question or row.title or NONE} ({', '.join(row.sites)})") for row in rows)
    return Group(table, "", _prose(prose))


def _prose(rows: Iterable[tuple[str, str]]) -> Table:
    """Names with a text that may be long."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for name, text in rows:
        _add(table, name, text)
    return table


def source_report(found: SourceList) -> RenderableType:
    """The evidence of each catalog, each source with the numbers that rest on it, then the assumptions."""
    table = _table(("catalog", "numbers", "high", "medium", "low", "published", "source"), right=range(1, 5))
    for row in found.sources:
        counts = (row.numbers, row.high, row.medium, row.low)
        about = f"{row.publisher}: {row.title} [{row.source}]" + (f"\n{row.url}" if row.url else "")
        _add(table, row.catalog, *(f"{count:,}" for count in counts), _date(row.published), about)
    assumed = _table(("catalog", "numbers", "high", "medium", "low"), right=range(1, 5))
    for each in found.assumptions:
        counts = (each.numbers, each.high, each.medium, each.low)
        _add(assumed, each.catalog, *(f"{count:,}" for count in counts))
    return Group(
        *_evidence(found.catalogs),
        "",
        Text("Sources, and how many numbers rest on each, by confidence", style="bold"),
        table,
        "",
        Text("Assumed numbers, by confidence", style="bold"),
        assumed,
    )


def _evidence(rows: Sequence[EvidenceRow]) -> Iterator[RenderableType]:
    """Numbers by what they rest on, and how old those are that count on the day."""
    heads = ("catalog", "numbers", "high", "medium", "low", "unrated", "assumed")
    table = _table(heads, right=range(1, len(heads)))
    ages = _table(("catalog", "values", "stale", "extrapolated"), right=range(1, 4))
    for row in rows:
        counts = (row.numbers, row.high, row.medium, row.low, row.unrated, row.assumed)
        _add(table, row.catalog, *(f"{count:,}" for count in counts))
        _add(ages, row.catalog, *(f"{count:,}" for count in (row.values, row.stale, row.extrapolated)))
    day = next((f" on {row.as_of}" for row in rows if row.as_of is not None), "")
    yield Text("Evidence of each catalog: numbers with a source by confidence, and assumed", style="bold")
    yield table
    yield ""
    yield Text(f"How old the values are that count{day}", style="bold")
    yield ages
    yield Text(
        f"Of several dated values one counts. Stale: {words.FLAWS['stale']}; "
        f"extrapolated: {words.FLAWS['extrapolated']}.",
        style="dim",
    )


def catalog_report(view: CatalogView) -> RenderableType:
    """A whole catalog: what it holds as of its day, the chains from wafers to watts, the origin of every value."""
    counted = view.summary
    known = "" if view.as_of is None else f"As known on {view.as_of}. "
    parts: list[RenderableType] = [
        Text(words.clean(f"{view.name}: {view.title}"), style="bold"),
        Text(f"{known}In all {counted.sourced} numbers have a source and {counted.assumed} are assumed.", style="dim"),
    ]
    sections = (
        ("Supplies", _supplies(view.supplies)),
        ("From wafers to watts", _chains(view.chains)),
        ("Pools", _pools(view)),
        ("Calendars", _calendars(view)),
        *((f"Template {template.name}", _template(template)) for template in view.templates),
        ("Risks", _risks(view.risks)),
        ("Disruptions", _disruptions(view.disruptions)),
        ("What moves together", _correlations(view)),
    )
    for title, body in sections:
        if body is not None:
            parts += ["", Text(words.clean(title), style="bold reverse"), body]
    parts += ["", Text("Where every value comes from", style="bold reverse"), _origins(view)]
    return Group(*parts)


def origin(found: Origin) -> str:
    """Where a number comes from, in one line."""
    if found.basis == "source":
        said = f"{found.publisher}, {found.published or 'undated'} [{found.source}]"
    else:
        said = f"assumed: {found.assumption}" if found.basis == "assumption" else "not stated"
    known = f"known {found.known}" if found.known not in (None, found.published) else None
    return "; ".join([said, *_details(found), *([known] if known else [])])


def _details(found: Origin) -> list[str]:
    return [part for part in (found.confidence, ", ".join(found.facts)) if part]


def _supplies(rows: Sequence[SupplyRow]) -> RenderableType | None:
    if not rows:
        return None
    table = _table(("", "can start, or lead", "cycle", "yield", "takes", "market"))
    for row in rows:
        name = f"{row.name}\n({row.unit})"
        ratings = [text for text in (row.it, row.gpus, row.h100e) if text]
        if ratings:
            name += f"\n{', '.join(ratings)}"
        ability = row.capacity if row.lead is None else f"lead {row.lead}"
        takes = _listed(f"{need} of {each}" for each, need in row.inputs.items())
        market = _listed(
            [
                *([f"orders {row.demand}"] if row.demand else []),
                *([f"backlog {row.backlog}"] if row.backlog else []),
                *([f"shares {_shares(row.shares)}"] if row.shares else []),
            ]
        )
        _add(table, name, ability or NONE, row.cycle or NONE, row.yields or NONE, takes, market)
    return table


def _chains(rows: Sequence[ChainRow]) -> RenderableType | None:
    if not rows:
        return None
    table = _table(("", "", "per unit", "with losses", "per MW IT"), right=range(2, 5))
    for row in rows:
        first = row.input == row.supply
        per_mw = NONE if row.per_mw_it is None else round_number(row.per_mw_it)
        if first:
            ratings = [f"{round_number(row.it_mw)} MW IT"] if row.it_mw is not None else []
            ratings += [f"{round_number(row.gpus)} GPUs"] if row.gpus is not None else []
            _add(table, row.supply, f"{row.unit}: {', '.join(ratings)}", "1", "1", per_mw, bold=True)
        else:
            net, gross = round_number(row.per_unit), round_number(row.per_unit_with_losses)
            _add(table, f"  {row.input}", row.unit, net, gross, per_mw)
    return table


def _pools(view: CatalogView) -> RenderableType | None:
    if not view.pools:
        return None
    table = _table(("", "unit", "capacity", "more come", "the market's"))
    for row in view.pools:
        # a rate in a narrow column breaks between words
        growth = _listed(f"{name}: {inflow}".replace("/", " per ") for name, inflow in row.growth.items())
        _add(table, row.name, row.unit, row.capacity, growth, row.market or NONE)
    regions = sorted({row.name.partition("/")[0] for row in view.pools if "/" in row.name})
    if not regions:
        return table
    return Group(Text(f"Regions with pools of their own: {', '.join(regions)}"), "", table)


def _calendars(view: CatalogView) -> RenderableType | None:
    if not view.calendars:
        return None
    table = _table(("", "days", "hours", "productivity", "closed"))
    for row in view.calendars:
        closed = words.count(row.closed_days, "date or window") if row.closed_days else NONE
        _add(table, row.name, row.days, row.hours, f"{row.productivity:g}", closed)
    return table


def _template(template: TemplateRow) -> RenderableType:
    about = f"once per {template.per}"
    if template.branches:
        about += f"; branches: {_shares(template.branches)}"
    table = _table(("", "length", "crew", "after", "orders"))
    for row in template.activities:
        _add(table, _activity(row), _length(row), _listed(_crew(row.crew)), _after(row), _listed(row.orders.values()))
    return Group(Text(words.clean(about), style="dim"), table)


def _activity(row: ActivityRow) -> str:
    said = [
        *([row.kind] if row.kind != "work" else []),
        *([f"stage {row.stage}"] if row.stage not in (None, row.name) else []),
        *([f"if {row.branch}"] if row.branch else []),
        *([f"milestone {row.milestone}"] if row.milestone else []),
    ]
    return row.name + "".join(f"\n  {each}" for each in said)


def _length(row: ActivityRow) -> str:
    said = [text for text in (row.duration, row.labor) if text] or ["none"]
    if row.calendar:
        said.append(f"on {row.calendar}")
    if row.retest is not None:
        said.append(f"fails {words.percent(row.retest)}")
    if row.learning is not None:
        said.append(f"x {row.learning:g} per doubling")
    return "\n".join(said)


def _crew(crew: Mapping[str, str]) -> Iterator[str]:
    return (f"{need} {pool}" for pool, need in crew.items())


def _after(row: ActivityRow) -> str:
    joined = "" if row.join == "all" or len(row.after) < 2 else f"{row.join} of:\n"
    return joined + _listed(row.after)


def _risks(rows: Sequence[RiskRow]) -> RenderableType | None:
    if not rows:
        return None
    table = _table(("", "probability", "effect", "strikes"))
    for row in rows:
        effect = [*([f"x {row.factor}"] if row.factor else []), *([f"+ {row.days}"] if row.days else [])]
        _add(table, row.name, words.percent(row.probability), _listed(effect), _listed(row.targets))
    return table


def _disruptions(rows: Sequence[DisruptionRow]) -> RenderableType | None:
    if not rows:
        return None
    table = _table(("", "when", "for", "stops", "capacity"))
    for row in rows:
        when = f"{row.per_year:g} a year" if row.start is None else f"from {row.start}"
        if row.probability < 1:
            when += f", {words.percent(row.probability)}"
        capacity = _listed(f"{name} x {factor:g}" for name, factor in row.capacity.items())
        _add(table, row.name, when, row.duration, _listed(row.stops), capacity)
    return table


def _correlations(view: CatalogView) -> RenderableType | None:
    if not view.correlate:
        return None
    table = _table(("", "rho", "targets"))
    for row in view.correlate:
        _add(table, row.name, f"{row.rho:g}", _listed(row.targets))
    return table


def _origins(view: CatalogView) -> RenderableType:
    """Block by block: its own origin, then each value; what says nothing of its own is as its block."""
    table = _table(("", "from", "value", "where it comes from"))
    blocks: dict[tuple[str, str], list[ValueRow]] = {
        (kind, name): [] for kind in view.origins for name in view.origins[kind]
    }
    for row in view.values:
        blocks.setdefault((row.kind, row.block), []).append(row)
    notes = {template.name: template.note for template in view.templates}
    notes |= {risk.name: risk.note for risk in view.risks}
    notes |= {disruption.name: disruption.note for disruption in view.disruptions}
    for (kind, name), rows in blocks.items():
        whole, note = view.origins[kind].get(name), notes.get(name)
        said = [*([] if whole is None else [origin(whole)]), *([note] if note else [])]
        _add(table, name, "", "", "; ".join(said), bold=True)
        for row in rows:
            if row.value is not None and (row.origin.own or kind != "templates"):
                _add(
                    table, f"  {row.field.removeprefix('activities.')}", _when(row), row.value, _own_origin(row, whole)
                )
    return table


def _when(row: ValueRow) -> str:
    if row.at is not None:
        return row.at.isoformat()
    if row.valid_to is not None:
        return f"{row.valid_from or ''} to {row.valid_to}".strip()
    return _date(row.valid_from) if row.valid_from is not None else ""


def _own_origin(row: ValueRow, whole: Origin | None) -> str:
    said = origin(row.origin)
    if whole is not None and not row.origin.own:
        said = "; ".join(["as above", *(part for part in _details(row.origin) if part not in _details(whole))])
    later = "not known yet, used all the same: " if row.later else ""
    return later + said + (f"; {row.note}" if row.note else "")


def _table(heads: Sequence[str], right: Iterable[int] = ()) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    numbers = set(right)
    for column in range(len(heads)):
        if column in numbers:
            table.add_column(justify="right", no_wrap=True)
        else:
            table.add_column(overflow="fold", no_wrap=column == 0)
    table.add_row(*(Text(head, style="dim") for head in heads))
    return table


def _add(table: Table, name: str, *cells: str, bold: bool = False) -> None:
    table.add_row(Text(words.clean(name), style="bold" if bold else ""), *(Text(words.clean(cell)) for cell in cells))


def _listed(texts: Iterable[str]) -> str:
    return "\n".join(texts) or NONE


def _shares(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {words.percent(share)}" for name, share in shares.items())


def _amount(value: float | None) -> str:
    return NONE if value is None else f"{value:,.0f}"


def _date(value: date | None) -> str:
    return NONE if value is None else value.isoformat()
