"""Jobs: accepted once, run until they have one result, one recorded failure, or are cancelled.

A worker holds a job by a lease that it renews; whoever claims a job whose lease has run out holds it under a new
*attempt*, and every write of a worker is fenced by the attempt, so that one that was thought dead can do no harm. A
result and the end of its job are one transaction. Only the death of a job's own process counts against it (a *crash*):
a worker or machine that goes away does not.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import uuid4

from sqlalchemy import Connection, Engine, and_, delete, func, insert, or_, select, text, update

from buildsim_api.store.tables import JOBS, PARTS

QUEUED: Final = "queued"
RUNNING: Final = "running"
SUCCEEDED: Final = "succeeded"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
ENDS: Final = (SUCCEEDED, FAILED, CANCELLED)
ANYBODY: Final = "anybody"
"""Owner of all that is asked where no keys are required; as many of its jobs run as there are workers."""
RESULT: Final = "result"
"""The part that every result has."""

_LOCK: Final = 7_221_961
"""Of PostgreSQL, for whatever depends on how many jobs and results there are."""

Told = Literal["go on", "cancel", "lost"]


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the table of jobs."""

    id: str
    owner: str
    kind: str
    request: str
    """As JSON."""
    content: str
    """Hash of all that its result depends on."""
    status: str
    created: float
    started: float | None
    finished: float | None
    attempt: int
    crashes: int
    done: int
    total: int
    cancel: bool
    problem: str | None
    """Why it failed, as JSON."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a result: a document as JSON, or a table as Parquet."""

    name: str
    media: str
    data: bytes


class QueueFullError(Exception):
    """As many jobs wait as may."""


class KeyReusedError(Exception):
    """The idempotency key belongs to another request."""


class StillRunningError(Exception):
    """A job that has not ended cannot be deleted."""


_COLUMNS = [JOBS.c[name] for name in Job.__dataclass_fields__]


