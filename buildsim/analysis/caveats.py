"""Warnings that a result carries about itself: what its numbers are too few or too censored to say."""

from __future__ import annotations

from buildsim.analysis.milestones import fewest_replications, percentile
from buildsim.analysis.reduce import Findings
from buildsim.network.codes import NEVER
from buildsim.network.network import Network

UNREACHED_SHARE = 0.05
SATURATED_USE = 0.95


def caveats(network: Network, findings: Findings) -> list[str]:
    """One sentence per caveat: on the replications, then per milestone, then per pool, in the network's order."""
    return [*_few_replications(findings), *_unreached(network, findings), *_saturated(network, findings)]


def _few_replications(findings: Findings) -> list[str]:
    count, fewest = len(findings.number), fewest_replications(90)
    if count >= fewest:
        return []
    return [f"{count} replications are too few for a 95% interval of P90: at least {fewest} are needed"]


def _unreached(network: Network, findings: Findings) -> list[str]:
    found = []
    for milestone, name in enumerate(network.milestones.name):
        ticks = findings.finish[:, milestone]
        site = network.sites.name[network.milestones.site[milestone]]
        share = float((ticks == NEVER).mean())
        if share > UNREACHED_SHARE:
            found.append(f"{site}: {name} is not reached within the horizon in {share:.1%} of the replications")
        if percentile(ticks, 80) is None:
            found.append(f"{site}: P80 of {name} lies beyond the horizon")
    return found


def _saturated(network: Network, findings: Findings) -> list[str]:
    return [
        f"pool {name} is saturated: {use:.1%} of its capacity is in use on average"
        for name, use in zip(network.pools.name, findings.pool_use, strict=True)
        if use > SATURATED_USE
    ]
