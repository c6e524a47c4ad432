"""The report of a sweep: its best and worst points, how far each factor moves the outcome, what could not be run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.present import words
from buildsim.present.console import as_text
from buildsim.sweeps.factors import FactorColumn
from buildsim.sweeps.result import SweepResult
from buildsim.sweeps.summary import MORRIS, SOBOL, VALUE, Subject, effects, indices, swings

SHOWN: Final = 3
"""Points that are shown of the best and of the worst, and errors of those that failed."""
HOW: Final = {
    "mean": "mean days",
    "p10": "P10, in days",
    "p50": "P50, in days",
    "p80": "P80, in days",
    "p90": "P90, in days",
    "reached": "share of replications that reach it",
}
AS_IS: Final = "as is"
SAID_OF_SOBOL: Final = (
    "Share of the variance that goes with a factor alone (first) and with it and all its interactions (total); in "
    "brackets 95% intervals of a bootstrap."
)
SAID_OF_MORRIS: Final = (
    "Effect of a factor over its whole range: on average (mu), in size (mu*) with a 95% interval, and how much it "
    "depends on the rest (sigma)."
)


def sweep_report(result: SweepResult, of: Subject) -> RenderableType:
    """What the points say of one number."""
    asked = f"{words.count(len(result.points), 'point')}, {result.design} design, seed {result.seed}"
    parts: list[RenderableType] = [Text(words.clean(f"{result.name}: {asked}"), style="bold")]
    if result.question is not None:
        parts.append(Text(words.clean(result.question), style="italic"))
    for block in (_points(result, of), _effects(result, of), _indices(result, of), _failures(result)):
        shown = list(block)
        parts += ["", *shown] if shown else []
    if result.warnings:
        parts += ["", Text("Warnings", style="bold yellow"), *(Text(f"- {words.clean(w)}") for w in result.warnings)]
    return Group(*parts)


def sweep_text(result: SweepResult, of: Subject, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(sweep_report(result, of), width)


def about(of: Subject) -> str:
    """What the values are of: the milestone, where, and which statistic."""
    where = of.sites[0] if len(of.sites) == 1 else f"mean of {words.count(len(of.sites), 'site')}"
    return f"{words.milestone(of.milestone)}, {where}: {HOW[of.statistic]}"


def shown(value: float | None, statistic: str) -> str:
    """A value as its statistic is said."""
    if value is None or pd.isna(value):
        return words.BEYOND
    return words.percent(value) if statistic == "reached" else f"{value:,.1f}"


def named(factor: FactorColumn) -> str:
    """A factor with the unit of its levels."""
    return words.clean(factor.name if factor.unit is None else f"{factor.name} ({factor.unit})")


def bare(level: str | None, factor: FactorColumn) -> str:
    """A level without its unit, which stands at the factor's name."""
    return AS_IS if level is None or pd.isna(level) else words.clean(level.removesuffix(f" {factor.unit}"))


def _points(result: SweepResult, of: Subject) -> Iterator[RenderableType]:
    """The best and the worst points."""
    known = of.table.dropna(subset=[VALUE]).sort_values(VALUE, kind="stable", ascending=of.statistic != "reached")
    beyond = len(of.table) - len(known)
    yield Text(words.clean(about(of)), style="bold")
    table = _table(("", "point", *(_headed(each.name, each.unit) for each in result.factors), "value"))
    few = len(known) <= 2 * SHOWN
    best, worst = known.head(len(known) if few else SHOWN), known.tail(0 if few else SHOWN)
    for label, rows in (("best", best), ("worst", worst)):
        for i, row in enumerate(rows.to_dict("records")):
            cells = (_cell(row[each.name]) for each in result.factors)
            table.add_row(
                Text(label if i == 0 else "", style="bold"), str(row["point"]), *cells, shown(row[VALUE], of.statistic)
            )
    yield table
    if beyond:
        yield Text(f"{words.count(beyond, 'point')} more: it lies beyond the horizon.", style="dim")


def _effects(result: SweepResult, of: Subject) -> Iterator[RenderableType]:
    """Each factor's levels, the factor with the widest swing first."""
    found = effects(of, result.factors)
    order = swings(found)
    if order.empty:
        return
    yield Text("How far each factor moves it, averaged over the rest", style="bold")
    by_name = {factor.name: factor for factor in result.factors}
    beyond = bool(found["beyond"].any())
    table = _table(("", "level", "points", "mean value", "moves it by", *(["beyond"] if beyond else [])))
    for name, swing in zip(order["factor"], order["swing"], strict=True):
        factor = by_name[name]
        for i, row in enumerate(found[found["factor"] == name].itertuples(index=False)):
            cells = (
                bare(row.level, factor),
                str(row.points),
                shown(row.value, of.statistic),
                _swing(swing, of.statistic) if i == 0 else "",
                *([str(row.beyond)] if beyond else []),
            )
            table.add_row(Text(words.clean(named(factor)) if i == 0 else "", style="bold"), *cells)
    yield table


def _indices(result: SweepResult, of: Subject) -> Iterator[RenderableType]:
    if result.design not in ("sobol", "morris"):
        return
    found = indices(result, of)
    if found is None:
        yield Text("No indices: they need every point, and some failed or lie beyond the horizon.", style="yellow")
        return
    if result.design == "sobol":
        yield Text(SAID_OF_SOBOL, style="dim")
        table = _table(("", "first", "95%", "total", "95%"))
        for name, first, low, high, total, least, most in found[list(SOBOL)].itertuples(index=False):
            cells = (f"{first:.2f}", f"({low:.2f}, {high:.2f})", f"{total:.2f}", f"({least:.2f}, {most:.2f})")
            table.add_row(Text(words.clean(name), style="bold"), *cells)
    else:
        yield Text(SAID_OF_MORRIS, style="dim")
        table = _table(("", "mu", "mu*", "95%", "sigma"))
        for name, mu, star, low, high, sigma in found[list(MORRIS)].itertuples(index=False):
            cells = (words.move(mu), f"{star:,.1f}", f"({low:,.1f}, {high:,.1f})", f"{sigma:,.1f}")
            table.add_row(Text(words.clean(name), style="bold"), *cells)
    yield table


def _failures(result: SweepResult) -> Iterator[RenderableType]:
    failed = result.points[result.points["status"] == "failed"]
    if failed.empty:
        return
    yield Text(f"{words.count(len(failed), 'point')} could not be run", style="bold yellow")
    for point, error in failed[["point", "error"]].head(SHOWN).itertuples(index=False):
        yield Text(words.clean(f"{point}: {error.splitlines()[0]}"))
    if len(failed) > SHOWN:
        yield Text(f"and {len(failed) - SHOWN} more; points.parquet says why", style="dim")


def _swing(swing: float, statistic: str) -> str:
    return words.percent(swing) if statistic == "reached" else words.days(swing)


def _headed(name: str, unit: str | None) -> str:
    return name if unit is None else f"{name}\n({unit})"


def _cell(value: float | str | None) -> str:
    if value is None or pd.isna(value):
        return AS_IS
    return words.clean(value) if isinstance(value, str) else f"{value:g}"


def _table(headings: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for i, heading in enumerate(headings):
        table.add_column(words.clean(heading), justify="left" if i == 0 or heading == "level" else "right")
    return table
