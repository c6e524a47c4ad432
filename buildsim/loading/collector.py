"""Gathers the problems of several files, so that all are reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from buildsim.errors import InputError, Problem


class ProblemCollector:
    """Problems in the order in which they were found, each once."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything kept so far."""
        return tuple(self._problems)

    def add(self, problem: Problem) -> None:
        """Keep one problem."""
        self._problems[problem] = None

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep problems."""
        self._problems.update(dict.fromkeys(problems))

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Keep the problems of an InputError raised in the `with` block, and go on after it."""
        try:
            yield
        except InputError as error:
            self.extend(error.problems)
