"""Insert unless it is there, on both databases."""

from __future__ import annotations

from storage.database.upsert import insert_missing
from storage.records.leads import lead_keys
from storage.unit_of_work import Database
from tests.storage.builders import a_lead


def test_only_who_inserted_is_told_so(database: Database) -> None:
    """The first call says it did, the second that it was there."""
    with database.writing() as work:
        row = {"kind": "email", "value": "jane@acme.example", "lead_id": a_lead(work).id}

        assert insert_missing(work.connection, lead_keys, row)
        assert not insert_missing(work.connection, lead_keys, row)
