"""Cross-document checks of a scenario: one small function for each rule, all faults gathered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from buildsim.errors import nearest
from buildsim.loading.activity_checks import SiteChecks, check_unit, unknown
from buildsim.loading.blocks import Blocks
from buildsim.loading.names import inputs_of, keys_seen_by, scaled_of
from buildsim.loading.parts import Block, Fault, Part, Where
from buildsim.loading.provenance import check_sources, check_stated
from buildsim.quantity import COUNT_NOUNS
from buildsim.schema.base import Fact
from buildsim.schema.parts import Line, Pool, Region, Supply
from buildsim.schema.scenario import Scenario
from buildsim.schema.site import SiteBody

MARKET = "market"
"""Owner of the market's orders; no site can be its."""
_TOLERANCE = 1e-9  # shares written in decimals may miss a sum of 1 by rounding


def check_part(part: Part) -> Iterator[Fault]:
    """What can be said about one file alone."""
    yield from check_sources(part)
    yield from check_stated(part)


def check_all(parts: Sequence[Part], blocks: Blocks) -> Iterator[Fault]:
    """All checks of a scenario's parts together."""
    for part in parts:
        yield from check_part(part)
    sites = [part for part in parts if part.kind == "site"]
    checks, regions = (
        SiteChecks(blocks),
        {name: region for part in parts for name, region in part.model.regions.items()},
    )
    for part in sites:
        yield from _check_names(part, regions, checks)
    for pool in blocks.pools.values():
        yield from _check_pool(pool)
    for supply in blocks.supplies.values():
        yield from _check_supply(supply, blocks)
    yield from _check_input_shares(blocks)
    yield from _check_owners(sites, blocks)
    yield from _check_disruptions(blocks)
    yield from _check_dates(parts)


def _check_names(site: Part, regions: Mapping[str, Region], checks: SiteChecks) -> Iterator[Fault]:
    """A site's faults; in place of all names that a region would have defined, one about the region."""
    assert isinstance(site.model, SiteBody)
    faults = list(checks.check(site))
    region = site.model.region
    if region is not None and region not in regions:
        keys = {
            key
            for each in regions.values()
            for of_kind in (each.pools, each.supplies, each.calendars)
            for key in of_kind
        }
        others = [fault for fault in faults if fault.name not in keys]
        if len(others) < len(faults):
            message = f"nothing is defined for the region '{region}'"
            expected = f"one of {', '.join(sorted(regions))}"
            yield site.where.at("region").fault(message, expected, nearest(region, sorted(regions)), name=region)
            faults = others
    yield from faults


def _check_facts(where: Where, facts: tuple[Fact, ...] | None, *units: str) -> Iterator[Fault]:
    for fact in facts or ():
        yield from check_unit(where, fact.value, *units)


def _check_pool(pool: Block[Pool]) -> Iterator[Fault]:
    if pool.where.at("unit").doubtful:
        return
    for field in ("capacity", "market"):
        yield from _check_facts(pool.where.at(field), getattr(pool.body, field), pool.body.unit, "1")
    for name, inflow in pool.body.growth.items():
        where = pool.where.at("growth", name)
        yield from _check_facts(where.at("rate"), inflow.rate, f"{pool.body.unit}/day")
        yield from _check_facts(where.at("limit"), inflow.limit, pool.body.unit, "1")


def _check_supply(supply: Block[Supply], blocks: Blocks) -> Iterator[Fault]:
    unit, where = supply.body.unit, supply.where
    yield from unknown(where.at("unit"), "unit", unit, COUNT_NOUNS)
    if supply.body.market is not None:
        yield from _check_facts(where.at("market", "demand"), supply.body.market.demand, f"{unit}/day")
        yield from _check_facts(where.at("market", "backlog"), supply.body.market.backlog, unit)
    if supply.body.line is not None:
        yield from _check_line(where.at("line"), supply.body.line, unit)
        yield from _check_inputs(supply, blocks)


