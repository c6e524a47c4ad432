"""Whatever is killed, and when: every accepted job ends once, with the result that it would have had."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

import buildsim
from tests.api.conftest import LONG, MANY, PLAN, serving

ROUNDS = int(os.environ.get("BUILDSIM_KILL_ROUNDS", "10"))


def body(seed: int) -> dict[str, object]:
    """A run of about a second."""
    return {"scenario": PLAN, "replications": 1_500, "seed": seed, "engine": "reference"}


def children(pid: int) -> list[int]:
    """All processes below one."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for each in task.read_text().split():
            found += [int(each), *children(int(each))]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


def test_nothing_is_lost_and_nothing_is_there_twice(database, tmp_path):
    """The server is killed at random moments while jobs are sent to it, and begun again in the same place."""
    chance = random.Random(1)
    with serving(tmp_path, database(), lease_seconds="2") as server:
        accepted: dict[str, int] = {}
        keys = {seed: uuid4().hex for seed in range(3 * ROUNDS)}
        for round_ in range(ROUNDS):
            for seed in range(3 * round_, 3 * round_ + 3):
                accepted[server.ask("runs", body(seed), **{"Idempotency-Key": keys[seed]})["id"]] = seed
            time.sleep(chance.uniform(0, 2.5))
            assert server.process is not None
            below = children(server.process.pid)
            server.kill()
            server.until(lambda below=below: not any(map(alive, below)), 20)  # none is left to work on
            server.begin()
        began = time.monotonic()
        ended = {job: server.ended({"links": {"self": f"/v1/runs/{job}"}}, 120) for job in accepted}
        assert time.monotonic() - began < 120
        assert {each["status"] for each in ended.values()} == {"succeeded"}
        listed = server.get("/v1/runs?limit=200").json()["items"]
        assert sorted(each["id"] for each in listed) == sorted(accepted)
        (tmp_path / "plan.yaml").write_text(json.dumps(PLAN))
        for job, seed in accepted.items():
            found = server.get(f"/v1/runs/{job}/results/result").json()
            options = {"replications": 1_500, "seed": seed, "engine": "reference"}
            assert found == buildsim.run(tmp_path / "plan.yaml", **options).to_json()
        # sent again, as by one who never saw the answer
        for seed, key in keys.items():
            assert accepted[server.ask("runs", body(seed), **{"Idempotency-Key": key})["id"]] == seed


def test_what_was_running_begins_again_within_30_seconds(database, tmp_path):
    with serving(tmp_path, database(), workers="1", **MANY) as server:
        job = server.ask("runs", LONG)
        server.until(lambda: server.get(job["links"]["self"]).json()["status"] == "running")
        server.kill()
        server.begin()
        began = time.monotonic()
        next_ = server.ask("runs", {"scenario": PLAN})
        server.until(lambda: server.get(job["links"]["self"]).json()["progress"]["done"] > 0, 60)
        assert time.monotonic() - began < 30
        server.client.post(f"{server.url}{job['links']['cancel']}")
        assert server.ended(job)["status"] == "cancelled"
        assert server.ended(next_)["status"] == "succeeded"


def test_a_job_that_ends_its_process_fails_after_some_attempts_and_harms_no_other(database, tmp_path):
    with serving(tmp_path, database(), workers="1", **MANY) as server:
        job = server.ask("runs", LONG)
        other = server.ask("runs", {"scenario": PLAN})
        killed = 0

        def seen() -> tuple[str, int]:
            now = server.get(job["links"]["self"]).json()
            return now["status"], now["progress"]["done"]

        def players(below: int) -> list[int]:
            found = [pid for pid in children(below) if alive(pid)]
            return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

        while True:
            server.until(lambda: seen()[0] == "failed" or seen()[1] > 0, 60)
            if seen()[0] == "failed":
                break
            assert server.process is not None
            worker = next(pid for pid in players(server.process.pid) if players(pid))
            (player,) = players(worker)
            os.kill(player, signal.SIGKILL)
            killed += 1
            server.until(lambda: seen()[0] == "failed" or seen()[1] == 0, 60)  # the death is noticed
        assert killed == 3
        ended = server.ended(job)
        assert (ended["status"], ended["problem"]["title"]) == ("failed", "The job ended its process")
        assert server.ended(other)["status"] == "succeeded"


def test_an_orderly_end_puts_jobs_back(database, tmp_path):
    with serving(tmp_path, database(), workers="1", lease_seconds="600", **MANY) as server:
        job = server.ask("runs", LONG)
        server.until(lambda: server.get(job["links"]["self"]).json()["status"] == "running")
        server.kill(signal.SIGTERM)
        with pytest.raises(httpx.HTTPError):
            server.get("/health/live")
        server.begin()  # long before the lease ends
        server.until(lambda: server.get(job["links"]["self"]).json()["progress"]["done"] > 0, 40)
        server.client.post(f"{server.url}{job['links']['cancel']}")
        assert server.ended(job)["status"] == "cancelled"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_ends_of_the_whole_group_use_up_no_attempt(tmp_path, number):
    """As a service manager ends it: each process gets the signal, the one that plays the job too."""
    base = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    with serving(tmp_path, base, workers="1", attempts="1", lease_seconds="2", **MANY) as server:
        job = server.ask("runs", LONG)
        for _ in range(3):
            server.until(lambda: server.get(job["links"]["self"]).json()["progress"]["done"] > 0)
            assert server.process is not None
            os.killpg(server.process.pid, number)
            server.process.wait(30)
            server.begin()
            # what was done before is forgotten once it is played again
            server.until(lambda: server.get(job["links"]["self"]).json()["progress"]["done"] == 0)
        assert server.get(job["links"]["self"]).json()["status"] in ("queued", "running")
        server.client.post(f"{server.url}{job['links']['cancel']}")
        assert server.ended(job)["status"] == "cancelled"
