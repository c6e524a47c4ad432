"""A scenario with all it names: its sites and their catalogs, overrides applied, validated, checked together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from buildsim.datafiles import SUFFIX, Found, find
from buildsim.errors import InputError, Problem, UnknownNameError
from buildsim.loading.assignments import Router, assignments, relocated
from buildsim.loading.blocks import Blocks, merge
from buildsim.loading.checks import check_all, check_part
from buildsim.loading.parts import Part
from buildsim.loading.validation import ProblemCollector, validate
from buildsim.loading.yaml_file import Document, parse_document, read_document
from buildsim.schema.base import SCHEMA_VERSION
from buildsim.schema.catalog import Catalog
from buildsim.schema.scenario import Scenario
from buildsim.schema.site import Site, SiteBody

_CHECK_START = "2026-01-01"  # when a site file without a start is checked alone; no result depends on it

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """A valid scenario, ready to be compiled."""

    scenario: Scenario
    sites: dict[str, SiteBody]
    catalogs: dict[str, Catalog]
    """The scenario's, then each site's, each once."""
    parts: tuple[Part, ...]
    """The scenario, the sites, the catalogs: where everything stands."""
    blocks: Blocks
    announcements: tuple[str, ...]
    """What the user should know about the files that were chosen: local ones that hide shipped ones."""
    inputs_hash: str
    """SHA-256 of all documents' data after overrides."""


@dataclass(frozen=True, slots=True, eq=False)
class CatalogFile:
    """A catalog that was checked alone; the names it uses may be defined in other files."""

    catalog: Catalog
    part: Part


def load_scenario(ref: str | Path, overrides: Sequence[tuple[str, Any]] = ()) -> Project:
    """The scenario in the file ``ref`` or, by name, a shipped one, with the overrides (path, value) applied.

    Raises InputError with the problems of all files at once, UnknownNameError for a name that is not found.
    """
    if isinstance(ref, Path) or "/" in ref or "\\" in ref or ref.endswith((SUFFIX, ".yml")):
        return _load(read_document(Path(ref), str(ref)), Path(ref), overrides)
    found = find("scenarios", ref, None)
    return _load(read_document(found.file, found.display), _beside(found.file), overrides)


def load_file(path: Path) -> Project | CatalogFile:
    """A scenario, site or catalog file, told apart by its content. Raises InputError.

    A site is loaded as the only one of a scenario that starts with it.
    """
    document = read_document(path, str(path))
    data = document.data if isinstance(document.data, dict) else {}
    if "catalog" in data:
        return _load_catalog(document, path)
    if "site" not in data:
        return _load(document, path, ())
    with_name = _named_as_file(document, "site", path.name)
    if with_name is not None:
        raise InputError([with_name])
    start = data.get("start", _CHECK_START)
    text = {"schema": SCHEMA_VERSION, "name": "check", "start": start, "sites": [path.stem]}
    return _load(parse_document(json.dumps(text), str(path)), path, (), site=document)


def _load(
    document: Document, file: Path | None, overrides: Sequence[tuple[str, Any]], *, site: Document | None = None
) -> Project:
    _require_schema(document)
    return _Loader(file, site).load(document, overrides)


def _load_catalog(document: Document, path: Path) -> CatalogFile:
    _require_schema(document)
    misnamed = _named_as_file(document, "catalog", path.name)
    catalog = validate(document, Catalog)
    part = Part("catalog", catalog.catalog, catalog, document, (), catalog.sources)
    problems = [*([misnamed] if misnamed else ()), *check_part(part)]
    if problems:
        raise InputError(problems)
    return CatalogFile(catalog, part)


