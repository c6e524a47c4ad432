"""Compile a project: assemble the network from its parts, then check what can never work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from graphlib import CycleError

from buildsim.compile import (
    activities,
    calendars,
    grounds,
    links,
    market,
    orders,
    pools,
    ratings,
    risks,
    staleness,
    supplies,
)
from buildsim.compile.actuals import actuals, earliest_tick
from buildsim.compile.context import Context
from buildsim.compile.correlate import Correlations
from buildsim.compile.expand import Plan, expand
from buildsim.compile.lengths import length
from buildsim.compile.links import Link
from buildsim.compile.orders import OrderRow
from buildsim.compile.planning import RULES_OF_SCHEDULE, schedule
from buildsim.compile.predecessors import Directory, providers
from buildsim.compile.tables import CurveTable, VariableTable, integers
from buildsim.compile.targets import Targets
from buildsim.errors import nearest
from buildsim.loading.checks import MARKET
from buildsim.loading.project import Project
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, Placement, Rule
from buildsim.network.graph import find_cycle, findings, positions
from buildsim.network.network import I64, Network, Sites
from buildsim.schema.site import SiteBody
from buildsim.uncollected import uncollected


@dataclass(frozen=True, slots=True)
class Compiled:
    """A network that can run, and what its user should know about it."""

    network: Network
    warnings: tuple[str, ...]


@uncollected()
def compile_network(project: Project, *, rule: Rule | None = None) -> Compiled:
    """The network of a project, with ``rule`` instead of the scenario's dispatch rule if it is given.

    Raises InputError with all problems found, each at the place in the file that causes it.
    """
    context = Context(project)
    plan = expand(context)
    ratings.warn_of_contradictions(context, plan.halls)
    _warn_of_unknown_regions(context)
    sites, owners = _sites(context)
    targets = Targets(plan)
    curves, variables, correlations = CurveTable(), VariableTable(), Correlations(context, targets)
    directory = Directory(plan, providers(context.blocks))
    weeks = calendars.weeks(context)
    pool_index = {name: i for i, name in enumerate(context.blocks.pools)}
    owner_index = {name: i for i, name in enumerate(owners)}

    task_weeks = {task.name: calendars.week_of(task, weeks) for task in plan.tasks}
    lengths = {task.name: length(context, task, task_weeks[task.name], pool_index) for task in plan.tasks}
    link_rows = links.link(context, plan, directory, task_weeks, variables)
    order_rows = orders.site_orders(context, plan, directory, variables, correlations, sites.owner.tolist())
    link_table = links.build(link_rows)
    position = _positions(context, plan, link_rows, order_rows)

    open_times = calendars.build(context, weeks, earliest_tick(context))
    happened = actuals(context, plan, link_rows, lengths, task_weeks, open_times, variables)
    order_rows = orders.of_begun(order_rows, happened.activities)
    order_tables = [orders.build(order_rows), *market.market_orders(context, variables, owner_index[MARKET])]
    asked = rule if rule is not None else Rule[project.scenario.rule.upper()]
    network = Network(
        scenario=project.scenario.name if project.variant is None else f"{project.scenario.name}/{project.variant}",
        start=context.start,
        horizon=context.horizon,
        data_tick=context.tick(context.data_date),
        rule=asked,
        ties_drawn=project.scenario.ties == "drawn",
        owners=owners,
        categories=tuple(activities.categories(plan)),
        sites=sites,
        activities=activities.build(
            context,
            plan,
            link_table,
            lengths,
            task_weeks,
            happened.activities,
            position,
            variables,
            correlations,
        ),
        links=link_table,
        orders=orders.joined(order_tables),
        pools=pools.build(context, curves, variables, correlations),
        supplies=supplies.build(context, curves, variables, correlations, owner_index),
        calendars=open_times,
        branches=activities.build_branches(context, plan, happened.absent),
        reworks=activities.build_reworks(context, plan),
        risks=risks.risks(context, targets, variables),
        disruptions=risks.disruptions(context, targets, variables),
        milestones=activities.build_milestones(plan),
        curves=curves.build(),
        variables=tuple(variables.rows),
        factors=correlations.factors,
        files=grounds.files(context),
    )
    _report_findings(context, plan, order_rows, network)
    context.raise_if_any()
    staleness.warn(context)
    if context.unseen:
        context.warn(f"{context.unseen} actual dates lie on or after the data date, {context.data_date}: not seen")
    if asked in RULES_OF_SCHEDULE:
        values = schedule(network).values(asked)
        network = replace(network, activities=replace(network.activities, rule_value=values))
    return Compiled(network, tuple(context.warnings))


def _sites(context: Context) -> tuple[Sites, tuple[str, ...]]:
    """The sites' arrays, and all owners: the sites' in order of appearance, then the market."""
    sites = context.project.sites
    owner_of = [site.owner or name for name, site in sites.items()]
    owners = (*dict.fromkeys(owner_of), MARKET)
    starts = [context.tick(site.start or context.start) for site in sites.values()]
    deadlines = [
        # a deadline is met to the end of its day
        UNSET if site.deadline is None else context.tick(site.deadline) + TICKS_PER_DAY
        for site in sites.values()
    ]
    index = {name: i for i, name in enumerate(owners)}
    return Sites(
        tuple(sites), integers(index[name] for name in owner_of), integers(starts), integers(deadlines)
    ), owners


def _warn_of_unknown_regions(context: Context) -> None:
    """Warn of sites in a region that nothing is defined for, where there are others."""
    defined = {region for part in context.project.parts for region in part.model.regions}
    for part in context.project.parts:
        region = part.model.region if isinstance(part.model, SiteBody) else None
        if defined and region is not None and region not in defined:
            hint = nearest(region, sorted(defined))
            meant = "" if hint is None else f"; did you mean {hint}?"
            context.warn(f"{part.where.at('region')}: nothing is defined for the region '{region}'{meant}")


def _positions(context: Context, plan: Plan, link_rows: list[Link], order_rows: list[OrderRow]) -> I64:
    """Topological positions over links and order edges; a cycle is reported with the names along it."""
    placed = [row for row in order_rows if row.placement is not Placement.DATED]

    def edges() -> Iterator[tuple[int, int]]:
        yield from ((row.pred, row.succ) for row in link_rows)
        yield from ((row.activity, row.consumer) for row in placed)

    try:
        return positions(plan.activity_count, edges())
    except CycleError:
        cycle = find_cycle(plan.activity_count, edges())
        places = [row.where for row in link_rows] + [row.where for row in placed]
        stated = dict(zip(reversed(list(edges())), reversed(places), strict=True))  # of several the first
        tasks = plan.by_index()
        path = " -> ".join(tasks[a].name for a in cycle)
        where = stated[cycle[0], cycle[1]]
        context.report(where.problem(f"the activities wait for each other: {path}", "links without a cycle"))
        return integers(range(plan.activity_count))


def _report_findings(context: Context, plan: Plan, order_rows: list[OrderRow], network: Network) -> None:
    """Report what the graph's static checks found, unless it is about something that is wrong already."""
    if context.doubts_time():
        return
    found = findings(network)
    tasks = plan.by_index() if found else {}
    pool_blocks, supply_blocks = list(context.blocks.pools.values()), list(context.blocks.supplies.values())
    for finding in found:
        task = tasks[finding.activity]
        where, about = task.where, [task.where.at("join"), task.where.at("after")]
        if finding.order != NONE:
            row = order_rows[finding.order]
            where, about = row.where, [row.where, supply_blocks[row.supply].where]
        elif finding.pool != NONE:
            about = [task.where.at("crew"), pool_blocks[finding.pool].where]
        # what has happened is possible
        about.append(task.scope.where.part.where.at("actuals"))
        if not any(context.doubts(each) for each in about):
            context.report(where.problem(finding.message))
