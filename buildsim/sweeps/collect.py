"""Gathers what comes of tasks and commits each point once it is whole, some points at a time."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from buildsim.sweeps.group import Group, group_of
from buildsim.sweeps.journal import Journal
from buildsim.sweeps.task import Answer, Piece

COMMIT_SECONDS: Final = 1.0
"""Points wait for each other at most so long: a commit may take as long as a short task."""


class Collector:
    """Commits to a ``journal``; points of several tasks have so many ``replications``."""

    def __init__(self, journal: Journal, replications: int | None, *, keep_replications: bool) -> None:
        self._journal, self._replications, self._keep = journal, replications, keep_replications
        self._pieces: dict[int, list[Piece]] = {}
        self._given_up: set[int] = set()
        self._ready: list[Group] = []
        self._committed = time.monotonic()
        self.complete = 0
        """Points that are whole."""

    def add(self, answer: Answer) -> None:
        """Take what came of a task."""
        if isinstance(answer, Piece):
            self._add_piece(answer)
        elif answer.point not in self._given_up:
            if answer.error is not None:
                self._pieces.pop(answer.point, None)
                self._given_up.add(answer.point)  # whatever its other tasks say
            self._add(answer)

    def commit_in_time(self) -> None:
        """Commit what is whole, unless that was done a moment ago. Raises InputError."""
        if time.monotonic() - self._committed >= COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Commit what is whole. Raises InputError."""
        if self._ready:
            self._journal.commit(self._ready)
            self._ready = []
        self._committed = time.monotonic()

    def _add(self, group: Group) -> None:
        self._ready.append(group)
        self.complete += 1

    def _add_piece(self, piece: Piece) -> None:
        if piece.point in self._given_up:
            return
        pieces = self._pieces.setdefault(piece.point, [])
        pieces.append(piece)
        if sum(len(each.finish) for each in pieces) == self._replications:
            del self._pieces[piece.point]
            finish = np.concatenate([each.finish for each in sorted(pieces, key=lambda each: each.first)])
            self._add(group_of(piece.point, piece.heads, finish, keep_replications=self._keep))
