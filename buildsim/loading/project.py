"""A scenario with all it names: its sites and their catalogs, overrides applied, validated, checked together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeVar

from buildsim.datafiles import SUFFIX, Found, find, names_a_file
from buildsim.errors import InputError, Problem, UnknownNameError, format_path
from buildsim.loading.assignments import Router, assignments
from buildsim.loading.bases import Standing, beside, with_bases
from buildsim.loading.blocks import Blocks, merge
from buildsim.loading.checks import check_all, check_part
from buildsim.loading.collector import ProblemCollector
from buildsim.loading.document import Document
from buildsim.loading.document import Path as DataPath
from buildsim.loading.draft import Draft
from buildsim.loading.headers import is_date, named_as_file, names_at, require_scenario, require_schema
from buildsim.loading.lost import Lost, lost_in
from buildsim.loading.parts import Fault, Part
from buildsim.loading.what_if_checks import check_what_ifs
from buildsim.loading.yaml_file import parse_document, read_document
from buildsim.schema.base import SCHEMA_VERSION
from buildsim.schema.catalog import Catalog
from buildsim.schema.scenario import Scenario
from buildsim.schema.site import Site, SiteBody
from buildsim.uncollected import uncollected

_STAND_IN_START = "2026-01-01"  # where a start is missing or wrong, and of a site file that is checked alone
_STAND_IN_SCENARIO = {"schema": SCHEMA_VERSION, "name": "unnamed", "start": _STAND_IN_START, "sites": ["unnamed"]}

_STAND_INS: dict[str, dict[str, Any]] = {
    "site": {"schema": SCHEMA_VERSION, "site": "unnamed"},
    "catalog": {"schema": SCHEMA_VERSION, "catalog": "unnamed", "title": "untitled"},
}

M = TypeVar("M", Site, Catalog)


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """What stands of a scenario: all of it if it has no problems; compile refuses it with all of them otherwise."""

    scenario: Scenario
    variant: str | None
    """Which variant of it this is; None: the scenario as it is."""
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
    problems: tuple[Problem, ...]
    """What is wrong in the files, and was left out."""
    lost: Lost
    """What may have been defined there."""


@dataclass(frozen=True, slots=True, eq=False)
class CatalogFile:
    """A catalog that was checked alone; the names it uses may be defined in other files."""

    catalog: Catalog
    part: Part


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document that stands in no file: only shipped names are found from it, and no path is followed."""

    text: str
    """YAML, or JSON."""
    display: str = "scenario"
    """Its name in problems."""

    def __str__(self) -> str:
        return self.display


Ref = str | Path | DocumentText
"""A shipped scenario's name, a file, or a text."""


def load_scenario(ref: Ref, overrides: Sequence[tuple[str, Any]] = (), *, variant: str | None = None) -> Project:
    """The scenario in the file or text ``ref`` or, by name, a shipped one, with the overrides (path, value) applied.

    With ``variant`` what this variant of it sets is applied before them. Raises InputError if the problems of the
    files leave nothing to compile, UnknownNameError for a name that is not found.
    """
    if isinstance(ref, DocumentText):
        document = parse_document(ref.text, ref.display)
        require_scenario(document)
        return _load(document, None, overrides, variant)
    if names_a_file(ref):
        document = read_document(Path(ref), str(ref))
        require_scenario(document)
        return _load(document, Path(ref), overrides, variant)
    found = find("scenarios", str(ref), None)
    return _load(read_document(found.file, found.display), beside(found.file), overrides, variant)


def load_file(ref: Path | DocumentText) -> Project | CatalogFile:
    """A scenario, site or catalog in a file or text, told apart by its content.

    A site is loaded as the only one of a scenario that starts with it. Raises InputError as `load_scenario`,
    and with all problems of a catalog.
    """
    file = None if isinstance(ref, DocumentText) else ref
    document = parse_document(ref.text, ref.display) if isinstance(ref, DocumentText) else read_document(ref, str(ref))
    data = document.data if isinstance(document.data, dict) else {}
    if "catalog" in data:
        return _load_catalog(document, _stem(file, data["catalog"]))
    if "site" not in data:
        return _load(document, file, ())
    start = data["start"] if is_date(data.get("start")) else _STAND_IN_START
    sites = [_stem(file, data["site"])]
    text = {"schema": SCHEMA_VERSION, "name": "check", "start": start, "sites": sites}
    return _load(parse_document(json.dumps(text), str(ref)), file, (), site=document)


