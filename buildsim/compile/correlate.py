"""Which variables share a common factor: ``correlate`` blocks, and one factor per site (semantics 21)."""

from __future__ import annotations

from collections.abc import Sequence, Set
from fnmatch import fnmatchcase
from typing import Any

from buildsim.compile.context import Context
from buildsim.compile.expand import Task
from buildsim.compile.tables import UNCORRELATED, Factor
from buildsim.compile.targets import Targets, report_miss
from buildsim.loading.parts import Block
from buildsim.network.codes import NONE
from buildsim.schema.parts import Correlation, Pool, Supply

_NEAREST_FIRST = {"scenario": 0, "site": 1, "catalog": 2}


class Correlations:
    """Finds the factor of a variable: the first block that targets it, the scenario's first, then the sites'.

    Those of a region come before those of the same file that all share, and reach what is its own. A site's ``common``
    ties the durations that no block targets.
    """

    def __init__(self, context: Context, targets: Targets) -> None:
        self._blocks: list[Block[Correlation]] = sorted(
            context.blocks.correlate.values(),
            key=lambda block: (_NEAREST_FIRST[block.where.part.kind], block.region is None),
        )
        self._context = context
        self._sites = context.project.sites
        self._index: dict[str, int] = {}
        self._of_task: dict[Task, Block[Correlation]] = {}
        for block in self._blocks:
            struck = context.struck("correlate", block)
            self._report_misses(block, targets, struck)
            for pattern in block.body.targets:
                for task in targets.hit(pattern, struck):
                    self._of_task.setdefault(task, block)

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors in use; a factor's index is its place here."""
        return tuple(self._index)

    def of_task(self, task: Task) -> Factor:
        """The factor of a task's duration or labor."""
        block, site = self._of_task.get(task), task.scope.path[0]
        if block is not None:
            return self._factor(block.name, block.body.rho)
        return self._factor(f"site:{site}", self._sites[site].common)

    def of_lead(self, supply: Block[Supply], site: str) -> Factor:
        """The factor of a supply's lead times to a site."""
        return self._context.once((Correlations.of_lead, supply, site), lambda: self._of_lead(supply, site))

    def of_line(self, supply: Block[Supply]) -> Factor:
        """The factor of a line's capacity."""
        return self._of("supply", supply, [each for each in self._blocks if each.region in (None, supply.region)])

    def of_pool(self, pool: Block[Pool]) -> Factor:
        """The factor of a pool's capacity and of the market's use of it."""
        return self._of("pool", pool, [each for each in self._blocks if each.region in (None, pool.region)])

    def _of_lead(self, supply: Block[Supply], site: str) -> Factor:
        struck = self._context.struck
        return self._of("supply", supply, [each for each in self._blocks if site in struck("correlate", each)])

    def _of(self, what: str, thing: Block[Any], blocks: Sequence[Block[Correlation]]) -> Factor:
        for block in blocks:
            names = _names_in(block, what, thing)
            if any(fnmatchcase(name, pattern) for pattern in block.body.targets if ":" in pattern for name in names):
                return self._factor(block.name, block.body.rho)
        return UNCORRELATED

    def _factor(self, name: str, rho: float) -> Factor:
        return (self._index.setdefault(name, len(self._index)), rho) if rho > 0 else (NONE, 0.0)

    def _report_misses(self, block: Block[Correlation], targets: Targets, struck: Set[str]) -> None:
        blocks = self._context.blocks
        parts = {name for each in blocks.supplies.values() for name in _names_in(block, "supply", each)}
        parts |= {name for each in blocks.pools.values() for name in _names_in(block, "pool", each)}
        parts |= targets.stages(struck)
        for i, pattern in enumerate(block.body.targets):
            if not targets.hit(pattern, struck) and not any(fnmatchcase(name, pattern) for name in parts):
                valid = parts | targets.names(struck)
                report_miss(self._context, block.where.at("targets", i), pattern, valid)


def _names_in(correlation: Block[Correlation], what: str, thing: Block[Any]) -> tuple[str, ...]:
    """How a pool or supply may be called in a correlation: its region's may leave out the region."""
    names = {thing.name, thing.key} if thing.region == correlation.region else {thing.name}
    return tuple(f"{what}:{name}" for name in names)
