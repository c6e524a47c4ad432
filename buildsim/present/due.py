"""The report of forecasts on record: those that have come due, how good they are, and those that are still open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.backtest.due import Due, DueScore, Judgement, Kept
from buildsim.present import words
from buildsim.present.grid import grid

HOW_TO_READ = (
    "Due: reached, or not reached although P90 has passed. Such a one counts as reached on the day after it was last "
    "seen not to be, so what it adds to loss and error is the least it can be. Pinball: mean loss of P10, P50, P80 and "
    "P90 in days, less is better. Inside: reached from P10 to P90, 80% of them if the forecasts are calibrated. Error "
    "and bias: medians of the P50 less the real day, without its sign and with it, above 0 is too late. What is early "
    "comes due first, so the first scores lean to fast builds. In brackets: 95% intervals; they take the forecasts as "
    "independent, which milestones of one site are not, and are too narrow."
)
KEPT = (
    "Of the forecasts whose day for a percentile has passed, those that were reached by it: about so many percent if "
    "they are calibrated. This leans to no side if what is still open is told too, up to the latest day in the file; "
    "with older days of what is open it leans to what was reached."
)


def due_report(found: Due) -> RenderableType:
    """What has come due, its scores, how the percentiles were kept, and what is still open."""
    scored = [each for each in found.judged if each.due]
    still_open = [each for each in found.judged if not each.due and each.reached_on is None]
    title = f"{len(scored)} of {words.count(found.on_record, 'forecast')} on record due by {found.as_of}"
    parts: list[RenderableType] = [Text(title, style="bold")]
    if scored:
        parts.append(_due(scored))
    if found.score is not None:
        parts += ["", Text("Scores", style="bold"), _scores(found.score, found.groups), Text(HOW_TO_READ, style="dim")]
    if any(each.passed for each in found.percentiles):
        parts += ["", Text("Percentiles kept", style="bold"), _kept(found.percentiles), Text(KEPT, style="dim")]
    if still_open:
        parts += ["", Text("Not reached, not due", style="bold"), _open(still_open)]
    if found.silent:
        of_them = f"; {found.overlooked} of them due, and missing above" if found.overlooked else ""
        parts += ["", Text(f"Nothing was told of {words.count(found.silent, 'forecast')}{of_them}.")]
    if found.warnings:
        parts += ["", Text("Warnings", style="bold yellow")]
        parts += [Text(f" - {words.clean(each)}") for each in found.warnings]
    return Group(*parts)


def _due(rows: Sequence[Judgement]) -> Table:
    table = grid(("", "P10", "P50", "P90", "reached", "P50 off", "inside"))
    for row in rows:
        off = words.BEYOND if row.error is None else f"{row.error:+,d} d"
        seen = words.day(row.reached_on) if row.reached_on is not None else f"not by {row.not_reached_on}"
        inside = "yes" if row.inside else "no"
        table.add_row(_name(row), words.day(row.p10), words.day(row.p50), words.day(row.p90), seen, off, inside)
    return table


def _scores(overall: DueScore, groups: Mapping[str, Mapping[str, DueScore]]) -> Table:
    table = grid(("", "due", "open", "pinball", "error", "bias", "inside"))
    rows = {"all": overall}
    rows |= {f"{by}: {name}": score for by, found in groups.items() for name, score in found.items()}
    for label, score in rows.items():
        low, high = map(words.percent, score.coverage_ci95)
        table.add_row(
            Text(words.clean(label), style="bold"),
            f"{score.count}",
            f"{score.still_open}",
            _days(score.pinball),
            _days(score.median_absolute_error),
            words.BEYOND if score.median_bias is None else words.move(score.median_bias),
            Text.assemble(f"{score.inside} ", (f"({low}-{high})", "dim")),
        )
    return table


def _kept(rows: Iterable[Kept]) -> Table:
    table = grid(("", "passed", "reached", "share"))
    for row in rows:
        share = Text("?")
        if row.share is not None and row.share_ci95 is not None:
            low, high = map(words.percent, row.share_ci95)
            share = Text.assemble(f"{words.percent(row.share)} ", (f"({low}-{high})", "dim"))
        table.add_row(Text(f"P{row.percent}", style="bold"), f"{row.passed}", f"{row.reached}", share)
    return table


def _open(rows: Iterable[Judgement]) -> Table:
    table = grid(("", "P50", "P90", "not by", "passed"))
    for row in rows:
        passed = ", ".join(f"P{percent}" for percent in row.passed) or "–"
        table.add_row(_name(row), words.day(row.p50), words.day(row.p90), words.day(row.not_reached_on), passed)
    return table


def _name(row: Judgement) -> Text:
    return Text.assemble(words.clean(f"{row.site}, {row.milestone}"), (f" ({words.clean(row.source)})", "dim"))


def _days(value: float | None) -> str:
    return words.BEYOND if value is None else f"{value:,.1f}"