def _stem(file: Path | None, stated: Any) -> str:
    """What a site or catalog is called: as its file, where there is one."""
    if file is not None:
        return file.stem
    return stated if isinstance(stated, str) else "unnamed"


@uncollected()
def _load(
    document: Document,
    file: Path | None,
    overrides: Sequence[tuple[str, Any]],
    variant: str | None = None,
    *,
    site: Document | None = None,
) -> Project:
    require_schema(document if site is None else site)
    return _Loader(with_bases(document, file), site).load(overrides, variant)


def _load_catalog(document: Document, name: str) -> CatalogFile:
    require_schema(document)
    problems = ProblemCollector()
    if (misnamed := named_as_file(document, "catalog", name + SUFFIX)) is not None:
        problems.add(misnamed)
    draft = Draft(document, Catalog, _STAND_INS["catalog"], (), problems)
    if draft.model is not None:
        part = Part("catalog", name, draft.model, draft.document, (), draft.model.sources)
        _report(check_part(part), lost_in([draft.document], anything=False), problems)
        if not problems.problems:
            return CatalogFile(draft.model, part)
    raise InputError(problems.problems)


class _Loader:
    """Gathers what one scenario needs, with all problems and announcements on the way."""

    def __init__(self, scenario: Standing, site: Document | None) -> None:
        self._scenario = scenario
        self._site = site
        self._problems = ProblemCollector()
        self._router = Router(self._problems)
        self._announcements: dict[str, None] = dict.fromkeys(scenario.announcements)
        self._sites: dict[str, Draft[Site]] = {}
        self._catalogs: dict[str, Draft[Catalog]] = {}
        self._catalog_files: dict[str, str] = {}
        self._beside = dict(scenario.beside)
        self._finds: dict[tuple[str, str, Path | None], Found] = {}
        self._misses_files = False

    def load(self, overrides: Sequence[tuple[str, Any]], variant: str | None) -> Project:
        original = self._scenario.document
        document, applied = self._router.scenario(original, assignments(original, overrides, variant))
        problems = self._problems if self._site is None else ProblemCollector()  # nobody wrote the site's scenario
        draft = Draft(document, Scenario, _STAND_IN_SCENARIO, applied, problems)
        self._read_catalogs(document, ("catalogs",))
        self._read_sites(document)
        names = [name for _, name in names_at(document.data, ("sites",))]
        self._router.report_unused("sites", names)
        self._router.report_unused("catalogs", list(self._catalog_files))
        # a variant may leave out a site of which something is expected in another
        sites = {*names, *(name for _, name in names_at(original.data, ("sites",)))}
        drafts: list[Draft[Any]] = [draft, *self._sites.values(), *self._catalogs.values()]
        while True:
            parts = self._parts(draft, names)
            blocks, faults = merge(parts)
            faults += check_all(parts, blocks)
            faults += check_what_ifs(parts[0], sites)
            lost = lost_in((each.document for each in drafts), anything=self._misses_files)
            _report(faults, lost, self._problems)
            wrong = [fault for fault in faults if not fault.harmless]
            if not wrong:
                found = assemble(parts, blocks, variant)
                announced, wrong_there = tuple(self._announcements), self._problems.problems
                return replace(found, announcements=announced, problems=wrong_there, lost=lost)
            for each in drafts:
                each.leave_out(wrong)

    def _parts(self, draft: Draft[Scenario], names: Sequence[str]) -> list[Part]:
        """What stands: the scenario, its sites, the catalogs. Raises InputError if it is no scenario with a site."""
        scenario = draft.model
        if scenario is None:
            raise InputError(self._problems.problems)
        whole = Part("scenario", scenario.name, scenario, draft.document, (), scenario.sources, draft.overrides)
        inline = scenario.sites if isinstance(scenario.sites, dict) else {}
        sites = []
        for name in dict.fromkeys(names):
            body, file = inline.get(name), self._sites.get(name)
            if body is not None:
                sources = {**scenario.sources, **body.sources}
                sites.append(Part("site", name, body, draft.document, ("sites", name), sources, draft.overrides))
            elif file is not None:
                sites += _part_of("site", name, file)
        catalogs = [part for name, file in self._catalogs.items() for part in _part_of("catalog", name, file)]
        if not sites:
            raise InputError(self._problems.problems)
        return [whole, *sites, *catalogs]

    def _read_sites(self, document: Document) -> None:
        listed = document.data.get("sites") if isinstance(document.data, dict) else None
        for at, name in names_at(document.data, ("sites",)):
            if isinstance(listed, dict) and listed[name] is not None:
                self._read_catalogs(document, (*at, "catalogs"))
                continue
            if name in self._sites:
                line, column = document.position(at)
                file = document.file_of(at)
                self._problems.add(Problem(file, line, column, format_path(at), f"'{name}' is named twice"))
                continue
            if self._site is not None:  # the one that is being checked
                self._sites[name] = self._draft("sites", name, self._site, self._beside[document.file_of(at)], Site)
                continue
            found = self._found("sites", name, document, at)
            if found is None:
                continue
            draft = self._read("sites", name, found, Site)
            if draft is not None:
                self._sites[name] = draft

    def _read_catalogs(self, user: Document, at: DataPath) -> None:
        for here, name in names_at(user.data, at):
            found = self._found("catalogs", name, user, here)
            if found is None:
                continue
            earlier = self._catalog_files.setdefault(name, found.display)
            if earlier != found.display:
                line, column = user.position(here)
                message = f"'{name}' means {found.display} here and {earlier} elsewhere in the scenario"
                path = format_path(at)
                self._problems.add(Problem(user.file_of(here), line, column, path, message, "one file of that name"))
            if earlier != found.display or name in self._catalogs:
                continue
            draft = self._read("catalogs", name, found, Catalog)
            if draft is not None:
                self._catalogs[name] = draft

    def _read(self, kind: str, name: str, found: Found, model: type[M]) -> Draft[M] | None:
        """A site's or catalog's file, None if nothing of it stands."""
        try:
            document = read_document(found.file, found.display)
            require_schema(document)
        except InputError as error:
            self._problems.extend(error.problems)
            self._misses_files = True
            return None
        return self._draft(kind, name, document, beside(found.file), model)

    def _draft(self, kind: str, name: str, document: Document, file: Path | None, model: type[M]) -> Draft[M]:
        document, applied = self._router.file(kind, name, document)
        singular = kind.removesuffix("s")
        misnamed = named_as_file(document, singular, name + SUFFIX)
        if misnamed is not None:
            self._problems.add(misnamed)
        draft = Draft(document, model, _STAND_INS[singular], applied, self._problems)
        if kind == "sites":
            self._beside[document.file] = file
            self._read_catalogs(document, ("catalogs",))
        self._misses_files |= draft.model is None
        return draft

    def _found(self, kind: str, name: str, user: Document, at: DataPath) -> Found | None:
        file = user.file_of(at)
        user_file = self._beside[file]
        # what a file finds, all files of its folder find, but for the one of that name
        where = (kind, name, None if user_file is None else user_file.parent)
        if where in self._finds and (user_file is None or user_file.name != name + SUFFIX):
            return self._finds[where]
        try:
            found = find(kind, name, user_file)
        except UnknownNameError as error:
            line, column = user.position(at)
            self._misses_files = True
            path = ".".join(str(step) for step in at if isinstance(step, str))
            self._problems.add(Problem(file, line, column, path, error.message, error.expected, error.hint))
            return None
        if found.shadows is not None:
            self._announcements[f"{found.display} is used instead of the shipped {found.shadows}"] = None
        self._finds[where] = found
        return found


