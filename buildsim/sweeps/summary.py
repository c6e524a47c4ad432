"""What a sweep says of one number: its best and worst points, and how far each factor moves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from buildsim.designs.morris import elementary_effects, trajectories
from buildsim.designs.saltelli import sobol_indices
from buildsim.errors import InputError, Problem
from buildsim.studies.headline import key_milestone
from buildsim.studies.options import choose
from buildsim.sweeps.factors import FactorColumn
from buildsim.sweeps.result import SweepResult

STATISTICS: Final = ("mean", "p10", "p50", "p80", "p90", "reached")
BINS: Final = 4
"""Of a factor with more different numbers than `LEVELS`: as many points in each."""
LEVELS: Final = 8
VALUE: Final = "value"
EFFECTS: Final = ("factor", "level", "points", "beyond", VALUE)
SOBOL: Final = ("factor", "first", "first_low", "first_high", "total", "total_low", "total_high")
MORRIS: Final = ("factor", "mu", "mu_star", "mu_star_low", "mu_star_high", "sigma")


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One number of each point: a ``statistic`` of a milestone, of a site or averaged over the ``sites``."""

    sites: tuple[str, ...]
    milestone: str
    statistic: str
    table: pd.DataFrame
    """A row per point that was run: ``point``, the factors, ``value``; NaN where it lies beyond the horizon."""


def subject(
    result: SweepResult, site: str | None = None, milestone: str | None = None, statistic: str = "p80"
) -> Subject:
    """What is asked about; of all sites that have the milestone without a ``site``, and of the first GPU, else the
    last milestone, without a ``milestone``.

    Raises UnknownNameError for names that the sweep does not have, InputError if no point could be run.
    """
    results = result.results
    if results.empty:
        first = result.points["error"].iloc[0]
        raise InputError([Problem(result.name, 1, 1, "", f"no point could be run; the first one: {first}")])
    known = tuple(dict.fromkeys(results["milestone"]))
    milestone = key_milestone(known) if milestone is None else choose("milestone", milestone, known)
    choose("statistic", statistic, STATISTICS)
    own = results[results["milestone"] == milestone]
    sites = tuple(dict.fromkeys(own["site"]))
    if site is not None:
        own, sites = own[own["site"] == choose("site", site, sites)], (site,)
    column = statistic if statistic == "reached" else f"{statistic}_days"
    factors = [factor.name for factor in result.factors]
    # beyond the horizon at one site is beyond it for the mean
    means = own.groupby("point")[column].agg(lambda values: values.mean(skipna=False)).rename(VALUE)
    first = own.drop_duplicates("point").set_index("point")[factors]
    return Subject(sites, milestone, statistic, first.join(means).reset_index())


def effects(of: Subject, factors: Sequence[FactorColumn]) -> pd.DataFrame:
    """(`EFFECTS`) A row per factor and level, or quarter of its numbers: the mean value of its points.

    ``beyond`` counts points whose value lies beyond the horizon; the mean is of the others. ``level`` is None where
    the factor is left as the scenario has it.
    """
    rows = []
    for factor in factors:
        labels = levels_of(of.table[factor.name], factor)
        for level in _ordered(labels, of.table[factor.name], factor):
            own = of.table.loc[labels.isna() if level is None else labels == level, VALUE]
            rows.append((factor.name, level, len(own), int(own.isna().sum()), own.mean()))
    return pd.DataFrame(rows, columns=list(EFFECTS)).astype({"level": object, VALUE: "float64"})


def swings(found: pd.DataFrame) -> pd.DataFrame:
    """A row per factor of `effects`: its levels with the least and the most, these values, and how far apart they are.

    The widest comes first.
    """
    rows = []
    for factor, own in found.dropna(subset=[VALUE]).groupby("factor", sort=False):
        ordered = own.sort_values(VALUE, kind="stable")
        low, high = ordered.iloc[0], ordered.iloc[-1]
        rows.append((factor, low["level"], high["level"], low[VALUE], high[VALUE], high[VALUE] - low[VALUE]))
    columns = ["factor", "least_level", "most_level", "least", "most", "swing"]
    return pd.DataFrame(rows, columns=columns).sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def crossed(of: Subject, x: FactorColumn, y: FactorColumn) -> pd.DataFrame:
    """A row per pair of levels of two factors that points have: the mean value over all others, as in `effects`."""
    labels = {each.name: levels_of(of.table[each.name], each) for each in (x, y)}
    grouped = of.table.assign(**labels).groupby([x.name, y.name], sort=False, dropna=False)[VALUE]
    return grouped.agg(points="size", beyond=lambda values: int(values.isna().sum()), value="mean").reset_index()


def indices(result: SweepResult, of: Subject) -> pd.DataFrame | None:
    """Sobol indices (`SOBOL`), elementary effects (`MORRIS`), or None for other designs.

    None too where points could not be run or lie beyond the horizon: the estimators need every value.
    """
    values = of.table[VALUE].to_numpy(dtype=np.float64)
    if result.design not in ("sobol", "morris") or len(values) < len(result.points) or not np.isfinite(values).all():
        return None
    names, count = [factor.name for factor in result.factors], len(result.factors)
    if result.design == "sobol":
        found = sobol_indices(values, count, result.seed)
        shares = (found.first, found.first_low, found.first_high, found.total, found.total_low, found.total_high)
        return pd.DataFrame(dict(zip(SOBOL, (names, *shares), strict=True)))
    moved = elementary_effects(trajectories(len(values) // (count + 1), count, result.seed), values, result.seed)
    bounds = (moved.mu_star - moved.mu_star_conf, moved.mu_star + moved.mu_star_conf)
    columns = (names, moved.mu, moved.mu_star, *bounds, moved.sigma)
    return pd.DataFrame(dict(zip(MORRIS, columns, strict=True)))


def _ordered(labels: pd.Series, values: pd.Series, factor: FactorColumn) -> list[str | None]:
    """The levels that there are: as it is, then numbers by size, others as the file has them."""
    present = list(dict.fromkeys(labels))
    if not factor.numeric:
        return [each for each in (None, *factor.levels) if each in present]
    smallest = {level: values[labels == level].min() for level in present if level is not None}
    return [*([None] if None in present else []), *sorted(smallest, key=lambda level: smallest[level])]


def levels_of(values: pd.Series, factor: FactorColumn) -> pd.Series:
    """The level of each value in words; None where it is left as it is."""
    if not factor.numeric:
        return values.astype(object).where(values.notna(), None)
    unit = f" {factor.unit}" if factor.unit else ""
    if values.nunique() <= LEVELS:
        named = {number: f"{number:g}{unit}" for number in sorted(values.dropna().unique())}
        texts = values.map(named).astype(object)
        return texts.where(values.notna(), None)
    edges = values.quantile(np.linspace(0, 1, BINS + 1)).to_numpy()
    which = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, BINS - 1)
    spans = [f"{low:.3g} to {high:.3g}{unit}" for low, high in pairwise(edges)]
    return pd.Series([spans[i] for i in which], index=values.index, dtype=object).where(values.notna(), None)
