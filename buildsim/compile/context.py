"""What all parts of compile share: the scenario's dates, and the problems and warnings gathered so far."""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import date, timedelta
from math import floor
from typing import Any, Final, NamedTuple, TypeVar, cast

from buildsim.errors import InputError, Problem
from buildsim.loading.names import Names, SiteNames, struck_sites
from buildsim.loading.parts import Block, Part, Where
from buildsim.loading.project import Project
from buildsim.network.codes import TICKS_PER_DAY
from buildsim.quantity import Quantity
from buildsim.schema.base import Fact

DEFAULT_HORIZON_DAYS = 3652  # ten years
MAX_DAYS = 200 * 366  # what lies further off than two centuries is a mistake, and dates and ticks overflow
FIRST_START, LAST_START = date(1800, 1, 1), date(2400, 1, 1)
MAX_UNITS = 10**15  # of anything, in smallest units
TICKS_PER_HOUR = 60

T = TypeVar("T")

_UNANSWERED: Final[Any] = object()


def half_up(value: float) -> int:
    """Round half up, the one rule of rounding (semantics 1)."""
    return floor(value + 0.5)


class FactUsed(NamedTuple):
    """A fact that the network was made of: since when it was known, by how many years it stands in, and its place."""

    known: date | None
    years_off: float
    where: Where


class Context:
    """The scenario that is being compiled."""

    def __init__(self, project: Project) -> None:
        scenario = project.scenario
        self.project = project
        self.blocks = project.blocks
        self._names = SiteNames(project.blocks)
        self._struck: dict[str, dict[str, set[str]]] = {}
        self._answers: dict[tuple[object, ...], Any] = {}
        self._files = {part: index for index, part in enumerate(project.parts)}
        self.start = min(max(scenario.start, FIRST_START), LAST_START)
        self.data_date = scenario.data_date or scenario.start
        self.as_of = scenario.as_of or self.data_date
        self.lost = project.lost
        self.warnings: dict[str, None] = {}
        self.facts_used: dict[int, FactUsed] = {}
        """By the fact's identity."""
        self.unseen = 0
        """Actual dates from the data date on, which a run does not see."""
        self._problems: list[Problem] = list(project.problems)
        self._doubtful: list[tuple[str, str]] = [(problem.file, problem.path) for problem in project.problems]
        where = project.parts[0].where
        if self.start != scenario.start:
            expected = f"a date from {FIRST_START} to {LAST_START}"
            self.report(where.at("start").problem("nobody plans so", expected))
        days = self.fixed(where.at("horizon"), scenario.horizon) if scenario.horizon else DEFAULT_HORIZON_DAYS
        self.horizon = half_up(min(days, MAX_DAYS) * TICKS_PER_DAY)
        if self.horizon < 1 or days > MAX_DAYS:
            self.report(where.at("horizon").problem("nobody plans so", "a horizon above 0 and up to 200 years"))
            self.horizon = DEFAULT_HORIZON_DAYS * TICKS_PER_DAY

    def once(self, question: tuple[object, ...], answer: Callable[[], T]) -> T:
        """The answer to a question that many activities ask alike, found when it is asked first.

        The question is the function that asks and what the answer depends on. Parts of documents may stand in it by
        their identity: the project holds them as long as it is compiled, so no other object can come to have it. An
        answer that came with a problem is not kept, since the problem may name who asked.
        """
        known: T | None = self._answers.get(question, _UNANSWERED)
        if known is not _UNANSWERED:
            return cast(T, known)
        doubtful = len(self._doubtful)
        found = answer()
        if len(self._doubtful) == doubtful:
            self._answers[question] = found
        return found

    def names(self, site: Part) -> Names:
        """What names mean at a site."""
        return self._names.of(site)

    def struck(self, kind: str, block: Block[Any]) -> Set[str]:
        """The sites at which a risk, disruption or correlation is the one that its name means."""
        if kind not in self._struck:
            sites = [part for part in self.project.parts if part.kind == "site"]
            self._struck[kind] = struck_sites(self.blocks, kind, sites)
        return self._struck[kind][block.name]

    def file(self, part: Part) -> int:
        """The index of a part among the project's files."""
        return self._files[part]

    def use_fact(self, fact: Fact, where: Where, known: date | None, years_off: float) -> None:
        """Remember a fact that was used."""
        earlier = self.facts_used.get(id(fact))
        if earlier is None or earlier.years_off < years_off:
            self.facts_used[id(fact)] = FactUsed(known, years_off, where)

    def tick(self, day: date) -> int:
        """The first minute of a date."""
        return (day - self.start).days * TICKS_PER_DAY

    def day(self, tick: int) -> date:
        """The date in which a tick lies."""
        return self.start + timedelta(days=tick // TICKS_PER_DAY)

    def report(self, problem: Problem) -> None:
        """Keep a problem; compile goes on to find the others."""
        self._problems.append(problem)
        self._doubtful.append((problem.file, problem.path))

    def doubt(self, where: Where) -> None:
        """Remember that the value at `where` lacks something that was left out, and is reported there."""
        here = where.problem("")
        self._doubtful.append((here.file, here.path))

    def doubts(self, where: Where) -> bool:
        """True if something is wrong with the value at `where`, so that nothing follows from what it lacks."""
        if where.doubtful:
            return True
        here = where.problem("")
        inside = (here.path + ".", here.path + "[")
        return any(
            file == here.file and (path == here.path or path.startswith(inside)) for file, path in self._doubtful
        )

    def doubts_time(self) -> bool:
        """True if something is wrong with the scenario's start, horizon or data date."""
        where = self.project.parts[0].where
        return any(self.doubts(where.at(key)) for key in ("start", "horizon", "data_date"))

    def warn(self, text: str) -> None:
        """Keep a warning, each once."""
        self.warnings[text] = None

    def raise_if_any(self) -> None:
        """Raise InputError with all problems kept, if there are any."""
        if self._problems:
            raise InputError(self._problems)

    def units(self, where: Where, value: float) -> int:
        """A count in smallest units, rounded half up; absurd ones are reported."""
        if value > MAX_UNITS:
            self.report(where.problem(f"{value:g} smallest units are absurdly many", "fewer, or a smaller `grain`"))
        return half_up(min(value, MAX_UNITS))

    def unscaled(self, where: Where, quantity: Quantity) -> Quantity:
        """The quantity, reported if it is `per` anything where nothing is there to count."""
        if quantity.per is not None:
            self.report(where.problem(f"'per {quantity.per}' has no meaning here", "a quantity without `per`"))
        return quantity

    def fixed(self, where: Where, quantity: Quantity) -> float:
        """The number of a quantity that may be neither random nor `per` anything, in its fixed unit."""
        if self.unscaled(where, quantity).distribution.kind != "fixed":
            self.report(where.problem(f"'{quantity.text}' is random where a fixed number is needed", "a number"))
        return quantity.planned
