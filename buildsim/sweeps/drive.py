"""Runs tasks on a pool, whatever happens to its workers, and hands on what comes of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from typing import Final

from buildsim.sweeps.executors import Pool
from buildsim.sweeps.group import failure
from buildsim.sweeps.task import Answer, Task

PER_SLOT: Final = 2
"""Tasks that are handed to each slot, so that it need not wait for the next one."""
LIVES: Final = 3
"""A task that ends its worker so often, alone, is given up."""


def answers(pool: Pool, play: Callable[[Task], Answer], tasks: Iterable[Task]) -> Iterator[list[Answer]]:
    """What comes of tasks, as it comes, one answer each; ``play`` is pickled.

    What was running when a worker was lost runs again, one task at a time, so that one that ends its worker every time
    is known and becomes a failure. Raises whatever else ``play`` raises.
    """
    waiting = iter(tasks)
    running: dict[Future[Answer], Task] = {}
    suspects: deque[Task] = deque()
    lost: dict[tuple[int, int], int] = {}  # how often a task was lost alone, by point and first replication
    while True:
        broken = False
        careful = bool(suspects) or any(_key(task) in lost for task in running.values())
        room = 1 if careful else pool.slots * PER_SLOT
        while len(running) < room and (task := _next(suspects, waiting)) is not None:
            try:
                running[pool.submit(play, task)] = task
            except BrokenExecutor:
                suspects.appendleft(task)
                broken = True
                break
        if not running and not broken:
            return
        # a broken pool ends all that was handed to it
        done = wait(running, return_when=FIRST_COMPLETED).done if running and not broken else set(running)
        broken = broken or any(isinstance(future.exception(), BrokenExecutor) for future in done)
        if broken:
            done = wait(running).done
        alone = len(running) == 1
        found: list[Answer] = []
        for future in done:
            task = running.pop(future)
            error = future.exception()
            if isinstance(error, BrokenExecutor):
                lost[_key(task)] = lost.get(_key(task), 0) + alone
                if lost[_key(task)] < LIVES:
                    suspects.append(task)
                    continue
            if isinstance(error, (BrokenExecutor, *pool.given_up)):
                found.append(failure(task.point, "its worker ended without an answer, again and again"))
            else:
                found.append(future.result())
            lost.pop(_key(task), None)
        if broken:
            pool.renew()
        if found:
            yield found


def _key(task: Task) -> tuple[int, int]:
    return task.point, task.first


def _next(suspects: deque[Task], waiting: Iterator[Task]) -> Task | None:
    return suspects.popleft() if suspects else next(waiting, None)
