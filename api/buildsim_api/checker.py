"""Checks what is posted in a process of its own, so that nothing that is posted can hold up the service."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

from buildsim_api.jobs.child import Child, ChildDiedError, RefusedError, Task, TookTooLongError
from buildsim_api.jobs.prepare import Limits
from buildsim_api.jobs.requests import Kind
from buildsim_api.jobs.validate import DocumentKind
from buildsim_api.problems import ProblemError, problem_of, refusal_of
from buildsim_api.settings import Settings

SECONDS: Final = 30.0
"""What a check may take."""
WAITING: Final = 8
"""Checks that may wait, so that threads are left for those who only read."""
RETRY_SECONDS: Final = 5


class Checker:
    """One process, begun when it is first needed; requests wait for each other."""

    def __init__(self, settings: Settings) -> None:
        self._lock, self._room = threading.Lock(), threading.BoundedSemaphore(WAITING)
        self._child: Child | None = None
        self._most_mb = settings.max_memory_mb
        self._limits = Limits(
            replications=settings.max_replications,
            points=settings.max_points,
            plans=settings.max_plans,
            horizon_years=settings.max_horizon_years,
            activities=settings.max_activities,
        )

    def content_of(self, kind: Kind, body: Mapping[str, Any]) -> str:
        """The hash of what a request asks. Raises ProblemError."""
        found: str = self._ask("check", (kind, body, self._limits))
        return found

    def validate(self, text: str, kind: DocumentKind) -> dict[str, Any]:
        """What a posted document holds. Raises ProblemError with all its problems."""
        found: dict[str, Any] = self._ask("validate", (text, kind, self._limits))
        return found

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._child is not None:
                self._child.close()
                self._child = None

    def _ask(self, task: Task, arguments: tuple[Any, ...]) -> Any:
        if not self._room.acquire(blocking=False):
            text = f"{WAITING} documents are being checked."
            headers = {"Retry-After": str(RETRY_SECONDS)}
            raise ProblemError(problem_of(429, "busy", "Too much is waiting", text), headers)
        try:
            with self._lock:
                return self._asked(task, arguments)
        finally:
            self._room.release()

    def _asked(self, task: Task, arguments: tuple[Any, ...]) -> Any:
        if self._child is None:
            self._child = Child(self._most_mb)
        try:
            return self._child.ask(task, arguments, SECONDS)
        except RefusedError as error:
            raise ProblemError(refusal_of(error.problems)) from None
        except (TookTooLongError, ChildDiedError):
            text = f"It could not be compiled within {SECONDS:g} seconds and the memory that there is."
            raise ProblemError(problem_of(422, "too-large", "This is too large for this service", text)) from None
