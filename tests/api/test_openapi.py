"""The OpenAPI document: as it was agreed, with every error a problem; nothing that follows it can break the service."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from buildsim.datafiles import folder, shipped
from buildsim_api.app import create_app
from buildsim_api.settings import Settings
from tests.api.conftest import Server, serving

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = ROOT / "api" / "openapi.json"
DOCUMENTS = int(os.environ.get("BUILDSIM_FUZZ", "1000"))


def document() -> str:
    return json.dumps(create_app(Settings()).openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_it_is_the_one_that_was_agreed():
    """After a change that is meant: python -m tests.api.test_openapi."""
    assert SNAPSHOT.read_text(encoding="utf-8") == document()
    assert json.loads(document())["openapi"].startswith("3.1")


def test_every_error_is_a_problem_and_every_request_has_an_example():
    found = json.loads(document())
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], (path, method, status)
    for name in ("RunRequest", "BottlenecksRequest", "ComparisonRequest", "SweepRequest"):
        assert found["components"]["schemas"][name]["examples"]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """One on SQLite: what is asked here is about documents, not about where jobs are kept."""
    place = tmp_path_factory.mktemp("fuzzed")
    with serving(place, f"sqlite:///{place / 'jobs.sqlite'}") as running:
        yield running


def test_schemathesis_finds_no_fault(server):
    line = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json", "--url", server.url),
        *("--checks", "not_a_server_error,content_type_conformance,response_schema_conformance"),
        *("--max-examples", "30", "--seed", "1", "--exclude-path-regex", "events$", "--generation-database", "none"),
        *("--phases", "examples,coverage,fuzzing", "--request-timeout", "60"),
    ]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def originals() -> list[object]:
    """Some shipped scenarios, and one with its site inline."""
    names = [name for name in shipped("scenarios") if name in ("quickstart", "us-2026")]
    found = [yaml.safe_load(folder("scenarios").joinpath(f"{name}.yaml").read_text("utf-8")) for name in names]
    site = yaml.safe_load(folder("sites").joinpath("xai-colossus-1.yaml").read_text("utf-8"))
    body = {key: value for key, value in site.items() if key not in ("schema", "site", "title")}
    return [*found, {"schema": 1, "name": "inline", "start": "2024-01-01", "sites": {"s": body}}]


def mutated(value: object, chance: random.Random) -> object:
    """A document with a few things changed: taken out, doubled, replaced, moved."""
    text = json.loads(json.dumps(value, default=str))
    for _ in range(chance.randint(1, 4)):
        at, key = text, None
        while isinstance(at, dict | list) and at and (key is None or chance.random() < 0.8):
            parent, key = at, chance.choice(list(at)) if isinstance(at, dict) else chance.randrange(len(at))
            at = parent[key]
        if key is None:
            return text
        odd = [
            None,
            -1,
            10**18,
            "",
            "x" * 1000,
            [],
            {},
            "-3 days",
            "pert(3, 2, 1) days",
            "inf days",
            [[[]]],
            True,
            "../x",
        ]
        action = chance.randrange(4)
        if action == 0:
            del parent[key]
        elif action == 1 and isinstance(parent, dict):
            parent[f"{key}{chance.choice(['', '-', ' ', 'é', chr(0)])}x"] = at
        elif action == 2:
            parent[key] = chance.choice(odd)
        else:
            parent[key] = chance.choice([str(at)[:50], [at], {"value": at}, at])
    return text


def test_mutated_documents_are_answered_with_problems(server, originals):
    chance = random.Random(7)
    statuses: dict[int, int] = {}
    for _ in range(DOCUMENTS):
        body = json.dumps(mutated(chance.choice(originals), chance))
        done = server.client.post(
            f"{server.url}/v1/scenarios/validate", content=body, headers={"Content-Type": "application/json"}
        )
        statuses[done.status_code] = statuses.get(done.status_code, 0) + 1
        assert done.status_code == 200 or 400 <= done.status_code < 500, body[:2000]
        if done.status_code != 200:
            assert done.headers["content-type"] == "application/problem+json"
            assert done.json()["title"]
    assert statuses[200] > 0 < statuses[422]


if __name__ == "__main__":
    SNAPSHOT.write_text(document(), encoding="utf-8")
