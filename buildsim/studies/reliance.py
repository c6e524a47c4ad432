"""What share of the spread of each milestone rests on assumed, weak, stale or extrapolated facts, and on each file.

What rests on such facts is held at its plan while all else keeps its draws, replication by replication, and the
scenario is played again: the share is that by which P90 less P10 shrinks (semantics 28). This asks what knowing a
group of inputs would be worth, as the setting "factors prioritisation" of Saltelli, Ratto, Tarantola and Campolongo
does ("Sensitivity analysis practices: strategies for model-based inference", Reliability Engineering and System
Safety 91, 2006), with two differences: the spread of percentiles stands in place of the variance, and the inputs are
held at the one planned value, not at each value in turn. So shares depend on the plan, need not add up, and may be
negative: in a network a quantity that is held can bring forth a wait that it had hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from buildsim.analysis.milestones import milestone_ticks
from buildsim.analysis.spread import Bounds, Share, resamples, shares, spread_days
from buildsim.engine.select import Engine, select
from buildsim.network.codes import Flaw
from buildsim.network.network import I64, Network
from buildsim.sampling.draw import Sampler
from buildsim.sampling.hold import Picked, Wanted, hold, pick
from buildsim.studies.play import Progress, part_of, play
from buildsim.studies.run import Run

if TYPE_CHECKING:
    import pandas as pd

UNSTATED, ANY, SOUND = "unstated", "any", "none"
FLAWS: Mapping[str, Flaw] = {flaw.name.lower(): flaw for flaw in Flaw if flaw.name is not None}
CLASSES = (*FLAWS, ANY, SOUND)
"""Flaws of facts, any of them, and none."""

COLUMNS = (
    *("site", "milestone", "held", "name", "quantities", "spread_days", "left_days", "share", "share_low"),
    "share_high",
)


@dataclass(frozen=True, slots=True)
class MilestoneReliance:
    """The spread of a milestone, and what is left of it while a class or a file is held; the mappings are by name."""

    spread_days: float | None
    """P90 less P10; None where P90 lies beyond the horizon."""
    classes: Mapping[str, Share]
    files: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Reliance:
    """What the spreads of a study rest on."""

    classes: Mapping[str, int]
    """Random quantities of each of ``CLASSES``; one can be of several."""
    files: Mapping[str, int]
    """Random quantities that each file states, as in ``catalog labor``."""
    sites: Mapping[str, Mapping[str, MilestoneReliance]]
    """By site and milestone."""


def reliance(run: Run, progress: Progress | None = None) -> Reliance:
    """Play a run again, once for each class and each file with something random, and compare the spreads."""
    network, whole = run.network, run.findings.finish
    classes = {name: pick(network, _of_class(name)) for name in CLASSES}
    files = {name: pick(network, _of_file(index)) for index, name in enumerate(network.files)}
    files = {name: picked for name, picked in files.items() if len(picked)}
    finish = _play_held(run, [*classes.values(), *files.values()], progress)
    rows = resamples(run.result.seed, len(whole))
    sites: dict[str, dict[str, MilestoneReliance]] = {name: {} for name in network.sites.name}
    for milestone, name in enumerate(network.milestones.name):
        own = whole[:, milestone]
        found = shares(own, [each[:, milestone] for each in finish], rows)
        site = network.sites.name[network.milestones.site[milestone]]
        sites[site][name] = MilestoneReliance(
            spread_days(own),
            dict(zip(classes, found, strict=False)),
            dict(zip(files, found[len(classes) :], strict=True)),
        )
    return Reliance(_counted(classes), _counted(files), sites)


def to_json(found: Reliance) -> dict[str, Any]:
    """The JSON data under ``evidence``: shares with six decimals, days with three."""
    return {
        "classes": dict(found.classes),
        "files": dict(found.files),
        "sites": {
            site: {
                milestone: {
                    "spread_days": _rounded(each.spread_days, 3),
                    "classes": {name: _share_to_json(share) for name, share in each.classes.items()},
                    "files": {name: _share_to_json(share) for name, share in each.files.items()},
                }
                for milestone, each in milestones.items()
            }
            for site, milestones in found.sites.items()
        },
    }


def from_json(data: Mapping[str, Any]) -> Reliance:
    """What ``to_json`` wrote."""
    sites = {
        site: {
            milestone: MilestoneReliance(
                each["spread_days"],
                {name: _share_from_json(share) for name, share in each["classes"].items()},
                {name: _share_from_json(share) for name, share in each["files"].items()},
            )
            for milestone, each in milestones.items()
        }
        for site, milestones in data["sites"].items()
    }
    return Reliance(data["classes"], data["files"], sites)


def table(found: Reliance | None) -> pd.DataFrame:
    """A row per site, milestone, and class or file that was held, with `COLUMNS`; no row for None."""
    import pandas as pd

    rows = [] if found is None else list(_rows(found))
    numbers = dict.fromkeys(COLUMNS[5:], "float64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"quantities": "int64", **numbers})


def _rows(found: Reliance) -> Iterator[tuple[object, ...]]:
    for site, milestones in found.sites.items():
        for milestone, each in milestones.items():
            for held, counts, by_name in (("class", found.classes, each.classes), ("file", found.files, each.files)):
                for name, share in by_name.items():
                    low, high = share.ci95 or (None, None)
                    spreads = each.spread_days, share.left_days, share.share, low, high
                    yield site, milestone, held, name, counts[name], *spreads


def _of_class(name: str) -> Wanted:
    if name == SOUND:
        return lambda flaws, file: flaws == 0
    if name == ANY:
        return lambda flaws, file: flaws != 0
    return lambda flaws, file: (flaws & int(FLAWS[name])) != 0


def _of_file(index: int) -> Wanted:
    return lambda flaws, file: file == index


def _play_held(run: Run, picks: list[Picked], progress: Progress | None) -> list[I64]:
    """(replications, milestones) Finish ticks while each pick is held; equal ones are played once, empty ones never."""
    _, simulate = select(run.engine_used)
    todo = {picked.key: picked for picked in picks if len(picked)}
    count = len(run.findings.finish)
    finish = {}
    for done, (key, picked) in enumerate(todo.items()):
        network = hold(run.network, picked)
        finish[key] = _finish(network, run.result.seed, count, simulate, part_of(progress, done, len(todo)))
    return [finish[picked.key] if len(picked) else run.findings.finish for picked in picks]


def _finish(network: Network, seed: int, count: int, simulate: Engine, progress: Progress | None) -> I64:
    chunks = play(Sampler(network, seed), count, simulate, progress)
    return np.concatenate([milestone_ticks(network, outcome) for _, outcome in chunks])


def _counted(picks: Mapping[str, Picked]) -> dict[str, int]:
    return {name: len(picked) for name, picked in picks.items()}


def _share_to_json(share: Share) -> dict[str, Any]:
    bounds = None if share.ci95 is None else [_rounded(bound, 6) for bound in share.ci95]
    return {"left_days": _rounded(share.left_days, 3), "share": _rounded(share.share, 6), "ci95": bounds}


def _share_from_json(data: Mapping[str, Any]) -> Share:
    bounds: Bounds | None = None if data["ci95"] is None else (data["ci95"][0], data["ci95"][1])
    return Share(data["left_days"], data["share"], bounds)


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals) + 0.0
