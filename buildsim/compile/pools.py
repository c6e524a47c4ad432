"""Pools: capacity and the market's use as step curves, with what is uncertain about them (semantics 14)."""

from __future__ import annotations

from buildsim.compile.context import Context
from buildsim.compile.correlate import Correlations
from buildsim.compile.facts import add_variable, points
from buildsim.compile.growth import grown
from buildsim.compile.tables import CurveTable, VariableTable, booleans, integers
from buildsim.network.codes import NONE
from buildsim.network.network import Pools


def build(context: Context, curves: CurveTable, variables: VariableTable, correlations: Correlations) -> Pools:
    """The arrays of all pools."""
    capacity, capacity_variable, market, market_variable, bypass = [], [], [], [], []
    for name, block in context.blocks.pools.items():
        pool, where, on = block.body, block.where, context.start
        factor = correlations.of_pool(block)
        stated = grown(context, where, pool.growth, points(context, where.at("capacity"), pool.capacity))
        capacity.append(curves.add(stated.values))
        here, name_of = where.at("uncertainty"), f"{name}:capacity"
        capacity_variable.append(
            add_variable(context, variables, name_of, here, pool.uncertainty, on=on, factor=factor, curve=stated)
        )
        held = points(context, where.at("market"), pool.market) if pool.market else None
        market.append(NONE if held is None else curves.add(held.values))
        here, name_of = where.at("market_uncertainty"), f"{name}:market"
        market_variable.append(
            add_variable(context, variables, name_of, here, pool.market_uncertainty, on=on, factor=factor, curve=held)
        )
        bypass.append(pool.bypass)
    return Pools(
        tuple(context.blocks.pools),
        integers(capacity),
        integers(capacity_variable),
        integers(market),
        integers(market_variable),
        booleans(bypass),
    )
