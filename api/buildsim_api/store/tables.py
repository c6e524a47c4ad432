"""The tables; times are seconds since the epoch. They are made by the migrations beside them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()

KEYS = Table(
    "keys",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the secret, which has 256 random bits itself
    Column("scopes", String(100), nullable=False),
    Column("created", Double, nullable=False),
    Column("revoked", Double),
)
JOBS = Table(
    "jobs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("request", Text, nullable=False),
    Column("content", String(64), nullable=False),
    Column("status", String(12), nullable=False),
    Column("created", Double, nullable=False),
    Column("started", Double),
    Column("finished", Double),
    Column("attempt", Integer, nullable=False, default=0),  # the fence: only the latest claim may write
    Column("crashes", Integer, nullable=False, default=0),
    Column("lease", Double),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("cancel", Boolean, nullable=False, default=False),
    Column("problem", Text),
    Column("idempotency", String(200)),
    UniqueConstraint("owner", "idempotency"),
    Index("jobs_by_status", "status", "created"),
    Index("jobs_by_owner", "owner", "created", "id"),
    Index("jobs_by_content", "content"),
)
PARTS = Table(
    "parts",
    METADATA,
    Column("content", String(64), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("media", String(60), nullable=False),
    Column("data", LargeBinary, nullable=False),
)
