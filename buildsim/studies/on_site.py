"""How many units of each pool the sites of a scenario hold at one time, in each replication."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from buildsim.analysis.on_site import Group, OnSite
from buildsim.compile.compile import compile_network
from buildsim.engine.select import EngineName, reference_seconds, select
from buildsim.loading.project import load_scenario
from buildsim.network.codes import NONE, TICKS_PER_DAY, Rule
from buildsim.network.network import Network
from buildsim.quantity import TRADES
from buildsim.sampling.draw import Sampler
from buildsim.studies.play import play

COLUMNS = ("replication", "site", "pool", "unit", "most")
ALL_TRADES, PERSON = "all trades", "person"
"""Pool and unit of the rows that count the pools of persons who build together."""


def on_site_table(
    scenario: str | Path,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    rule: str | None = None,
    overrides: Sequence[tuple[str, Any]] = (),
    first: date | None = None,
    last: date | None = None,
) -> pd.DataFrame:
    """A row per replication, site and pool that the site draws on, with `COLUMNS`.

    ``most`` is the largest number of units held at one time from ``first`` to ``last``, both days included; without
    them from the scenario's start to its horizon. Who waits over night or for weather is on site. A row
    `ALL_TRADES` gives the most at one time of all pools counted in `TRADES`. Raises InputError as `run_scenario` does.
    """
    project = load_scenario(scenario, overrides)
    network = compile_network(project, rule=None if rule is None else Rule[rule.upper()]).network
    units = [block.body.unit for block in project.blocks.pools.values()]
    window = (
        0 if first is None else (first - network.start).days * TICKS_PER_DAY,
        network.horizon if last is None else ((last - network.start).days + 1) * TICKS_PER_DAY,
    )
    sites = range(len(network.sites.name))
    subjects = [subject for site in sites for subject in _subjects(network, units, site, window)]
    counted = OnSite(network, [subject.group for subject in subjects])
    seed = project.scenario.seed if seed is None else seed
    count = project.scenario.replications if replications is None else replications
    _, simulate = select(engine, reference_seconds(network, count))
    for _, outcome in play(Sampler(network, seed), count, simulate):
        counted.add(outcome)
    most = counted.most()
    columns = (
        np.repeat(np.arange(count), len(subjects)),
        [subject.site for subject in subjects] * count,
        [subject.pool for subject in subjects] * count,
        [subject.unit for subject in subjects] * count,
        most.ravel(),
    )
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


class _Subject(NamedTuple):
    """What is counted, and how it is called."""

    site: str
    pool: str
    unit: str
    group: Group


def _subjects(network: Network, units: Sequence[str], site: int, window: tuple[int, int]) -> list[_Subject]:
    """Each pool that a site draws on by itself, then all trades counted in persons together."""
    activities, name = network.activities, network.sites.name[site]
    at_site = activities.site == site
    fixed = activities.need_pool[np.repeat(at_site, np.diff(activities.need_ptr))]
    pools = sorted({*fixed.tolist(), *activities.mold_pool[at_site].tolist()} - {NONE})
    persons = tuple(pool for pool in pools if units[pool] in TRADES)
    return [
        *(_Subject(name, network.pools.name[pool], units[pool], Group((site,), (pool,), *window)) for pool in pools),
        _Subject(name, ALL_TRADES, PERSON, Group((site,), persons, *window)),
    ]