def assemble(parts: Sequence[Part], blocks: Blocks, variant: str | None = None) -> Project:
    """A project of parts without problems: the scenario, its sites, the catalogs."""
    # inline sites are part of the scenario's data
    data = [[each.kind, each.name, each.document.data] for each in parts if not each.root]
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    scenario = parts[0].model
    assert isinstance(scenario, Scenario)
    return Project(
        scenario,
        variant,
        {each.name: each.model for each in parts if isinstance(each.model, SiteBody)},
        {each.name: each.model for each in parts if isinstance(each.model, Catalog)},
        tuple(parts),
        blocks,
        (),
        sha256(text.encode()).hexdigest(),
        (),
        Lost(),
    )


def _part_of(kind: Literal["site", "catalog"], name: str, draft: Draft[Site] | Draft[Catalog]) -> list[Part]:
    """The part that a file's draft stands for, none if nothing of it stands."""
    if (model := draft.model) is None:
        return []
    return [Part(kind, name, model, draft.document, (), model.sources, draft.overrides)]


def _report(faults: Iterable[Fault], lost: Lost, problems: ProblemCollector) -> None:
    """Keep the faults' problems, but for names that may have been defined in what was left out."""
    problems.extend(fault.problem for fault in faults if fault.name is None or not lost.may_name(fault.name))
