"""What ``per MW facility``, ``per rack`` ... amount to at a site, a phase or a hall."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from buildsim.compile import ratings
from buildsim.compile.context import Context, half_up
from buildsim.compile.expand import PlacedHall, Scope
from buildsim.distribution import Distribution, make
from buildsim.loading.parts import Where
from buildsim.quantity import Quantity

_ATTRIBUTES = {"MW facility": "facility", "MW IT": "it", "rack": "racks", "gpu": "gpus"}
MAX_CREW = 10_000

_TOLERANCE = 1e-9  # 2.0000000001 units are two


def distribution(context: Context, where: Where, quantity: Quantity, scope: Scope) -> Distribution:
    """The quantity's distribution for the whole scope."""
    if quantity.per is None:
        return quantity.distribution
    scale = _scale(context, scope, quantity.per, where)
    if scale == 0:
        return make("fixed", (0.0,))
    try:
        return _times(quantity.distribution, scale)
    except ValueError as error:
        context.report(where.problem(f"'{quantity.text}' times {scale:g}: {error}"))
        return quantity.distribution


def units(context: Context, where: Where, quantity: Quantity, scope: Scope) -> int:
    """Whole units to order for the scope: the planned value, rounded up."""
    return ceil(distribution(context, where, quantity, scope).planned() - _TOLERANCE)


def crew_size(context: Context, where: Where, quantity: Quantity, scope: Scope) -> int:
    """Heads of a crew for the scope: the planned value, rounded half up, at least 1."""
    size = max(1, half_up(distribution(context, where, quantity, scope).planned()))
    if size > MAX_CREW:
        context.report(where.problem(f"a crew of {size} is absurdly large", f"at most {MAX_CREW}"))
    return min(size, MAX_CREW)


def extent(context: Context, scope: Scope, pers: tuple[str, ...]) -> tuple[object, ...]:
    """What a scope has of each of `pers`: scopes of the same extent make the same of what is per these."""
    return context.once((extent, scope, pers), lambda: _extent(context, scope, pers)) if pers else ()


def _extent(context: Context, scope: Scope, pers: tuple[str, ...]) -> tuple[object, ...]:
    sums = (_counted(context, scope, _ATTRIBUTES[per]) for per in pers if per != "hall")
    return (len(scope.halls), *((total, *unknown) for total, unknown in sums))


def _scale(context: Context, scope: Scope, per: str, user: Where) -> float:
    """Planned values of the scope's halls, summed; a hall that does not state it is a problem."""
    if not scope.halls:
        if not (context.lost.activities or context.lost.anything):
            message = f"'per {per}' counts nothing: {scope.name} has no halls"
            context.report(user.problem(message, "no `per`, or a hall"))
        return 0.0
    if per == "hall":
        return float(len(scope.halls))
    attribute = _ATTRIBUTES[per]
    total, unknown = _counted(context, scope, attribute)
    for hall in unknown:
        if not ratings.is_doubtful(hall, attribute) and not context.lost.may_name(ratings.RACK):
            message = f"no `{attribute}` is stated, but {user} is per {per}"
            expected = f"`{attribute}: ...` on every hall of {scope.name}"
            context.report(hall.where.at(attribute).problem(message, expected))
    return total


def _counted(context: Context, scope: Scope, attribute: str) -> tuple[float, list[PlacedHall]]:
    return context.once((_counted, scope, attribute), lambda: _sum(context, scope, attribute))


def _sum(context: Context, scope: Scope, attribute: str) -> tuple[float, list[PlacedHall]]:
    """The sum over a scope's halls, and those of which the value is not known."""
    total, unknown = 0.0, []
    for hall in scope.halls:
        value = ratings.hall_value(context, hall, attribute)
        if value is None:
            unknown.append(hall)
        else:
            total += value
    return total, unknown


@lru_cache(maxsize=2**14)
def _times(distribution: Distribution, scale: float) -> Distribution:
    """The distribution scaled; halls of one size ask for the same one."""
    return distribution.scaled(scale)
