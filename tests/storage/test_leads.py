"""Leads and the keys that make a returning lead the same lead (I2, I5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from storage.database.base import new_id
from storage.unit_of_work import Database
from tests.storage.builders import a_lead
from tests.support.clock import MONDAY_NOON

EMAIL = ("email", "jane@acme.example")
SOURCE_ID = ("source_id", "website:1")


def test_first_claim_gives_the_key_to_the_fresh_lead(database: Database) -> None:
    """Keys nobody knows belong to the new lead, and lead back to it afterwards."""
    with database.writing() as work:
        lead = a_lead(work)

        assert work.leads.claim([SOURCE_ID, EMAIL], lead.id) == {SOURCE_ID: lead.id, EMAIL: lead.id}
        assert work.leads.claim([EMAIL], new_id("lead")) == {EMAIL: lead.id}
        assert work.leads.keys_of(lead.id) == [EMAIL, SOURCE_ID]


def test_each_key_says_whose_it_is(database: Database) -> None:
    """A known e-mail under a new source id: the address leads to its lead, the id is new."""
    with database.writing() as work:
        lead = a_lead(work)
        work.leads.claim([EMAIL], lead.id)
        fresh = a_lead(work)

        assert work.leads.claim([SOURCE_ID, EMAIL], fresh.id) == {
            SOURCE_ID: fresh.id,
            EMAIL: lead.id,
        }
        work.leads.give_keys([SOURCE_ID], lead.id)
        assert work.leads.keys_of(lead.id) == [EMAIL, SOURCE_ID]
        assert work.leads.keys_of(fresh.id) == []


def test_eight_claims_at_once_name_one_lead(database: Database) -> None:
    """However many transactions meet on one e-mail, they all get the same lead."""
    ready = Barrier(8)

    def claim(_: int) -> str:
        fresh = new_id("lead")
        ready.wait()
        with database.writing() as work:
            winner = work.leads.claim([EMAIL], fresh)[EMAIL]
            if winner == fresh:
                a_lead(work, id=fresh)
            return winner

    with ThreadPoolExecutor(8) as threads:
        winners = set(threads.map(claim, range(8)))

    assert len(winners) == 1
    with database.reading() as work:
        assert [lead.id for lead in work.leads.find("", 10)] == list(winners)


def test_find_takes_words_literally(database: Database) -> None:
    """A per cent sign or an underscore is a character, not a wildcard."""
    with database.writing() as work:
        a_lead(work, full_name="100% Wool")
        a_lead(work, full_name="Plain")

        assert [lead.full_name for lead in work.leads.find("100%", 10)] == ["100% Wool"]
        assert work.leads.find("_", 10) == []


def test_lead_survives_storage_whole(database: Database) -> None:
    """What is stored comes back equal, time zones and all."""
    with database.writing() as work:
        stored = a_lead(
            work,
            flags=("phone:phone_invalid",),
            unread={"phone": "089 1234"},
            provenance={"industry": {"origin": "provider", "by": "directory", "at": MONDAY_NOON}},
            score={"value": 40, "factors": [{"rule": "r", "label": "l", "points": 40}]},
            received_at=MONDAY_NOON + timedelta(microseconds=123456),
        )

        assert work.leads.get(stored.id) == stored
