"""A process of its own for what computes: it can be ended at any moment, and its death harms nobody else."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, Literal

from buildsim.errors import BuildsimError, InputError, Problem, UnknownNameError

TICK: Final = 0.1
"""Seconds between two looks at who waits for it."""
PROGRESS_SECONDS: Final = 0.2
NICE: Final = 10
"""By so much it yields to who answers requests: they want milliseconds, it takes seconds."""

Task = Literal["check", "validate", "play"]
Watch = Callable[[int, int], bool]
"""Is told how far it is, several times a second; False ends it."""


class ChildDiedError(Exception):
    """The process ended without an answer."""


class TookTooLongError(Exception):
    """The process was ended after its time."""


class StoppedError(Exception):
    """The process was ended since nobody waits any more."""


class RefusedError(Exception):
    """The request cannot be answered: its ``problems`` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


class Child:
    """A process with ``most_mb`` of memory that answers one question after the other, begun anew when it is lost."""

    def __init__(self, most_mb: int) -> None:
        self._most_mb = most_mb
        self._begin()

    def ask(
        self, task: Task, arguments: tuple[Any, ...], seconds: float, watch: Watch = lambda done, total: True
    ) -> Any:
        """The answer to a task. Raises RefusedError, ChildDiedError, TookTooLongError, StoppedError."""
        deadline = time.monotonic() + seconds
        done = total = 0
        try:
            if not self._process.is_alive():
                self.renew()
            self._pipe.send((task, arguments))
            while True:
                if self._pipe.poll(TICK):
                    said, value = self._pipe.recv()
                    if said == "progress":
                        done, total = value
                    elif said == "refused":
                        raise RefusedError(value)
                    else:
                        return value
                if not watch(done, total):
                    self.renew()
                    raise StoppedError
                if time.monotonic() > deadline:
                    self.renew()
                    raise TookTooLongError
        except (EOFError, OSError) as error:
            self.renew()
            raise ChildDiedError from error

    def renew(self) -> None:
        """End the process, whatever it does, and begin another."""
        self.close()
        self._begin()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()
        self._held.close()

    def _begin(self) -> None:
        context = get_context("spawn")  # a fork would copy threads that hold locks
        self._pipe, theirs = context.Pipe()
        # the system closes the end that is held here however this process ends
        watched, self._held = context.Pipe(duplex=False)
        self._process = context.Process(target=_answer, args=(theirs, watched, self._most_mb))
        self._process.start()
        theirs.close()
        watched.close()


def _answer(pipe: Connection, watched: Connection, most_mb: int) -> None:
    """What the process does: one task after the other, until nobody asks any more."""
    if find_spec("resource") is not None:  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most_mb * 2**20, most_mb * 2**20))
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICE)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # who began it ends it, though all of a group may get them
    threading.Thread(target=_end_with, args=(watched,), daemon=True).start()
    sys.stdout = sys.stderr  # nothing that a library prints may be taken for an answer
    while True:
        try:
            task, arguments = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(("answer", _do(task, arguments, pipe)))
        except InputError as error:
            pipe.send(("refused", list(error.problems)))
        except UnknownNameError as error:
            pipe.send(("refused", [Problem("request", 1, 1, "", error.message, error.expected, error.hint)]))
        except BuildsimError as error:
            pipe.send(("refused", [Problem("request", 1, 1, "", str(error))]))
        except MemoryError:
            os._exit(1)


def _end_with(watched: Connection) -> None:
    """End as soon as the process that began this one is gone."""
    watched.poll(None)
    os._exit(1)


def _do(task: Task, arguments: tuple[Any, ...], pipe: Connection) -> Any:
    if task == "check":
        from buildsim_api.jobs.prepare import content_of

        return content_of(*arguments)
    if task == "validate":
        from buildsim_api.jobs.validate import validate

        return validate(*arguments)
    from buildsim_api.jobs.play import play

    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= PROGRESS_SECONDS:
            told = time.monotonic()
            pipe.send(("progress", (done, total)))

    kind, body = arguments
    return play(kind, body, progress)
