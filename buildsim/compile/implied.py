"""What actual dates imply and do not state: work that must have been done, branches that cannot come any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from buildsim.compile.expand import Plan, Task
from buildsim.compile.links import Link
from buildsim.network.codes import UNSET
from buildsim.network.graph import FINISHES_OF_PRED, STARTS_OF_SUCC

Span = tuple[int, int]
"""Actual start and finish in ticks; the finish is UNSET while it is under way."""


@dataclass(frozen=True, slots=True)
class Implied:
    """What follows from actual dates by the links into what they are about (semantics 11)."""

    absent: frozenset[int]
    """Branches of which nothing has begun, while something has that waits for them."""
    unstated: Mapping[int, tuple[Task, ...]]
    """By an activity that has dates: what must have happened for it, without any date that says so."""


def implied(plan: Plan, links: Sequence[Link], spans: Mapping[int, Span], unseen: Set[int]) -> Implied:
    """What the actual ``spans`` imply; of ``unseen`` activities dates are stated that are not seen yet."""
    tasks = plan.by_index()
    begun = {tasks[index].branch for index in spans}
    into: dict[int, list[Link]] = {}
    for link in links:
        into.setdefault(link.succ, []).append(link)
    absent: set[int] = set()
    unstated: dict[int, tuple[Task, ...]] = {}
    seen: set[tuple[int, bool]] = set()
    for first, (_, finish) in spans.items():
        found: dict[str, Task] = {}
        waiting = [(first, finish != UNSET)]
        while waiting:
            for index, finished in _before(*waiting.pop(), tasks, into):
                span = spans.get(index)
                has_happened = span is not None and (not finished or span[1] != UNSET)
                if has_happened or index in unseen or (index, finished) in seen:
                    continue
                seen.add((index, finished))
                task = tasks[index]
                if task.branch >= 0 and task.branch not in begun:
                    absent.add(task.branch)
                elif not is_milestone(task):
                    found[task.name] = task
                waiting.append((index, finished))
        if found:
            unstated[first] = tuple(found.values())
    return Implied(frozenset(absent), unstated)


def is_milestone(task: Task) -> bool:
    """True for what takes no time and waits for nothing but its links and dates."""
    body = task.body
    takes_nothing = body.duration is None and body.labor is None and not body.crew and not body.orders
    return takes_nothing and body.branch is None and task.passes == 1


def _before(
    index: int, finished: bool, tasks: Mapping[int, Task], into: Mapping[int, Sequence[Link]]
) -> Iterator[tuple[int, bool]]:
    """What must have begun, or finished (True), before an activity began, and if it has, before it finished."""
    task = tasks[index]
    rows = into.get(index, ())
    gating = sum(row.type in STARTS_OF_SUCC for row in rows)
    waits_for_all = index != task.first or task.body.join == "all" or task.body.join == gating
    for row in rows:
        if waits_for_all if row.type in STARTS_OF_SUCC else finished:
            yield row.pred, row.type in FINISHES_OF_PRED
