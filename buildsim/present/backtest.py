"""The report of a backtest: the forecasts, how good they are and against what, group by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.backtest.answer import Asked, Backtest, Learned, OpenBuild, Scores
from buildsim.backtest.bases import Basis
from buildsim.backtest.comparison import Comparison, Gains, Judged
from buildsim.backtest.scores import CaseScore, Gain, Score
from buildsim.present import words
from buildsim.present.grid import grid

HOW_TO_READ = (
    "Days from start to first hall in service. Pinball: mean loss of P10, P50, P80 and P90 in days, less is better, as "
    "the CRPS. Inside: cases from P10 to P90, 80% of them if the forecasts are calibrated. Error and bias: medians of "
    "the P50 less the real days, without its sign and with it, above 0 is too late; relative to the real days. Cut: "
    "only replications within max_observable_days count, since slower builds cannot be among the finished ones; if "
    "there is none, that bound is the forecast. In brackets: 95% intervals."
)
GAINS = (
    "Gain: pinball loss of the other forecasts less that of these, both cut, above 0 these are better, and in how many "
    "cases. Calibrated and reference-class forecasts and baselines are fitted to the other campuses of this file. The "
    "interval: a bootstrap over campuses."
)
LEARNED = (
    "Means and standard deviations before and after all finished builds of this file; 0 is what the facts say. The "
    "forecasts that are scored are fitted without the own campus; those that are shown rest on the shipped calibration."
)
BASES: dict[str, str] = {"facts": "facts", "calibrated": "calibrated", "reference-class": "reference class"}
"""What a basis is called in a table."""
STILL_OPEN = (
    "The probability that the build takes longer than it was seen to, of all replications. They are here because they "
    "are open, so a high one proves nothing; low ones say that the forecasts are too early."
)


def backtest_report(answer: Backtest) -> RenderableType:
    """The forecasts case by case, then their scores if there are any."""
    asked = answer.asked
    title = f"{words.count(len(answer.forecasts), 'build')}: {words.count(asked.replications, 'replication')} each"
    parts: list[RenderableType] = [
        Text(f"{title}, seed {asked.seed}{_asked(asked)}", style="bold"),
        *_forecasts(answer),
    ]
    if answer.scores is not None:
        parts += _scores(answer.scores, answer.asked.basis)
    if answer.warnings:
        parts += ["", Text("Warnings", style="bold yellow")]
        parts += [Text(f" - {words.clean(each)}") for each in answer.warnings]
    return Group(*parts)


def _asked(asked: Asked) -> str:
    """On what the forecasts rest, where it is not the facts, and what of these was left out."""
    basis = "" if asked.basis == "facts" else f", {BASES[asked.basis]}"
    return basis + (f", without {', '.join(asked.without)}" if asked.without else "")


def _forecasts(answer: Backtest) -> Iterator[RenderableType]:
    real = {each.case: each.days for each in _scored(answer)}
    table = grid(("case", "P10", "P50", "P80", "P90", *(["real"] if real else [])))
    for row in answer.forecasts:
        cells = [words.whole_days(each).removesuffix(" days") for each in (row.p10, row.p50, row.p80, row.p90)]
        if row.case in real:
            cells.append(f"{real[row.case]:,.0f}")
        table.add_row(Text(words.clean(row.case)), *cells)
    yield Text("Days from start to first hall in service" + (", cut" if answer.asked.cut else ""), style="dim")
    yield table


def _scored(answer: Backtest) -> Sequence[CaseScore]:
    """The finished builds, on the basis that is shown."""
    if answer.scores is None or answer.scores.comparison is None:
        return ()
    return answer.scores.comparison.bases[answer.asked.basis].cases


def _scores(scores: Scores, basis: Basis) -> Iterator[RenderableType]:
    if scores.comparison is not None and scores.learned is not None:
        count = len(scores.comparison.bases[basis].cases)
        yield ""
        yield Text(f"Scores of {words.count(count, 'finished build')}", style="bold")
        yield from _bases(scores.comparison)
        if scores.comparison.baselines:
            yield ""
            yield Text(f"Baselines, and what the forecasts gain over them ({BASES[basis]})", style="bold")
            yield _baselines(scores.comparison)
        yield ""
        yield Text("What finished builds say", style="bold")
        yield from _learned(scores.learned)
        yield ""
        yield Text(f"By group, cut ({BASES[basis]})", style="bold")
        yield _groups(scores.groups)
        yield Text(HOW_TO_READ, style="dim")
        yield Text(GAINS, style="dim")
    if scores.open:
        yield ""
        yield Text("Not yet in service", style="bold")
        yield from _open(scores.open)


def _bases(found: Comparison) -> Iterator[RenderableType]:
    """A column for the forecasts on each basis."""
    bases = found.bases.values()
    table = grid(("", *(BASES[basis] for basis in found.bases)))
    rows = _judged([each.scores for each in bases])
    if found.best is not None:
        over = [each.over_best for each in bases]
        rows[f"gain over {found.best}"] = [_gain(None if each is None else each.every) for each in over]
        rows |= _among(over)
    others = [None if basis == "facts" else each.over_facts for basis, each in found.bases.items()]
    rows["gain over facts"] = [_gain(None if each is None else each.every) for each in others]
    rows |= _among(others, " ")
    yield _filled(table, rows)


def _among(gains: Sequence[Gains | None], end: str = "") -> dict[str, list[str | Text]]:
    """The same gains among cases that are known better; labels of two such parts differ by their ``end``."""
    return {
        f"- dates confirmed{end}": [_gain(None if each is None else each.confirmed) for each in gains],
        f"- not redesigned{end}": [_gain(None if each is None else each.kept) for each in gains],
    }


def _baselines(found: Comparison) -> Table:
    """A column for each baseline."""
    table = grid(("", *found.baselines))
    rows = _judged([each.scores for each in found.baselines.values()])
    gains = [each.gain for each in found.baselines.values()]
    rows["gain"] = [_gain(each) for each in gains]
    rows["better in"] = [f"{each.better} of {each.count}" for each in gains]
    return _filled(table, rows)


def _judged(judged: Sequence[Judged]) -> dict[str, list[str | Text]]:
    return {
        "pinball, cut": [_days(each.cut.pinball) for each in judged],
        "pinball, uncut": [_days(each.uncut.pinball) for each in judged],
        "CRPS": [_days(each.cut.crps) for each in judged],
        "inside": [_inside(each.cut, "\n") for each in judged],
        "error": [_days(each.cut.median_absolute_error) for each in judged],
        "bias": [words.move(each.cut.median_bias) for each in judged],
        "relative bias": [_relative(each.cut, "\n") for each in judged],
    }


def _filled(table: Table, rows: Mapping[str, Sequence[str | Text]]) -> Table:
    for label, cells in rows.items():
        table.add_row(Text(label, style="bold"), *cells)
    return table


def _learned(learned: Learned) -> Iterator[RenderableType]:
    table = grid(("", "before", "after"))
    for each in learned.parameters:
        before, after = f"{each.prior_mean:+.2f} ({each.prior_sd:.2f})", f"{each.mean:+.2f} ({each.sd:.2f})"
        table.add_row(Text(each.name, style="bold"), before, after)
    yield table
    yield Text(
        f"Effective numbers, the least of all fits: {learned.points:,.0f} points of the prior, "
        f"{learned.replications:,.0f} replications of a build.",
        style="dim",
    )
    yield Text(LEARNED, style="dim")


def _groups(groups: Mapping[str, Mapping[str, Score]]) -> Table:
    table = grid(("", "cases", "pinball", "inside", "relative bias"))
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


def _gain(found: Gain | None) -> Text:
    if found is None:
        return Text("")
    low, high = words.move(found.low), words.move(found.high)
    return Text.assemble(f"{words.move(found.mean)}\n", (f"({low}, {high})", "dim"))


def _open(builds: Sequence[OpenBuild]) -> Iterator[RenderableType]:
    table = grid(("case", "days so far", "longer"))
    for each in builds:
        table.add_row(Text(words.clean(each.case)), f"{each.days:,.0f}", words.percent(each.probability))
    yield table
    low = sum(each.probability < 0.1 for each in builds)
    mean = sum(each.probability for each in builds) / len(builds)
    together = f"Together: {words.percent(mean)} on average; below 10% in {low} of {words.count(len(builds), 'build')}."
    yield Text(together)
    yield Text(STILL_OPEN, style="dim")


def _days(value: float | None) -> str:
    return words.BEYOND if value is None else f"{value:,.1f}"


def _share(value: float | None) -> str:
    return "?" if value is None else f"{value:+.0%}"
