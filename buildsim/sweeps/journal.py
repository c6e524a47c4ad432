"""The points of a sweep that are done, each committed once and whole: an SQLite file that one process holds.

SQLite commits whole groups or nothing, whether the process is killed, the disk fills up or the machine stops, and its
exclusive lock falls with the process that holds it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from buildsim.errors import InputError
from buildsim.studies.files import refusal
from buildsim.sweeps.group import Group
from buildsim.sweeps.identity import Identity

NAME: Final = "journal.sqlite"
_PAGE: Final = 256
"""Groups that are read at a time."""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS identity (json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS groups (
    point INTEGER PRIMARY KEY, error TEXT, replications INTEGER NOT NULL, statistics BLOB, finishes BLOB
) STRICT;
"""


class Journal:
    """The journal in a ``folder``, held by this process until it is closed.

    Raises InputError if another process holds it, or it cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            self._base = sqlite3.connect(self.path, timeout=0.0, isolation_level=None)
            self._base.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            self._base.execute("BEGIN EXCLUSIVE")
            self._base.execute("COMMIT")
            self._base.executescript(_TABLES)
        except sqlite3.Error as error:
            raise self._refused(error) from None

    def identity(self) -> Identity | None:
        """What its groups belong to; None if it is new."""
        row = self._base.execute("SELECT json FROM identity").fetchone()
        return None if row is None else json.loads(row[0])

    def begin(self, identity: Identity) -> None:
        """Say what its groups belong to. Raises InputError."""
        self._write("INSERT INTO identity VALUES (?)", [(json.dumps(identity),)])

    def done(self) -> set[int]:
        """The points that are committed."""
        return {point for (point,) in self._base.execute("SELECT point FROM groups")}

    def commit(self, groups: Iterable[Group]) -> None:
        """Keep groups, all or none of them. Raises InputError where there is no room."""
        rows = [(each.point, each.error, each.replications, each.statistics, each.finishes) for each in groups]
        self._write("INSERT INTO groups VALUES (?, ?, ?, ?, ?)", rows)

    def groups(self) -> Iterator[Group]:
        """All groups in the order of their points, some at a time."""
        last = -1
        query = "SELECT * FROM groups WHERE point > ? ORDER BY point LIMIT ?"
        while rows := self._base.execute(query, (last, _PAGE)).fetchall():
            yield from (Group(*row) for row in rows)
            last = rows[-1][0]

    def close(self) -> None:
        """Let go of it."""
        self._base.close()

    def remove(self) -> None:
        """Remove it, once its groups are kept elsewhere."""
        self._base.execute("PRAGMA journal_mode = DELETE")  # folds the log into the file, so that there is only one
        self.path.unlink(missing_ok=True)
        self._base.close()

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        try:
            self._base.execute("BEGIN")
            self._base.executemany(statement, rows)
            self._base.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            raise self._refused(error) from None

    def _refused(self, error: sqlite3.Error) -> InputError:
        if "locked" in str(error):
            return refusal(
                self.path.parent, "another process is at work on this sweep", "to wait for it, or another folder"
            )
        if isinstance(error, sqlite3.OperationalError):
            expected = "room on a disk that can be written; the same command then goes on where it stopped"
            return refusal(self.path, f"cannot be written: {error}", expected)
        return refusal(self.path, f"this is no journal of a sweep: {error}", "another folder")
