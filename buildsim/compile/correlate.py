"""Which variables share a common factor: ``correlate`` blocks, and one factor per site (semantics 21)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from fnmatch import fnmatchcase
from typing import Any

from buildsim.compile.context import Context
from buildsim.compile.expand import Task
from buildsim.compile.tables import UNCORRELATED, Factor
from buildsim.compile.targets import STAGE, Targets, report_miss
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
        self._of_parts = [block for block in self._blocks if _of_things(block)]
        """Those that may reach supplies or pools."""
        self._context = context
        self._sites = context.project.sites
        self._index: dict[str, int] = {}
        self._of_site: dict[str, Factor] = {}
        self._of_task: dict[Task, Block[Correlation]] = {}
        self._at_site: defaultdict[str, list[Block[Correlation]]] = defaultdict(list)
        """Those that may reach a supply's lead times to a site."""
        for block in self._blocks:
            struck = context.struck("correlate", block)
            for i, pattern in enumerate(block.body.targets):
                hit = targets.hit(pattern, struck)
                for task in hit:
                    self._of_task.setdefault(task, block)
                if not hit:
                    self._report_if_missed(block, i, targets, struck)
            if _of_things(block):
                for site in struck:
                    self._at_site[site].append(block)

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors in use; a factor's index is its place here."""
        return tuple(self._index)

    def of_task(self, task: Task) -> Factor:
        """The factor of a task's duration or labor."""
        block, site = self._of_task.get(task), task.scope.path[0]
        if block is not None:
            return self._factor(block.name, block.body.rho)
        if site not in self._of_site:
            self._of_site[site] = self._factor(f"site:{site}", self._sites[site].common)
        return self._of_site[site]

    def of_lead(self, supply: Block[Supply], site: str) -> Factor:
        """The factor of a supply's lead times to a site."""
        return self._of("supply", supply, self._at_site[site])

    def of_line(self, supply: Block[Supply]) -> Factor:
        """The factor of a line's capacity."""
        return self._of("supply", supply, [each for each in self._of_parts if each.region in (None, supply.region)])

    def of_pool(self, pool: Block[Pool]) -> Factor:
        """The factor of a pool's capacity and of the market's use of it."""
        return self._of("pool", pool, [each for each in self._of_parts if each.region in (None, pool.region)])

    def _of(self, what: str, thing: Block[Any], blocks: Sequence[Block[Correlation]]) -> Factor:
        question = (Correlations._of, thing, *blocks)
        found = self._context.once(question, lambda: next((each for each in blocks if _ties(each, what, thing)), None))
        return UNCORRELATED if found is None else self._factor(found.name, found.body.rho)

    def _factor(self, name: str, rho: float) -> Factor:
        return (self._index.setdefault(name, len(self._index)), rho) if rho > 0 else (NONE, 0.0)

    def _report_if_missed(self, block: Block[Correlation], number: int, targets: Targets, struck: Set[str]) -> None:
        """Report a pattern that hits none of the activities that are struck unless it ties supplies or pools."""
        context, pattern = self._context, block.body.targets[number]
        parts = context.once((_names_of_all, block.region), lambda: _names_of_all(context, block))
        parts |= targets.stages(struck)
        if not any(fnmatchcase(name, pattern) for name in parts):
            report_miss(context, block.where.at("targets", number), pattern, lambda: parts | targets.names(struck))


def _of_things(correlation: Block[Correlation]) -> list[str]:
    """Patterns that supplies or pools may match."""
    return [pattern for pattern in correlation.body.targets if ":" in pattern and not pattern.startswith(STAGE)]


def _ties(correlation: Block[Correlation], what: str, thing: Block[Any]) -> bool:
    """True if a pool or supply is among what a correlation ties."""
    names = _names_in(correlation, what, thing)
    return any(fnmatchcase(name, pattern) for pattern in _of_things(correlation) for name in names)


def _names_of_all(context: Context, correlation: Block[Correlation]) -> frozenset[str]:
    """How the pools and supplies may be called in a correlation."""
    supplies, pools = context.blocks.supplies.values(), context.blocks.pools.values()
    names = {name for each in supplies for name in _names_in(correlation, "supply", each)}
    return frozenset(names | {name for each in pools for name in _names_in(correlation, "pool", each)})


def _names_in(correlation: Block[Correlation], what: str, thing: Block[Any]) -> tuple[str, ...]:
    """How a pool or supply may be called in a correlation: its region's may leave out the region."""
    names = {thing.name, thing.key} if thing.region == correlation.region else {thing.name}
    return tuple(f"{what}:{name}" for name in names)
