"""The report of a backtest: the forecasts, how good they are and against what, group by group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.backtest.answer import Against, Backtest, OpenBuild, Scores
from buildsim.backtest.scores import Gain, Score
from buildsim.present import words

HOW_TO_READ = (
    "Days from start to first hall in service. Pinball: mean loss of P10, P50, P80 and P90 in days, less is better, as "
    "the CRPS. Inside: cases from P10 to P90, 80% of them if the forecasts are calibrated. Bias: of the P50, above 0 "
    "is too late. Cut: only replications within max_observable_days count, since slower builds cannot be among the "
    "finished ones; if there is none, that bound is the forecast. In brackets: 95% intervals."
)
GAINS = (
    "Pinball loss of the baseline less that of the forecasts, above 0 they are better; each baseline is fitted to the "
    "other campuses and cut too. In brackets: 95% interval, a bootstrap over campuses."
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
        yield Text("Scores", style="bold")
        table = _score_table("", uncut=True)
        _add(table, "these forecasts", scores.overall.cut, scores.overall.uncut)
        for name, each in scores.baselines.items():
            _add(table, name, each.scores.cut, each.scores.uncut)
        yield table
        if scores.baselines:
            yield ""
            yield Text("Gain over the baselines, days of pinball loss", style="bold")
            yield _gains(scores.baselines, scores.overall.cut.count)
            yield Text(GAINS, style="dim")
        yield ""
        yield Text("Scores by group, cut", style="bold")
        yield _groups(scores.groups)
        yield Text(HOW_TO_READ, style="dim")
    if scores.open:
        yield ""
        yield Text("Not yet in service", style="bold")
        yield from _open(scores.open)


def _score_table(head: str, *, uncut: bool) -> Table:
    heads = [head, "cases", "pinball", *(["uncut"] if uncut else []), "CRPS", "inside", "error", "bias", "of real days"]
    return _table(heads)


def _add(table: Table, name: str, score: Score, uncut: Score | None = None) -> None:
    low, high = score.coverage_ci95
    inside = Text.assemble(f"{score.inside} ", (f"({words.percent(low)}-{words.percent(high)})", "dim"))
    others = [] if uncut is None else [_days(uncut.pinball)]
    table.add_row(
        Text(words.clean(name), style="bold"),
        f"{score.count}",
        _days(score.pinball),
        *others,
        _days(score.crps),
        inside,
        _days(score.median_absolute_error),
        words.move(score.median_bias),
        _relative(score),
    )


def _relative(score: Score) -> Text:
    low, high = (_share(bound) for bound in score.median_relative_bias_ci95)
    return Text.assemble(f"{_share(score.median_relative_bias)} ", (f"({low}, {high})", "dim"))


def _gains(baselines: Mapping[str, Against], count: int) -> Table:
    table = _table(("", "mean", "(95%)", "better"))
    for name, each in baselines.items():
        table.add_row(Text(name, style="bold"), *_gain(each.gain), f"{each.gain.better} of {count}")
    return table


def _gain(found: Gain) -> tuple[str, Text]:
    return words.move(found.mean), Text(f"({words.move(found.low)}, {words.move(found.high)})", style="dim")


def _groups(groups: Mapping[str, Mapping[str, Score]]) -> Table:
    table = _score_table("", uncut=False)
    for attribute, found in groups.items():
        for name, score in found.items():
            _add(table, f"{attribute}: {name}", score)
    return table


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
