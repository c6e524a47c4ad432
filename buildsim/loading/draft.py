"""A document on its way to a model: validated, and again after anything more was found wrong in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from buildsim.loading.assignments import relocated
from buildsim.loading.collector import ProblemCollector
from buildsim.loading.document import Document
from buildsim.loading.parts import Fault, Override
from buildsim.loading.settle import settle

M = TypeVar("M", bound=BaseModel)


class Draft(Generic[M]):
    """One file's document, without what is wrong in it, and the model of the rest."""

    def __init__(
        self,
        document: Document,
        model: type[M],
        stand_ins: Mapping[str, Any],
        overrides: Sequence[Override],
        problems: ProblemCollector,
    ) -> None:
        self.document = document
        self.overrides = tuple(overrides)
        self._type = model
        self._stand_ins = stand_ins
        self._problems = problems
        self._problems.extend(document.problems)
        self.model = self._settled()

    def leave_out(self, faults: Iterable[Fault]) -> None:
        """Leave out those of the faulty values that stand in this document; `model` is None if nothing remains."""
        wrong = [fault.where for fault in faults if fault.where.part.document is self.document]
        if wrong:
            self.document = self.document.without(*(where.part.root + where.path for where in wrong))
            self.model = self._settled()

    def _settled(self) -> M | None:
        settled = settle(self.document, self._type, self._stand_ins)
        self.document = settled.document
        self._problems.extend(relocated(problem, self.overrides) for problem in settled.problems)
        return settled.model
