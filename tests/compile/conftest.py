from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from buildsim.compile.compile import Compiled, compile_network
from buildsim.errors import InputError, Problem
from buildsim.loading.project import load_scenario
from buildsim.network.network import Network

HEAD = "schema: 1\nname: test\nstart: 2026-01-05  # a Monday\n"

Compile = Callable[..., Compiled]


@pytest.fixture
def compiled(tmp_path: Path) -> Compile:
    """Compile a scenario from its YAML after the header; other files by name, as in ``catalogs__c=...``."""

    def build(text: str, head: str = HEAD, **files: str) -> Compiled:
        for name, content in files.items():
            file = tmp_path / (name.replace("__", "/") + ".yaml")
            file.parent.mkdir(exist_ok=True)
            file.write_text(dedent(content))
        scenario = tmp_path / "test.yaml"
        scenario.write_text(head + dedent(text))
        return compile_network(load_scenario(scenario))

    return build


@pytest.fixture
def network(compiled: Compile) -> Callable[..., Network]:
    def build(text: str, **options: str) -> Network:
        return compiled(text, **options).network

    return build


@pytest.fixture
def problems(compiled: Compile) -> Callable[..., list[Problem]]:
    """The problems of a scenario that cannot be compiled."""

    def build(text: str, **options: str) -> list[Problem]:
        with pytest.raises(InputError) as caught:
            compiled(text, **options)
        return list(caught.value.problems)

    return build
