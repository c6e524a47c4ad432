"""Keys: who may what, and who sees what."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.api.conftest import PLAN, serving


@pytest.fixture(scope="module")
def guarded(database, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("guarded"), database(), keys="required", workers="1") as server:
        yield server


def command(server, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "buildsim", "keys", *arguments]
    return subprocess.run(line, cwd=server.place, env=server.environment, capture_output=True, text=True, check=False)


def key(server, name: str, *scopes: str) -> dict[str, str]:
    done = command(server, "add", name, *(part for scope in scopes for part in ("--scope", scope)))
    assert done.returncode == 0, done.stderr
    return {"Authorization": f"Bearer {done.stdout.strip()}"}


def status(server, method: str, path: str, headers=None, json=None) -> int:
    return server.client.request(method, f"{server.url}{path}", headers=headers, json=json).status_code


def test_without_a_key_nothing_is_told_but_health_and_the_front(guarded):
    assert status(guarded, "GET", "/v1/scenarios") == 401
    assert status(guarded, "POST", "/v1/runs", json={"scenario": "quickstart"}) == 401
    assert status(guarded, "GET", "/v1/scenarios", {"Authorization": "Bearer bsk_0_0"}) == 401
    assert status(guarded, "GET", "/health/ready") == 200
    assert status(guarded, "GET", "/") == 200


def test_scopes(guarded):
    reader = key(guarded, "reader", "read")
    assert status(guarded, "GET", "/v1/scenarios", reader) == 200
    assert status(guarded, "GET", "/v1/scenarios", {"X-API-Key": reader["Authorization"].split()[1]}) == 200
    assert status(guarded, "POST", "/v1/runs", reader, {"scenario": PLAN}) == 403


def test_each_key_sees_its_own_and_an_admin_all(guarded):
    ann, ben, admin = (key(guarded, name, *scopes) for name, *scopes in (("ann",), ("ben",), ("boss", "admin")))
    job = guarded.ask("runs", {"scenario": PLAN}, **ann)
    path = job["links"]["self"]
    assert status(guarded, "GET", path, ann) == 200
    for method, at in (("GET", path), ("GET", f"{path}/events"), ("POST", f"{path}/cancel"), ("DELETE", path)):
        assert status(guarded, method, at, ben) == 404
    assert guarded.get("/v1/runs", **ben).json()["items"] == []
    assert job["id"] in [each["id"] for each in guarded.get("/v1/runs", **admin).json()["items"]]
    assert status(guarded, "GET", path, admin) == 200


def test_a_revoked_key_opens_nothing(guarded):
    headers = key(guarded, "gone")
    listed = command(guarded, "list").stdout
    identity = next(line.split()[0] for line in listed.splitlines() if line.endswith("gone"))
    assert status(guarded, "GET", "/v1/sites", headers) == 200
    assert command(guarded, "revoke", identity).returncode == 0
    assert status(guarded, "GET", "/v1/sites", headers) == 401
    assert "revoked" in command(guarded, "list").stdout
    assert command(guarded, "revoke", identity).returncode == 2


def test_secrets_are_in_no_log_and_not_in_the_list(guarded):
    headers = key(guarded, "quiet")
    assert status(guarded, "GET", "/v1/catalogs", headers) == 200
    secret = headers["Authorization"].rpartition("_")[2]
    assert secret not in (guarded.place / "log").read_text()
    assert secret not in command(guarded, "list").stdout


def test_keys_are_required_beyond_loopback(database, tmp_path):
    with serving(tmp_path, database(), "--host", "0.0.0.0", workers="0") as server:
        assert status(server, "GET", "/v1/scenarios") == 401
        assert "a key is required" in (tmp_path / "log").read_text()


def test_a_setting_that_makes_no_sense_is_refused(tmp_path):
    line = [sys.executable, "-m", "buildsim", "serve"]
    environment = {**os.environ, "BUILDSIM_WORKERS": "many"}
    done = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "BUILDSIM_WORKERS" in done.stderr
