"""The report of a scenario's bottlenecks: relief, the ladder, shares, pairs, and what a little more is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from buildsim.analysis.paired import Paired
from buildsim.network.constraints import Constraint
from buildsim.present import words
from buildsim.present.console import as_text
from buildsim.studies.bottlenecks import Bottlenecks
from buildsim.studies.cascade import Rung
from buildsim.studies.relief import IMPROVEMENTS, REMOVED, Price, Step

HOW_TO_READ: Final = (
    "Days gained: by how much earlier the milestone is on average, each replication against its twin with the same "
    "random draws; below 0 is later. In brackets: the 95% interval. Worse: the largest share of replications that a "
    "step makes later, since where crews are scarce a relaxed plan may take longer (Graham's anomalies)."
)
RELIEF: Final = "What improving each constraint gains, and what doing away with it would"
LADDER: Final = "The ladder: the largest gain first, then what binds next"
SHARES: Final = "Who owes how much: the days that all of them cost together, divided fairly (Shapley)"
PAIRS: Final = "Worth more together than alone"
PRICES: Final = "What a little more is worth"
BEST: Final = 2
"""Levers that are named for each site."""


def bottlenecks_report(result: Bottlenecks) -> RenderableType:
    """What binds, what it is worth, what binds then; and a sentence to act on."""
    goal = result.objective
    where = goal.sites[0] if len(goal.sites) == 1 else f"mean of {words.count(len(goal.sites), 'site')}"
    if goal.owner is not None:
        where += f" of {goal.owner}"
    asked = f"{words.count(result.replications, 'replication')}, seed {result.seed}"
    parts: list[RenderableType] = [
        Text(words.clean(f"{result.scenario}: {words.milestone(goal.milestone)}, {where}; {asked}"), style="bold"),
        Text(f"It takes {words.days(result.days)} on average, to the horizon where it is not reached.", style="bold"),
        Text(HOW_TO_READ, style="dim"),
    ]
    for block in (_relief(result), _by_site(result), _ladder(result), _shares(result), _pairs(result), _prices(result)):
        shown = list(block)
        parts += ["", *shown] if shown else []
    parts += ["", *(Text(sentence) for sentence in conclusion(result))]
    if result.warnings:
        parts += ["", Text("Warnings", style="bold yellow"), *(Text(f"- {words.clean(w)}") for w in result.warnings)]
    return Group(*parts)


def bottlenecks_text(result: Bottlenecks, width: int) -> str:
    """The report without colour, ``width`` columns wide."""
    return as_text(bottlenecks_report(result), width)


def constraint(of: Constraint) -> str:
    """A constraint in words."""
    return {"pool": f"crews: {of.name}", "supply": of.name}.get(of.kind, f"{of.kind}: {of.name}")


def conclusion(result: Bottlenecks) -> Iterator[str]:
    """What a planner should do first, what that gains, and what comes then."""
    rungs = result.cascade.rungs
    if not rungs:
        yield "Nothing that could be removed binds: what is left is work."
        return
    gained = [rung for rung in rungs if not rung.only_together]
    if not gained:
        names = ", ".join(constraint(rung.removed) for rung in rungs)
        yield f"None of these alone gains a day: {names}. They bind together."
        return
    first = gained[0]
    before = [constraint(rung.removed) for rung in rungs[: rungs.index(first)]]
    once = f", once {' and '.join(before)} {'is' if len(before) == 1 else 'are'} gone" if before else ""
    then = f"; then {constraint(first.next)} binds" if first.next is not None else ""
    yield f"Start with {constraint(first.removed)}: doing away with it {_said(first.gain)}{once}{then}."
    steps = [each for each in result.curves.objective if each.constraint == first.removed and each.step != REMOVED]
    enough = _enough(steps, first.gain)
    if enough is not None:
        yield f"An improvement by {enough.step.removeprefix('+')} gets most of that: it {_said(enough.gain)}."
    for price in result.prices:
        if price.constraint == first.removed:
            yield f"{step_of(price).capitalize()}: that {_said(price.gain)}."
    total = -sum(rung.gain.mean or 0.0 for rung in rungs)
    yield (
        f"All {words.count(len(rungs), 'rung')} together gain {words.days(total)}; what then remains, "
        f"{words.days(result.cascade.start - total)}, is work, dates, calendars and risks"
        + (", and what else binds." if result.cascade.rest else ".")
    )


def _said(gain: Paired) -> str:
    mean = 0.0 if gain.mean is None else -gain.mean
    text = f"{'loses' if mean < 0 else 'gains'} {words.days(abs(mean))} on average"
    return f"{text} (95%: {_bound(gain.high)} to {_bound(gain.low)})" if gain.low is not None else text


def _enough(steps: Sequence[Step], whole: Paired) -> Step | None:
    """The least improvement that gains three quarters of what doing away with a constraint does."""
    if whole.mean is None or whole.mean >= 0:
        return None
    return next((each for each in steps if each.gain.mean is not None and each.gain.mean <= 0.75 * whole.mean), None)


def _relief(result: Bottlenecks) -> Iterator[RenderableType]:
    if not result.candidates:
        yield Text("No constraint lies on the driving path in 2% of the replications.")
        return
    yield Text(RELIEF, style="bold")
    curves = {each: list(steps) for each, steps in groupby(result.curves.objective, lambda step: step.constraint)}
    worse = any(step.gain.more for step in result.curves.objective)
    heads = ("", "days on path\n(critical)", *IMPROVEMENTS, REMOVED, "95% of\nthe last", *(["worse"] if worse else []))
    table = _table(heads, between=1)
    for found in result.candidates:
        steps = {each.step: each.gain for each in curves[found.constraint]}
        table.add_row(
            Text(words.clean(constraint(found.constraint)), style="bold"),
            f"{found.days:,.1f} ({words.percent(found.criticality)})",
            *(words.move(_gained(steps[name])) for name in IMPROVEMENTS),
            words.move(_gained(steps[REMOVED])) if REMOVED in steps else Text("-", style="dim"),
            Text(_interval(list(steps.values())[-1]), style="dim"),
            *([words.percent(max(each.more or 0.0 for each in steps.values()))] if worse else []),
        )
    yield table
    if result.left_out:
        rest = (
            f"{words.count(result.left_out, 'more constraint')} with days on some path; --most looks at more of them."
        )
        yield Text(rest, style="dim")


def _by_site(result: Bottlenecks) -> Iterator[RenderableType]:
    """For each of several sites: what gains most there."""
    milestone = result.objective.milestone
    if len(result.objective.sites) < 2:
        return
    yield Text(f"The best levers on {words.milestone(milestone)}, site by site", style="bold")
    table = _table(("", "lever", "step", "days gained", "worse"), texts=("lever",))
    for site, own in result.curves.sites.items():
        for name, step in zip([site, *[""] * BEST], _best(own[milestone]), strict=False):
            what = (constraint(step.constraint), step.step) if step is not None else ("nothing gains a day", "")
            numbers = (_cell(step.gain), words.percent(step.gain.more or 0.0)) if step is not None else ("", "")
            table.add_row(Text(words.clean(name), style="bold"), *what, *numbers)
    yield table


def _best(steps: Iterable[Step]) -> list[Step | None]:
    """The steps that gain most, one for each constraint, largest first."""
    gaining = sorted(
        (each for each in steps if each.gain.mean is not None and each.gain.mean < 0),
        key=lambda each: each.gain.mean or 0.0,
    )
    first: dict[Constraint, Step] = {}
    for each in gaining:
        first.setdefault(each.constraint, each)
    levers: list[Step | None] = [*first.values()]
    return levers[:BEST] or [None]


def _ladder(result: Bottlenecks) -> Iterator[RenderableType]:
    if not result.cascade.rungs:
        return
    yield Text(LADDER, style="bold")
    table = _table(("", "gains", "leaves", "then binds"), texts=("then binds",))
    table.add_row("as planned", "", f"{result.cascade.start:,.1f}", "")
    for rung in result.cascade.rungs:
        table.add_row(
            Text(words.clean(f"without {constraint(rung.removed)}"), style="bold"),
            _cell(rung.gain),
            f"{rung.gain.after:,.1f}",
            _next(rung),
        )
    yield table
    if any(rung.only_together for rung in result.cascade.rungs):
        yield Text("Only together: nothing alone gained there; it counts with those that follow.", style="dim")
    if result.cascade.rest:
        rest = ", ".join(constraint(each.constraint) for each in result.cascade.rest)
        yield Text(words.clean(f"Still in the way after so many rungs: {rest}."), style="dim")


def _next(rung: Rung) -> Text:
    text = Text("only together; " if rung.only_together else "", style="yellow")
    return text.append(words.clean(constraint(rung.next)) if rung.next is not None else "nothing more", style="default")


def _shares(result: Bottlenecks) -> Iterator[RenderableType]:
    players, shares = result.shapley.players, result.shapley.shares
    if not players:
        return
    yield Text(SHARES, style="bold")
    table = _table(("", "days", "error", "share"))
    for player, days, se in sorted(zip(players, shares.parts, shares.se, strict=True), key=lambda row: -row[1]):
        share = words.signed_percent(days / shares.total) if shares.total > 0 else ""
        table.add_row(Text(words.clean(constraint(player)), style="bold"), f"{days:,.1f}", f"{se:,.1f}", share)
    table.add_row(Text("together", style="bold"), f"{shares.total:,.1f}", "", "100%" if shares.total > 0 else "")
    yield table
    how = "every order of them" if shares.exact else "sampled orders of them"
    yield Text(f"Over {how}; error: the standard error of the days.", style="dim")


def _pairs(result: Bottlenecks) -> Iterator[RenderableType]:
    if not result.pairs:
        return
    yield Text(PAIRS, style="bold")
    table = _table(("", "each alone", "together", "more than their sum"))
    for pair in result.pairs:
        first, second = (constraint(each) for each in pair.names)
        alone = " and ".join(words.move(_gained(each)) for each in pair.alone)
        table.add_row(
            Text(words.clean(f"{first} and {second}"), style="bold"),
            alone,
            words.move(_gained(pair.together)),
            _cell(pair.excess),
        )
    yield table


def _prices(result: Bottlenecks) -> Iterator[RenderableType]:
    if not result.prices:
        return
    yield Text(PRICES, style="bold")
    table = _table(("", "a step", "days gained", "worse"))
    for price in result.prices:
        table.add_row(
            Text(words.clean(constraint(price.constraint)), style="bold"),
            words.clean(step_of(price)),
            _cell(price.gain),
            words.percent(price.gain.more or 0.0),
        )
    yield table


def step_of(price: Price) -> str:
    """The step of a shadow price in words."""
    if price.unit == "month earlier":
        return "ordered a month earlier"
    unit, _, per = price.unit.partition(" ")
    return f"{words.count(price.amount, unit)} more{' ' + per if per else ''}"


def _table(heads: Sequence[str], texts: Sequence[str] = (), between: int = 2) -> Table:
    """A table whose first column and ``texts`` give way where it is narrow; numbers stay whole."""
    table = Table.grid(padding=(0, between, 0, 0))
    table.add_column(overflow="fold")
    for head in heads[1:]:
        if head in texts:
            table.add_column(overflow="fold")
        else:
            table.add_column(justify="right", no_wrap=True)
    table.add_row(*(Text(head, style="dim") for head in heads))
    return table


def _cell(change: Paired) -> Text:
    said = _interval(change)
    return Text.assemble(words.move(_gained(change)), (f" {said}" if said else "", "dim"))


def _interval(change: Paired) -> str:
    return "" if change.low is None else f"({_bound(change.high)}, {_bound(change.low)})"


def _bound(difference: float | None) -> str:
    return words.move(None if difference is None else -difference)


def _gained(change: Paired) -> float | None:
    return None if change.mean is None else -change.mean
