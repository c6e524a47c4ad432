"""Choose among dated facts: what was known then, and holds on the date concerned (design, models)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from buildsim.compile.context import Context
from buildsim.compile.tables import UNCORRELATED, Factor, VariableTable
from buildsim.loading.parts import Where
from buildsim.network.codes import NONE
from buildsim.schema.base import Fact

_ALWAYS = date.min


def choose(context: Context, where: Where, facts: Sequence[Fact], on: date) -> Fact:
    """The fact for the date ``on``: of those known by ``as_of`` and valid then, the latest known.

    Where there is none, the nearest one stands in for it, with a warning: the earliest known, or the one
    whose validity ends or begins nearest to ``on``. Of equals the later in the file counts.
    """
    known = _known(context, where, facts)
    valid = [fact for fact in known if _days_outside(fact, on) == 0]
    if valid:
        return _used(context, where, _latest(where, valid))
    best = min(_days_outside(fact, on) for fact in known)
    fact = _latest(where, [each for each in known if _days_outside(each, on) == best])
    context.warn(f"extrapolated: {where} does not hold on {on}; '{fact.value.text}' is used all the same")
    return _used(context, where, fact)


def points(context: Context, where: Where, facts: Sequence[Fact]) -> list[tuple[int, float]]:
    """The points (tick, value) of a curve as known by ``as_of``, in order of time; a constant is one point."""
    latest: dict[date | None, Fact] = {}
    for fact in _known(context, where, facts):
        earlier = latest.get(fact.at)
        latest[fact.at] = fact if earlier is None else _latest(where, [earlier, fact])
    _used(context, where, max(latest.values(), key=lambda each: each.at or _ALWAYS))  # the earlier are history
    values = [(fact.at, context.fixed(where, fact.value)) for fact in latest.values()]
    return sorted((0 if at is None else context.tick(at), value) for at, value in values)


def _used(context: Context, where: Where, fact: Fact) -> Fact:
    """The fact, remembered with since when it was known."""
    if (known := where.known(fact)) is not None:
        context.known_since[id(fact)] = known, str(where)
    return fact


def _known(context: Context, where: Where, facts: Sequence[Fact]) -> list[Fact]:
    known = [fact for fact in facts if _since(where, fact) <= context.as_of]
    if known:
        return known
    fact = min(facts, key=lambda each: _since(where, each))
    context.warn(
        f"extrapolated: {where} was not known by {context.as_of}; '{fact.value.text}', "
        f"known since {_since(where, fact)}, is used all the same"
    )
    return [fact]


def _since(where: Where, fact: Fact) -> date:
    return where.known(fact) or _ALWAYS


def _latest(where: Where, facts: Sequence[Fact]) -> Fact:
    # max() keeps the first of equals, and a correction stands below what it corrects
    return max(reversed(facts), key=lambda each: _since(where, each))


def _days_outside(fact: Fact, on: date) -> int:
    """Days from ``on`` to the fact's validity, 0 inside."""
    before: timedelta = (fact.valid_from or on) - on
    after: timedelta = on - (fact.valid_to or on)
    return max(before.days, after.days, 0)


def add_variable(
    context: Context,
    variables: VariableTable,
    name: str,
    where: Where,
    facts: Sequence[Fact] | None,
    *,
    on: date,
    factor: Factor = UNCORRELATED,
) -> int:
    """The index of a new variable with the distribution of the fact for ``on``; NONE where there is no fact."""
    if facts is None:
        return NONE
    fact = choose(context, where, facts, on)
    return variables.add(name, context.unscaled(where, fact.value).distribution, factor=factor)
