"""What a command is about: a scenario that is run now, or a folder with a result that was kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import typer

from buildsim.cli.output import note
from buildsim.cli.progress import progress
from buildsim.errors import InputError, Problem

if TYPE_CHECKING:
    from buildsim.analysis.result import StudyResult
    from buildsim.engine.select import EngineName
    from buildsim.studies.answer import Answer

T = TypeVar("T")

Subject = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help="A file, the name of a shipped scenario, or the folder of a kept result."),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a run; None and empty stand for what the scenario says."""

    replications: int | None = None
    seed: int | None = None
    engine: str | None = None
    rule: str | None = None
    variant: str | None = None
    set: Sequence[str] = ()
    evidence: bool = False
    details: bool = False
    """Tables beyond the result; a kept one has them."""
    until_ci: float | None = None
    max_replications: int | None = None
    milestone: str | None = None
    """Whose P80 ``until_ci`` is about."""

    @classmethod
    def for_tables(
        cls,
        replications: int | None,
        seed: int | None,
        engine: str | None,
        set_: Sequence[str] | None,
        variant: str | None,
    ) -> Asked:
        """What a command asks that answers tables beyond the result."""
        return cls(replications, seed, engine, variant=variant, set=tuple(set_ or ()), details=True)

    @property
    def nothing(self) -> bool:
        """True if no option was given."""
        return self == Asked(details=self.details)

    def like(self, former: StudyResult) -> Asked:
        """With seed and replications of a former run where they were not asked for."""
        return replace(
            self,
            replications=former.replications if self.replications is None else self.replications,
            seed=former.seed if self.seed is None else self.seed,
        )


def is_kept(ref: str) -> bool:
    """True for a folder, unless it bears the name of a shipped scenario."""
    from buildsim.datafiles import shipped

    return Path(ref).is_dir() and ref not in shipped("scenarios")


def answer_for(ref: str, asked: Asked) -> Answer:
    """The answer of a scenario, run now, or the one kept in a folder; a shipped scenario's name comes first.

    Raises InputError and UnknownNameError.
    """
    if not is_kept(ref):
        return _run(ref, asked)
    from buildsim.studies import store
    from buildsim.studies.files import refusal

    folder = Path(ref)
    if not asked.nothing:
        raise refusal(folder, "a kept result is shown as it is", "a scenario, if anything is to be run anew")
    return store.load(folder)


def _run(ref: str, asked: Asked) -> Answer:
    from buildsim.present.convergence import convergence_notes
    from buildsim.studies.answer import answer_of
    from buildsim.studies.options import check_options, until_of
    from buildsim.studies.reliance import reliance
    from buildsim.studies.run import run_scenario

    engine = asked.engine or "auto"
    until = {"until_ci": asked.until_ci, "max_replications": asked.max_replications, "milestone": asked.milestone}
    check_options(asked.replications, asked.seed, engine, asked.rule, **until)
    overrides = assignments(asked.set)
    with progress() as report:
        done = run_scenario(
            ref,
            replications=asked.replications,
            seed=asked.seed,
            engine=cast("EngineName", engine),
            rule=asked.rule,
            overrides=overrides,
            variant=asked.variant,
            details=asked.details,
            until=until_of(asked.until_ci, asked.max_replications, asked.milestone),
            progress=report,
        )
        rests_on = reliance(done, report) if asked.evidence else None
    for announcement in done.project.announcements:
        note(f"note: {announcement}")
    note(f"engine: {done.engine_used}")
    if done.convergence is not None:
        for text in convergence_notes(done.convergence, done.result.replications):
            note(f"note: {text}")
    return answer_of(done, rests_on)


def assignments(texts: Sequence[str]) -> list[tuple[str, Any]]:
    """The (path, value) pairs of ``--set``. Raises InputError with all that are none."""
    from buildsim.loading.overrides import parse_assignment

    return all_of(texts, parse_assignment)


def all_of(texts: Sequence[str], parse: Callable[[str], T]) -> list[T]:
    """Each text parsed. Raises InputError with all that cannot be."""
    found: list[T] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found.append(parse(text))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found
