"""Quantities as people write them (`pert(40, 55, 80) workdays`), turned into distributions in fixed units.

A quantity is a number or a distribution, then a unit, then perhaps `per` a scale. The units are one closed
table; each dimension has one fixed unit, so that everything behind this edge is a plain number. The module
imports no unit library, because every start of the program reads quantities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from buildsim.distribution import KINDS, LIMIT, Distribution, make
from buildsim.errors import nearest

_CHIPS = ("wafer", "die", "stack", "package", "gpu", "module", "transceiver", "tray", "rack", "switch")
_PLANT = ("transformer", "turbine", "engine", "genset", "breaker", "lineup", "chiller", "battery", "hall")
TRADES = ("worker", "electrician", "pipefitter", "engineer", "technician")
"""Who builds, in persons."""
_OTHERS = ("reviewer", "crew", "team", "inspector")
COUNT_NOUNS = (*_CHIPS, *_PLANT, *TRADES, *_OTHERS, "permit", "case", "lot", "slot", "unit")
SCALES = ("MW facility", "MW IT", "rack", "gpu", "hall")
MONTH, YEAR = 30.4375, 365.25  # days

_TIMES = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": MONTH,
    "quarter": 3 * MONTH,
    "year": YEAR,
}
_SHORT_TIMES = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0}
_POWER = {"kW": 1e-3, "MW": 1.0, "GW": 1e3}
_PREFIXES = {"": 1.0, "k": 1e3, "M": 1e6}
_DURATIONS = ("days", "workdays", "workhours")
_EXAMPLES = {"1": "0.4", "days": "128 weeks", "labor-hours": "9000 labor-hours"}

_FORM = "a number or a distribution, then a unit, such as '128 weeks' or 'pert(40, 55, 80) workdays'"

_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_GROUPED = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"  # thousands commas in well-formed groups
_AMOUNT = re.compile(rf"(?P<kind>[A-Za-z_]\w*) ?\((?P<args>[^()]*)\)|(?P<number>{_GROUPED}|{_NUMBER})", re.ASCII)
_ARGUMENT = re.compile(rf"(?:(?P<name>[A-Za-z_]\w*) ?= ?)?(?P<value>{_NUMBER})", re.ASCII)
_WEIGHTED = re.compile(rf"(?P<value>{_NUMBER}) ?: ?(?P<weight>{_NUMBER})", re.ASCII)
_SCALE = re.compile(rf"(?:(?P<number>{_GROUPED}|{_NUMBER}) )?(?P<name>.*)", re.ASCII)


def _plural(noun: str) -> str:
    if noun.endswith("y"):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith("ch") else "s")


def _units() -> dict[str, tuple[str, float]]:
    """Every simple unit as written, with its dimension and how many of the dimension's fixed unit it is."""
    units = {"": ("1", 1.0), "%": ("1", 0.01), "MVA": ("MVA", 1.0)}
    units |= {f"{prefix} {kind}": (f"MW {kind}", x) for prefix, x in _POWER.items() for kind in ("facility", "IT")}
    units |= {name: ("days", days) for name, days in _SHORT_TIMES.items()}
    for name, days in _TIMES.items():
        units |= dict.fromkeys((name, name + "s"), ("days", days))
    for name in ("workday", "workhour"):
        units |= dict.fromkeys((name, name + "s"), (name + "s", 1.0))
    for prefix, factor in (("", 1.0), ("k", 1e3)):
        units |= dict.fromkeys((f"{prefix}labor-hour", f"{prefix}labor-hours"), ("labor-hours", factor))
    units |= {f"{prefix}H100e": ("H100e", factor) for prefix, factor in _PREFIXES.items()}
    for noun in COUNT_NOUNS:
        for prefix, factor in _PREFIXES.items():
            units |= dict.fromkeys((prefix + noun, prefix + _plural(noun)), (noun, factor))
    return units


UNITS = _units()
_SCALE_NAMES = {name: name for name in SCALES} | {_plural(name): name for name in ("rack", "gpu", "hall")}


