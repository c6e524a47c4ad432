"""Around every request: its id, a line in the log, safe headers, its size and host, and the answer to a fault."""

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
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
PAGES: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'"
)
"""The policy of pages for people, which load what this service has and nothing else."""
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_log = structlog.get_logger()


class Around:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, max_body_bytes: int, hosts: frozenset[str] | None) -> None:
        """``hosts``: the names under which it may be asked, None for any.

        Where no key is needed it matters: a page of another site could have its own name point to this machine, and
        its visitors' browsers would let it read what is here.
        """
        self._app, self._most, self._hosts = app, max_body_bytes, hosts

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
        began, status = time.monotonic(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                out["X-Request-ID"] = request_id
                if out.get("content-type", "").startswith("text/html"):
                    out.setdefault("Content-Security-Policy", PAGES)
                for name, value in SAFE.items():
                    out.setdefault(name, value)
            await send(message)

        try:
            if self._hosts is not None and _host(headers) not in self._hosts:
                text = f"Without keys it answers as {', '.join(sorted(self._hosts))}."
                refused = answer(problem_of(421, "host", "It is not known by this name", text))
                await refused(scope, receive, sending)
            elif (body := await self._body(headers, receive)) is None:
                text = f"A request may have at most {self._most:,} bytes."
                refused = answer(problem_of(413, "too-large", "The request is too large", text))
                await refused(scope, receive, sending)
            else:
                await self._app(scope, _again(body, receive), sending)
        except Exception as error:
            _log.error("fault", exc_info=error)
            if status:
                raise  # the server closes the connection: what was sent is no whole answer
            fault = problem_of(500, "fault", "This is a fault of the service, not of your request")
            await answer(fault)(scope, receive, sending)
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


def _host(headers: Headers) -> str:
    """The name under which it is asked, without a port."""
    name = headers.get("host", "").lower()
    return name.partition("]")[0].removeprefix("[") if name.startswith("[") else name.partition(":")[0]


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
