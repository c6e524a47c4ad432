"""Choose among dated facts: what was known then, and holds on the date concerned (design, models)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from buildsim.compile import grounds
from buildsim.compile.context import Context
from buildsim.compile.tables import UNCORRELATED, Factor, VariableTable
from buildsim.compile.widening import widened
from buildsim.distribution import Distribution, make
from buildsim.loading.known import by_date, counting, days_unknown, known_by
from buildsim.loading.parts import Where
from buildsim.network.codes import NONE
from buildsim.network.network import Grounds
from buildsim.schema.base import Fact

_DAYS_PER_YEAR: Final = 365.25


class Chosen(NamedTuple):
    """A fact, and by how many years it stands in for one that was not known or does not hold."""

    fact: Fact
    years_off: float
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Points:
    """The points (tick, value) of a curve as known by ``as_of``, in order of time; a constant is one point."""

    values: list[tuple[int, float]]
    years_off: float
    """By how many years the earliest known points stand in, where none was known by ``as_of``."""
    grounds: Grounds
    """Of the last point: the earlier are history."""


def choose(context: Context, where: Where, facts: Sequence[Fact], on: date) -> Chosen:
    """The fact for the date ``on``: of those known by ``as_of`` and valid then, the latest known.

    Where there is none, the nearest one stands in for it and is remembered as extrapolated: of the earliest known the
    one whose validity ends or begins nearest to ``on``. Of equals the later in the file counts.
    """
    return context.once((choose, id(facts), on), lambda: _choose(context, where, facts, on))


def points(context: Context, where: Where, facts: Sequence[Fact]) -> Points:
    """A curve as known by ``as_of``."""
    dated = by_date(where, known_by(where, facts, context.as_of))
    last = dated[-1]
    years_off = days_unknown(where, last, context.as_of) / _DAYS_PER_YEAR
    context.use_fact(last, where, where.known(last), years_off)
    values = [(fact.at, context.fixed(where, fact.value)) for fact in dated]
    return Points(
        [(0 if at is None else context.tick(at), value) for at, value in values],
        years_off,
        grounds.of_fact(context, where, last, context.start, years_off),
    )


def add_variable(
    context: Context,
    variables: VariableTable,
    name: str,
    where: Where,
    facts: Sequence[Fact] | None,
    *,
    on: date,
    factor: Factor = UNCORRELATED,
    curve: Points | None = None,
) -> int:
    """The index of a new variable with the distribution of the fact for ``on``; NONE where there is no fact.

    A factor on a `curve` that was not known yet is spread as the curve is, with or without a fact of its own; it
    rests on the curve as well.
    """
    curve_off = 0.0 if curve is None else curve.years_off
    if facts is None:
        if curve is None or curve_off <= 0:
            return NONE
        return variables.add(name, widened(_ONE, curve_off), curve.grounds, factor=factor)
    question = (add_variable, id(facts), on, curve_off)
    distribution, own = context.once(question, lambda: _drawn(context, where, facts, on, curve_off))
    rests_on = own if curve is None else grounds.both(own, curve.grounds)
    return variables.add(name, distribution, rests_on, factor=factor)


def _drawn(
    context: Context, where: Where, facts: Sequence[Fact], on: date, curve_off: float
) -> tuple[Distribution, Grounds]:
    """The distribution of the fact for a day, and what it rests on."""
    fact, years_off, own = choose(context, where, facts, on)
    return widened(context.unscaled(where, fact.value).distribution, max(years_off, curve_off)), own


def _choose(context: Context, where: Where, facts: Sequence[Fact], on: date) -> Chosen:
    fact, days_off = counting(where, facts, context.as_of, on)
    years_off = days_off / _DAYS_PER_YEAR
    context.use_fact(fact, where, where.known(fact), years_off)
    return Chosen(fact, years_off, grounds.of_fact(context, where, fact, on, years_off))


_ONE = make("fixed", (1.0,))
