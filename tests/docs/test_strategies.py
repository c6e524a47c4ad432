"""docs/strategies.md lists every strategy, says what each role provides, and each can be chosen by one line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import buildsim
from buildsim.loading.project import CatalogFile, load_file
from buildsim.schema.parts import Crew, Template

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "strategies.md"
CATALOGS = ("strategies", "onsite-power", "utilities")

SECTION = re.compile(r"^### (?P<roles>`.*?`)\n(?P<body>.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([a-z0-9-]+)` \|", re.MULTILINE)
NAME = re.compile(r"`([a-z0-9-]+)`")

# A building to which each template is given in its turn; its utility brings what every load may ask for.
BASE = {
    "commitment": "commitment",
    "campus": "campus",
    "permits": "permits-texas",
    "air-permit": "air-none",
    "power": "grid-entergy-louisiana",
    "substation": "campus-substation",
    "plant": "onsite-aero",
    "load": "load-from-grid",
    "pad": "pad-at-once",
    "shell": "shell-conventional",
    "mep": "mep-liquid-cooled",
    "commissioning": "commissioning-l1-l5",
    "network": "network-nvl72",
    "racks": "racks-liquid",
    "milestones": "milestones",
}


def templates(*catalogs: str) -> dict[str, Template]:
    found: dict[str, Template] = {}
    for name in catalogs:
        loaded = load_file(ROOT / "catalogs" / f"{name}.yaml")
        assert isinstance(loaded, CatalogFile)
        found |= loaded.catalog.templates
    return found


def sections() -> list[tuple[list[str], list[set[str]], list[str]]]:
    """Roles, what each provides, and the templates of the table, for each section that has one."""
    found = []
    for match in SECTION.finditer(PAGE.read_text(encoding="utf-8")):
        provide = re.search(r"Provide: (.*?)(?:\n\n|those\n?of)", match["body"], re.DOTALL)
        assert provide is not None, match["roles"]
        groups = [set(NAME.findall(group)) for group in provide[1].split(";")]
        found.append((NAME.findall(match["roles"]), [group for group in groups if group], ROW.findall(match["body"])))
    return found


def role_of(template: str, roles: list[str]) -> str:
    """The role of a section's template: told by its name, `power` and its kin by their first word."""
    kin = {"grid": "power", "campus-substation": "substation", "onsite": "plant"}
    first = kin.get(template) or kin.get(template.partition("-")[0]) or template.partition("-")[0]
    if template in ("grid-borrowed-substation", "grid-temporary-distribution"):
        return "bridge"
    assert first in roles, (template, roles)
    return first


def test_every_template_of_the_strategies_and_plants_is_listed() -> None:
    listed = [name for _, _, rows in sections() for name in rows]
    assert len(listed) == len(set(listed))
    assert set(templates("strategies", "onsite-power")) <= set(listed)


def test_what_a_role_provides_is_what_its_templates_have() -> None:
    known = templates(*CATALOGS)
    for roles, provided, rows in sections():
        for name in rows:
            group = provided[min(roles.index(role_of(name, roles)), len(provided) - 1)]
            if name not in ("campus-substation", "milestones"):
                assert group <= set(known[name].activities), name


def test_what_others_refer_to_is_said_to_be_provided() -> None:
    said = set(NAME.findall(PAGE.read_text(encoding="utf-8")))
    for name, template in templates("strategies", "onsite-power").items():
        for activity in template.activities.values():
            for after in activity.after:
                other = after.split()[0].removeprefix("*/")
                assert other in template.activities or other in said, (name, other)


def test_each_can_be_chosen_by_one_line(tmp_path: Path) -> None:
    catalogs = ["chips", "racks", "optics", "power", "onsite-power", "utilities", "permits", "labor", "strategies"]
    sites = {}
    for roles, _, rows in sections():
        for name in rows:
            use = {"rack": "gb300-nvl72", "optics": "transceiver-1600g"}
            sites[name] = {
                "region": "abilene-tx",
                "catalogs": catalogs,
                "use": use | ({"prime-mover": "frame-turbine-ge"} if name == "onsite-frame" else {}),
                "strategies": BASE | {role_of(name, roles): name},
                "phases": {"first": {"halls": {"one": {"facility": "14 MW facility", "it": "10 MW IT"}}}},
            }
    file = tmp_path / "each.yaml"
    file.write_text(json.dumps({"schema": 1, "name": "each", "start": "2026-11-23", "sites": sites}))
    assert buildsim.check(file) == []


def test_gangs_grow_with_the_hall() -> None:
    """A few crews or teams may be a fixed number, a gang may not: what a region has is what limits."""
    for name, template in templates("strategies").items():
        for activity in template.activities.values():
            for pool, crew in activity.crew.items():
                most = crew.max if isinstance(crew, Crew) else crew
                assert most.per is not None or most.planned <= 2, (name, pool)
