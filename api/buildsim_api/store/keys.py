"""API keys: made once, kept as hashes, revoked at any time."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal, get_args
from uuid import uuid4

from sqlalchemy import Engine, insert, select, update

from buildsim_api.store.tables import KEYS

Scope = Literal["read", "run", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
_PREFIX: Final = "bsk"


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: float
    revoked: float | None


class Keys:
    """The keys in a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reads = engine.execution_options(reads=True)

    def add(self, name: str, scopes: tuple[Scope, ...]) -> tuple[Key, str]:
        """Make a key; its text is nowhere else."""
        identity, secret = uuid4().hex, secrets.token_hex(32)
        key = Key(identity, name, scopes, time.time(), None)
        with self._engine.begin() as base:
            values = {"id": identity, "name": name, "digest": _digest(secret), "scopes": " ".join(scopes)}
            base.execute(insert(KEYS).values(**values, created=key.created))
        return key, f"{_PREFIX}_{identity}_{secret}"

    def listing(self) -> list[Key]:
        """All keys, the oldest first."""
        with self._reads.begin() as base:
            rows = base.execute(select(KEYS).order_by(KEYS.c.created, KEYS.c.id)).all()
        return [Key(row.id, row.name, tuple(row.scopes.split()), row.created, row.revoked) for row in rows]

    def revoke(self, identity: str) -> bool:
        """Let a key open nothing any more; False if there is none that does."""
        with self._engine.begin() as base:
            ended = update(KEYS).where(KEYS.c.id == identity, KEYS.c.revoked.is_(None)).values(revoked=time.time())
            return base.execute(ended).rowcount == 1

    def opened_by(self, text: str) -> Key | None:
        """The key that a text is, unless it was revoked."""
        prefix, _, rest = text.partition("_")
        identity, _, secret = rest.partition("_")
        if prefix != _PREFIX or not secret:
            return None
        with self._reads.begin() as base:
            row = base.execute(select(KEYS).where(KEYS.c.id == identity)).one_or_none()
        if row is None or row.revoked is not None or not hmac.compare_digest(row.digest, _digest(secret)):
            return None
        return Key(row.id, row.name, tuple(row.scopes.split()), row.created, row.revoked)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
