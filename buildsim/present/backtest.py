"""The report of a backtest: the forecasts, how good they are and against what, group by group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.backtest.answer import Against, Backtest, Judged, OpenBuild, Scores
from buildsim.backtest.scores import Gain, Score
from buildsim.present import words

HOW_TO_READ = (
    "Days from start to first hall in service. Pinball: mean loss of P10, P50, P80 and P90 in days, less is better, as "
    "the CRPS. Inside: cases from P10 to P90, 80% of them if the forecasts are calibrated. Error and bias: medians of "
    "the P50 less the real days, without its sign and with it, above 0 is too late; relative to the real days. Cut: "
    "only replications within max_observable_days count, since slower builds cannot be among the finished ones; if "
    "there is none, that bound is the forecast. In brackets: 95% intervals."
)
GAINS = (
    "Gain: pinball loss of the baseline less that of the forecasts, above 0 they are better, and in how many cases. A "
    "baseline is fitted to the other campuses, and cut too. Its interval: a bootstrap over campuses."
)
STILL_OPEN = (
    "The probability that the build takes longer than it was seen to, of all replications. They are here because they "
    "are open, so a high one proves nothing; low ones say that the forecasts are too early."
)


def backtest_report(answer: Backtest) -> RenderableType:
    """The forecasts case by case, then their scores if there are any."""
    asked = answer.asked
    title = f"{words.count(len(answer.forecasts), 'build')}: {words.count(asked.replications, 'replication')} each"
    parts: list[RenderableType] = [Text(f"{title}, seed {asked.seed}", style="bold"), *_forecasts(answer)]
    if answer.scores is not None:
        parts += _scores(answer.scores)
    if answer.warnings:
        parts += ["", Text("Warnings", style="bold yellow")]
        parts += [Text(f" - {words.clean(each)}") for each in answer.warnings]
    return Group(*parts)


def _forecasts(answer: Backtest) -> Iterator[RenderableType]:
    real = {} if answer.scores is None else {each.case: each.days for each in answer.scores.cases}
    table = _table(("case", "P10", "P50", "P80", "P90", *(["real"] if real else [])))
    for row in answer.forecasts:
        cells = [words.whole_days(each).removesuffix(" days") for each in (row.p10, row.p50, row.p80, row.p90)]
        if row.case in real:
            cells.append(f"{real[row.case]:,.0f}")
        table.add_row(Text(words.clean(row.case)), *cells)
    yield Text("Days from start to first hall in service" + (", cut" if answer.asked.cut else ""), style="dim")
    yield table


def _scores(scores: Scores) -> Iterator[RenderableType]:
    if scores.overall is not None:
        yield ""
        yield Text(f"Scores of {words.count(scores.overall.cut.count, 'finished build')}", style="bold")
        yield _compared(scores.overall, scores.baselines)
        yield ""
        yield Text("By group, cut", style="bold")
        yield _groups(scores.groups)
        yield Text(HOW_TO_READ, style="dim")
        if scores.baselines:
            yield Text(GAINS, style="dim")
    if scores.open:
        yield ""
        yield Text("Not yet in service", style="bold")
        yield from _open(scores.open)


def _compared(overall: Judged, baselines: Mapping[str, Against]) -> Table:
    """A column for the forecasts and one for each baseline."""
    table = _table(("", "forecasts", *baselines))
    judged = [overall, *(each.scores for each in baselines.values())]
    rows: dict[str, list[str | Text]] = {
        "pinball, cut": [_days(each.cut.pinball) for each in judged],
        "pinball, uncut": [_days(each.uncut.pinball) for each in judged],
        "CRPS": [_days(each.cut.crps) for each in judged],
        "inside": [_inside(each.cut, "\n") for each in judged],
        "error": [_days(each.cut.median_absolute_error) for each in judged],
        "bias": [words.move(each.cut.median_bias) for each in judged],
        "relative bias": [_relative(each.cut, "\n") for each in judged],
    }
    if baselines:
        gains = [each.gain for each in baselines.values()]
        rows["gain"] = ["", *map(_gain, gains)]
        rows["better in"] = ["", *(f"{each.better} of {overall.cut.count}" for each in gains)]
    for label, cells in rows.items():
        table.add_row(Text(label, style="bold"), *cells)
    return table


def _groups(groups: Mapping[str, Mapping[str, Score]]) -> Table:
    table = _table(("", "cases", "pinball", "inside", "relative bias"))
    for attribute, found in groups.items():
        for name, score in found.items():
            label = Text(words.clean(f"{attribute}: {name}"), style="bold")
            table.add_row(label, f"{score.count}", _days(score.pinball), _inside(score, " "), _relative(score, " "))
    return table


def _inside(score: Score, gap: str) -> Text:
    low, high = map(words.percent, score.coverage_ci95)
    return Text.assemble(f"{score.inside}{gap}", (f"({low}-{high})", "dim"))


def _relative(score: Score, gap: str) -> Text:
    low, high = map(_share, score.median_relative_bias_ci95)
    return Text.assemble(f"{_share(score.median_relative_bias)}{gap}", (f"({low}, {high})", "dim"))


def _gain(found: Gain) -> Text:
    low, high = words.move(found.low), words.move(found.high)
    return Text.assemble(f"{words.move(found.mean)}\n", (f"({low}, {high})", "dim"))


def _open(builds: Sequence[OpenBuild]) -> Iterator[RenderableType]:
    table = _table(("case", "days so far", "longer"))
    for each in builds:
        table.add_row(Text(words.clean(each.case)), f"{each.days:,.0f}", words.percent(each.probability))
    yield table
    low = sum(each.probability < 0.1 for each in builds)
    mean = sum(each.probability for each in builds) / len(builds)
    together = f"Together: {words.percent(mean)} on average; below 10% in {low} of {words.count(len(builds), 'build')}."
    yield Text(together)
    yield Text(STILL_OPEN, style="dim")


def _table(heads: Iterable[str]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    first, *others = heads
    table.add_column(overflow="fold", min_width=10)
    for _ in others:
        table.add_column(justify="right")
    table.add_row(*(Text(head, style="dim") for head in (first, *others)))
    return table


def _days(value: float | None) -> str:
    return words.BEYOND if value is None else f"{value:,.1f}"


def _share(value: float | None) -> str:
    return "?" if value is None else f"{value:+.0%}"
