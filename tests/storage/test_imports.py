"""Imports on record: runs, stored files, outcomes, and whom a digest tells (I1)."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from routing.policy.tables.imports import ImportHandling
from storage.database.base import MissingError, new_id
from storage.taking_in.imported_leads import DigestEntry
from storage.taking_in.imports import ImportRun, RowOutcome
from storage.unit_of_work import Database, UnitOfWork
from tests.storage.builders import a_lead
from tests.support.clock import MONDAY_NOON


def a_run(work: UnitOfWork, **changes: object) -> ImportRun:
    fields: dict[str, object] = {
        "id": new_id("imp"),
        "source": "event-list",
        "file_name": "list.csv",
        "digest": "d" * 64,
        "size": 7,
        "encoding": "utf-8",
        "delimiter": ",",
        "handling": ImportHandling(clocks=True, tell="each"),
        "started_at": MONDAY_NOON,
        "started_by": "test",
    }
    run = ImportRun.model_validate(fields | changes)
    work.imports.add(run)
    return run


def test_run_is_kept_whole(database: Database) -> None:
    """What was stored is what is read, and what was saved replaces it."""
    with database.writing() as work:
        run = a_run(work, unknown_columns=("Badge", "=cmd"))
        changed = run.model_copy(update={"cursor": 9, "accepted": 8, "feeding": True})
        work.imports.save(changed)

    with database.reading() as work:
        assert work.imports.get(run.id) == changed
        assert work.imports.listed() == [changed]
        with pytest.raises(MissingError):
            work.imports.get("imp_none")


def test_one_attempt_of_one_file_is_on_record_once(database: Database) -> None:
    """Two processes that start the same import end with one; another attempt is another run."""
    with database.writing() as work:
        a_run(work)
        second = a_run(work, attempt=1)

    with pytest.raises(IntegrityError), database.writing() as work:
        a_run(work)
    with database.reading() as work:
        assert work.imports.of_file("event-list", "d" * 64) == second
        assert work.imports.of_file("other", "d" * 64) is None


def test_stored_file_is_read_piece_by_piece_and_let_go(database: Database) -> None:
    """Pieces have numbers from 0; past the end, and once let go, there is nothing."""
    with database.writing() as work:
        run = a_run(work)
        work.imports.keep_chunk(run.id, 0, b"one")
        work.imports.keep_chunk(run.id, 1, b"\x00two")

    with database.writing() as work:
        assert [work.imports.chunk(run.id, n) for n in range(3)] == [b"one", b"\x00two", None]
        work.imports.drop_chunks(run.id)
        assert work.imports.chunk(run.id, 0) is None


def test_outcomes_come_in_the_order_of_the_file(database: Database) -> None:
    """Each line has one outcome; problems are listed without reading the rest."""
    with database.writing() as work:
        run = a_run(work)
        rows = [
            RowOutcome(import_id=run.id, line=4, status="error", problem="line 4: bad"),
            RowOutcome(import_id=run.id, line=2, status="accepted", lead_id="l", is_new=True),
        ]
        work.imports.add_rows(rows)
        work.imports.add_rows([])

    with database.reading() as work:
        assert list(work.imports.rows_of(run.id)) == rows[::-1]
        assert work.imports.problems(run.id, 5) == ["line 4: bad"]
    with pytest.raises(IntegrityError), database.writing() as work:
        work.imports.add_rows(rows[:1])


def test_lead_is_treated_as_its_import_says_until_it_is_decided(database: Database) -> None:
    """Holding it twice is holding it once; decided or released, no import speaks for it."""
    with database.writing() as work:
        run, lead, other = a_run(work), a_lead(work), a_lead(work)
        work.imported_leads.hold(run.id, [lead.id, lead.id, other.id])

    with database.writing() as work:
        order = work.imported_leads.order_for(lead.id)
        assert order is not None
        assert (order.import_id, order.handling) == (run.id, run.handling)
        work.imported_leads.settle(run.id, DigestEntry(lead_id=lead.id), MONDAY_NOON)
        work.imported_leads.release(other.id)

    with database.reading() as work:
        assert work.imported_leads.order_for(lead.id) is None
        assert work.imported_leads.order_for(other.id) is None
        assert work.imported_leads.waiting(run.id, 10) == []


def test_leads_on_their_way_are_those_not_decided(database: Database) -> None:
    """A lead that left the incoming queue, however it did, is not waited for."""
    with database.writing() as work:
        run = a_run(work)
        one, two = a_lead(work), a_lead(work, queue="holding")
        work.imported_leads.hold(run.id, [one.id, two.id])
        assert work.imported_leads.on_their_way(run.id) == 0
        work.imported_leads.hand_over(run.id, [one.id, two.id])

    with database.reading() as work:
        assert work.imported_leads.on_their_way(run.id) == 1


def test_digest_names_the_best_first_and_knows_what_was_sent(database: Database) -> None:
    """By score, those without one last; counted by note; cards once."""
    with database.writing() as work:
        run = a_run(work)
        ids = []
        for score in (None, 10, 90):
            lead = a_lead(work)
            ids.append(lead.id)
            work.imported_leads.hold(run.id, [lead.id])
            entry = DigestEntry(
                lead_id=lead.id,
                kind="lead_card",
                subject_id="asg",
                recipient="U1",
                note="n" if score else None,
                score=score,
            )
            work.imported_leads.settle(run.id, entry, MONDAY_NOON)
        work.imported_leads.mark_carded(run.id, [ids[2]])

    with database.reading() as work:
        told = work.imported_leads
        assert told.recipients(run.id) == ["U1"]
        assert [entry.lead_id for entry in told.entries(run.id, "U1", 9)] == ids[::-1]
        assert [e.lead_id for e in told.entries(run.id, "U1", 1, carded=False)] == [ids[1]]
        assert told.counts(run.id, "U1") == {None: 1, "n": 2}
        assert told.uncarded(run.id, "U1") == 2
