"""Jobs over HTTP, on a real server with real workers, on SQLite and on PostgreSQL."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from uuid import uuid4

import pandas as pd
import pytest

import buildsim
from buildsim.datafiles import folder
from tests.api.conftest import PLAN

RUN = {"scenario": "quickstart", "replications": 20, "seed": 11}


def test_a_run_is_accepted_played_and_read(server):
    asked = server.client.post(f"{server.url}/v1/runs", json=RUN)
    assert asked.status_code == 202
    assert asked.headers["Location"] == asked.json()["links"]["self"]
    job = server.ended(asked.json())
    assert job["status"] == "succeeded"
    assert job["problem"] is None
    found = server.get(f"{job['links']['results']}/result")
    assert found.json() == buildsim.run("quickstart", replications=20, seed=11).to_json()
    line = [sys.executable, "-m", "buildsim", "run", "quickstart", "-n", "20", "--seed", "11", "--json", "-"]
    assert found.content == subprocess.run(line, capture_output=True, check=True).stdout


def test_tables_come_as_json_csv_and_parquet(server):
    job = server.ended(server.ask("runs", RUN))
    parts = {each["name"]: each for each in server.get(job["links"]["results"]).json()["parts"]}
    assert {"result", "milestones", "attribution", "schedule", "paths", "ramp", "finishes", "market"} <= set(parts)
    assert {"charts.gantt", "charts.s-curve", "charts.waterfall", "charts.ramp"} <= set(parts)
    study = buildsim.run("quickstart", replications=20, seed=11, details=True)
    href = parts["milestones"]["href"]
    csv = server.get(href, Accept="text/csv")
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert pd.read_csv(io.StringIO(csv.text))["p80_days"].tolist() == study.milestones["p80_days"].tolist()
    rows = server.get(href, Accept="application/json").json()
    assert [row["p80_days"] for row in rows] == study.milestones["p80_days"].tolist()
    binary = server.get(href, Accept="application/vnd.apache.parquet").content
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(binary))[["mean_days"]], study.milestones[["mean_days"]])
    assert server.get(href, Accept="image/png").status_code == 406
    chart = server.get(parts["charts.gantt"]["href"]).json()
    assert "vega-lite" in chart["$schema"]


@pytest.mark.parametrize(
    ("kind", "body", "tables"),
    [
        ("bottlenecks", {"scenario": PLAN, "replications": 20}, {"relief", "cascade", "shapley"}),
        (
            "comparisons",
            {"plans": [{"scenario": PLAN}, {"scenario": {**PLAN, "pools": {"crane": {"capacity": 2}}}}]},
            {"differences", "explained", "edits"},
        ),
        (
            "sweeps",
            {
                "sweep": {
                    "schema": 1,
                    "sweep": "cranes",
                    "scenario": PLAN,
                    "factors": {"cranes": {"path": "pools.crane.capacity", "values": [1, 2]}},
                    "design": "grid",
                },
                "statistic": "mean",
            },
            {"points", "results", "effects"},
        ),
    ],
)
def test_the_other_questions(server, kind, body, tables):
    job = server.ended(server.ask(kind, body))
    assert job["status"] == "succeeded", job
    parts = {each["name"] for each in server.get(job["links"]["results"]).json()["parts"]}
    assert tables | {"result"} <= parts
    assert any(name.startswith("charts.") for name in parts)


def test_a_posted_document_gives_what_its_file_gives(server, tmp_path):
    job = server.ended(server.ask("runs", {"scenario": PLAN}))
    (tmp_path / "posted.yaml").write_text(json.dumps(PLAN))
    assert server.get(f"{job['links']['results']}/result").json() == buildsim.run(tmp_path / "posted.yaml").to_json()
    text = server.ended(server.ask("runs", {"scenario": json.dumps(PLAN, indent=1)}))
    assert text["status"] == "succeeded"


def test_an_equal_request_has_its_answer_at_once_and_is_a_job_of_its_own(server):
    body = {"scenario": PLAN, "seed": int(uuid4()) % 2**60}
    first = server.ended(server.ask("runs", body))
    second = server.ask("runs", body)
    assert second["status"] == "succeeded"
    assert second["id"] != first["id"]
    results = [server.get(f"{job['links']['results']}/result").content for job in (first, second)]
    assert results[0] == results[1]
    assert server.client.delete(f"{server.url}{first['links']['self']}").status_code == 204
    assert server.get(first["links"]["self"]).status_code == 404
    assert server.get(f"{second['links']['results']}/result").content == results[0]


def test_an_idempotency_key_gives_the_same_job(server):
    key = uuid4().hex
    first = server.ask("runs", RUN, **{"Idempotency-Key": key})
    assert server.ask("runs", RUN, **{"Idempotency-Key": key})["id"] == first["id"]
    other = server.client.post(f"{server.url}/v1/runs", json={**RUN, "seed": 12}, headers={"Idempotency-Key": key})
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"


def test_a_job_is_watched_until_it_has_ended(server):
    job = server.ask("runs", {"scenario": "quickstart", "replications": 400, "seed": int(uuid4()) % 2**60})
    said = []
    with server.client.stream("GET", f"{server.url}{job['links']['events']}") as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                said.append(json.loads(line.removeprefix("data:")))
    assert said[-1]["status"] == "succeeded"
    assert any(each["progress"]["done"] > 0 and each["progress"]["seconds_left"] is not None for each in said)


def test_a_job_is_cancelled_while_it_runs(server):
    body = {"scenario": "us-2026", "replications": 2_000, "seed": int(uuid4()) % 2**60, "engine": "reference"}
    job = server.ask("runs", body)
    server.until(lambda: server.get(job["links"]["self"]).json()["status"] == "running")
    delete = server.client.delete(f"{server.url}{job['links']['self']}")
    assert (delete.status_code, delete.json()["title"]) == (409, "The job has not ended")
    assert server.client.post(f"{server.url}{job['links']['cancel']}").status_code == 202
    assert server.ended(job, 20)["status"] == "cancelled"
    assert server.get(f"{job['links']['self']}/results").status_code == 409
    # its worker is free again
    assert server.ended(server.ask("runs", {"scenario": PLAN}))["status"] == "succeeded"


def test_jobs_are_listed_by_pages(server):
    made = [server.ask("runs", {"scenario": PLAN, "seed": seed})["id"] for seed in range(5)]
    found, cursor = [], ""
    while cursor is not None:
        page = server.get(f"/v1/runs?limit=2{cursor and f'&cursor={cursor}'}").json()
        found += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert len(found) == len(set(found))
    assert [each for each in found if each in made] == made[::-1]
    server.until(lambda: not server.get("/v1/runs?status=queued").json()["items"])
    assert {each["status"] for each in server.get("/v1/runs?status=succeeded").json()["items"]} == {"succeeded"}
    assert server.get("/v1/runs?cursor=x").status_code == 422


@pytest.mark.parametrize(
    ("kind", "body", "status", "said"),
    [
        ("runs", {"scenario": "quickstrat"}, 422, "did you mean quickstart"),
        ("runs", {"scenario": "/etc/passwd"}, 422, "neither a name nor a document"),
        ("runs", {"scenario": "../quickstart.yaml"}, 422, "neither a name nor a document"),
        ("runs", {"scenario": {**PLAN, "base": "./x.yaml"}}, 422, "knows no paths"),
        ("runs", {"scenario": {**PLAN, "sites": {"here": {"activities": {"a": {"duration": "3 dys"}}}}}}, 422, "days"),
        ("runs", {"scenario": "quickstart", "replications": 10**7}, 422, "too many for this service"),
        ("runs", {"scenario": "quickstart", "replications": 0}, 422, "greater than or equal to 1"),
        ("runs", {"scenario": "quickstart", "repl": 3}, 422, "Extra inputs"),
        ("runs", {"scenario": {**PLAN, "horizon": "5000 weeks"}}, 422, "years"),
        ("bottlenecks", {"scenario": "quickstart", "milestone": "first_gp"}, 422, "did you mean first_gpu"),
        ("comparisons", {"plans": [{"scenario": PLAN}] * 9}, 422, "at most 8"),
        ("sweeps", {"sweep": "quik"}, 422, "did you mean quick"),
    ],
)
def test_mistakes_are_answered_with_problems(server, kind, body, status, said):
    done = server.client.post(f"{server.url}/v1/{kind}", json=body)
    assert done.status_code == status, done.text
    assert done.headers["content-type"] == "application/problem+json"
    problem = done.json()
    assert problem["status"] == status
    shown = json.dumps(problem).replace('"hint": "', "did you mean ")
    assert said in shown


def test_positions_of_yaml_are_those_of_the_command_line(server):
    text = "schema: 1\nname: x\nstart: 2026-01-05\nsites:\n  s: {activities: {a: {duration: 3 dys}}}\n"
    done = server.client.post(f"{server.url}/v1/scenarios/validate", json=text)
    (mistake,) = done.json()["problems"]
    assert (mistake["file"], mistake["line"], mistake["path"]) == ("scenario", 5, "sites.s.activities.a.duration")
    good = server.client.post(f"{server.url}/v1/scenarios/validate", json=text.replace("dys", "days"))
    assert (good.json()["kind"], good.json()["counts"]["site"]) == ("scenario", 1)


SITE = "schema: 1\nsite: x\nstart: 2026-01-05\nassumption: ours\nactivities: {a: {duration: 3 dys}}\n"
CATALOG = "schema: 1\ncatalog: x\ntitle: X\npools: {crane: {capacity: 1, asumption: ours}}\n"


@pytest.mark.parametrize(
    ("kind", "text", "place", "good", "count"),
    [
        ("site", SITE, (5, "activities.a.duration"), SITE.replace("dys", "days"), {"supply": 0}),
        ("catalog", CATALOG, (4, "pools.crane.asumption"), CATALOG.replace("asum", "assum"), {"pool": 1}),
    ],
)
def test_sites_and_catalogs_are_checked_too(server, kind, text, place, good, count):
    url = f"{server.url}/v1/{kind}s/validate"
    (mistake,) = server.client.post(url, json=text).json()["problems"]
    assert (mistake["file"], mistake["line"], mistake["path"]) == (kind, *place)
    found = server.client.post(url, json=good).json()
    assert found["kind"] == kind
    assert count.items() <= found["counts"].items()
    (mistake,) = server.client.post(f"{server.url}/v1/scenarios/validate", json=good).json()["problems"]
    assert mistake["message"] == f"this is a {kind}"


@pytest.mark.parametrize("kind", ["scenarios", "sites", "catalogs"])
def test_what_is_shipped_is_valid_when_posted(server, kind):
    for each in [one["name"] for one in server.get(f"/v1/{kind}").json()][:3]:
        text = folder(kind).joinpath(f"{each}.yaml").read_text("utf-8")
        done = server.client.post(f"{server.url}/v1/{kind}/validate", json=text)
        assert done.status_code == 200, done.text


def test_what_is_shipped_is_listed_and_read(server):
    assert "quickstart" in [each["name"] for each in server.get("/v1/scenarios").json()]
    assert "name: quickstart" in server.get("/v1/scenarios/quickstart").json()["yaml"]
    assert "meta-hyperion" in [each["name"] for each in server.get("/v1/sites").json()]
    assert server.get("/v1/catalogs/power?as_of=2025-01-01").json()["name"] == "power"
    missing = server.get("/v1/sites/meta-hyperio")
    assert (missing.status_code, missing.json()["detail"]) == (404, "Did you mean meta-hyperion?")


def test_every_answer_has_its_id_and_safe_headers(server):
    done = server.get("/health/live", **{"X-Request-ID": "mine-1"})
    assert done.headers["X-Request-ID"] == "mine-1"
    assert done.headers["X-Content-Type-Options"] == "nosniff"
    assert server.get("/nowhere").headers["content-type"] == "application/problem+json"
    page = server.get("/")
    assert "text/html" in page.headers["content-type"]
    assert "/openapi.json" in page.text
    log = [json.loads(line) for line in (server.place / "log").read_text().splitlines() if line.startswith("{")]
    assert any(each.get("request") == "mine-1" and each["path"] == "/health/live" for each in log)


def test_a_body_that_is_too_large_is_refused(server):
    done = server.client.post(f"{server.url}/v1/runs", content=b"x" * (5 * 1024**2))
    assert done.status_code == 413


@pytest.mark.parametrize("cursor", ["x", "WzEsICJcdTAwMDAiXQ==", "W05hTiwgIngiXQ==", "e30=", "WzFdIA=="])
def test_what_is_no_cursor_is_refused(server, cursor):
    """One says that it is a job with the character NUL, which PostgreSQL does not take."""
    done = server.get(f"/v1/runs?cursor={cursor}")
    assert (done.status_code, done.json()["title"]) == (422, "This is no cursor")


def test_pages_load_nothing_from_elsewhere(server):
    page = server.get("/docs")
    assert "'self'" in page.headers["Content-Security-Policy"]
    for place in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert place.startswith("/")
        assert server.get(place).status_code == 200
    assert server.get("/v1/scenarios").headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_without_keys_it_answers_by_its_own_name_alone(server):
    done = server.get("/v1/runs", Host="planner.example")
    assert (done.status_code, done.headers["content-type"]) == (421, "application/problem+json")
    assert server.get("/v1/runs", Host="LOCALHOST:80").status_code == 200
