"""What is too much is answered so, and workers elsewhere play what a server accepts."""

from __future__ import annotations

import subprocess
import sys

from tests.api.conftest import LONG, MANY, PLAN, serving


def test_a_full_queue_says_when_to_come_again_and_workers_may_run_elsewhere(database, tmp_path):
    with serving(tmp_path, database(), workers="0", max_queued="2") as server:
        jobs = [server.ask("runs", {"scenario": PLAN, "seed": seed}) for seed in (1, 2)]
        full = server.client.post(f"{server.url}/v1/runs", json={"scenario": PLAN, "seed": 3})
        assert (full.status_code, full.headers["Retry-After"]) == (429, "10")
        assert full.headers["content-type"] == "application/problem+json"
        assert server.client.post(f"{server.url}{jobs[1]['links']['cancel']}").json()["status"] == "cancelled"
        line = [sys.executable, "-m", "buildsim", "work"]
        with subprocess.Popen(line, cwd=tmp_path, env=server.environment, stderr=subprocess.PIPE) as worker:
            assert server.ended(jobs[0])["status"] == "succeeded"
            worker.terminate()
            worker.communicate(timeout=20)
        assert worker.returncode == 0


def test_a_job_that_takes_too_long_fails(database, tmp_path):
    with serving(tmp_path, database(), workers="1", max_seconds="2", **MANY) as server:
        job = server.ended(server.ask("runs", LONG))
        assert (job["status"], job["problem"]["title"]) == ("failed", "This takes too long for this service")


def test_one_owner_does_not_hold_all_workers(database, tmp_path):
    with serving(tmp_path, database(), workers="2", max_running="1", keys="required", **MANY) as server:
        line = [sys.executable, "-m", "buildsim", "keys", "add", "one"]
        made = subprocess.run(line, cwd=tmp_path, env=server.environment, capture_output=True, text=True, check=True)
        server.client.headers["X-API-Key"] = made.stdout.strip()
        first, second = (server.ask("runs", {**LONG, "seed": seed}) for seed in (1, 2))
        server.until(lambda: server.get(first["links"]["self"]).json()["progress"]["done"] > 0)
        assert server.get(second["links"]["self"]).json()["status"] == "queued"
        for job in (first, second):
            server.client.post(f"{server.url}{job['links']['cancel']}")
            assert server.ended(job)["status"] == "cancelled"


def test_what_needs_too_much_memory_harms_nobody_else(tmp_path):
    base = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    with serving(tmp_path, base, workers="0", max_memory_mb="64") as server:
        done = server.client.post(f"{server.url}/v1/runs", json={"scenario": PLAN})
        assert (done.status_code, done.json()["title"]) == (422, "This is too large for this service")
        assert server.get("/health/ready").status_code == 200


def test_servers_of_one_database_are_one_service(database, tmp_path):
    base = database()
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with (
        serving(tmp_path / "first", base, workers="0") as first,
        serving(tmp_path / "second", base, workers="1") as second,
    ):
        job = first.ask("runs", {"scenario": PLAN})
        assert second.ended(job)["status"] == "succeeded"
        assert first.get(f"{job['links']['self']}/results/milestones").json()[0]["milestone"] == "done"
