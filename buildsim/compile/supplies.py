"""Supplies: lead times and production lines, with lots, inputs and shares in smallest units (semantics 17, 18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError

import numpy as np

from buildsim.compile.context import Context, half_up
from buildsim.compile.correlate import Correlations
from buildsim.compile.facts import add_variable, choose, points
from buildsim.compile.ratings import racks_and_gpus
from buildsim.compile.tables import CurveTable, VariableTable, integers, numbers, pointers
from buildsim.loading.names import inputs_of
from buildsim.loading.parts import Block, Where
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, Allocation, SupplyKind
from buildsim.network.graph import find_cycle, positions
from buildsim.network.network import I64, Supplies
from buildsim.schema.base import Fact
from buildsim.schema.parts import Line, Supply

PPM = 1_000_000
MAX_LOTS = 100_000  # more than an hourly lot for ten years
_TOLERANCE = 1e-6  # relative, of a need in smallest units


@dataclass(frozen=True, slots=True)
class _Row:
    """What a line has and, by the defaults, a lead time has not."""

    capacity: int = NONE
    capacity_variable: int = NONE
    yields: int = NONE
    cycle_variable: int = NONE
    initial_stock: int = 0
    max_stock: int = UNSET


def build(
    context: Context,
    curves: CurveTable,
    variables: VariableTable,
    correlations: Correlations,
    owners: Mapping[str, int],
) -> Supplies:
    """The arrays of all supplies."""
    blocks = list(context.blocks.supplies.values())
    index = {block.name: i for i, block in enumerate(blocks)}
    lines = [(block, block.body.line, block.where.at("line")) for block in blocks]
    inputs = [_inputs(context, block, index) for block in blocks]
    shares = [_shares(block, owners) for block in blocks]
    periods = [0 if line is None else period(context, where, line) for _, line, where in lines]
    lots = [range(0 if line is None else context.horizon // p) for (_, line, _), p in zip(lines, periods, strict=True)]
    rows = [_row(context, curves, variables, correlations, block) for block in blocks]
    rated = [racks_and_gpus(context, block) for block in blocks]
    _check_shared_periods(context, blocks, periods)
    return Supplies(
        name=tuple(index),
        kind=integers(SupplyKind.LEAD if line is None else SupplyKind.LINE for _, line, _ in lines),
        allocation=integers(
            Allocation.FIFO if line is None else Allocation[line.allocation.upper()] for _, line, _ in lines
        ),
        capacity=integers(row.capacity for row in rows),
        capacity_variable=integers(row.capacity_variable for row in rows),
        yield_curve=integers(row.yields for row in rows),
        yield_variable=integers(NONE for _ in blocks),
        cycle_variable=integers(row.cycle_variable for row in rows),
        period=integers(periods),
        lot_ptr=pointers(lots),
        initial_stock=integers(row.initial_stock for row in rows),
        max_stock=integers(row.max_stock for row in rows),
        input_ptr=pointers(inputs),
        input_supply=integers(supply for row in inputs for supply, _, _ in row),
        input_need=integers(need for row in inputs for _, need, _ in row),
        input_share_ppm=integers(share for row in inputs for _, _, share in row),
        share_ptr=pointers(shares),
        share_owner=integers(owner for row in shares for owner, _ in row),
        share_ppm=integers(ppm for row in shares for _, ppm in row),
        order=_order(context, blocks, index),
        racks=numbers(racks for racks, _ in rated),
        gpus=numbers(gpus for _, gpus in rated),
    )


def period(context: Context, where: Where, line: Line) -> int:
    """Ticks between a line's lots, at least one."""
    here = where.at("period")
    ticks = half_up(context.fixed(here, line.period) * TICKS_PER_DAY)
    if ticks < 1:
        context.report(here.problem("lots would close all the time", "a period of at least a minute"))
    lots = context.horizon // max(ticks, 1)
    if lots > MAX_LOTS:
        if context.doubts_time():
            return context.horizon
        message = f"{lots} lots within the horizon are too many to play"
        context.report(here.problem(message, f"a longer period, for at most {MAX_LOTS} lots"))
        return context.horizon
    return max(ticks, 1)


