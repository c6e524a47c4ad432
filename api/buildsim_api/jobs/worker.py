"""A worker: claims jobs, has a process of its own play each, and writes down how it ends."""

from __future__ import annotations

import json
import signal
import threading
import time
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from buildsim_api.jobs.child import Child, ChildDiedError, RefusedError, StoppedError, TookTooLongError
from buildsim_api.logs import configure
from buildsim_api.problems import problem_of, refusal_of
from buildsim_api.settings import Settings
from buildsim_api.store.database import connect
from buildsim_api.store.jobs import Job, Jobs

IDLE_SECONDS: Final = 0.25
"""Between two looks for something to do."""
DATABASE_SECONDS: Final = 1.0
"""Until a database that did not answer is asked again."""
DYING_SECONDS: Final = 1.0
"""A worker that is being ended itself, with all of its group, is gone by then: that counts against no job."""

_log = structlog.get_logger()


def jobs_in(settings: Settings) -> Jobs:
    """The jobs of a service with these settings."""
    return Jobs(
        connect(settings.database),
        lease=settings.lease_seconds,
        attempts=settings.attempts,
        max_running=settings.max_running,
        max_queued=settings.max_queued,
    )


def work(settings: Settings, stop: threading.Event) -> None:
    """Play jobs until ``stop`` is set; what is being played then waits for another worker."""
    jobs, child = jobs_in(settings), Child(settings.max_memory_mb)
    try:
        while not stop.is_set():
            try:
                job = jobs.claim()
                if job is None:
                    stop.wait(IDLE_SECONDS)
                else:
                    _play(job, jobs, child, settings, stop)
            except SQLAlchemyError as error:  # the job, if there is one, waits until its lease has run out
                _log.error("database lost", error=type(error).__name__)
                child.renew()
                stop.wait(DATABASE_SECONDS)
    finally:
        child.close()


def run_worker(settings: Settings) -> None:
    """`work` as a process of its own, until SIGTERM or Ctrl-C."""
    configure()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(settings, stop)


def _play(job: Job, jobs: Jobs, child: Child, settings: Settings, stop: threading.Event) -> None:
    log = _log.bind(job=job.id, kind=job.kind, attempt=job.attempt)
    if job.cancel:
        jobs.end_cancelled(job)
        return
    if jobs.has_result(job):
        jobs.finish(job, [])
        return
    log.info("job begun")
    watcher = _Watcher(job, jobs, settings.lease_seconds / 4, stop)
    try:
        parts = child.ask("play", (job.kind, json.loads(job.request)), settings.max_seconds, watcher)
    except RefusedError as error:
        jobs.fail(job, refusal_of(error.problems))
        log.info("job refused")
    except TookTooLongError:
        text = f"It took longer than {settings.max_seconds:g} seconds."
        jobs.fail(job, problem_of(422, "took-too-long", "This takes too long for this service", text))
        log.info("job took too long")
    except ChildDiedError:
        if stop.wait(DYING_SECONDS):
            jobs.release(job)
            return
        text = f"The process that played it ended without an answer, {settings.attempts} times."
        jobs.crashed(job, problem_of(500, "crashed", "The job ended its process", text))
        log.error("job ended its process")
    except StoppedError:
        if watcher.told == "cancel":
            jobs.end_cancelled(job)
        elif watcher.told == "go on":
            jobs.release(job)
        log.info("job stopped", told=watcher.told)
    else:
        log.info("job done", kept=jobs.finish(job, parts))


class _Watcher:
    """Renews a job's lease while it is played, and ends it when it is cancelled or belongs to somebody else."""

    def __init__(self, job: Job, jobs: Jobs, every: float, stop: threading.Event) -> None:
        self._job, self._jobs, self._every, self._stop = job, jobs, min(every, 1.0), stop
        self._next = time.monotonic()
        self.told = "go on"

    def __call__(self, done: int, total: int) -> bool:
        if self._stop.is_set():
            return False
        if time.monotonic() >= self._next:
            self.told = self._jobs.renew(self._job, done, total)
            self._next = time.monotonic() + self._every
        return self.told == "go on"
