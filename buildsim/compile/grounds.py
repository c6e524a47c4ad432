"""What speaks against the facts that a random quantity rests on, and which file states it (semantics 28)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from buildsim.compile.context import Context
from buildsim.compile.staleness import is_old
from buildsim.compile.tables import integers
from buildsim.loading.parts import Where
from buildsim.loading.provenance import confidence, told
from buildsim.network.codes import Flaw
from buildsim.network.network import I64, Grounds
from buildsim.schema.base import Fact, Provenance


def of_fact(context: Context, where: Where, fact: Fact, on: date, years_off: float) -> Grounds:
    """The grounds of a fact that is used for the date ``on``, ``years_off`` years off what is known and holds."""
    return Grounds(flaws_of_fact(where, fact, context.as_of, on, years_off > 0), context.file(where.part))


def of_place(context: Context, where: Where) -> Grounds:
    """The grounds of a number without provenance of its own, such as a probability: what the blocks around it say."""
    return Grounds(flaws_of_place(where, context.as_of), context.file(where.part))


def flaws_of_fact(where: Where, fact: Fact, as_of: date, on: date, stands_in: bool) -> Flaw:
    """What speaks against a fact as known by ``as_of`` and used for the date ``on``, where it may stand in."""
    flaws = _flaws((fact, *where.covers), where.known(fact), as_of)
    if fact.valid_to is not None and fact.valid_to < on:
        flaws |= Flaw.STALE
    return flaws | Flaw.EXTRAPOLATED if stands_in else flaws


def flaws_of_place(where: Where, as_of: date) -> Flaw:
    """What speaks against a number that only the blocks around it speak of."""
    known = where.known(where.covers[0]) if where.covers else None
    flaws = _flaws(where.covers, known, as_of)
    return flaws | Flaw.EXTRAPOLATED if known is not None and known > as_of else flaws


def both(one: Grounds, other: Grounds) -> Grounds:
    """The grounds of what rests on two facts: what speaks against either; the file is that of the first."""
    return Grounds(one.flaws | other.flaws, one.file)


def columns(rows: Iterable[Grounds]) -> tuple[I64, I64]:
    """The flaws and the files of several, as columns of a table."""
    listed = list(rows)
    return integers(each.flaws for each in listed), integers(each.file for each in listed)


def files(context: Context) -> tuple[str, ...]:
    """The files of a project by kind and name, in the order of ``Grounds.file``."""
    return tuple(f"{part.kind} {part.name}" for part in context.project.parts)


def _flaws(statements: tuple[Provenance, ...], known: date | None, as_of: date) -> Flaw:
    """What speaks against a number by its origin and its age."""
    stated, said = told(statements)
    flaws = Flaw.STALE if is_old(known, as_of) else Flaw(0)
    if stated is None:
        return flaws | Flaw.UNSTATED
    if stated.source is None:
        return flaws | Flaw.ASSUMED
    return flaws | Flaw.WEAK if confidence(said) == "low" else flaws