class QuantityError(ValueError):
    """A text that is no quantity, or not of the dimension wanted.

    `message` says what is wrong, `expected` what would be right, `hint` the nearest valid name; both may be
    None.
    """

    def __init__(self, message: str, *, expected: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.hint = hint

    def __str__(self) -> str:
        expected = f"; expected {self.expected}" if self.expected else ""
        return self.message + expected + (f"; did you mean '{self.hint}'?" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A distribution in the fixed unit of `dimension`, per unit of the scale `per` (None: not per anything).

    Dimensions are `days`, `workdays`, `workhours`, `labor-hours`, `MW facility`, `MW IT`, `MVA`, `H100e`
    (H100-equivalents), `1`, a noun of `COUNT_NOUNS`, and ratios such as `wafer/day` or `package/wafer`. `text` is
    what was written.
    """

    distribution: Distribution
    dimension: str
    per: str | None
    text: str = field(compare=False)

    @property
    def value(self) -> float:
        """The number, in the dimension's fixed unit; QuantityError if the quantity is random."""
        if self.distribution.kind != "fixed":
            raise QuantityError(f"'{self.text}' is random where a fixed number is needed", expected="a plain number")
        return self.distribution.params[0]

    @property
    def planned(self) -> float:
        """The planned value (semantics 21), in the dimension's fixed unit."""
        return self.distribution.planned()

    @property
    def unit(self) -> str:
        """What was written behind the number or distribution; empty for a plain number."""
        amount = _AMOUNT.match(self.text)
        return "" if amount is None else self.text[amount.end() :].strip()


def parse_quantity(text: str, *, allow_negative: bool = False) -> Quantity:
    """The quantity written as `text`: `NUMBER UNIT` or `KIND(arguments) UNIT`, perhaps with ` per SCALE`.

    A rate is written `UNIT/TIME` or `UNIT per TIME`.
    Raises QuantityError for anything else, for numbers that are not finite or absurdly large, and for
    negative ones unless `allow_negative` (an offset such as `-52 weeks`).
    """
    if not isinstance(text, str):
        raise QuantityError(f"{text!r} is not text", expected=_FORM)
    words = " ".join(text.split())
    amount = _AMOUNT.match(words)
    if amount is None:
        raise QuantityError(f"'{words}' is not a quantity" if words else "the quantity is empty", expected=_FORM)
    unit, *per = f"{words[amount.end() :]} ".split(" per ")
    if unit.startswith(","):
        raise QuantityError(f"'{words}' has a misplaced comma", expected="groups of three digits, such as 1,200")
    if per and UNITS.get(per[0].strip(), ("",))[0] == "days":
        unit = f"{unit}/{per.pop(0)}"
    dimension, factor = _unit(unit)
    name, divisor = _scale(" per ".join(per).strip()) if per else (None, 1.0)
    distribution = _distribution(amount, factor / divisor)
    return Quantity(_checked_sign(distribution, allow_negative), dimension, name, words)


def parse_number(value: float, *, allow_negative: bool = False) -> Quantity:
    """The dimensionless quantity of a plain int or float; QuantityError as for `parse_quantity`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QuantityError(f"{value!r} is not a number", expected="a number such as 0.4")
    try:
        distribution = make("fixed", (value,))
    except (ValueError, OverflowError) as error:
        raise QuantityError(str(error)) from error
    return Quantity(_checked_sign(distribution, allow_negative), "1", None, str(value))


def require(quantity: Quantity, *dimensions: str) -> Quantity:
    """`quantity` if its dimension is one of `dimensions`; else QuantityError with an example of each."""
    if quantity.dimension not in dimensions:
        found = "a plain number" if quantity.dimension == "1" else f"in {quantity.dimension}"
        wanted = " or ".join(
            f"{'a plain number' if name == '1' else name} (such as '{_EXAMPLES.get(name, f'5 {name}')}')"
            for name in dimensions
        )
        raise QuantityError(f"'{quantity.text}' is {found}", expected=wanted)
    return quantity


def _distribution(amount: re.Match[str], factor: float) -> Distribution:
    """The distribution of a match of `_AMOUNT`, times `factor`."""
    kind = amount["kind"] or "fixed"
    if kind not in KINDS:
        hint = nearest(kind, KINDS)
        raise QuantityError(f"there is no distribution called '{kind}'", expected=", ".join(KINDS), hint=hint)
    args, named = ([_float(amount["number"])], {}) if amount["number"] else _arguments(kind, amount["args"])
    try:
        return make(kind, args, named).scaled(factor)
    except ValueError as error:
        raise QuantityError(str(error), expected=KINDS[kind].example if amount["kind"] else None) from error


def _arguments(kind: str, text: str) -> tuple[list[float], dict[str, float]]:
    """The positional and the named arguments between the brackets of `kind(...)`."""
    args: list[float] = []
    named: dict[str, float] = {}
    pattern = _WEIGHTED if kind == "discrete" else _ARGUMENT
    for part in text.split(",") if text.strip() else ():
        match = pattern.fullmatch(part.strip())
        if match is None:
            what = "a pair value: weight" if kind == "discrete" else "a number"
            raise QuantityError(f"'{part.strip()}' in {kind}(...) is not {what}", expected=KINDS[kind].example)
        name = match.groupdict().get("name")
        if name is None:
            args += [float(x) for x in match.group(*pattern.groupindex) if x is not None]
            continue
        if name not in KINDS[kind].parameters:
            hint = nearest(name, KINDS[kind].parameters)
            raise QuantityError(f"{kind} has no argument '{name}'", expected=KINDS[kind].example, hint=hint)
        if name in named:
            raise QuantityError(f"{kind} got '{name}' twice", expected=KINDS[kind].example)
        named[name] = float(match["value"])
    return args, named


def _unit(text: str) -> tuple[str, float]:
    """Dimension and factor of a simple unit, or of one unit over another."""
    above, slash, below = (part.strip() for part in text.partition("/"))
    dimension, factor = _simple_unit(above)
    if not slash:
        return dimension, factor
    under, divisor = _simple_unit(below)
    if dimension in _DURATIONS or under not in ("days", *COUNT_NOUNS):
        expected = "a rate over calendar time or a count, such as kwafer/month or package/wafer"
        raise QuantityError(f"'{text.strip()}' is not a unit", expected=expected)
    return f"{dimension}/{'day' if under == 'days' else under}", factor / divisor


def _simple_unit(name: str) -> tuple[str, float]:
    if name in UNITS:
        return UNITS[name]
    _refuse_bare_power(name)
    expected = "a unit such as weeks, workdays, labor-hours, MW facility, MVA, % or racks"
    raise QuantityError(f"'{name}' is not a unit", expected=expected, hint=nearest(name, UNITS))


def _scale(text: str) -> tuple[str, float]:
    """Name and size of the scale after ` per `."""
    match = _SCALE.fullmatch(text)
    assert match is not None  # both parts of the pattern may be empty
    size, name = _float(match["number"] or "1"), match["name"]
    if name not in _SCALE_NAMES:
        _refuse_bare_power(name)
        expected = f"one of {', '.join(SCALES)}, or a time"
        raise QuantityError(f"'{name}' is not a scale", expected=expected, hint=nearest(name, (*_SCALE_NAMES, *_TIMES)))
    if not 0 < size <= LIMIT:
        raise QuantityError(f"the scale in 'per {text}' must be above 0 and at most {LIMIT:g}")
    return _SCALE_NAMES[name], size


def _refuse_bare_power(name: str) -> None:
    for power in _POWER:
        if name.casefold() == power.casefold():
            raise QuantityError(
                f"'{name}' leaves open which power is meant: say '{power} facility' or '{power} IT'",
                hint=f"{power} facility",
            )


def _checked_sign(distribution: Distribution, allow_negative: bool) -> Distribution:
    lowest = min(distribution.params[:: KINDS[distribution.kind].step])
    if lowest < 0 and not allow_negative:
        raise QuantityError("a negative number is not allowed here")
    return distribution


def _float(number: str) -> float:
    return float(number.replace(",", ""))
