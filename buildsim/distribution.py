"""Probability distributions as plain data: a kind, its parameters, and a quantile function for each kind.

Sampling pushes one uniform number through the quantile function (semantics 21), so a distribution needs no
state and no generator. `KINDS` is the one table of kinds: the parser of quantities, the error messages and
the reference documentation all read it. NumPy and SciPy are imported inside functions, because reading a
scenario needs neither.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

LIMIT = 1e15  # the largest size of any value: beyond it a number is a mistake, and ticks overflow int64
U_MIN = 2.0**-53  # the smallest and the largest uniform number that sampling uses
U_MAX = 1.0 - 2.0**-53
SHAPE_RANGE = (0.01, 1e6)
MAX_LOPSIDEDNESS = 1e6  # of (p90 - p50) / (p50 - p10), and of its inverse
Z90 = 1.2815515655446004  # standard normal quantile at 0.9

Params = tuple[float, ...]
"""In the order of the table of kinds; where a kind says so, columns of numbers compute as well."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A kind from `KINDS` and its parameters in the order of the table; valid by construction.

    Raises ValueError, naming the bad argument, for an unknown kind, a wrong number of parameters, a parameter
    that is not finite or above 1e15 in size, and whatever the kind itself forbids.
    """

    kind: str
    params: Params

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no distribution called '{self.kind}'")
        object.__setattr__(self, "params", KINDS[self.kind].checked(self.kind, self.params))

    def quantile(self, u: FloatArray) -> FloatArray:
        """Values at the probabilities `u` (any shape, each inside (0, 1)), in the distribution's unit."""
        import numpy as np

        with np.errstate(over="ignore"):
            values = KINDS[self.kind].quantile(self.params, np.asarray(u, dtype=np.float64))
        return np.clip(values, -LIMIT, LIMIT)

    def planned(self) -> float:
        """The planned value: the most likely one, or the median of a kind whose parameters name no mode."""
        import numpy as np

        mode = KINDS[self.kind].mode
        return mode(self.params) if mode else float(self.quantile(np.array([0.5]))[0])

    def scaled(self, k: float) -> Distribution:
        """The distribution of `k` times the value, k > 0 (ValueError otherwise)."""
        _require(k > 0, f"a distribution can only be scaled by a number above 0, got {k:g}")
        step = KINDS[self.kind].step
        return Distribution(self.kind, tuple(x if i % step else x * k for i, x in enumerate(self.params)))

    def reached(self, elapsed: float) -> float:
        """u0 = sup{u : Q(u) <= elapsed}, found by bisection: 0 if every value exceeds `elapsed`, 1 if none does."""
        import numpy as np

        def exceeds(probability: float) -> bool:
            return bool(self.quantile(np.array([probability]))[0] > elapsed)

        if exceeds(U_MIN):
            return 0.0
        if not exceeds(U_MAX):
            return 1.0
        below, above = U_MIN, U_MAX
        while below < (middle := (below + above) / 2) < above:
            below, above = (below, middle) if exceeds(middle) else (middle, above)
        return above


def uniform_beyond(u: FloatArray, u0: float | FloatArray) -> FloatArray:
    """Map `u` from (0, 1) to (u0, 1), as u0 + u (1 - u0); `u0` is one number or broadcasts.

    With u0 from `Distribution.reached` it is the part whose quantile exceeds what has elapsed (semantics 11). At
    u0 = 1 every result is the largest probability, whose quantile is the maximum.
    """
    import numpy as np

    return np.minimum(u0 + np.asarray(u, dtype=np.float64) * (1 - u0), U_MAX)


class Quantiles:
    """The quantile functions of several distributions, evaluated together: to the bit as one by one, but faster."""

    def __init__(self, distributions: Sequence[Distribution]) -> None:
        import numpy as np

        groups: dict[str | int, list[int]] = {}
        for row, distribution in enumerate(distributions):
            groups.setdefault(distribution.kind if KINDS[distribution.kind].broadcast else row, []).append(row)
        self._groups: list[tuple[npt.NDArray[np.int64], Callable[[Params, FloatArray], FloatArray], Params]] = []
        for rows in groups.values():
            own = [distributions[row].params for row in rows]
            # a column of each parameter, for a group of several; numbers compute like arrays of one
            params = own[0] if len(rows) == 1 else tuple(np.array(own).T[:, :, np.newaxis])
            self._groups.append((np.array(rows), KINDS[distributions[rows[0]].kind].quantile, params))

    def at(self, u: FloatArray) -> FloatArray:
        """(distributions, n) Values of each distribution at its row of probabilities."""
        import numpy as np

        values = np.empty_like(u)
        with np.errstate(over="ignore"):
            for rows, quantile, params in self._groups:
                values[rows] = quantile(params, u[rows])
        return np.clip(values, -LIMIT, LIMIT, out=values)


