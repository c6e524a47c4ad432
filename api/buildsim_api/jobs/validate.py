"""A posted document, checked as ``buildsim check`` checks a file."""

from __future__ import annotations

from typing import Any

from buildsim.compile.compile import compile_network
from buildsim.loading.project import ScenarioText, load_scenario
from buildsim_api.jobs.prepare import Limits, refused


def validate(text: str, limits: Limits) -> dict[str, Any]:
    """What a scenario holds. Raises InputError with all its problems."""
    project = load_scenario(ScenarioText(text))
    compiled = compile_network(project)
    network = compiled.network
    if len(network.activities) > limits.activities:
        message = f"{len(network.activities):,} are too many for this service"
        raise refused("scenario: activities", message, f"at most {limits.activities:,}")
    for variant in project.scenario.variants:
        compile_network(load_scenario(ScenarioText(text), variant=variant))
    return {
        "name": project.scenario.name,
        "counts": {
            "sites": len(network.sites.name),
            "activities": len(network.activities),
            "pools": len(network.pools),
            "supplies": len(network.supplies),
            "variants": len(project.scenario.variants),
        },
        "warnings": list(compiled.warnings),
        "inputs_hash": project.inputs_hash,
    }
