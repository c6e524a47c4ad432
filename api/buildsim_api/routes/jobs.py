"""Runs, bottlenecks, comparisons and sweeps: asked for, watched, read, cancelled, deleted."""

from __future__ import annotations

import base64
import json
import math
import re
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, Literal

import anyio.to_thread
from fastapi import APIRouter, Header, Path, Query, Request, Response, status
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from buildsim_api import representation as represented
from buildsim_api.jobs.requests import Body as RequestBody
from buildsim_api.jobs.requests import (
    BottlenecksRequest,
    ComparisonRequest,
    Kind,
    RunRequest,
    SweepRequest,
)
from buildsim_api.problems import ProblemError, ProblemModel, problem_of
from buildsim_api.responses import ERRORS, errors
from buildsim_api.service import Caller, Reader, Runner, Service, ServiceOf
from buildsim_api.store.jobs import (
    ENDS,
    QUEUED,
    RUNNING,
    SUCCEEDED,
    Job,
    KeyReusedError,
    QueueFullError,
    StillRunningError,
)

Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]
RETRY_SECONDS: Final = 10
EVENT_SECONDS: Final = 0.5
PAGE: Final = 50


class Progress(BaseModel):
    """How far a job is, in replications, plays or points."""

    done: int
    total: int
    seconds_left: float | None = Field(None, description="As it went so far.")


class JobModel(BaseModel):
    """A job."""

    id: str
    kind: Kind
    status: Status
    created: float = Field(description="Seconds since 1970-01-01, as all times.")
    started: float | None
    finished: float | None
    progress: Progress
    problem: ProblemModel | None = Field(None, description="Why it failed.")
    links: dict[str, str]


class JobPage(BaseModel):
    """Some jobs, the latest first."""

    items: list[JobModel]
    next: str | None = Field(description="The cursor of the next page.")


class PartModel(BaseModel):
    """A part of a result."""

    name: str
    media_types: list[str] = Field(description="What `Accept` may ask for, the default first.")
    href: str


class PartList(BaseModel):
    """The parts of a result."""

    parts: list[PartModel]


_ID: Final = "^[0-9a-f]{32}$"
_Id = Annotated[str, Path(pattern=_ID, description="A job's id.")]
_IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key with the same request gives the same job, however often it is sent.",
    ),
]
_ACCEPTED: Final[dict[int | str, dict[str, Any]]] = {
    **ERRORS,
    **errors(409, 429),
    202: {"description": "Accepted", "headers": {"Location": {"schema": {"type": "string"}}}},
}


