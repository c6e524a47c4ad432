"""What surrounds every request answers faults too."""

from __future__ import annotations

import httpx
import pytest

from buildsim_api.middleware import Around


@pytest.mark.anyio
async def test_a_fault_is_a_problem_with_the_id_of_its_request(capsys):
    async def faulty(scope, receive, send):
        raise RuntimeError("secret")

    app = Around(faulty, max_body_bytes=1_000, hosts=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        done = await client.get("/", headers={"X-Request-ID": "mine-2"})
    assert (done.status_code, done.headers["content-type"]) == (500, "application/problem+json")
    assert done.headers["X-Request-ID"] == "mine-2"
    assert done.headers["X-Content-Type-Options"] == "nosniff"
    assert "secret" not in done.text


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
