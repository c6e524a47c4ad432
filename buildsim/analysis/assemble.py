"""From the findings of a study, with the paths of its median replications, to its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from buildsim.analysis.attribution import Tally
from buildsim.analysis.caveats import caveats
from buildsim.analysis.explain import why
from buildsim.analysis.finish_date import finish_date
from buildsim.analysis.milestones import milestone_ticks, summarize
from buildsim.analysis.path import site_start
from buildsim.analysis.reduce import Findings
from buildsim.analysis.result import OwnerResult, PathStep, Shares, SiteResult, StudyResult
from buildsim.analysis.segments import Segment
from buildsim.network.codes import NEVER, TICKS_PER_DAY, UNSET
from buildsim.network.network import I64, Network
from buildsim.outcome.outcome import Outcome

Paths = Mapping[int, Sequence[Segment]]
"""Per milestone of the network whose P50 was reached: the path in the P50's replication."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What identifies a run besides its network."""

    seed: int
    engine: str
    inputs_hash: str
    versions: Mapping[str, str]
    as_of: date
    warnings: tuple[str, ...]
    """Those of compile."""


def study_result(
    network: Network, findings: Findings, deterministic: Outcome, paths: Paths, chains: Paths, facts: RunFacts
) -> StudyResult:
    """The result of a study; ``deterministic`` is the outcome of its one deterministic replication."""
    planned = milestone_ticks(network, deterministic)
    return StudyResult(
        scenario=network.scenario,
        seed=facts.seed,
        replications=len(findings.number),
        engine=facts.engine,
        inputs_hash=facts.inputs_hash,
        versions=facts.versions,
        start=network.start,
        data_date=_day(network.start, network.data_tick),
        as_of=facts.as_of,
        horizon_days=network.horizon / TICKS_PER_DAY,
        warnings=(*facts.warnings, *caveats(network, findings)),
        sites={
            name: _site(network, findings, site, planned, paths, chains) for site, name in enumerate(network.sites.name)
        },
        owners=_owners(network, findings, planned),
    )


def _site(network: Network, findings: Findings, site: int, planned: I64, paths: Paths, chains: Paths) -> SiteResult:
    own = {
        name: milestone
        for milestone, name in enumerate(network.milestones.name)
        if network.milestones.site[milestone] == site
    }
    deadline = int(network.sites.deadline[site])
    return SiteResult(
        owner=network.owners[network.sites.owner[site]],
        start=_day(network.start, int(network.sites.start[site])),
        deadline=None if deadline == UNSET else finish_date(deadline, network.start),
        milestones={
            name: summarize(
                findings.finish[:, milestone],
                origin=site_start(network, milestone),
                start=network.start,
                deterministic=_reached(planned[0, milestone]),
                deadline=None if deadline == UNSET else deadline,
            )
            for name, milestone in own.items()
        },
        driving_path={name: _steps(network, milestone, paths) for name, milestone in own.items()},
        resource_chain={name: _steps(network, milestone, chains) for name, milestone in own.items()},
        **_tallied((name, findings.tallies[milestone]) for name, milestone in own.items()),
    )


def _owners(network: Network, findings: Findings, planned: I64) -> dict[str, OwnerResult]:
    results = {}
    entries = list(zip(findings.owner_milestones, findings.owner_tallies, strict=True))
    for owner in dict.fromkeys(own.owner for own, _ in entries):
        theirs = [(own, tally) for own, tally in entries if own.owner == owner]
        results[network.owners[owner]] = OwnerResult(
            milestones={
                own.name: summarize(
                    own.finish(findings.finish),
                    origin=own.origin,
                    start=network.start,
                    deterministic=_reached(own.finish(planned)[0]),
                )
                for own, _ in theirs
            },
            **_tallied((own.name, tally) for own, tally in theirs),
        )
    return results


def _tallied(tallies: Iterable[tuple[str, Tally]]) -> dict[str, dict[str, Shares]]:
    by_name = dict(tallies)
    return {
        "attribution": {name: tally.mean_days() for name, tally in by_name.items()},
        "criticality": {name: tally.criticality() for name, tally in by_name.items()},
        "blocked_at_horizon": {name: tally.blocked_at_horizon() for name, tally in by_name.items()},
    }


def _steps(network: Network, milestone: int, paths: Paths) -> tuple[PathStep, ...]:
    origin = site_start(network, milestone)
    return tuple(
        PathStep(
            activity=network.activities.name[segment.activity],
            kind=segment.kind,
            category=segment.category,
            start_day=(segment.start - origin) / TICKS_PER_DAY,
            finish_day=(segment.end - origin) / TICKS_PER_DAY,
            days=segment.ticks / TICKS_PER_DAY,
            why=why(network, segment),
        )
        for segment in paths.get(milestone, ())
    )


def _reached(tick: int) -> int | None:
    return None if tick == NEVER else int(tick)


def _day(start: date, tick: int) -> date:
    return start + timedelta(days=tick // TICKS_PER_DAY)
