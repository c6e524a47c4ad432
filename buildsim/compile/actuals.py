"""What happened by the data date: actual starts and finishes, and the links that explain them (semantics 11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, partial

from buildsim.compile import grounds, scales
from buildsim.compile.calendars import Week
from buildsim.compile.context import MAX_DAYS, Context, half_up
from buildsim.compile.expand import Plan, Task
from buildsim.compile.implied import Span, implied, is_milestone
from buildsim.compile.left_out import is_left_out
from buildsim.compile.lengths import Length
from buildsim.compile.links import Link
from buildsim.compile.tables import VariableTable
from buildsim.errors import nearest
from buildsim.loading.parts import Part, Where
from buildsim.network.codes import NONE, TICKS_PER_DAY, UNSET, StartCause
from buildsim.network.graph import FINISHES_OF_PRED, STARTS_OF_SUCC
from buildsim.network.network import Calendars
from buildsim.network.worktime import WorkTime
from buildsim.schema.parts import Crew
from buildsim.schema.site import ActualActivity, SiteBody


@dataclass(frozen=True, slots=True)
class Actual:
    """What happened to one activity; the defaults say that nothing did."""

    start: int = UNSET
    finish: int = UNSET
    cause_kind: int = NONE
    cause: int = NONE
    crew: int = 0
    elapsed: int = 0
    remaining_variable: int = NONE


NOTHING = Actual()

NAMED = 5
"""Activities that a warning names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened by the data date."""

    activities: dict[int, Actual]
    """By index: those with an actual start."""
    absent: frozenset[int]
    """Branches that cannot come any more."""


def earliest_tick(context: Context) -> int:
    """The earliest tick that calendars must reach: zero, or a site's start or an actual start before it.

    Those further off than people plan are reported and left aside.
    """
    dated = []
    for part in context.project.parts:
        if isinstance(part.model, SiteBody):
            dated.append((part.where.at("start"), part.model.start or context.start))
            at = part.where.at("actuals", "activities")
            dated += [(at.at(name, "start"), actual.start) for name, actual in part.model.actuals.activities.items()]
    earliest = 0
    for where, day in dated:
        if abs((context.start - day).days) > MAX_DAYS:
            context.report(where.problem("far from the scenario's start", "a date within two centuries of it"))
        else:
            earliest = min(earliest, context.tick(day))
    return earliest


def actuals(
    context: Context,
    plan: Plan,
    links: Sequence[Link],
    lengths: Mapping[str, Length],
    weeks: Mapping[str, Week],
    calendars: Calendars,
    variables: VariableTable,
) -> Happened:
    """What is known of each activity with an actual start, and what follows from it.

    `lengths` and `weeks` are by the task's full name.
    """
    dated, unseen = _dated(context, plan)
    if not dated and all(chance > 0 for chance in plan.branch_probabilities):
        return Happened({}, frozenset())
    ticks = {index: _ticks(context, body) for index, (_, body, _) in dated.items()}
    _close_chains(plan, ticks, unseen)
    follows = implied(plan, links, ticks, unseen)
    for index, tasks in follows.unstated.items():
        _warn_of_unstated(context, dated, index, tasks)
    never = follows.absent | {number for number, chance in enumerate(plan.branch_probabilities) if chance == 0}
    absent = {
        index
        for task in plan.tasks
        for index in range(task.first, task.last + 1)
        if task.branch in never and index not in ticks
    }
    work_time = cache(partial(WorkTime.of, calendars))
    gates = _Gates(links, ticks, absent, variables, work_time)
    _date_milestones(context, plan, gates)
    found = {}
    for index, (start, finish) in ticks.items():
        explaining = [(-time, number) for number, time in gates.into_start(index) if time <= start]
        cause_kind, cause = (StartCause.LINK, min(explaining)[1]) if explaining else (StartCause.ACTUAL, NONE)
        if finish != UNSET:
            found[index] = Actual(start, finish, cause_kind, cause)
            continue
        task, body, where = dated[index]
        week = weeks[task.name]
        elapsed = work_time(week.index).between(start, context.tick(context.data_date))
        crew = _crew(context, where, body, task, lengths[task.name])
        remaining = _remaining(context, where, body, task, index, week, variables)
        found[index] = Actual(start, UNSET, cause_kind, cause, crew, elapsed, remaining)
    return Happened(found, follows.absent)


def _dated(context: Context, plan: Plan) -> tuple[dict[int, tuple[Task, ActualActivity, Where]], set[int]]:
    """The stated actuals by activity index, each with its place, and those that begin or end later than is seen.

    Impossible dates are reported, and those of what the scenario leaves out are dropped.
    """
    stating = [part for part in context.project.parts if _states_activities(part)]
    sites = {part.name for part in stating}
    indices = {
        task.name if k == 0 else f"{task.name}#{k + 1}": (task.first + k, task)
        for task in plan.tasks
        if task.scope.path[0] in sites
        for k in range(task.passes)
    }
    found: dict[int, tuple[Task, ActualActivity, Where]] = {}
    unseen: set[int] = set()
    for part in stating:
        assert isinstance(part.model, SiteBody)
        for key, body in part.model.actuals.activities.items():
            where = part.where.inside(part.model).inside(body).at("actuals", "activities", key)
            name = f"{part.name}/{key}"
            if name not in indices:
                chain = indices.get(name.partition("#")[0])
                may_be_a_pass = chain is not None and context.doubts(chain[1].where.at("retest"))
                if may_be_a_pass or context.lost.may_name_activity(key) or is_left_out(context, part, key):
                    continue
                prefix = part.name + "/"
                valid = [each.removeprefix(prefix) for each in indices if each.startswith(prefix)]
                message = f"there is no activity '{key}' in {part.name}"
                context.report(where.problem(message, "its path below the site", nearest(key, valid)))
                continue
            _check_dates(context, where, body)
            index, task = indices[name]
            if (seen := _seen(context, task, body)) is not None:
                found[index] = (task, seen, where)
            if seen is None or seen.finish != body.finish:
                unseen.add(index)
    return found, unseen


def _states_activities(part: Part) -> bool:
    return isinstance(part.model, SiteBody) and bool(part.model.actuals.activities)


def _seen(context: Context, task: Task, body: ActualActivity) -> ActualActivity | None:
    """What of it lies before the data date: with a later finish it is under way, its crew the largest if not given."""
    if body.start >= context.data_date:
        context.unseen += 1
        return None
    if body.finish is None or body.finish < context.data_date:
        return body
    context.unseen += 1
    moldable = next((need for need in task.body.crew.values() if isinstance(need, Crew)), None)
    crew = body.crew
    if crew is None and moldable is not None:
        crew = scales.crew_size(context, task.where.at("crew"), moldable.max, task.scope)
    return body.model_copy(update={"finish": None, "crew": crew})


def _check_dates(context: Context, where: Where, body: ActualActivity) -> None:
    if body.finish is not None and body.finish < body.start:
        context.report(where.at("finish").problem("it finishes before it starts", "a date from the start on"))
    if body.finish is not None and body.remaining is not None:
        context.report(where.at("remaining").problem("it is finished", "no `remaining`, or no `finish`"))


def _ticks(context: Context, body: ActualActivity) -> Span:
    """Start and finish; the last day is worked to its end."""
    finish = UNSET if body.finish is None else context.tick(body.finish) + TICKS_PER_DAY
    return context.tick(body.start), finish


def _close_chains(plan: Plan, ticks: dict[int, Span], unseen: Set[int]) -> None:
    """A test has passed with its last pass that has dates, once that is finished: those after it are empty.

    Where dates of a later one are not seen it is drawn, as ever, whether another pass is needed.
    """
    for task in plan.tasks:
        dated = [index for index in range(task.first, task.last + 1) if index in ticks]
        if not dated or (finish := ticks[dated[-1]][1]) == UNSET:
            continue
        later = range(dated[-1] + 1, task.last + 1)
        if not any(index in unseen for index in later):
            ticks.update((index, (finish, finish)) for index in later)


def _warn_of_unstated(
    context: Context,
    dated: Mapping[int, tuple[Task, ActualActivity, Where]],
    index: int,
    tasks: Sequence[Task],
) -> None:
    """Warn of what must have happened, since something else did, but has no dates: the run does it after all."""
    names = ", ".join(task.name for task in tasks[:NAMED])
    more = f" and {len(tasks) - NAMED} more" if len(tasks) > NAMED else ""
    where, name = dated[index][2], dated[index][0].name
    context.warn(
        f"{where}: {name} comes after {names}{more}, but no actual dates say that this has happened: "
        "the run does it from the data date on"
    )


class _Gates:
    """The times of links whose predecessors have actual dates, with planned lags.

    What is ``absent`` passes straight through, without lags; when it did is in ``passed``, which explains no start.
    """

    def __init__(
        self,
        links: Sequence[Link],
        ticks: dict[int, Span],
        absent: Set[int],
        variables: VariableTable,
        work_time: Callable[[int], WorkTime],
    ) -> None:
        self.ticks, self.absent = ticks, absent
        self.passed: dict[int, int] = {}
        self._variables, self._work_time = variables, work_time
        self._into: dict[int, list[tuple[int, Link]]] = {}
        for number, row in enumerate(links):
            self._into.setdefault(row.succ, []).append((number, row))

    def into_start(self, index: int) -> list[tuple[int, int]]:
        """(link, time) of the FS/SS links into an activity that are known."""
        rows = [(number, row) for number, row in self._into.get(index, ()) if row.type in STARTS_OF_SUCC]
        return [(number, time) for number, row in rows if (time := self._time(row)) is not None]

    def into_finish(self, index: int) -> list[int | None]:
        """Times of its FF/SF links, None where not known."""
        return [self._time(row) for _, row in self._into.get(index, ()) if row.type not in STARTS_OF_SUCC]

    def passing(self, index: int) -> list[int]:
        """Times of its FS/SS links from what is absent."""
        rows = [row for _, row in self._into.get(index, ()) if row.type in STARTS_OF_SUCC]
        return [self.passed[row.pred] for row in rows if row.pred in self.passed]

    def count(self, index: int) -> int:
        """How many FS/SS links it has."""
        return sum(row.type in STARTS_OF_SUCC for _, row in self._into.get(index, ()))

    def _time(self, row: Link) -> int | None:
        if row.type not in STARTS_OF_SUCC and row.pred in self.passed:
            return self.passed[row.pred]
        start, finish = self.ticks.get(row.pred, (UNSET, UNSET))
        event = finish if row.type in FINISHES_OF_PRED else start
        if event == UNSET or row.lag_variable == NONE or row.succ in self.absent:
            return None if event == UNSET else event
        lag = half_up(self._variables.rows[row.lag_variable].distribution.planned() * row.lag_scale)
        return self._work_time(row.lag_calendar).end_of(event, lag)


def _date_milestones(context: Context, plan: Plan, gates: _Gates) -> None:
    """What takes no time and waits for nothing that has not happened is dated as well, at its latest gate.

    So is what is absent, without a start of its own, so that it keeps no milestone from its date.
    """
    waiting = [
        task
        for task in plan.tasks
        if task.first not in gates.ticks and (is_milestone(task) or task.first in gates.absent)
    ]
    dated_more = True
    while dated_more:
        left = []
        for task in waiting:
            reached = _reached(context, task, gates)
            if reached is None:
                left.append(task)
            elif task.first in gates.absent:
                gates.passed.update(dict.fromkeys(range(task.first, task.last + 1), reached))
            else:
                gates.ticks[task.first] = (reached, reached)
        dated_more = len(left) < len(waiting)
        waiting = left


def _reached(context: Context, task: Task, gates: _Gates) -> int | None:
    """The tick at which a milestone was reached by the data date, or an absent activity passed; None if it was not."""
    is_absent = task.first in gates.absent
    known = sorted(time for _, time in gates.into_start(task.first))
    if task.body.join == "all":
        known = sorted([*known, *gates.passing(task.first)])
    count = gates.count(task.first)
    required = count if task.body.join == "all" else 1 if task.body.join == "any" else int(task.body.join)
    stretching = gates.into_finish(task.first)
    if (count == 0 and not is_absent) or len(known) < required or any(time is None for time in stretching):
        return None
    times = [context.tick(task.scope.start), *(time for time in stretching if time is not None)]
    if required:
        times.append(known[required - 1])
    if task.body.not_before is not None and not is_absent:
        times.append(context.tick(task.body.not_before))
    return max(times) if max(times) <= context.tick(context.data_date) else None


def _crew(context: Context, where: Where, body: ActualActivity, task: Task, length: Length) -> int:
    """Size of the moldable crew of a started activity, 0 without one."""
    if any(context.doubts(task.where.at(field)) for field in ("duration", "labor", "crew")):
        return length.mold_min
    if length.mold_pool == NONE:
        if body.crew is not None:
            context.report(where.at("crew").problem("its crew cannot vary", "no `crew`"))
        return 0
    if body.crew is None or not length.mold_min <= body.crew <= length.mold_max:
        expected = f"`crew:` from {length.mold_min} to {length.mold_max}, as many as are at work"
        context.report(where.at("crew").problem("under way with an unknown crew", expected))
        return length.mold_min
    return body.crew


def _remaining(
    context: Context,
    where: Where,
    body: ActualActivity,
    task: Task,
    index: int,
    week: Week,
    variables: VariableTable,
) -> int:
    """Variable of the remaining work in ticks, NONE where it is drawn given what has passed."""
    if body.remaining is None:
        return NONE
    quantity = context.unscaled(where.at("remaining"), body.remaining)
    ticks = week.ticks_of(quantity.dimension) / week.productivity
    distribution = quantity.distribution.scaled(ticks)
    rests_on = grounds.of_place(context, where.at("remaining"))
    return variables.add(f"{task.name}:remaining", distribution, rests_on, occurrence=index - task.first)
