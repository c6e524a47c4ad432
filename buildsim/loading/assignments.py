"""Overrides of a scenario: its ``set:`` and every ``--set``, each routed to the document that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from buildsim.errors import InputError, Problem, UnknownNameError, format_path, nearest
from buildsim.loading.collector import ProblemCollector
from buildsim.loading.document import Document
from buildsim.loading.headers import names_at
from buildsim.loading.overrides import SOURCE, apply_override, parse_path
from buildsim.loading.parts import Override

_FILES = ("sites", "catalogs")
_FIXED = ("set", "base", "variants", "expect")  # what says which overrides there are


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value for a path of the scenario, and where it was written."""

    text: str
    value: Any
    file: str
    line: int
    column: int
    inherited: bool = False
    """True if it is of a scenario that this one stands on."""

    def problem(self, message: str, expected: str | None = None, hint: str | None = None) -> Problem:
        """A problem of this assignment."""
        return Problem(self.file, self.line, self.column, self.text, message, expected, hint)


def assignments(
    scenario: Document, overrides: Sequence[tuple[str, Any]], variant: str | None = None
) -> list[Assignment]:
    """What the scenario's ``set:`` says, then its variant's, then the ``--set`` pairs of path and value, in order.

    Raises UnknownNameError if the scenario has no such variant.
    """
    found: list[Assignment] = []
    for at in (("set",), *(("variants", name, "set") for name in _lineage(scenario.data, variant))):
        for path, value in _mapping_at(scenario.data, at).items():
            here = (*at, path)
            file, position = scenario.file_of(here), scenario.key_position(here)
            found.append(Assignment(path, value, file, *position, inherited=at == ("set",) and file != scenario.file))
    return found + [Assignment(path, value, SOURCE, 1, 1) for path, value in overrides]


def _lineage(data: Any, variant: str | None) -> list[str]:
    """A variant and those that it stands on, the first of them first; what is wrong with these is found later."""
    variants = _mapping_at(data, ("variants",))
    if variant is not None and variant not in variants:
        expected = f"one of {', '.join(variants)}" if variants else "a scenario with `variants`"
        raise UnknownNameError(f"there is no variant called '{variant}'", expected, nearest(variant, variants))
    found: list[str] = []
    while variant in variants and variant not in found:
        found.insert(0, variant)
        stands_on = variants[variant].get("base") if isinstance(variants[variant], dict) else None
        variant = stands_on if isinstance(stands_on, str) else None
    return found


def _mapping_at(data: Any, path: Sequence[str]) -> dict[str, Any]:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


class Router:
    """Applies assignments to the scenario, and keeps those for site and catalog files until these are read."""

    def __init__(self, problems: ProblemCollector) -> None:
        self._problems = problems
        self._kept: dict[tuple[str, str], list[tuple[Assignment, str]]] = {}

    def scenario(self, document: Document, given: Sequence[Assignment]) -> tuple[Document, tuple[Override, ...]]:
        """The scenario's document after its own assignments, in order."""
        done: list[Override] = []
        for assignment in given:
            with self._problems.collecting():
                steps = _steps(assignment)
                keys = [key for key, _ in steps]
                if keys[0] in _FIXED:
                    expected = "the path itself" if keys[0] == "set" else "another key"
                    raise InputError([assignment.problem(f"an override cannot change `{keys[0]}`", expected)])
                if keys[0] in _FILES and len(keys) > 2 and not _is_inline(document.data, keys):
                    rest = assignment.text[steps[2][1] :]
                    self._kept.setdefault((str(keys[0]), str(keys[1])), []).append((assignment, rest))
                else:
                    before = document
                    document, override = _apply(document, assignment, assignment.text)
                    done.append(override)
                    if keys == ["sites"]:
                        self._forget_left_out(before, document)
        return document, tuple(done)

    def file(self, kind: str, name: str, document: Document) -> tuple[Document, tuple[Override, ...]]:
        """The document of a site or catalog file after the assignments kept for it."""
        done: list[Override] = []
        for assignment, rest in self._kept.pop((kind, name), ()):
            with self._problems.collecting():
                document, override = _apply(document, assignment, rest)
                done.append(override)
        return document, tuple(done)

    def _forget_left_out(self, before: Document, after: Document) -> None:
        """Drop what was set in sites that a new list of sites leaves out."""
        theirs, ours = ({name for _, name in names_at(each.data, ("sites",))} for each in (before, after))
        for name in theirs - ours:
            self._kept.pop(("sites", name), None)

    def report_unused(self, kind: str, names: Sequence[str]) -> None:
        """A problem for every kept assignment to a file of the kind that the scenario does not have."""
        for (kept_kind, name), kept in self._kept.items():
            if kept_kind == kind and name not in names:
                for assignment, _ in kept:
                    if kind == "catalogs" and assignment.inherited:
                        continue  # a catalog of sites that this scenario leaves out
                    message = f"the scenario has no {kind.removesuffix('s')} called '{name}'"
                    self._problems.add(assignment.problem(message, None, nearest(name, names)))


def relocated(problem: Problem, overrides: Sequence[Override]) -> Problem:
    """The problem of a file; if it is about an overridden value, shown where that value was last written."""
    for override in reversed(overrides):
        path = format_path(override.path)
        if problem.path == path or problem.path.startswith((path + ".", path + "[")):
            text = override.text + problem.path[len(path) :]
            return replace(problem, file=override.file, line=override.line, column=override.column, path=text)
    return problem


def _is_inline(data: Any, keys: Sequence[str | int]) -> bool:
    """True if the scenario holds the site itself rather than its name."""
    listed = data.get(keys[0]) if isinstance(data, dict) else None
    return isinstance(listed, dict) and isinstance(listed.get(keys[1]), dict)


def _steps(assignment: Assignment) -> list[tuple[str | int, int]]:
    try:
        return parse_path(assignment.text)
    except InputError as error:
        raise _moved(error, assignment) from None


def _apply(document: Document, assignment: Assignment, path: str) -> tuple[Document, Override]:
    try:
        data = apply_override(document.data, path, assignment.value)
    except InputError as error:
        raise _moved(error, assignment) from None
    keys = tuple(key for key, _ in parse_path(path))
    override = Override(keys, assignment.file, assignment.line, assignment.column, assignment.text)
    return replace(document, data=data), override


def _moved(error: InputError, assignment: Assignment) -> InputError:
    """Problems of the path itself, at the place where the assignment stands."""
    return InputError(
        replace(problem, file=assignment.file, line=assignment.line, column=assignment.column, path=assignment.text)
        for problem in error.problems
    )