@dataclass(frozen=True, slots=True)
class Kind:
    """What there is to know about one kind of distribution.

    `parameters` are the names in order; a `repeated` kind takes them over and over. Every `step`-th parameter
    is in the unit of the value (the others are shapes and weights). `positive` kinds want every parameter
    above 0; `refine` checks whatever else must hold and puts the parameters in canonical order. The quantile
    function of a `broadcast` kind also takes a column of numbers for each parameter, with equal bits.
    """

    parameters: tuple[str, ...]
    example: str
    quantile: Callable[[Params, FloatArray], FloatArray]
    refine: Callable[[Params], Params] | None = None
    mode: Callable[[Params], float] | None = None
    step: int = 1
    positive: bool = False
    repeated: bool = False
    broadcast: bool = False

    def checked(self, name: str, params: Sequence[float]) -> Params:
        """`params` as floats in canonical order; ValueError in plain words if they do not suit the kind."""
        wanted = ", ".join(self.parameters)
        count = len(self.parameters)
        suits = len(params) and len(params) % count == 0 if self.repeated else len(params) == count
        _require(bool(suits), f"{name} takes {wanted}{', repeated' * self.repeated}; got {len(params)} numbers")
        for i, x in enumerate(params):
            parameter = self.parameters[i % count]
            _require(abs(x) <= LIMIT, f"{parameter} must be a finite number of at most 1e15 in size, got {x:g}")
            _require(x > 0 or not self.positive, f"{parameter} must be above 0, got {x:g}")
        floats = tuple(float(x) for x in params)
        return self.refine(floats) if self.refine else floats


def make(kind: str, args: Sequence[float] = (), kwargs: Mapping[str, float] | None = None) -> Distribution:
    """The distribution `kind` from positional and named arguments, as a user writes them.

    `discrete` takes value, weight, value, weight ...; `empirical` takes its values. Raises ValueError like
    `Distribution`, and for arguments that are unknown, missing or given twice.
    """
    spec = KINDS.get(kind)
    if spec is None or not kwargs:
        return Distribution(kind, tuple(args))
    _require(not spec.repeated, f"{kind} takes its numbers without names")
    parameters = spec.parameters
    _require(len(args) < len(parameters), f"{kind} takes only {', '.join(parameters)}")
    given = dict(zip(parameters, args, strict=False))
    for name in kwargs:
        _require(name in parameters, f"{kind} has no argument '{name}'")
        _require(name not in given, f"{kind} got '{name}' twice")
    given.update(kwargs)
    missing = [name for name in parameters if name not in given]
    _require(not missing, f"{kind} is missing {' and '.join(missing)}")
    return Distribution(kind, tuple(given[name] for name in parameters))


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


def _range(params: Params) -> Params:
    low, high = params[0], params[-1]
    _require(low < high, f"high must be above low, got {low:g} and {high:g}")
    _require(low <= params[1] <= high, f"mode must lie between low and high, got {params[1]:g}")
    return params


def _shape(params: Params) -> Params:
    least, most = SHAPE_RANGE
    _require(least <= params[1] <= most, f"shape must lie between {least:g} and {most:g}, got {params[1]:g}")
    return params


def _whole_shape(params: Params) -> Params:
    k, most = params[1], SHAPE_RANGE[1]
    _require(k.is_integer() and k <= most, f"k must be a whole number from 1 to {most:g}, got {k:g}")
    return params


def _pairs(params: Params) -> Params:
    pairs = sorted(zip(params[::2], params[1::2], strict=True))
    _require(all(weight >= 0 for _, weight in pairs), "weight must not be negative")
    _require(any(weight > 0 for _, weight in pairs), "at least one weight must be above 0")
    for (value, _), (following, _) in pairwise(pairs):
        _require(value < following, f"value {value:g} is given twice")
    return tuple(x for pair in pairs for x in pair)


def _increasing(params: Params) -> Params:
    p10, p50, p90 = params
    _require(p10 >= 0, f"p10 must not be negative (the fit is cut at 0), got {p10:g}")
    _require(p10 < p50 < p90, f"p10, p50 and p90 must increase, got {p10:g}, {p50:g} and {p90:g}")
    lopsidedness = abs(math.log(p90 - p50) - math.log(p50 - p10))
    _require(lopsidedness <= math.log(MAX_LOPSIDEDNESS), "p50 lies too close to p10 or to p90 for a fit")
    return params


def _heaviest(params: Params) -> float:
    # Values increase, and max() keeps the first of equals: ties go to the lowest value.
    return max(zip(params[::2], params[1::2], strict=True), key=lambda pair: pair[1])[0]


