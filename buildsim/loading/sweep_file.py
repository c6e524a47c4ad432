"""Reads a sweep file, and finds the scenario that it varies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from buildsim.datafiles import SWEEPS, find, names_a_file
from buildsim.errors import InputError, Problem, UnknownNameError, format_path, nearest
from buildsim.loading.bases import beside
from buildsim.loading.collector import ProblemCollector
from buildsim.loading.document import Document
from buildsim.loading.document import Path as DataPath
from buildsim.loading.draft import Draft
from buildsim.loading.headers import named_as_file, require_schema
from buildsim.loading.overrides import parse_path
from buildsim.loading.project import Ref
from buildsim.loading.yaml_file import parse_document, read_document
from buildsim.quantity import Quantity, QuantityError, parse_number, parse_quantity
from buildsim.schema.sweep import Factor, Sweep


@dataclass(frozen=True, slots=True, eq=False)
class SweepFile:
    """A sweep without problems of its own, and where it stands."""

    sweep: Sweep
    document: Document
    scenario: Ref
    """What is varied, as `load_scenario` takes it."""

    def problem(self, at: DataPath, message: str, expected: str | None = None, hint: str | None = None) -> Problem:
        """A problem of the value at a path of the file."""
        line, column = self.document.position(at)
        return Problem(self.document.file, line, column, format_path(at), message, expected, hint)


def is_sweep(document: Document) -> bool:
    """True if a document says that it is a sweep."""
    return isinstance(document.data, dict) and "sweep" in document.data


def load_sweep(ref: str | Path) -> SweepFile:
    """The sweep in the file ``ref`` or, by name, a shipped one.

    Raises InputError with all problems of the file, UnknownNameError for a name that is not found.
    """
    if names_a_file(ref):
        return read_sweep(read_document(Path(ref), str(ref)), Path(ref), Path(ref).name)
    found = find(SWEEPS, str(ref), None)
    return read_sweep(read_document(found.file, found.display), beside(found.file), found.file.name)


def read_sweep(document: Document, file: Path | None, filename: str) -> SweepFile:
    """The sweep in a document; ``file`` is where it was read from, None inside a package. Raises InputError."""
    require_schema(document)
    if not is_sweep(document):
        expected = "a sweep: `sweep: NAME`, `scenario`, `factors`, `design`"
        raise InputError([Problem(document.file, 1, 1, "", "this is no sweep", expected)])
    problems = ProblemCollector()
    if (misnamed := named_as_file(document, "sweep", filename)) is not None:
        problems.add(misnamed)
    model = _model(document, problems)
    return _checked(SweepFile(model, document, _scenario(model.scenario, document, file)))


def sweep_of(data: Mapping[str, Any], display: str, scenario: Ref) -> SweepFile:
    """The sweep of a scenario that no file holds, from data as of one; problems name ``display``. Raises InputError."""
    document = parse_document(json.dumps(data), display)
    return _checked(SweepFile(_model(document, ProblemCollector()), document, scenario))


def _model(document: Document, problems: ProblemCollector) -> Sweep:
    draft = Draft(document, Sweep, {}, (), problems)
    if draft.model is None or problems.problems:
        raise InputError(problems.problems)
    return draft.model


def _checked(loaded: SweepFile) -> SweepFile:
    """The same; raises InputError with what does not fit together in it."""
    problems = ProblemCollector()
    problems.extend([*_paths(loaded), *_twice(loaded), *_points(loaded)])
    if problems.problems:
        raise InputError(problems.problems)
    return loaded


def fixed_quantity(value: Any) -> Quantity | None:
    """The quantity that a value of a file is, if it is one and fixed."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        parsed = (
            parse_quantity(value, allow_negative=True)
            if isinstance(value, str)
            else parse_number(value, allow_negative=True)
        )
    except QuantityError:
        return None
    return parsed if parsed.distribution.kind == "fixed" else None


def _scenario(ref: str, document: Document, file: Path | None) -> str | Path:
    line, column = document.position(("scenario",))

    def refused(message: str, expected: str | None, hint: str | None = None) -> InputError:
        return InputError([Problem(document.file, line, column, "scenario", message, expected, hint)])

    if names_a_file(ref):
        if file is None:
            raise refused("what is shipped knows no paths", "the name of a scenario")
        path = file.parent / ref
        if not path.is_file():
            raise refused(f"there is no file {path}", "the path of a scenario, from this file's folder")
        return path
    try:
        found = find("scenarios", ref, file)
    except UnknownNameError as error:
        raise refused(error.message, error.expected, error.hint) from None
    return found.file if isinstance(found.file, Path) and found.display == str(found.file) else ref


def _paths(loaded: SweepFile) -> Iterator[Problem]:
    """Paths that are none."""
    for at, path in _all_paths(loaded.sweep):
        try:
            parse_path(path)
        except InputError as error:
            for problem in error.problems:
                yield loaded.problem(at, f"'{path}': {problem.message}", problem.expected, problem.hint)


def _twice(loaded: SweepFile) -> Iterator[Problem]:
    """Paths that two factors set: the second would undo what the first does."""
    owner: dict[str, str] = {}
    for at, path in _all_paths(loaded.sweep):
        factor = str(at[1])
        if owner.setdefault(path, factor) != factor:
            yield loaded.problem(at, f"the factor '{owner[path]}' sets {path} too", "one factor for each path")


def _all_paths(sweep: Sweep) -> Iterator[tuple[DataPath, str]]:
    for name, factor in sweep.factors.items():
        for path in factor.paths:
            yield ("factors", name, "path"), path
        for way, alternative in (factor.alternatives or {}).items():
            for path in alternative.set:
                yield ("factors", name, "alternatives", way, "set", path), path


def _points(loaded: SweepFile) -> Iterator[Problem]:
    """Values of listed points that their factors do not have."""
    sweep = loaded.sweep
    for i, point in enumerate(sweep.points or ()):
        for name, value in point.items():
            at: DataPath = ("points", i, name)
            if name not in sweep.factors:
                hint = nearest(name, sweep.factors)
                yield loaded.problem(at, f"there is no factor called '{name}'", _one_of(sweep.factors), hint)
            elif (expected := _wanted(sweep.factors[name], value)) is not None:
                yield loaded.problem(at, f"the factor '{name}' does not take {value!r}", expected)


def _wanted(factor: Factor, value: Any) -> str | None:
    """What a factor takes in place of a value; None if it takes it."""
    if factor.alternatives is not None:
        return None if value in factor.alternatives else _one_of(factor.alternatives)
    if factor.values is not None:
        return None if value in factor.values else _one_of(map(str, factor.values))
    like = factor.range[0] if factor.range is not None else factor.distribution
    assert like is not None
    found = fixed_quantity(value)
    if found is not None and (found.dimension, found.per) == (like.dimension, like.per):
        return None
    return f"a fixed quantity such as {like.text}" if factor.range is not None else f"a number of {like.unit}"


def _one_of(names: Any) -> str:
    return f"one of {', '.join(names)}"
