"""A file or a shipped name, loaded and compiled to see whether it can be run: the use-case behind ``check``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path
from typing import Any

from buildsim.compile.compile import compile_network
from buildsim.datafiles import KINDS, SWEEPS, find, names_a_file, shipped
from buildsim.errors import BuildsimError, InputError, Problem, UnknownNameError, nearest
from buildsim.loading.project import CatalogFile, DocumentText, Project, load_file, load_scenario
from buildsim.loading.sweep_file import is_sweep, load_sweep
from buildsim.loading.yaml_file import read_document
from buildsim.studies.lint import LintFinding, lint
from buildsim.studies.what_if import own_warnings, plans_of


@dataclass(frozen=True, slots=True)
class Checked:
    """A file without problems."""

    kind: str
    """``scenario``, ``site``, ``catalog`` or ``sweep``."""
    counts: dict[str, int]
    """What it holds, by noun in the singular; of a catalog its blocks, else what was compiled."""
    announcements: tuple[str, ...]
    warnings: tuple[str, ...]
    findings: tuple[LintFinding, ...] = ()
    """What the lint has to say; of a scenario as it is, not of its variants."""


def check_file(ref: str | Path, *, strict: bool = False, ignore: Collection[str] = ()) -> Checked:
    """Load a file, or the shipped scenario, site, catalog or sweep of that name, and compile it unless it is a catalog.

    Of a sweep it is the scenario as it is that is compiled. With ``strict`` the schedule of a scenario or site is
    linted, but for the checks to ``ignore``.
    Raises InputError with all its problems, UnknownNameError for a name that is not found.
    """
    if names_a_file(ref):
        return _check(Path(ref), strict, ignore)
    name = str(ref)
    kinds = (*KINDS, SWEEPS)
    kind = next((kind for kind in kinds[::-1] if name in shipped(kind)), None)
    if kind is None:
        known = [each for kind in kinds for each in shipped(kind)]
        expected = "a file, or the name of a shipped scenario, site, catalog or sweep"
        raise UnknownNameError(f'nothing that is shipped is called "{name}"', expected, nearest(name, known))
    with as_file(find(kind, name, None).file) as path:
        return _check(path, strict, ignore)


def check_text(text: DocumentText) -> Checked:
    """The same of a scenario, site or catalog that stands in no file."""
    return _check_loaded(load_file(text), text, False, ())


def problems_in(ref: str | Path, error: BuildsimError) -> list[Problem]:
    """What `check_file` refused a file for, as problems with their places."""
    if isinstance(error, InputError):
        return list(error.problems)
    if isinstance(error, UnknownNameError):
        return [Problem(str(ref), 1, 1, "", error.message, error.expected, error.hint)]
    return [Problem(str(ref), 1, 1, "", str(error))]


def _check(path: Path, strict: bool, ignore: Collection[str]) -> Checked:
    if is_sweep(read_document(path, str(path))):
        return _check_sweep(path)
    return _check_loaded(load_file(path), path, strict, ignore)


def _check_loaded(
    loaded: Project | CatalogFile, ref: Path | DocumentText, strict: bool, ignore: Collection[str]
) -> Checked:
    if isinstance(loaded, CatalogFile):
        catalog = loaded.catalog
        blocks: dict[str, Mapping[str, Any]] = {
            "supply": catalog.supplies,
            "pool": catalog.pools,
            "template": catalog.templates,
            "calendar": catalog.calendars,
            "risk": catalog.risks,
        }
        return Checked("catalog", {noun: len(found) for noun, found in blocks.items()}, (), ())
    ready = plans_of(loaded, ref)
    compiled = ready[None].compiled
    network = compiled.network
    counts = {"activity": len(network.activities), "pool": len(network.pools), "supply": len(network.supplies)}
    findings = lint(loaded, network, ignore) if strict else ()
    if _is_site(loaded, ref):
        return Checked("site", counts, loaded.announcements, compiled.warnings, findings)
    variants = loaded.scenario.variants
    counts = {"site": len(network.sites.name), **counts, "variant": len(variants)}
    of_variants = (f"{name}: {warning}" for name in variants for warning in own_warnings(name, ready))
    return Checked("scenario", counts, loaded.announcements, (*compiled.warnings, *of_variants), findings)


def _check_sweep(path: Path) -> Checked:
    file = load_sweep(path)
    project = load_scenario(file.scenario)
    counts = {"factor": len(file.sweep.factors)}
    return Checked("sweep", counts, project.announcements, compile_network(project).warnings)


def _is_site(project: Project, ref: Path | DocumentText) -> bool:
    return any(part.kind == "site" and not part.root and part.document.file == str(ref) for part in project.parts)
