"""Runs the migrations on a connection that is handed over; see `buildsim_api.store.database.migrate`."""

from __future__ import annotations

from alembic import context

from buildsim_api.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
