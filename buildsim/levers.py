"""The Python face of bottlenecks: what binds a plan, and what it is worth to loosen it, as tidy tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from buildsim.analysis.paired import Paired
from buildsim.engine.select import EngineName
from buildsim.loading.overrides import as_overrides
from buildsim.present.bottlenecks import bottlenecks_text
from buildsim.studies import bottlenecks as use_case
from buildsim.studies.candidates import MOST
from buildsim.studies.options import check_options
from buildsim.studies.relief import Step

_GAIN = ["gain_days", "low", "high", "worse_share"]
RELIEF_COLUMNS = ["site", "milestone", "constraint", "step", *_GAIN]
CASCADE_COLUMNS = ["removed", *_GAIN, "left_days", "next", "only_together"]
SHAPLEY_COLUMNS = ["constraint", "days", "se"]
PAIR_COLUMNS = ["first", "second", "first_days", "second_days", "together_days", "excess_days", "low", "high"]
PRICE_COLUMNS = ["constraint", "amount", "unit", *_GAIN]


class Bottlenecks:
    """What binds a scenario; days above 0 are gained. Made by `bottlenecks`."""

    def __init__(self, result: use_case.Bottlenecks) -> None:
        self._result = result

    def __repr__(self) -> str:
        goal = self._result.objective
        return f"<Bottlenecks of {self._result.scenario}: {goal.milestone}, {len(goal.sites)} sites>"

    @property
    def result(self) -> use_case.Bottlenecks:
        """The result as plain frozen data."""
        return self._result

    @property
    def candidates(self) -> pd.DataFrame:
        """A row per constraint that was asked about: mean ``days`` on the paths and its ``criticality``."""
        rows = [(each.constraint.category, each.days, each.criticality) for each in self._result.candidates]
        return pd.DataFrame(rows, columns=["constraint", "days", "criticality"])

    @property
    def relief(self) -> pd.DataFrame:
        """A row per site, milestone, constraint and step; those of the mean over sites have no site."""
        curves, goal = self._result.curves, self._result.objective
        rows = list(_steps(None, goal.milestone, curves.objective))
        for site, own in curves.sites.items():
            for milestone, steps in own.items():
                rows += _steps(site, milestone, steps)
        return pd.DataFrame(rows, columns=RELIEF_COLUMNS)

    @property
    def cascade(self) -> pd.DataFrame:
        """A row per rung of the ladder, from the top."""
        rows = [
            (
                rung.removed.category,
                *_gain(rung.gain),
                rung.gain.after,
                None if rung.next is None else rung.next.category,
                rung.only_together,
            )
            for rung in self._result.cascade.rungs
        ]
        return pd.DataFrame(rows, columns=CASCADE_COLUMNS)

    @property
    def shapley(self) -> pd.DataFrame:
        """A row per removable constraint: its share of the days that all cost together, with its standard error."""
        players, shares = self._result.shapley.players, self._result.shapley.shares
        rows = [(each.category, *row) for each, *row in zip(players, shares.parts, shares.se, strict=True)]
        return pd.DataFrame(rows, columns=SHAPLEY_COLUMNS)

    @property
    def pairs(self) -> pd.DataFrame:
        """A row per pair of constraints that gain more together than the sum of what they gain alone."""
        rows = []
        for pair in self._result.pairs:
            names, alone = (each.category for each in pair.names), (_days(each) for each in pair.alone)
            excess, low, high, _ = _gain(pair.excess)
            rows.append((*names, *alone, _days(pair.together), excess, low, high))
        return pd.DataFrame(rows, columns=PAIR_COLUMNS)

    @property
    def shadow_prices(self) -> pd.DataFrame:
        """A row per pool and supply that was asked about: the days that ``amount`` more of it gain."""
        rows = [
            (price.constraint.category, price.amount, price.unit, *_gain(price.gain)) for price in self._result.prices
        ]
        return pd.DataFrame(rows, columns=PRICE_COLUMNS)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said of the scenario's files."""
        return self._result.warnings

    def plot(self, name: str = "ladder", *, dark: bool = False, width: int | None = None) -> Any:
        """A picture as an Altair chart: the ``ladder``, the ``relief`` of each step, or the ``shares``.

        Raises UnknownNameError for another name, InputError for a width below 360 pixels or without the extra
        ``charts``.
        """
        from buildsim.present.charts.extra import require_charts

        require_charts(name)
        from buildsim.present.charts.bottlenecks import draw

        return draw(self._result, name, dark=dark, width=width)

    def to_json(self) -> dict[str, Any]:
        """The data of `buildsim bottlenecks --json`."""
        return use_case.to_document(self._result)

    def report(self, width: int = 100) -> str:
        """The report of `buildsim bottlenecks` as text without colour, ``width`` columns wide."""
        return bottlenecks_text(self._result, width)


def bottlenecks(
    scenario: str | Path,
    *,
    site: str | None = None,
    owner: str | None = None,
    milestone: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    set: Mapping[str, Any] | None = None,
    variant: str | None = None,
    most: int = MOST,
) -> Bottlenecks:
    """Ask what binds a scenario, a file or the name of a shipped one, and what it is worth::

        found = buildsim.bottlenecks("us-2026", replications=200, engine="kernel")
        found.cascade[["removed", "gain_days", "next"]]

    ``None`` stands for what the scenario says, for all sites and for the first GPU, else the last milestone; ``set``
    changes values by their path in the files, as in `run`, and at most ``most`` constraints are looked at.
    Raises InputError with all mistakes in files and arguments, UnknownNameError for a name that is not found.
    """
    check_options(replications, seed, engine, None)
    result = use_case.bottlenecks(
        scenario,
        site=site,
        owner=owner,
        milestone=milestone,
        replications=replications,
        seed=seed,
        engine=engine,
        overrides=as_overrides(set),
        variant=variant,
        most=most,
    )
    return Bottlenecks(result)


def _steps(site: str | None, milestone: str, steps: Sequence[Step]) -> Iterator[tuple[Any, ...]]:
    for each in steps:
        yield site, milestone, each.constraint.category, each.step, *_gain(each.gain)


def _gain(change: Paired) -> tuple[float | None, ...]:
    """Days gained, the bounds of their interval, and the share that got worse."""
    low, high = (None if bound is None else 0.0 - bound for bound in (change.high, change.low))
    return _days(change), low, high, change.more


def _days(change: Paired) -> float | None:
    return None if change.mean is None else 0.0 - change.mean
