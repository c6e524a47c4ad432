"""Risks and disruptions with the activities, pools and lines they hit (semantics 22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from buildsim.compile import grounds, targets
from buildsim.compile.context import Context
from buildsim.compile.facts import add_variable
from buildsim.compile.tables import VariableTable, integers, numbers, pointers
from buildsim.loading.names import scaled_of
from buildsim.loading.parts import Block
from buildsim.network.codes import UNSET
from buildsim.network.network import F64, I64, Disruptions, Risks
from buildsim.schema.parts import Disruption


def risks(context: Context, tasks: targets.Targets, variables: VariableTable) -> Risks:
    """The arrays of all risks."""
    blocks = list(context.blocks.risks.values())
    on = context.start
    hit = [
        targets.activities(context, "risks", block, block.where.at("targets"), block.body.targets, tasks)
        for block in blocks
    ]
    factors, days = [], []
    for block in blocks:
        name, risk, where = f"risk:{block.name}", block.body, block.where
        factors.append(add_variable(context, variables, f"{name}:factor", where.at("factor"), risk.factor, on=on))
        days.append(add_variable(context, variables, f"{name}:days", where.at("days"), risk.days, on=on))
    flaws, file = grounds.columns(grounds.of_place(context, block.where) for block in blocks)
    return Risks(
        name=tuple(block.name for block in blocks),
        probability=numbers(block.body.probability for block in blocks),
        flaws=flaws,
        file=file,
        factor_variable=integers(factors),
        days_variable=integers(days),
        target_ptr=pointers(hit),
        target_activity=integers(activity for row in hit for activity in row),
    )


def disruptions(context: Context, tasks: targets.Targets, variables: VariableTable) -> Disruptions:
    """The arrays of all disruptions; a dated one is an event, which nobody foresaw before it was known."""
    blocks = [block for block in context.blocks.disruptions.values() if not _unforeseen(context, block)]
    stopped = [
        targets.activities(context, "disruptions", block, block.where.at("stops"), block.body.stops, tasks)
        for block in blocks
    ]
    lengths = [
        add_variable(
            context,
            variables,
            f"disruption:{block.name}:duration",
            block.where.at("duration"),
            block.body.duration,
            on=context.start,
        )
        for block in blocks
    ]
    scaled = [_scaled_by(context, block) for block in blocks]
    pools = _scaled(scaled, {name: i for i, name in enumerate(context.blocks.pools)})
    supplies = _scaled(scaled, {name: i for i, name in enumerate(context.blocks.supplies)})
    flaws, file = grounds.columns(grounds.of_place(context, block.where) for block in blocks)
    return Disruptions(
        name=tuple(block.name for block in blocks),
        start=integers(UNSET if block.body.start is None else context.tick(block.body.start) for block in blocks),
        per_year=numbers(block.body.per_year or 0.0 for block in blocks),
        probability=numbers(block.body.probability for block in blocks),
        flaws=flaws,
        file=file,
        duration_variable=integers(lengths),
        stop_ptr=pointers(stopped),
        stop_activity=integers(activity for row in stopped for activity in row),
        pool_ptr=pools.ptr,
        pool_index=pools.index,
        pool_factor=pools.factor,
        supply_ptr=supplies.ptr,
        supply_index=supplies.index,
        supply_factor=supplies.factor,
    )


def _unforeseen(context: Context, block: Block[Disruption]) -> bool:
    known = block.where.known(block.body)
    return block.body.start is not None and known is not None and known > context.as_of


@dataclass(frozen=True, slots=True)
class _Factors:
    ptr: I64
    index: I64
    factor: F64


def _scaled_by(context: Context, block: Block[Disruption]) -> dict[str, float]:
    """Full name and factor of each pool or line; what is not known has been left out with a problem."""
    meant = ((scaled_of(context.blocks, block, key), factor) for key, factor in block.body.capacity.items())
    return {scaled.name: factor for scaled, factor in meant if scaled is not None}


def _scaled(capacities: list[dict[str, float]], index: Mapping[str, int]) -> _Factors:
    """Those of the named factors that are about the indexed things; a name is a pool's or a line's, never both."""
    rows = [[(index[name], factor) for name, factor in row.items() if name in index] for row in capacities]
    return _Factors(
        pointers(rows),
        integers(i for row in rows for i, _ in row),
        numbers(factor for row in rows for _, factor in row),
    )
