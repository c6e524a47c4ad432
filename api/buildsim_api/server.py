"""The server with its workers: what ``buildsim serve`` starts."""

from __future__ import annotations

import os
import signal
import threading
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

import structlog
import uvicorn

from buildsim_api.app import create_app
from buildsim_api.jobs.worker import run_worker
from buildsim_api.logs import configure
from buildsim_api.settings import Settings
from buildsim_api.store.database import connect, migrate

LOOK_SECONDS: Final = 1.0
END_SECONDS: Final = 10.0

_log = structlog.get_logger()


def serve(settings: Settings, host: str, port: int) -> None:
    """Answer requests and play jobs until Ctrl-C or SIGTERM."""
    configure()
    engine = connect(settings.database)
    migrate(engine)  # before any worker looks for jobs
    engine.dispose()
    workers = Workers(settings)
    try:
        uvicorn.run(create_app(settings, host), host=host, port=port, log_config=None, access_log=False)
    finally:
        workers.close()


class Workers:
    """Processes that play jobs; one that is lost is begun anew, and all end with this process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._context = get_context("spawn")
        # the system closes the end that is held here however this process ends
        self._watched, self._held = self._context.Pipe(duplex=False)
        self._closing = threading.Event()
        self._processes = [self._begin() for _ in range(settings.workers)]
        threading.Thread(target=self._tend, daemon=True).start()

    def close(self) -> None:
        """End all; what they play waits for others."""
        self._closing.set()
        for process in self._processes:
            process.terminate()
        deadline = time.monotonic() + END_SECONDS
        for process in self._processes:
            process.join(max(0.0, deadline - time.monotonic()))
            process.kill()

    def _begin(self) -> BaseProcess:
        process = self._context.Process(target=_work, args=(self._settings, self._watched))
        process.start()
        return process

    def _tend(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            for number, process in enumerate(self._processes):
                if not process.is_alive() and not self._closing.is_set():
                    _log.error("worker lost", exit_code=process.exitcode)
                    self._processes[number] = self._begin()


def _work(settings: Settings, watched: Connection) -> None:
    def follow() -> None:
        watched.poll(None)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=follow, daemon=True).start()
    run_worker(settings)
