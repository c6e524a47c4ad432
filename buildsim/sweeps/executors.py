"""Where tasks run: on this machine's cores, or on the workers of a Dask cluster; the code of a sweep does not know.

Both are executors as of `concurrent.futures`, with the number of tasks that run at once, and a way to begin anew after
workers were lost.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

from buildsim.errors import InputError, Problem

R = TypeVar("R")


class Pool(Protocol):
    """Runs functions elsewhere."""

    given_up: tuple[type[Exception], ...]
    """Errors of a future whose task ended its worker so often that it is not run again."""

    @property
    def slots(self) -> int:
        """Tasks that run at once."""

    def submit(self, function: Callable[..., R], /, *arguments: Any) -> Future[R]:
        """Run a function of a module; its arguments and result are pickled."""

    def renew(self) -> None:
        """Replace what was lost, after a future ended with BrokenExecutor."""

    def close(self) -> None:
        """Let go of all workers."""


@contextmanager
def pool_of(workers: int | None, scheduler: str | None) -> Iterator[Pool]:
    """A pool of ``workers`` processes of this machine, default one a core, or the cluster of a Dask scheduler.

    Raises InputError if the scheduler cannot be reached, or its library is missing.
    """
    pool: Pool = _Processes(workers or _cores()) if scheduler is None else _Cluster(scheduler)
    try:
        yield pool
    finally:
        pool.close()


class _Processes:
    """Processes of this machine, which end at once when they are not wanted any more."""

    given_up: tuple[type[Exception], ...] = ()

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._begin()

    @property
    def slots(self) -> int:
        return self._workers

    def submit(self, function: Callable[..., R], /, *arguments: Any) -> Future[R]:
        return self._executor.submit(function, *arguments)

    def renew(self) -> None:
        self.close()
        self._begin()

    def close(self) -> None:
        self._held.close()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _begin(self) -> None:
        # a fresh interpreter each: a fork would copy threads that hold locks
        context = get_context("spawn")
        # the system closes the end that is held here however this process ends
        watched, self._held = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(
            self._workers, mp_context=context, initializer=_as_worker, initargs=(watched,)
        )


def _as_worker(watched: Connection) -> None:
    """Leave Ctrl-C to the process that was started by hand, and end as soon as that lets go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def follow() -> None:
        watched.poll(None)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


class _Cluster:
    """The workers of a Dask scheduler; it runs lost tasks again by itself."""

    def __init__(self, scheduler: str) -> None:
        if find_spec("distributed") is None:
            message = "a cluster needs Dask's distributed, which is not installed"
            raise InputError([Problem("--scheduler", 1, 1, "", message, "pip install 'buildsim[cluster]'")])
        from distributed import Client
        from distributed.scheduler import KilledWorker

        self.given_up: tuple[type[Exception], ...] = (KilledWorker,)
        try:
            self._client = Client(scheduler, timeout="10s", set_as_default=False)
        except (OSError, ValueError, ImportError) as error:
            message = f"no scheduler answers at {scheduler}: {error}"
            raise InputError(
                [Problem("--scheduler", 1, 1, "", message, "an address such as tcp://host:8786")]
            ) from None
        self._executor = self._client.get_executor(pure=False)

    @property
    def slots(self) -> int:
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, function: Callable[..., R], /, *arguments: Any) -> Future[R]:
        found: Future[R] = self._executor.submit(function, *arguments)
        return found

    def renew(self) -> None:
        self._executor = self._client.get_executor(pure=False)

    def close(self) -> None:
        self._executor.shutdown(wait=False)
        self._client.close()


def _cores() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
