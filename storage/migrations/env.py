"""Alembic's environment: runs on the connection that `storage.schema` hands over."""

from __future__ import annotations

from typing import Literal

from alembic import context

from storage.database.types import Typed, UtcDateTime
from storage.schema import TABLES, metadata

OURS = frozenset(table.name for table in TABLES)


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """The work runner keeps tables of its own in the same database; leave them alone."""
    return kind != "table" or name in OURS


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations spell plain SQLAlchemy types, so that they outlive Baton's own classes."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.Text()" if kind == "type" and isinstance(item, Typed) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=include_name,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
