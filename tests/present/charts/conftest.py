from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spec_of() -> Callable[[Any], dict[str, Any]]:
    """Gives the Vega-Lite specification of a chart, each part with its own rows under ``data.values``."""

    def resolved(part: Any, datasets: dict[str, list[Any]]) -> Any:
        if isinstance(part, list):
            return [resolved(each, datasets) for each in part]
        if not isinstance(part, dict):
            return part
        found = {key: resolved(value, datasets) for key, value in part.items() if key != "datasets"}
        if "name" in part.get("data", {}):
            found["data"] = {"values": datasets[part["data"]["name"]]}
        return found

    def spec(chart: Any) -> dict[str, Any]:
        whole = chart.to_dict()
        return resolved(whole, whole.get("datasets", {}))

    return spec