def router_of(kind: Kind) -> APIRouter:
    """The routes of one kind of job, but for the one that asks."""
    router = APIRouter(prefix=f"/v1/{kind}", tags=[kind], responses=ERRORS)

    @router.get("", name=f"list {kind}", operation_id=f"list_{kind}")
    def listing(
        service: ServiceOf,
        caller: Reader,
        status: Annotated[Status | None, Query(description="Only these.")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
        cursor: Annotated[str | None, Query(max_length=200, description="`next` of the page before.")] = None,
    ) -> JobPage:
        """List jobs of one's own, the latest first; of everybody with the scope `admin`."""
        found = service.jobs.listing(caller.sees, kind, status, _after(cursor), limit + 1)
        more = len(found) > limit
        return JobPage(items=[_model(job) for job in found[:limit]], next=_cursor(found[limit - 1]) if more else None)

    @router.get("/{job_id}", name=f"read one of {kind}", operation_id=f"read_{kind}")
    def read(job_id: _Id, service: ServiceOf, caller: Reader) -> JobModel:
        """Read how far a job is, and how it ended."""
        return _model(_job(service, caller, kind, job_id))

    @router.get(
        "/{job_id}/events",
        name=f"watch one of {kind}",
        operation_id=f"watch_{kind}",
        response_class=EventSourceResponse,
        responses={200: {"description": "Events `status`, each with the job as JSON, until it has ended."}},
    )
    async def events(job_id: _Id, service: ServiceOf, caller: Reader, request: Request) -> EventSourceResponse:
        """Watch a job by server-sent events."""
        job = await anyio.to_thread.run_sync(_job, service, caller, kind, job_id)
        return EventSourceResponse(_events(service, job, request))

    @router.post("/{job_id}/cancel", status_code=202, name=f"cancel one of {kind}", operation_id=f"cancel_{kind}")
    def cancel(job_id: _Id, service: ServiceOf, caller: Runner) -> JobModel:
        """Cancel a job; one that has ended stays as it is."""
        job = _job(service, caller, kind, job_id)
        service.jobs.cancel(job.id)
        return _model(_job(service, caller, kind, job_id))

    @router.delete(
        "/{job_id}",
        status_code=204,
        name=f"delete one of {kind}",
        operation_id=f"delete_{kind}",
        responses=errors(409),
    )
    def delete(job_id: _Id, service: ServiceOf, caller: Runner) -> None:
        """Forget a job that has ended, and its result unless an equal request has it too."""
        job = _job(service, caller, kind, job_id)
        try:
            service.jobs.delete(job.id)
        except StillRunningError:
            title = "The job has not ended"
            raise ProblemError(problem_of(409, "not-ended", title, "Cancel it first.")) from None

    @router.get(
        "/{job_id}/results", name=f"list results of {kind}", operation_id=f"results_{kind}", responses=errors(409)
    )
    def results(job_id: _Id, service: ServiceOf, caller: Reader) -> PartList:
        """List the parts of a job's result: `result` is all of it as the command line's JSON, others are tables and
        chart specifications."""
        job = _ended(_job(service, caller, kind, job_id))
        found = service.jobs.parts(job.content)
        parts = [
            PartModel(name=name, media_types=represented.media_types(media), href=f"{_href(job)}/results/{name}")
            for name, media in found.items()
        ]
        return PartList(parts=parts)

    @router.get(
        "/{job_id}/results/{part}",
        name=f"read a result of {kind}",
        operation_id=f"result_{kind}",
        response_class=Response,
        responses={**errors(406, 409), 200: {"description": "The part.", "content": represented.CONTENT}},
    )
    def result(
        job_id: _Id,
        part: Annotated[str, Path(pattern=r"^[a-z0-9_.-]{1,60}$", description="A part's name.")],
        service: ServiceOf,
        caller: Reader,
        request: Request,
    ) -> Response:
        """Read a part of a result: a document as JSON, a table as JSON, CSV or Parquet, by `Accept`."""
        job = _ended(_job(service, caller, kind, job_id))
        found = service.jobs.part(job.content, part)
        if found is None:
            names = ", ".join(service.jobs.parts(job.content))
            raise ProblemError(problem_of(404, "not-found", "The result has no such part", f"It has: {names}."))
        return represented.response(found, request.headers.get("accept", "*/*"))

    return router


runs, bottlenecks, comparisons, sweeps = (router_of(kind) for kind in ("runs", "bottlenecks", "comparisons", "sweeps"))
routers = (runs, bottlenecks, comparisons, sweeps)


@runs.post("", status_code=status.HTTP_202_ACCEPTED, responses=_ACCEPTED)
def ask_run(
    body: RunRequest, service: ServiceOf, caller: Runner, response: Response, idempotency_key: _IdempotencyKey = None
) -> JobModel:
    """Play a scenario: when each site is ready, and why then."""
    return _submit("runs", body, service, caller, response, idempotency_key)


@bottlenecks.post("", status_code=status.HTTP_202_ACCEPTED, responses=_ACCEPTED)
def ask_bottlenecks(
    body: BottlenecksRequest,
    service: ServiceOf,
    caller: Runner,
    response: Response,
    idempotency_key: _IdempotencyKey = None,
) -> JobModel:
    """Ask what binds a scenario, what it is worth to loosen it, and what binds then."""
    return _submit("bottlenecks", body, service, caller, response, idempotency_key)


@comparisons.post("", status_code=status.HTTP_202_ACCEPTED, responses=_ACCEPTED)
def ask_comparison(
    body: ComparisonRequest,
    service: ServiceOf,
    caller: Runner,
    response: Response,
    idempotency_key: _IdempotencyKey = None,
) -> JobModel:
    """Compare plans, replication by replication, and say which edits make the difference."""
    return _submit("comparisons", body, service, caller, response, idempotency_key)


@sweeps.post("", status_code=status.HTTP_202_ACCEPTED, responses=_ACCEPTED)
def ask_sweep(
    body: SweepRequest, service: ServiceOf, caller: Runner, response: Response, idempotency_key: _IdempotencyKey = None
) -> JobModel:
    """Play many points of a scenario."""
    return _submit("sweeps", body, service, caller, response, idempotency_key)


def _submit(
    kind: Kind, body: RequestBody, service: Service, caller: Caller, response: Response, idempotency_key: str | None
) -> JobModel:
    asked = body.model_dump(mode="json")
    if asked.get("engine") is None:
        asked["engine"] = service.settings.engine
    content = service.checker.content_of(kind, asked)
    try:
        job = service.jobs.submit(caller.owner, kind, asked, content, idempotency_key)
    except QueueFullError:
        text = f"{service.settings.max_queued} jobs wait."
        raise ProblemError(
            problem_of(429, "queue-full", "Too much is waiting", text), {"Retry-After": str(RETRY_SECONDS)}
        ) from None
    except KeyReusedError:
        title = "This idempotency key belongs to another request"
        raise ProblemError(problem_of(409, "key-reused", title, "Use a new key for it.")) from None
    response.headers["Location"] = _href(job)
    return _model(job)


def _job(service: Service, caller: Caller, kind: Kind, job_id: str) -> Job:
    job = service.jobs.get(job_id, caller.sees, kind)
    if job is None:
        raise ProblemError(problem_of(404, "not-found", "There is no such job"))
    return job


def _ended(job: Job) -> Job:
    if job.status != SUCCEEDED:
        text = f"It is {job.status}."
        raise ProblemError(problem_of(409, "no-result", "This job has no result", text))
    return job


def _model(job: Job) -> JobModel:
    links = {"self": _href(job), "events": f"{_href(job)}/events"}
    if job.status == SUCCEEDED:
        links["results"] = f"{_href(job)}/results"
    if job.status in (QUEUED, RUNNING):
        links["cancel"] = f"{_href(job)}/cancel"
    return JobModel.model_validate(
        {
            "id": job.id,
            "kind": job.kind,
            "status": job.status,
            "created": job.created,
            "started": job.started,
            "finished": job.finished,
            "progress": {"done": job.done, "total": job.total, "seconds_left": _seconds_left(job)},
            "problem": None if job.problem is None else json.loads(job.problem),
            "links": links,
        }
    )


def _seconds_left(job: Job) -> float | None:
    if job.status != RUNNING or job.started is None or not 0 < job.done <= job.total:
        return None
    return round((time.time() - job.started) * (job.total - job.done) / job.done, 1)


def _href(job: Job) -> str:
    return f"/v1/{job.kind}/{job.id}"


async def _events(service: Service, job: Job, request: Request) -> AsyncIterator[ServerSentEvent]:
    said: str | None = None
    while True:
        text = _model(job).model_dump_json()
        if text != said:
            yield ServerSentEvent(text, event="status")
            said = text
        if job.status in ENDS or await request.is_disconnected():
            return
        await anyio.sleep(EVENT_SECONDS)
        found = await anyio.to_thread.run_sync(service.jobs.get, job.id, None)
        if found is None:
            return
        job = found


def _cursor(job: Job) -> str:
    return base64.urlsafe_b64encode(json.dumps([job.created, job.id]).encode()).decode()


def _after(cursor: str | None) -> tuple[float, str] | None:
    if cursor is None:
        return None
    try:
        created, job = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not math.isfinite(created) or re.fullmatch(_ID, job) is None:
            raise ValueError
        return float(created), job
    except (ValueError, TypeError, OverflowError):
        raise ProblemError(problem_of(422, "cursor", "This is no cursor", "Use `next` of a page as it is.")) from None
