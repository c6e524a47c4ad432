"""Which variables share a common factor: ``correlate`` blocks, and one factor per site (semantics 21)."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from buildsim.compile.context import Context
from buildsim.compile.expand import Plan, Task
from buildsim.compile.tables import UNCORRELATED, Factor
from buildsim.compile.targets import hits, report_miss
from buildsim.loading.parts import Block
from buildsim.network.codes import NONE
from buildsim.schema.parts import Correlation, Pool, Supply

_NEAREST_FIRST = {"scenario": 0, "site": 1, "catalog": 2}


class Correlations:
    """Finds the factor of a variable: the first block that targets it, the scenario's first, then the sites'.

    Those of a region come before those of the same file that all share, and reach what is its own. A site's ``common``
    ties the durations that no block targets.
    """

    def __init__(self, context: Context, plan: Plan) -> None:
        self._blocks: list[Block[Correlation]] = sorted(
            context.blocks.correlate.values(),
            key=lambda block: (_NEAREST_FIRST[block.where.part.kind], block.region is None),
        )
        self._context = context
        self._sites = context.project.sites
        self._index: dict[str, int] = {}
        self._report_misses(context, plan)

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors in use; a factor's index is its place here."""
        return tuple(self._index)

    def of_task(self, task: Task) -> Factor:
        """The factor of a task's duration or labor."""
        site = task.scope.path[0]
        for block in self._blocks:
            if self._strikes(block, site) and any(hits(pattern, task) for pattern in block.body.targets):
                return self._factor(block.name, block.body.rho)
        return self._factor(f"site:{site}", self._sites[site].common)

    def of_lead(self, supply: Block[Supply], site: str) -> Factor:
        """The factor of a supply's lead times to a site."""
        return self._of("supply", supply, [each for each in self._blocks if self._strikes(each, site)])

    def of_line(self, supply: Block[Supply]) -> Factor:
        """The factor of a line's capacity."""
        return self._of("supply", supply, [each for each in self._blocks if each.region in (None, supply.region)])

    def of_pool(self, pool: Block[Pool]) -> Factor:
        """The factor of a pool's capacity and of the market's use of it."""
        return self._of("pool", pool, [each for each in self._blocks if each.region in (None, pool.region)])

    def _of(self, what: str, thing: Block[Any], blocks: Sequence[Block[Correlation]]) -> Factor:
        for block in blocks:
            names = _names_in(block, what, thing)
            if any(fnmatchcase(name, pattern) for pattern in block.body.targets if ":" in pattern for name in names):
                return self._factor(block.name, block.body.rho)
        return UNCORRELATED

    def _strikes(self, block: Block[Correlation], site: str) -> bool:
        return self._context.strikes("correlate", block, site)

    def _factor(self, name: str, rho: float) -> Factor:
        return (self._index.setdefault(name, len(self._index)), rho) if rho > 0 else (NONE, 0.0)

    def _report_misses(self, context: Context, plan: Plan) -> None:
        for block in self._blocks:
            parts = [name for each in context.blocks.supplies.values() for name in _names_in(block, "supply", each)]
            parts += [name for each in context.blocks.pools.values() for name in _names_in(block, "pool", each)]
            tasks = [task for task in plan.tasks if self._strikes(block, task.scope.path[0])]
            valid = {*parts, *(task.name for task in tasks), *(f"stage:{task.stage}" for task in tasks)}
            for i, pattern in enumerate(block.body.targets):
                if any(fnmatchcase(name, pattern) for name in valid):
                    continue
                report_miss(context, block.where.at("targets", i), pattern, valid)


def _names_in(correlation: Block[Correlation], what: str, thing: Block[Any]) -> tuple[str, ...]:
    """How a pool or supply may be called in a correlation: its region's may leave out the region."""
    names = {thing.name, thing.key} if thing.region == correlation.region else {thing.name}
    return tuple(f"{what}:{name}" for name in names)