def _row(
    context: Context,
    curves: CurveTable,
    variables: VariableTable,
    correlations: Correlations,
    block: Block[Supply],
) -> _Row:
    line, where, grain, on = block.body.line, block.where.at("line"), block.body.grain, context.start
    if line is None:
        return _Row()
    stated = points(context, where.at("capacity"), line.capacity)
    rate = [(tick, value * grain) for tick, value in stated.values]
    bound = _smallest(context, where.at("max_stock"), line.max_stock, grain)
    return _Row(
        capacity=curves.add(rate, linear=line.interpolate == "linear"),
        capacity_variable=add_variable(
            context,
            variables,
            f"{block.name}:capacity",
            where.at("uncertainty"),
            line.uncertainty,
            on=on,
            factor=correlations.of_line(block),
            curve=stated,
        ),
        yields=curves.add(points(context, where.at("yields"), line.yields).values) if line.yields else NONE,
        cycle_variable=add_variable(context, variables, f"{block.name}:cycle", where.at("cycle"), line.cycle, on=on),
        initial_stock=_smallest(context, where.at("initial_stock"), line.initial_stock, grain) or 0,
        max_stock=UNSET if bound is None else bound,
    )


def _smallest(context: Context, where: Where, facts: tuple[Fact, ...] | None, grain: int) -> int | None:
    """A fixed count in smallest units, None if it is not given."""
    if facts is None:
        return None
    return context.units(where, context.fixed(where, choose(context, where, facts, context.start).fact.value) * grain)


def _inputs(context: Context, block: Block[Supply], index: Mapping[str, int]) -> list[tuple[int, int, int]]:
    """Input, its smallest units per smallest unit started, and the stated share of it; by the file's order."""
    rows = []
    for name, other in _meant_inputs(context, block):
        assert block.body.line is not None
        needed = block.body.line.inputs[name]
        where = block.where.at("line", "inputs", name, "need")
        exact = context.fixed(where, needed.need) * other.body.grain / block.body.grain
        need = context.units(where, exact)
        grains_stand = not any(each.where.at("grain").doubtful for each in (block, other))
        if grains_stand and (need < 1 or abs(need - exact) > _TOLERANCE * exact):
            message = f"one smallest unit of {block.name} would need {exact:g} smallest units of {name}"
            expected = f"a whole number: raise the `grain` of {name} (now {other.body.grain})"
            context.report(where.problem(message, expected))
        rows.append((index[other.name], max(need, 1), UNSET if needed.share is None else half_up(needed.share * PPM)))
    return rows


def _meant_inputs(context: Context, block: Block[Supply]) -> list[tuple[str, Block[Supply]]]:
    """Name and supply of each input; unknown ones have been left out with a problem."""
    return [(name, other) for name, other in inputs_of(context.blocks, block) if other is not None]


def _shares(block: Block[Supply], owners: Mapping[str, int]) -> list[tuple[int, int]]:
    """Owner and share of arrivals; the share of owners without a site in the scenario is open to all."""
    shares = block.body.line.shares if block.body.line else {}
    return [(owners[name], half_up(share * PPM)) for name, share in shares.items() if name in owners]


def _check_shared_periods(context: Context, blocks: list[Block[Supply]], periods: list[int]) -> None:
    first_user: dict[str, int] = {}
    for i, block in enumerate(blocks):
        for name, supply in _meant_inputs(context, block):
            other = first_user.setdefault(supply.name, i)
            if periods[other] != periods[i]:
                message = f"{block.name} and {blocks[other].name} share the input {name}, but not their period"
                context.report(block.where.at("line", "period").problem(message, "one period for both"))


def _order(context: Context, blocks: list[Block[Supply]], index: Mapping[str, int]) -> I64:
    """Inputs before products, ties by index; a cycle is reported with the names along it."""
    edges = [(index[other.name], i) for i, block in enumerate(blocks) for _, other in _meant_inputs(context, block)]
    try:
        return np.argsort(positions(len(blocks), edges))
    except CycleError:
        cycle = find_cycle(len(blocks), edges)[:-1]
        names = " -> ".join(blocks[i].name for i in [*cycle, cycle[0]])
        where = blocks[cycle[0]].where.at("line", "inputs")
        context.report(where.problem(f"the inputs go in a circle: {names}", "inputs that need no product of theirs"))
        return integers(range(len(blocks)))