class Jobs:
    """The jobs in a database."""

    def __init__(self, engine: Engine, *, lease: float, attempts: int, max_running: int, max_queued: int) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)
        self._lease, self._attempts = lease, attempts
        self._max_running, self._max_queued = max_running, max_queued

    # --- what is asked ---

    def submit(self, owner: str, kind: str, request: Mapping[str, Any], content: str, idempotency: str | None) -> Job:
        """Accept a job, or give the one that the same key was given before. One whose result is there has it at once.

        Raises QueueFullError, KeyReusedError.
        """
        asked = json.dumps(request, sort_keys=True, separators=(",", ":"))
        with self._engine.begin() as base:
            _one_at_a_time(base)
            if (known := _of_key(base, owner, idempotency)) is not None:
                if (known.kind, known.request) != (kind, asked):
                    raise KeyReusedError
                return known
            there = _has_result(base, content)
            waiting = base.execute(select(func.count()).where(JOBS.c.status == QUEUED)).scalar_one()
            if not there and waiting >= self._max_queued:
                raise QueueFullError
            now = time.time()
            values = {
                "id": uuid4().hex,
                "owner": owner,
                "kind": kind,
                "request": asked,
                "content": content,
                "status": SUCCEEDED if there else QUEUED,
                "created": now,
                "started": now if there else None,
                "finished": now if there else None,
                "idempotency": idempotency,
            }
            return Job(*base.execute(insert(JOBS).values(values).returning(*_COLUMNS)).one())

    def get(self, job: str, owner: str | None, kind: str | None = None) -> Job | None:
        """A job of an owner, of anybody if that is None."""
        with self._reads.begin() as base:
            row = base.execute(select(*_COLUMNS).where(JOBS.c.id == job, *_of(owner, kind))).one_or_none()
        return None if row is None else Job(*row)

    def listing(
        self, owner: str | None, kind: str | None, status: str | None, after: tuple[float, str] | None, limit: int
    ) -> list[Job]:
        """The latest first, those that were accepted before the one ``after`` which a page ended."""
        asked = select(*_COLUMNS).where(*_of(owner, kind))
        if status is not None:
            asked = asked.where(JOBS.c.status == status)
        if after is not None:
            created, job = after
            asked = asked.where(or_(JOBS.c.created < created, and_(JOBS.c.created == created, JOBS.c.id < job)))
        with self._reads.begin() as base:
            rows = base.execute(asked.order_by(JOBS.c.created.desc(), JOBS.c.id.desc()).limit(limit)).all()
        return [Job(*row) for row in rows]

    def cancel(self, job: str) -> None:
        """End a job that waits, and ask the worker of one that runs to end it; one that has ended stays as it is."""
        now = time.time()
        with self._engine.begin() as base:
            waiting = base.execute(
                update(JOBS).where(JOBS.c.id == job, JOBS.c.status == QUEUED).values(status=CANCELLED, finished=now)
            )
            if waiting.rowcount == 0:
                base.execute(update(JOBS).where(JOBS.c.id == job, JOBS.c.status == RUNNING).values(cancel=True))

    def delete(self, job: str) -> None:
        """Forget a job that has ended, and its result if it is nobody else's. Raises StillRunningError."""
        with self._engine.begin() as base:
            _one_at_a_time(base)
            gone = base.execute(
                delete(JOBS).where(JOBS.c.id == job, JOBS.c.status.in_(ENDS)).returning(JOBS.c.content)
            ).one_or_none()
            if gone is None:
                raise StillRunningError
            shared = base.execute(select(JOBS.c.id).where(JOBS.c.content == gone.content).limit(1)).one_or_none()
            if shared is None:
                base.execute(delete(PARTS).where(PARTS.c.content == gone.content))

    def parts(self, content: str) -> dict[str, str]:
        """The media types of a result's parts by name."""
        with self._reads.begin() as base:
            rows = base.execute(select(PARTS.c.name, PARTS.c.media).where(PARTS.c.content == content)).all()
        return {row.name: row.media for row in sorted(rows, key=lambda row: row.name)}

    def part(self, content: str, name: str) -> Part | None:
        """A part of a result."""
        asked = select(PARTS.c.name, PARTS.c.media, PARTS.c.data).where(
            PARTS.c.content == content, PARTS.c.name == name
        )
        with self._reads.begin() as base:
            row = base.execute(asked).one_or_none()
        return None if row is None else Part(*row)

    # --- what workers do ---

    def claim(self) -> Job | None:
        """The oldest job that waits, or whose worker is not heard of any more; of owners with room for one more."""
        now = time.time()
        with self._engine.begin() as base:
            _one_at_a_time(base)
            alive = select(JOBS.c.owner).where(JOBS.c.status == RUNNING, JOBS.c.lease >= now, JOBS.c.owner != ANYBODY)
            busy = alive.group_by(JOBS.c.owner).having(func.count() >= self._max_running)
            free = or_(
                and_(JOBS.c.status == QUEUED, JOBS.c.owner.not_in(busy)),
                and_(JOBS.c.status == RUNNING, JOBS.c.lease < now),
            )
            first = select(JOBS.c.id).where(free).order_by(JOBS.c.created, JOBS.c.id).limit(1)
            values = {
                "status": RUNNING,
                "attempt": JOBS.c.attempt + 1,
                "lease": now + self._lease,
                "started": func.coalesce(JOBS.c.started, now),
                "done": 0,
                "total": 0,
            }
            found = base.execute(first).scalar_one_or_none()
            if found is None:
                return None
            row = base.execute(update(JOBS).where(JOBS.c.id == found).values(values).returning(*_COLUMNS)).one()
            return Job(*row)

    def renew(self, job: Job, done: int, total: int) -> Told:
        """Keep a job, and say how far it is."""
        with self._engine.begin() as base:
            kept = update(JOBS).where(*_held(job)).values(lease=time.time() + self._lease, done=done, total=total)
            row = base.execute(kept.returning(JOBS.c.cancel)).one_or_none()
        if row is None:
            return "lost"
        return "cancel" if row.cancel else "go on"

    def has_result(self, job: Job) -> bool:
        """Whether an equal request has been answered in the meantime."""
        with self._reads.begin() as base:
            return _has_result(base, job.content)

    def finish(self, job: Job, parts: Sequence[Part]) -> bool:
        """End a job with its result, unless that of an equal one is there; False if it is no longer this worker's."""
        with self._engine.begin() as base:
            _one_at_a_time(base)
            if not _end(base, job, SUCCEEDED):
                return False
            if not _has_result(base, job.content):
                rows = [{"content": job.content, "name": p.name, "media": p.media, "data": p.data} for p in parts]
                base.execute(insert(PARTS), rows)
        return True

    def fail(self, job: Job, problem: Mapping[str, Any]) -> bool:
        """End a job that cannot be answered, with the reason; False if it is no longer this worker's."""
        with self._engine.begin() as base:
            return _end(base, job, FAILED, problem=json.dumps(problem))

    def end_cancelled(self, job: Job) -> bool:
        """End a job that was to be cancelled; False if it is no longer this worker's."""
        with self._engine.begin() as base:
            return _end(base, job, CANCELLED)

    def crashed(self, job: Job, problem: Mapping[str, Any]) -> None:
        """The job's own process has died: it waits again, or has failed if that happened too often."""
        with self._engine.begin() as base:
            count = update(JOBS).where(*_held(job)).values(crashes=JOBS.c.crashes + 1).returning(JOBS.c.crashes)
            row = base.execute(count).one_or_none()
            if row is None:
                return
            if row.crashes >= self._attempts:
                _end(base, job, FAILED, problem=json.dumps(problem))
            else:
                _put_back(base, job)

    def release(self, job: Job) -> None:
        """Put a job back that this worker will not end."""
        with self._engine.begin() as base:
            _put_back(base, job)


def _of(owner: str | None, kind: str | None) -> list[Any]:
    return [column == value for column, value in ((JOBS.c.owner, owner), (JOBS.c.kind, kind)) if value is not None]


def _held(job: Job) -> list[Any]:
    """The fence: the job, as it was claimed."""
    return [JOBS.c.id == job.id, JOBS.c.attempt == job.attempt, JOBS.c.status == RUNNING]


def _end(base: Connection, job: Job, status: str, **values: Any) -> bool:
    ended = update(JOBS).where(*_held(job)).values(status=status, finished=time.time(), lease=None, **values)
    return base.execute(ended).rowcount == 1


def _put_back(base: Connection, job: Job) -> None:
    base.execute(update(JOBS).where(*_held(job)).values(status=QUEUED, lease=None, done=0, total=0))


def _has_result(base: Connection, content: str) -> bool:
    asked = select(PARTS.c.name).where(PARTS.c.content == content, PARTS.c.name == RESULT)
    return base.execute(asked).one_or_none() is not None


def _of_key(base: Connection, owner: str, idempotency: str | None) -> Job | None:
    if idempotency is None:
        return None
    asked = select(*_COLUMNS).where(JOBS.c.owner == owner, JOBS.c.idempotency == idempotency)
    row = base.execute(asked).one_or_none()
    return None if row is None else Job(*row)


def _one_at_a_time(base: Connection) -> None:
    """Let what looks at rows before it writes wait for others that do; SQLite has one writer anyhow."""
    if base.dialect.name == "postgresql":
        base.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
