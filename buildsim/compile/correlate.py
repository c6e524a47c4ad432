"""Which variables share a common factor: ``correlate`` blocks, and one factor per site (semantics 21)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from buildsim.compile.context import Context
from buildsim.compile.expand import Plan, Task
from buildsim.compile.tables import UNCORRELATED, Factor
from buildsim.compile.targets import hits, report_miss
from buildsim.loading.parts import Block
from buildsim.network.codes import NONE
from buildsim.schema.parts import Correlation

_NEAREST_FIRST = {"scenario": 0, "site": 1, "catalog": 2}


class Correlations:
    """Finds the factor of a variable: the first block that targets it, the scenario's first, then the sites'.

    A site's ``common`` ties the durations that no block targets.
    """

    def __init__(self, context: Context, plan: Plan) -> None:
        self._blocks: list[Block[Correlation]] = sorted(
            context.blocks.correlate.values(), key=lambda block: _NEAREST_FIRST[block.where.part.kind]
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
            if self._context.strikes("correlate", block, site) and any(
                hits(pattern, task) for pattern in block.body.targets
            ):
                return self._factor(block.name, block.body.rho)
        return self._factor(f"site:{site}", self._sites[site].common)

    def of_supply(self, name: str) -> Factor:
        """The factor of a supply's lead times or capacity."""
        return self._of(f"supply:{name}")

    def of_pool(self, name: str) -> Factor:
        """The factor of a pool's capacity and of the market's use of it."""
        return self._of(f"pool:{name}")

    def _of(self, name: str) -> Factor:
        for block in self._blocks:
            if any(fnmatchcase(name, pattern) for pattern in block.body.targets if ":" in pattern):
                return self._factor(block.name, block.body.rho)
        return UNCORRELATED

    def _factor(self, name: str, rho: float) -> Factor:
        return (self._index.setdefault(name, len(self._index)), rho) if rho > 0 else (NONE, 0.0)

    def _report_misses(self, context: Context, plan: Plan) -> None:
        parts = [f"supply:{name}" for name in context.blocks.supplies]
        parts += [f"pool:{name}" for name in context.blocks.pools]
        for block in self._blocks:
            tasks = [task for task in plan.tasks if context.strikes("correlate", block, task.scope.path[0])]
            valid = {*parts, *(task.name for task in tasks), *(f"stage:{task.stage}" for task in tasks)}
            for i, pattern in enumerate(block.body.targets):
                if any(fnmatchcase(name, pattern) for name in valid):
                    continue
                report_miss(context, block.where.at("targets", i), pattern, valid)
