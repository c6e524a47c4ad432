"""What binds next, and what it is worth: relief, cascade, Shapley shares, pairs and shadow prices of a scenario."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from buildsim.analysis.paired import Paired
from buildsim.analysis.shapley import Coalition, Game, Shares
from buildsim.compile.compile import compile_network
from buildsim.engine.select import EngineName, reference_seconds, select
from buildsim.loading.project import Ref, load_scenario
from buildsim.network.constraints import Constraint
from buildsim.network.network import Network
from buildsim.studies.candidates import MOST, Candidate, candidates, removable, worth_asking
from buildsim.studies.cascade import MOST_RUNGS, Cascade, Rung, cascade
from buildsim.studies.compare import milestones_of
from buildsim.studies.objective import Objective, objective
from buildsim.studies.options import choose
from buildsim.studies.play import Progress
from buildsim.studies.plays import Plays, Removed
from buildsim.studies.relief import IMPROVEMENTS, Curves, Pair, Price, Step, pairs, relief_curves, shadow_prices
from buildsim.studies.run import versions

SCHEMA = 1
"""Version of the JSON."""


@dataclass(frozen=True, slots=True)
class ShapleyShares:
    """How the days that all candidates cost together divide between them."""

    players: tuple[Constraint, ...]
    """The removable candidates."""
    shares: Shares
    """Days of the objective, by player."""


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """Everything that is known of what binds a scenario, and of what it is worth to loosen it."""

    scenario: str
    title: str | None
    seed: int
    replications: int
    engine: str
    """As it was asked for."""
    engine_used: str
    inputs_hash: str
    versions: Mapping[str, str]
    warnings: tuple[str, ...]
    announcements: tuple[str, ...]
    objective: Objective
    days: float
    """Mean days of the objective in the plan as it is."""
    candidates: tuple[Candidate, ...]
    """Those asked about, work among them; the most days first."""
    left_out: int
    """Constraints with days on the paths that were not asked about."""
    curves: Curves
    cascade: Cascade
    shapley: ShapleyShares
    pairs: tuple[Pair, ...]
    prices: tuple[Price, ...]


def bottlenecks(
    ref: Ref,
    *,
    site: str | None = None,
    owner: str | None = None,
    milestone: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    engine: EngineName = "auto",
    overrides: Sequence[tuple[str, Any]] = (),
    variant: str | None = None,
    most: int = MOST,
    progress: Progress | None = None,
) -> Bottlenecks:
    """Ask a scenario what binds it, for a milestone averaged over the sites that are asked about.

    At most ``most`` constraints are looked at. Raises InputError with every problem found in the files,
    UnknownNameError for a name that is not found.
    """
    project = load_scenario(ref, overrides, variant=variant)
    compiled = compile_network(project)
    network, scenario = compiled.network, project.scenario
    goal = objective(network, site=site, owner=owner, milestone=milestone)
    seed = scenario.seed if seed is None else seed
    count = scenario.replications if replications is None else replications
    expected = _expected_plays(most)
    engine_used, simulate = select(engine, expected * reference_seconds(network, count))
    plays = Plays(network, seed, count, simulate, expected, progress)

    base = plays.findings()
    found = candidates(network, base, goal)
    asked = worth_asking(found, most)
    constraints = [each.constraint for each in asked]
    players = tuple(each.constraint for each in worth_asking(removable(found), most))
    return Bottlenecks(
        scenario=scenario.name,
        title=scenario.title,
        seed=seed,
        replications=count,
        engine=engine,
        engine_used=engine_used,
        inputs_hash=project.inputs_hash,
        versions=versions(),
        warnings=compiled.warnings,
        announcements=project.announcements,
        objective=goal,
        days=float(goal.days(base.finish).mean()),
        candidates=tuple(asked),
        left_out=len(found) - len(asked),
        curves=relief_curves(plays, constraints, goal, _milestones(network, goal, milestone)),
        prices=tuple(shadow_prices(plays, project, constraints, goal)),
        cascade=cascade(plays, goal, base, most),
        shapley=shapley_shares(plays, players, goal, seed),
        pairs=tuple(pairs(plays, players, goal)),
    )


def to_document(result: Bottlenecks) -> dict[str, Any]:
    """The JSON data of ``bottlenecks --json``: days with three decimals, shares with six, above 0 is a gain."""
    goal, shares = result.objective, result.shapley.shares
    return {
        "schema": SCHEMA,
        "scenario": result.scenario,
        "seed": result.seed,
        "replications": result.replications,
        "engine": result.engine,
        "inputs_hash": result.inputs_hash,
        "versions": dict(sorted(result.versions.items())),
        "warnings": list(result.warnings),
        "objective": {
            "milestone": goal.milestone,
            "owner": goal.owner,
            "sites": list(goal.sites),
            "days": _rounded(result.days),
            "relief": [_step(each) for each in result.curves.objective],
        },
        "candidates": [_candidate(each) for each in result.candidates],
        "sites": {
            site: {milestone: {"relief": [_step(each) for each in steps]} for milestone, steps in own.items()}
            for site, own in result.curves.sites.items()
        },
        "cascade": [_rung(rung) for rung in result.cascade.rungs],
        "rest": [_candidate(each) for each in result.cascade.rest],
        "shapley": {
            "total_days": _rounded(shares.total),
            "exact": shares.exact,
            "parts": _by_player(result.shapley.players, shares.parts),
            "se": _by_player(result.shapley.players, shares.se),
        },
        "pairs": [
            {
                "names": [each.category for each in pair.names],
                "only_together": pair.only_together,
                "alone_days": [_gain(each.mean) for each in pair.alone],
                "together_days": _gain(pair.together.mean),
                "excess_days": _gain(pair.excess.mean),
                "ci95": _interval(pair.excess),
            }
            for pair in result.pairs
        ],
        "shadow_prices": [
            {
                "name": price.constraint.category,
                "amount": price.amount,
                "unit": price.unit,
                **_gained(price.gain),
            }
            for price in result.prices
        ],
    }


def json_text(result: Bottlenecks) -> str:
    """The text of ``bottlenecks --json``, the same bytes for the same inputs, seed and versions."""
    return json.dumps(to_document(result), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def _expected_plays(most: int) -> int:
    """About how many plays are asked for: relief, prices, ladder, and the coalitions and pairs of Shapley's shares."""
    coalitions = len(Game(most, seed=0).coalitions)
    return 1 + most * (len(IMPROVEMENTS) + 2) + min(most, MOST_RUNGS) * (most + 3) // 2 + coalitions + most * most // 2


