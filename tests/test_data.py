"""The shipped catalogs, sites and scenarios: all compile, every number has an origin, no outcome is an input."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from buildsim.compile.compile import compile_network
from buildsim.datafiles import shipped
from buildsim.loading.project import CatalogFile, load_file, load_scenario
from buildsim.quantity import Quantity
from buildsim.schema.base import Fact, Provenance
from buildsim.schema.catalog import Catalog
from buildsim.schema.site import Record, SiteBody

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(__file__).parent / "data"
FACT_ID = re.compile(r"[A-Z]+(-[A-Z]+)?-\d+")
BLOCKS = ("calendars", "pools", "supplies", "risks", "disruptions", "templates", "regions", "phases", "activities")


def column(file: str, name: str) -> list[str]:
    with (DATA / file).open(newline="", encoding="utf-8") as lines:
        return [row[name] for row in csv.DictReader(lines)]


def kept_aside() -> set[str]:
    """A site's rows are listed with the site's name behind the number; the catalogs would cite the number."""
    return {match[0] for row in column("kept_aside.csv", "fact_id") if (match := FACT_ID.match(row))}


def model_of(kind: str, name: str) -> Catalog | SiteBody:
    loaded = load_file(ROOT / kind / f"{name}.yaml")
    return loaded.catalog if isinstance(loaded, CatalogFile) else loaded.sites[name]


def stated_parts(value: Any, path: str = "") -> Iterator[tuple[str, Provenance]]:
    """Everything that can state an origin, with its path; fields left at their defaults are skipped."""
    if isinstance(value, Provenance):
        yield path, value
    for key, inner in children(value):
        yield from stated_parts(inner, f"{path}.{key}")


def bare_numbers(value: Any, path: str, *, covered: bool = False) -> Iterator[str]:
    """Paths of the quantities and numbers that no origin covers."""
    covered = covered or (isinstance(value, Provenance) and value.stated)
    if isinstance(value, Quantity | int | float) and not isinstance(value, bool) and not covered:
        yield path
    for key, inner in children(value):
        yield from bare_numbers(inner, f"{path}.{key}", covered=covered)


def unrated(value: Any, path: str, cover: Provenance | None = None) -> Iterator[str]:
    """Paths of the numbers that a source covers, none of which says how far it can be trusted."""
    cover = value if isinstance(value, Provenance) and value.stated else cover
    if isinstance(value, Fact) and cover is not None and cover.source is not None:
        if (value.confidence or cover.confidence) is None:
            yield path
        return
    for key, inner in children(value):
        yield from unrated(inner, f"{path}.{key}", cover)


def children(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, BaseModel):
        yield from ((name, getattr(value, name)) for name in sorted(value.model_fields_set))
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)


def inputs() -> list[tuple[str, str]]:
    return [(kind, name) for kind in ("catalogs", "sites") for name in shipped(kind)]


def test_enough_facts_are_kept_aside() -> None:
    assert len(column("kept_aside.csv", "fact_id")) >= 12
    assert {"AU-016", "SITES-40"} <= kept_aside()
    assert not kept_aside() & set(column("outcomes.csv", "fact_id"))


@pytest.mark.parametrize(("kind", "name"), inputs())
def test_no_input_is_filled_from_an_outcome(kind: str, name: str) -> None:
    refused = kept_aside() | set(column("outcomes.csv", "fact_id"))
    for path, stated in stated_parts(model_of(kind, name)):
        for fact in stated.fact.split(", ") if stated.fact else ():
            assert FACT_ID.fullmatch(fact), f"{name}{path}: '{fact}' is not a fact's identifier"
            assert fact not in refused, f"{name}{path} is filled from {fact}"


@pytest.mark.parametrize(("kind", "name"), inputs())
def test_every_number_has_an_origin(kind: str, name: str) -> None:
    model = model_of(kind, name)
    covered = isinstance(model, SiteBody) and model.stated
    parts = [(block, getattr(model, block)) for block in BLOCKS if hasattr(model, block)]
    assert [path for block, part in parts for path in bare_numbers(part, block, covered=covered)] == []


@pytest.mark.parametrize(("kind", "name"), inputs())
def test_every_sourced_number_has_a_confidence(kind: str, name: str) -> None:
    assert list(unrated(model_of(kind, name), name)) == []


@pytest.mark.parametrize("kind", ["catalogs", "sites", "scenarios"])
def test_every_file_tells_editors_its_schema(kind: str) -> None:
    for name in shipped(kind):
        first = (ROOT / kind / f"{name}.yaml").read_text(encoding="utf-8").partition("\n")[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert found, name
        assert (ROOT / kind / found[1]).resolve() == ROOT / f"buildsim/schema/json/{kind.removesuffix('s')}.schema.json"


def test_a_number_without_an_origin_would_be_found() -> None:
    pool = {"unit": "crew", "capacity": {"value": "3 crew"}}
    catalog = Catalog.model_validate({"schema": 1, "catalog": "c", "title": "t", "pools": {"p": pool}})
    assert list(bare_numbers(catalog.pools, "pools")) == ["pools.p.capacity.0.value"]


@pytest.mark.parametrize(("kind", "name"), inputs())
def test_every_source_is_used(kind: str, name: str) -> None:
    model = model_of(kind, name)
    used = {stated.source for _, stated in stated_parts(model)}
    assert set(model.sources) <= used


@pytest.mark.parametrize("name", shipped("sites"))
def test_real_dates_are_only_printed(name: str) -> None:
    """Records are the one place for what is kept aside; they have no way into a run and cite no fact."""
    site = model_of("sites", name)
    assert isinstance(site, SiteBody)
    for record in site.records.values():
        assert isinstance(record, Record)
        assert record.source is not None
        assert record.fact is None


@pytest.mark.parametrize("name", shipped("sites"))
def test_a_site_tells_enough_of_its_own(name: str) -> None:
    """Different statements with a source, of sizes, dates and what happened; one repeated for each hall counts once."""
    told = {
        (
            path.rpartition(".")[2],
            stated.source,
            stated.fact,
            getattr(stated, "value", None) or getattr(stated, "date", ""),
        )
        for path, stated in stated_parts(model_of("sites", name))
        if stated.source is not None
    }
    assert len(told) >= 6, sorted(map(str, told))


def test_enough_campuses_stand_in_the_catalog() -> None:
    """A campus may be two sites: its first halls, and what came later."""
    parts = {"stargate-abilene-phase-2": "stargate-abilene", "meta-prometheus-tents": "meta-prometheus"}
    assert len({parts.get(name, name) for name in shipped("sites")}) >= 14


@pytest.mark.parametrize("name", shipped("scenarios"))
def test_every_scenario_compiles(name: str) -> None:
    network = compile_network(load_scenario(name)).network
    assert len(network.activities.name) > 0


def test_the_quickstart_has_the_milestones_that_everybody_asks_for() -> None:
    compiled = compile_network(load_scenario("quickstart"))
    expected = ["first_power", "first_rack", "first_gpu", "first_hall", "full_capacity"]
    assert list(compiled.network.milestones.name) == expected
    # seen from 2026, the lead times at which its gear was ordered in 2023 are old; nothing else is to be warned of
    assert [warning.partition(":")[0] for warning in compiled.warnings] == ["stale"]