class _Loader:
    """Gathers what one scenario needs, with all problems and announcements on the way."""

    def __init__(self, file: Path | None, site: Document | None) -> None:
        self._file = file
        self._site = site
        self._problems = ProblemCollector()
        self._router = Router(self._problems)
        self._announcements: dict[str, None] = {}
        self._sites: dict[str, Part] = {}
        self._catalogs: dict[str, Part] = {}
        self._catalog_files: dict[str, str] = {}

    def load(self, original: Document, overrides: Sequence[tuple[str, Any]]) -> Project:
        document, applied = self._router.scenario(original, assignments(original, overrides))
        scenario = self._validated(document, Scenario, applied)
        self._read_catalogs(document, ("catalogs",), self._file)
        self._read_sites(document)
        self._router.report_unused("sites", _names(document.data, ("sites",)))
        self._router.report_unused("catalogs", list(self._catalog_files))
        self._problems.raise_if_any()
        assert scenario is not None
        part = Part("scenario", scenario.name, scenario, document, (), scenario.sources, applied)
        inline = scenario.sites if isinstance(scenario.sites, dict) else {}
        for name in _names(document.data, ("sites",)):
            body = inline.get(name)
            if body is not None:
                sources = {**scenario.sources, **body.sources}
                root = ("sites", name)
                self._sites[name] = Part("site", name, body, document, root, sources, applied)
        return self._project(scenario, part, _names(document.data, ("sites",)))

    def _project(self, scenario: Scenario, part: Part, names: Sequence[str]) -> Project:
        sites = {name: self._sites[name] for name in names}
        parts = (part, *sites.values(), *self._catalogs.values())
        blocks, problems = merge(parts)
        problems += check_all(parts, blocks)
        if problems:
            raise InputError(problems)
        # inline sites are part of the scenario's data
        data = [[each.kind, each.name, each.document.data] for each in parts if not each.root]
        text = json.dumps(data, sort_keys=True, separators=(",", ":"))
        return Project(
            scenario,
            {name: each.model for name, each in sites.items() if isinstance(each.model, SiteBody)},
            {name: each.model for name, each in self._catalogs.items() if isinstance(each.model, Catalog)},
            parts,
            blocks,
            tuple(self._announcements),
            sha256(text.encode()).hexdigest(),
        )

    def _read_sites(self, document: Document) -> None:
        listed = document.data.get("sites") if isinstance(document.data, dict) else None
        for i, name in enumerate(_names(document.data, ("sites",))):
            inline = isinstance(listed, dict)
            if isinstance(listed, dict) and listed[name] is not None:
                self._read_catalogs(document, ("sites", name, "catalogs"), self._file)
                continue
            at = ("sites", name if inline else i)
            if isinstance(listed, list) and name in listed[:i]:
                line, column = document.position(at)
                self._problems.add(Problem(document.file, line, column, f"sites[{i}]", f"'{name}' is named twice"))
                continue
            found = self._found("sites", name, document, at, self._file)
            if found is not None:
                self._read_site(name, found)

    def _read_site(self, name: str, found: Found) -> None:
        read = self._read("sites", name, found, Site)
        if read is not None:
            document, site, applied = read
            self._read_catalogs(document, ("catalogs",), _beside(found.file))
            if site is not None:
                self._sites[name] = Part("site", name, site, document, (), site.sources, applied)

    def _read_catalogs(self, user: Document, at: tuple[str, ...], beside: Path | None) -> None:
        for i, name in enumerate(_names(user.data, at)):
            found = self._found("catalogs", name, user, (*at, i), beside)
            if found is None:
                continue
            earlier = self._catalog_files.setdefault(name, found.display)
            if earlier != found.display:
                line, column = user.position((*at, i))
                message = f"'{name}' means {found.display} here and {earlier} elsewhere in the scenario"
                self._problems.add(Problem(user.file, line, column, ".".join(at), message, "one file of that name"))
            if earlier != found.display or name in self._catalogs:
                continue
            read = self._read("catalogs", name, found, Catalog)
            if read is not None:
                document, catalog, applied = read
                if catalog is not None:
                    self._catalogs[name] = Part("catalog", name, catalog, document, (), catalog.sources, applied)

    def _read(
        self, kind: str, name: str, found: Found, model: type[M]
    ) -> tuple[Document, M | None, tuple[Any, ...]] | None:
        """The document, the model unless it is invalid, and its overrides; None if it could not be read."""
        try:
            given = self._site if kind == "sites" else None
            document = given or read_document(found.file, found.display)
            _require_schema(document)
        except InputError as error:
            self._problems.extend(error)
            return None
        document, applied = self._router.file(kind, name, document)
        misnamed = _named_as_file(document, kind.removesuffix("s"), name + SUFFIX)
        if misnamed is not None:
            self._problems.add(misnamed)
        return document, self._validated(document, model, applied), applied

    def _found(
        self, kind: str, name: str, user: Document, at: tuple[str | int, ...], beside: Path | None
    ) -> Found | None:
        if kind == "sites" and self._site is not None and beside is not None:
            return Found(beside, self._site.file, None)  # the file that is being checked
        try:
            found = find(kind, name, beside)
        except UnknownNameError as error:
            line, column = user.position(at)
            path = ".".join(str(step) for step in at if isinstance(step, str))
            self._problems.add(Problem(user.file, line, column, path, error.message, error.expected, error.hint))
            return None
        if found.shadows is not None:
            self._announcements[f"{found.display} is used instead of the shipped {found.shadows}"] = None
        return found

    def _validated(self, document: Document, model: type[M], applied: Sequence[Any]) -> M | None:
        try:
            return validate(document, model)
        except InputError as error:
            self._problems.extend(relocated(error, applied))
            return None


def _beside(file: Path | Traversable) -> Path | None:
    return file if isinstance(file, Path) else None


def _names(data: Any, at: Sequence[str]) -> list[str]:
    """The names in a list or the keys of a mapping, as far as they are texts; validation reports the rest."""
    for key in at:
        data = data.get(key) if isinstance(data, dict) else None
    return [name for name in data if isinstance(name, str)] if isinstance(data, (list, dict)) else []


def _require_schema(document: Document) -> None:
    """Refuse another version of the language before anything else; a missing one is left to validation."""
    stated = document.data.get("schema", SCHEMA_VERSION) if isinstance(document.data, dict) else SCHEMA_VERSION
    if type(stated) is not int or stated != SCHEMA_VERSION:
        line, column = document.position(("schema",))
        expected = f"`schema: {SCHEMA_VERSION}`; this version reads schema: {SCHEMA_VERSION}"
        message = f"schema {stated!r} is not known to this version"
        raise InputError([Problem(document.file, line, column, "schema", message, expected)])


def _named_as_file(document: Document, key: str, filename: str) -> Problem | None:
    stated = document.data.get(key) if isinstance(document.data, dict) else None
    stem = filename.removesuffix(SUFFIX)
    if stated is None or stated == stem:
        return None
    line, column = document.position((key,))
    message = f"the file is called {filename}, but says {key}: {stated}"
    return Problem(document.file, line, column, key, message, f"{key}: {stem}, or another file name")