def _check_line(where: Where, line: Line, unit: str) -> Iterator[Fault]:
    yield from _check_facts(where.at("capacity"), line.capacity, f"{unit}/day")
    for field in ("initial_stock", "max_stock"):
        yield from _check_facts(where.at(field), getattr(line, field), unit)
    for fact in line.yields or ():
        if fact.value.planned > 1:
            yield where.at("yields").fault(f"'{fact.value.text}' is more than all", "a share such as 98 %")
    if sum(line.shares.values()) > 1 + _TOLERANCE:
        yield where.at("shares").fault("the shares sum to more than 1", "shares of at most 1 in all")
    if line.shares and line.allocation != "shares" and not where.at("allocation").doubtful:
        yield where.at("shares").fault("shares have no effect here", "`allocation: shares`, or no `shares`")


def _check_inputs(product: Block[Supply], blocks: Blocks) -> Iterator[Fault]:
    assert product.body.line is not None
    for name, supply in inputs_of(blocks, product):
        here = product.where.at("line", "inputs", name)
        if supply is None:
            yield from unknown(here, "supply", name, {key for key, _ in keys_seen_by(product, blocks.supplies)})
            continue
        yield from check_unit(here.at("need"), product.body.line.inputs[name].need, supply.body.unit)
        if supply.body.line is None:
            yield here.fault(f"'{name}' is a lead time, which holds no stock", "a supply with a `line`")


def _check_input_shares(blocks: Blocks) -> Iterator[Fault]:
    total: dict[str, float] = defaultdict(float)
    for product in blocks.supplies.values():
        for name, supply in inputs_of(blocks, product):
            assert product.body.line is not None
            full = name if supply is None else supply.name
            before = total[full]
            total[full] += product.body.line.inputs[name].share or 0.0
            if before <= 1 + _TOLERANCE < total[full]:
                where = product.where.at("line", "inputs", name, "share")
                yield where.fault(f"the products' shares of '{name}' sum to more than 1", "at most 1 in all")


def _check_owners(sites: Sequence[Part], blocks: Blocks) -> Iterator[Fault]:
    owners = {MARKET}
    for part in sites:
        assert isinstance(part.model, SiteBody)
        owner = part.model.owner or part.name
        owners.add(owner)
        if owner == MARKET:
            where = part.where.at("owner") if part.model.owner else part.where
            yield where.fault(f"'{MARKET}' stands for everybody else", "another owner", harmless=True)
    if any(part.where.at("owner").doubtful for part in sites):
        return
    for supply in blocks.supplies.values():
        # A catalog may know owners who build nothing in this scenario: their share falls to the others.
        if supply.body.line is not None and supply.where.part.kind != "catalog":
            for owner in supply.body.line.shares:
                yield from unknown(supply.where.at("line", "shares", owner), "owner", owner, owners)


def _check_disruptions(blocks: Blocks) -> Iterator[Fault]:
    for disruption in blocks.disruptions.values():
        for key in disruption.body.capacity:
            scaled, where = scaled_of(blocks, disruption, key), disruption.where.at("capacity", key)
            if scaled is None:
                pools = {name for name, _ in keys_seen_by(disruption, blocks.pools)}
                lines = {name for name, supply in keys_seen_by(disruption, blocks.supplies) if supply.line is not None}
                yield from unknown(where, "pool or line", key, pools | lines)
            elif isinstance(scaled.body, Supply) and scaled.body.line is None:
                yield where.fault(f"'{key}' is a lead time, which has no capacity", "a pool, or a supply with a `line`")


def _check_dates(parts: Iterable[Part]) -> Iterator[Fault]:
    for part in parts:
        scenario = part.model
        if not isinstance(scenario, Scenario) or part.where.at("start").doubtful:
            continue
        if scenario.data_date and scenario.data_date < scenario.start:
            where = part.where.at("data_date")
            yield where.fault("the data date is before the start", "a date from `start` on, or an earlier `start`")