def _triangular(params: Params, u: FloatArray) -> FloatArray:
    import numpy as np

    low, mode, high = params
    width = high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u * width <= mode - low, rising, falling)


def _pert(params: Params, u: FloatArray) -> FloatArray:
    """Beta with the classical PERT shapes, whose mean is (low + 4 mode + high) / 6 (Malcolm et al. 1959)."""
    from scipy.special import betaincinv

    low, mode, high = params
    width = high - low
    return low + width * betaincinv(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, u)


def _normal(params: Params, u: FloatArray) -> FloatArray:
    import numpy as np
    from scipy.special import ndtri

    mean, sd = params
    return np.maximum(mean + sd * ndtri(u), 0.0)


def _lognormal(params: Params, u: FloatArray) -> FloatArray:
    import numpy as np
    from scipy.special import ndtri

    median, sigma = params
    return median * np.exp(sigma * ndtri(u))


def _gamma(params: Params, u: FloatArray) -> FloatArray:
    import numpy as np
    from scipy.special import gammaincinv

    mean, shape = params
    return np.asarray(gammaincinv(shape, u), dtype=np.float64) * (mean / shape)


def _weibull(params: Params, u: FloatArray) -> FloatArray:
    """Also the exponential, which has only a scale: its shape is 1."""
    import numpy as np

    scale, shape = params if len(params) == 2 else (*params, 1.0)
    return scale * (-np.log1p(-u)) ** (1 / shape)


def _discrete(params: Params, u: FloatArray) -> FloatArray:
    """The smallest value whose cumulative weight is at least u."""
    import numpy as np

    cumulative = np.cumsum(params[1::2])
    # The last value needs no bound, and leaving it out keeps rounding in the sum from running past the end.
    return np.array(params[::2])[np.searchsorted(cumulative[:-1] / cumulative[-1], u)]


def _empirical(params: Params, u: FloatArray) -> FloatArray:
    """Order statistic ceil(u n): the inverse of the empirical distribution function."""
    import numpy as np

    return np.array(params)[np.ceil(u * len(params)).astype(np.int64) - 1]


def _fit(params: Params, u: FloatArray) -> FloatArray:
    """Myerson's generalized log-normal through P10, P50 and P90, cut at 0; normal if they are symmetric.

    R. B. Myerson (1998); placed among quantile-parameterized distributions by Keelin and Powley (2011).
    """
    import numpy as np
    from scipy.special import ndtri

    p10, p50, p90 = params
    skew = math.log(p90 - p50) - math.log(p50 - p10)
    y = ndtri(u) / Z90
    rise = np.expm1(skew * y) / math.expm1(skew) if skew else y
    return np.maximum(p50 + (p90 - p50) * rise, 0.0)


_first, _second = itemgetter(0), itemgetter(1)
_THREE_POINTS = ("low", "mode", "high")

KINDS: dict[str, Kind] = {
    "fixed": Kind(("value",), "fixed(30)", lambda p, u: u * 0.0 + p[0], mode=_first),
    "uniform": Kind(("low", "high"), "uniform(20, 40)", lambda p, u: p[0] + u * (p[1] - p[0]), _range, broadcast=True),
    "triangular": Kind(_THREE_POINTS, "triangular(20, 30, 60)", _triangular, _range, _second, broadcast=True),
    "pert": Kind(_THREE_POINTS, "pert(20, 30, 60)", _pert, _range, _second, broadcast=True),
    "normal": Kind(("mean", "sd"), "normal(30, 5)", _normal, mode=_first, positive=True, broadcast=True),
    "lognormal": Kind(("median", "sigma"), "lognormal(30, 0.3)", _lognormal, step=2, positive=True, broadcast=True),
    "exponential": Kind(("mean",), "exponential(30)", _weibull, positive=True),
    "gamma": Kind(("mean", "shape"), "gamma(30, 4)", _gamma, _shape, step=2, positive=True, broadcast=True),
    "erlang": Kind(("mean", "k"), "erlang(30, 4)", _gamma, _whole_shape, step=2, positive=True, broadcast=True),
    "weibull": Kind(("scale", "shape"), "weibull(30, 1.5)", _weibull, _shape, step=2, positive=True),
    "discrete": Kind(
        ("value", "weight"), "discrete(10: 0.2, 20: 0.8)", _discrete, _pairs, _heaviest, step=2, repeated=True
    ),
    "empirical": Kind(("value",), "empirical(3, 4, 9)", _empirical, lambda p: tuple(sorted(p)), repeated=True),
    "fit": Kind(("p10", "p50", "p90"), "fit(20, 30, 60)", _fit, _increasing),
}
