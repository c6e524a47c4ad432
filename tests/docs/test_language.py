"""The guides say what the code does.

In docs/language.md the pieces of the shipped site are that file, and every other YAML block is a valid catalog or
piece of a scenario. docs/commands.md names every command and option.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

import buildsim
from buildsim.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "language.md"
COMMANDS = ROOT / "docs" / "commands.md"
SITE = "sites/stargate-abilene.yaml"

HEADER = "schema: 1\nname: example\nstart: 2026-01-05\n"
A_SITE = "sites: {here: {activities: {work: {duration: 10 days}}}}\n"

YAML_BLOCK = re.compile(r"(?:^<!-- (?P<file>\S+) -->\n)?^```yaml\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_site_stands_in_it_whole(page: str) -> None:
    pieces = [match["body"] for match in YAML_BLOCK.finditer(page) if match["file"] == SITE]
    assert "".join(pieces) == (ROOT / SITE).read_text(encoding="utf-8")


def test_other_examples_are_valid(page: str, tmp_path: Path) -> None:
    examples = [match["body"] for match in YAML_BLOCK.finditer(page) if match["file"] is None]
    assert len(examples) == page.count("\n```yaml\n") - page.count(f"<!-- {SITE} -->")
    for body in examples:
        catalog = re.search(r"^catalog: (\S+)$", body, re.MULTILINE)
        file = tmp_path / f"{catalog[1] if catalog else 'example'}.yaml"
        sites = "" if re.search("^sites:", body, re.MULTILINE) else A_SITE
        file.write_text(body if catalog else HEADER + body + sites)
        assert buildsim.check(file) == [], body


def test_every_command_and_option_is_described() -> None:
    text = COMMANDS.read_text(encoding="utf-8")
    found = dict(re.findall(r"^## `buildsim ([\w-]+)`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    commands = typer.main.get_group(app).commands
    assert list(found) == list(commands)
    for name, command in commands.items():
        inner = getattr(command, "commands", {})
        assert [each for each in inner if f"`buildsim {name} {each}" not in found[name]] == [], name
        params = [param for each in (command, *inner.values()) for param in each.params]
        options = [option for param in params for option in param.opts if option.startswith("-")]
        assert [option for option in options if f"`{option}" not in found[name]] == [], name
