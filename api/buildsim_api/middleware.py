"""Around every request: its id, a line in the log, headers that keep pages safe, and a limit to its size."""

from __future__ import annotations

import re
import time
from typing import Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from buildsim_api.problems import answer, problem_of

SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_log = structlog.get_logger()


class Around:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self._app, self._most = app, max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = headers.get("x-request-id", "")
        request_id = asked if _ID.fullmatch(asked) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        began, status = time.monotonic(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                out["X-Request-ID"] = request_id
                for name, value in SAFE.items():
                    out.setdefault(name, value)
            await send(message)

        try:
            if (body := await self._body(headers, receive)) is None:
                text = f"A request may have at most {self._most:,} bytes."
                refused = answer(problem_of(413, "too-large", "The request is too large", text))
                await refused(scope, receive, sending)
            else:
                await self._app(scope, _again(body, receive), sending)
        finally:
            took = round(1000 * (time.monotonic() - began), 1)
            _log.info("request", method=scope["method"], path=scope["path"], status=status, ms=took)

    async def _body(self, headers: Headers, receive: Receive) -> bytes | None:
        """All of the body; None if there is too much of it."""
        stated = headers.get("content-length", "0")
        if stated.isdigit() and int(stated) > self._most:
            return None
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b""  # the client has gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._most:
                return None
            if not message.get("more_body", False):
                return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """What the application receives: the body, then whatever comes."""
    given = False

    async def receiving() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return receiving