def _milestones(network: Network, goal: Objective, milestone: str | None) -> dict[str, dict[str, int]]:
    """Of the sites asked about: the milestone asked for, else all of them."""
    own = {site: milestones_of(network, network.sites.name.index(site)) for site in goal.sites}
    if milestone is None:
        return own
    return {site: {choose("milestone", milestone, tuple(each)): each[milestone]} for site, each in own.items()}


def shapley_shares(plays: Plays, players: tuple[Constraint, ...], goal: Objective, seed: int) -> ShapleyShares:
    """What binds is in the coalition, what is removed is not."""
    game = Game(len(players), seed)

    def removed(coalition: Coalition) -> Removed:
        return frozenset(player for i, player in enumerate(players) if i not in coalition)

    plays.prepare(removed(coalition) for coalition in game.coalitions)
    values = {coalition: goal.days(plays.without(removed(coalition))) for coalition in game.coalitions}
    return ShapleyShares(players, game.shares(values))


def _candidate(found: Candidate) -> dict[str, Any]:
    return {
        "name": found.constraint.category,
        "days": _rounded(found.days),
        "criticality": round(found.criticality, 6),
    }


def _step(step: Step) -> dict[str, Any]:
    return {"name": step.constraint.category, "step": step.step, **_gained(step.gain)}


def _rung(rung: Rung) -> dict[str, Any]:
    return {
        "removed": rung.removed.category,
        "days": _gain(rung.gain.mean),
        "ci95": _interval(rung.gain),
        "left_days": _rounded(rung.gain.after),
        "next": None if rung.next is None else rung.next.category,
        "only_together": rung.only_together,
    }


def _gained(change: Paired) -> dict[str, Any]:
    return {
        "gain_days": _gain(change.mean),
        "ci95": _interval(change),
        "worse_share": None if change.more is None else round(change.more, 6),
    }


def _interval(change: Paired) -> list[float] | None:
    """Of a gain; None with fewer than two replications."""
    if change.low is None or change.high is None:
        return None
    return [_rounded(-change.high), _rounded(-change.low)]


def _gain(difference: float | None) -> float | None:
    """A difference, which is below 0 if it is earlier, as days gained."""
    return None if difference is None else _rounded(-difference)


def _by_player(players: Sequence[Constraint], days: Sequence[float]) -> dict[str, float]:
    return {player.category: _rounded(value) for player, value in zip(players, days, strict=True)}


def _rounded(days: float | None) -> Any:
    # adding zero turns -0.0 into 0.0
    return None if days is None else round(days, 3) + 0.0
