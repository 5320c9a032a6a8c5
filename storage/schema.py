"""Every table in one place, and the migrations that build them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage import audit, deadlines, person_keys, switches, work
from storage.database.base import metadata
from storage.deciding import assignments, availability, cases, pools
from storage.policy import policies, proposals
from storage.records import enrichments, events, leads, matches, merges, unread_words
from storage.taking_in import imported_leads, imports, mailboxes, receipts
from storage.telling import ai_calls, outbox

TABLES = (
    leads.leads,
    leads.lead_keys,
    matches.match_keys,
    matches.verdicts,
    merges.merges,
    unread_words.unread_words,
    events.lead_events,
    receipts.receipts,
    assignments.decisions,
    assignments.assignments,
    pools.pools,
    pools.pool_members,
    cases.cases,
    availability.absences,
    deadlines.deadlines,
    outbox.outbox,
    audit.audit,
    audit.audit_heads,
    person_keys.person_keys,
    policies.policies,
    proposals.proposals,
    proposals.sign_offs,
    switches.switches,
    enrichments.enrichments,
    ai_calls.ai_calls,
    imports.imports,
    imports.import_chunks,
    imports.import_rows,
    imported_leads.imported_leads,
    mailboxes.mailboxes,
    work.replicas,
    work.failing_work,
)

# Any number nobody else uses on this database: replicas that start together migrate one by one.
_MIGRATION_LOCK = 0x6261746F6E


class SchemaError(Exception):
    """The database belongs to a newer version of Baton; the message says what to do."""


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest revision; does nothing when it is there.

    Raises SchemaError when this version does not know the revision the database is at.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK}
            )
        present = revision(connection)
        if present == newest_revision():
            return
        if present is not None and present not in _known_revisions():
            raise SchemaError(
                f"The database is at revision {present}, which this version of Baton does not "
                "know. Run the newer version, or restore a backup made before it."
            )
        command.upgrade(_config(connection), "head")


def revision(connection: Connection) -> str | None:
    """The schema's revision in this database, None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _known_revisions() -> set[str]:
    return {
        script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()
    }


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config


__all__ = ["TABLES", "SchemaError", "metadata", "newest_revision", "revision", "upgrade"]
