"""A file of leads becomes leads once, however often and by however many it is taken in (I1, I2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import DataError, OperationalError

from handlers.flows.draft import ImportedRow, LeadDraft
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.registry import FLOWS
from handlers.flows.steps.taking_in import take_row
from handlers.flows.steps.taking_in.delivery import Delivery, prepare
from handlers.flows.steps.taking_in.take_in import Desk, Taken, put_on_record
from handlers.flows.taking_in import import_leads as flow
from handlers.flows.taking_in.import_leads import (
    finish_import,
    import_leads,
    rows_to_take,
    take_batch,
)
from handlers.flows.taking_in.release_import import release_import
from handlers.flows.taking_in.route_import import NEWS_EVERY, route_import
from handlers.flows.taking_in.start_import import start_import
from handlers.flows.telling.messages import ImportDigest
from handlers.flows.telling.send_import_cards import send_import_cards
from handlers.flows.working.set_switch import set_switch
from handlers.intake.problem import RefusedError
from handlers.jobs.heal import PATIENCE, heal
from routing.lead import INCOMING, Lead
from storage.taking_in.imports import ImportRun
from storage.taking_in.receipts import Receipt
from tests.flows.builders import actions, receive
from tests.flows.imports import (
    BY,
    HEADER,
    a_file,
    a_row,
    an_order,
    imported,
    outcomes,
    reread,
)
from tests.support.clock import TestClock
from tests.support.engine import Submitted, WaitingEngine
from tests.support.messenger import KeepingMessenger

NAMES = ("ann", "bea", "cleo", "dora")


def leads(ports: Ports) -> list[Lead]:
    with ports.database.reading() as work:
        return work.leads.find("", 1000)


def digests(messenger: KeepingMessenger) -> dict[str, ImportDigest]:
    """Recipient and digest; nobody has two."""
    found = [(p.recipient, p.message) for p in messenger.posted]
    digests = [(to, m) for to, m in found if isinstance(m, ImportDigest)]
    assert len(dict(digests)) == len(digests)
    return dict(digests)


def test_every_row_becomes_a_lead_and_is_on_record(ports: Ports) -> None:
    """Each row has its outcome: the lead and the receipt, or what is wrong with it."""
    run = imported(ports, a_file("ann", "bea") + ",,,,DE,,,\n" + a_row("cleo"))

    assert (run.state, run.accepted, run.duplicates, run.errors) == ("finished", 3, 0, 1)
    found = outcomes(ports, run)
    assert [row.status for row in found] == ["accepted", "accepted", "error", "accepted"]
    assert all(row.is_new for row in found if row.status == "accepted")
    assert {lead.id for lead in leads(ports)} == {row.lead_id for row in found if row.lead_id}
    assert found[2].problem is not None
    assert "line 4" in found[2].problem


def test_same_file_again_does_nothing(ports: Ports) -> None:
    """The same bytes of the same source are the same import; a finished one is left alone."""
    first = imported(ports, a_file(*NAMES))

    again = start_import(ports, an_order(ports, a_file(*NAMES)))

    assert (again.run, again.is_new) == (first, False)
    assert len(leads(ports)) == len(NAMES)


def test_reading_it_again_on_purpose_makes_no_second_lead(ports: Ports) -> None:
    """`again` tries the rows once more: those that were taken are duplicates."""
    first = imported(ports, a_file(*NAMES))

    second = imported(ports, a_file(*NAMES), again=True)

    assert second.id != first.id
    assert (second.accepted, second.duplicates) == (0, len(NAMES))
    assert len(leads(ports)) == len(NAMES)


def test_changed_file_is_another_import_with_only_its_new_rows_new(ports: Ports) -> None:
    """A file mended after a stop is a new import; rows that were taken already stay one lead each,
    also those that have no e-mail to tell by.
    """
    nameless = a_row("ann", email="")
    order = an_order(ports, HEADER + nameless + a_row("bea"))
    run = start_import(ports, order).run
    take_batch(ports, run.id, iter([next(rows_to_take(ports, run, order.chunks()))]))

    mended = imported(ports, HEADER + nameless + a_row("bea") + a_row("cleo"))

    assert mended.id != run.id
    assert [row.status for row in outcomes(ports, mended)] == ["duplicate", "accepted", "accepted"]
    assert len(leads(ports)) == 3


def test_two_rows_of_one_person_are_one_lead(ports: Ports) -> None:
    """The second row of a known e-mail comes to the same lead, the very same row is a duplicate."""
    content = a_file("ann") + a_row("ann", job_title="CEO") + a_row("ann")

    run = imported(ports, content)

    assert [row.status for row in outcomes(ports, run)] == ["accepted", "accepted", "duplicate"]
    assert [row.is_new for row in outcomes(ports, run)] == [True, False, False]
    assert len(leads(ports)) == 1


def test_stopped_import_goes_on_where_it_stood(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is on record is not taken again: the cursor is committed with the rows."""
    monkeypatch.setattr(flow, "BATCH", 1)
    order = an_order(ports, a_file(*NAMES))
    run = start_import(ports, order).run
    rows = rows_to_take(ports, run, order.chunks())
    for _ in range(2):
        take_batch(ports, run.id, rows)

    resumed = imported(ports, a_file(*NAMES))

    assert resumed.id == run.id
    assert (resumed.accepted, resumed.duplicates) == (len(NAMES), 0)
    assert [row.line for row in outcomes(ports, resumed)] == [2, 3, 4, 5]


def test_processes_that_import_one_file_at_once_share_it(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No lead is doubled and no row is missing, whoever takes which batch."""
    monkeypatch.setattr(flow, "BATCH", 3)
    names = [f"person{n}" for n in range(30)]
    start, runs = Barrier(3), list[ImportRun]()

    def take() -> None:
        start.wait()
        runs.append(imported(ports, a_file(*names)))

    threads = [Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {run.id for run in runs} == {runs[0].id}
    assert reread(ports, runs[0]).accepted == 30
    assert len(outcomes(ports, runs[0])) == len(leads(ports)) == 30


class BrokenAt:
    """Rows that end in an error, as a full disk or a lost connection would make them."""

    def __init__(self, rows: Iterator[ImportedRow], at: int) -> None:
        self._rows, self._left = rows, at

    def __iter__(self) -> BrokenAt:
        return self

    def __next__(self) -> ImportedRow:
        self._left -= 1
        if self._left < 0:
            raise OSError("the disk is gone")
        return next(self._rows)


def test_failing_batch_leaves_nothing_half_done(ports: Ports) -> None:
    """A batch is taken whole or not at all."""
    order = an_order(ports, a_file(*NAMES))
    run = start_import(ports, order).run

    with pytest.raises(OSError, match="disk"):
        take_batch(ports, run.id, BrokenAt(rows_to_take(ports, run, order.chunks()), 2))

    assert (leads(ports), outcomes(ports, run)) == ([], [])


def test_stored_file_is_taken_in_by_the_engine(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upload is stored with its work; that makes way for others and lets go of the file."""
    monkeypatch.setattr(flow, "BATCH", 2)
    monkeypatch.setattr(flow, "BATCHES_A_RUN", 2)
    names = [f"person{n}" for n in range(9)]

    run = start_import(ports, an_order(ports, a_file(*names), is_kept=True)).run
    engine.run_all(ports)

    assert (reread(ports, run).state, reread(ports, run).accepted) == ("finished", 9)
    with ports.database.reading() as work:
        assert work.imports.chunk(run.id, 0) is None


def test_upload_goes_on_with_what_a_command_left(ports: Ports, engine: WaitingEngine) -> None:
    """The file of an import that was begun elsewhere is stored, and the rest follows."""
    order = an_order(ports, a_file(*NAMES))
    run = start_import(ports, order).run
    take_batch(ports, run.id, iter([next(rows_to_take(ports, run, order.chunks()))]))

    started = start_import(ports, an_order(ports, a_file(*NAMES), is_kept=True))
    engine.run_all(ports)

    assert (started.run.id, started.is_new) == (run.id, False)
    assert reread(ports, run).accepted == len(NAMES)


def test_import_work_that_runs_again_does_nothing(ports: Ports, engine: WaitingEngine) -> None:
    """The engine may run a piece of work twice."""
    run = start_import(ports, an_order(ports, a_file(*NAMES), is_kept=True)).run
    engine.run_all(ports)

    import_leads(ports, run.id)
    finish_import(ports, run.id)

    assert len(leads(ports)) == len(NAMES)
    with ports.database.reading() as work:
        stream = work.audit.of(f"import:{run.id}")
    assert [entry.action for entry in stream] == ["import.started", "import.finished"]


def test_unusable_file_stores_nothing(ports: Ports) -> None:
    """A file without a column for a lead is refused before it is on record."""
    with pytest.raises(RefusedError):
        start_import(ports, an_order(ports, "colour\nred\n"))

    with ports.database.reading() as work:
        assert work.imports.listed() == []


def test_import_waits_while_imports_are_switched_off(ports: Ports) -> None:
    """A new import is not begun, and says why."""
    set_switch(ports, "imports", is_on=False, actor=BY, reason="maintenance")

    with pytest.raises(NotAllowedError, match="switched off"):
        start_import(ports, an_order(ports, a_file("ann")))


def test_owners_get_one_digest_and_no_card(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """By default many leads make one message an owner, and no clock is started unasked."""
    names = [f"person{n}" for n in range(30)]
    run = imported(ports, a_file(*names))
    engine.run_all(ports)

    owners = {lead.owner for lead in leads(ports)}
    assert {lead.place for lead in leads(ports)} == {"owner"}
    assert len(digests(messenger)) == len(owners)
    assert sum(digest.total for digest in digests(messenger).values()) == 30
    assert messenger.lead_cards() == []
    assert all(len(digest.lines) <= 20 for digest in digests(messenger).values())
    with ports.database.reading() as work:
        assert not work.deadlines.any_due(ports.clock.now() + timedelta(days=30))
        assert work.imports.get(run.id).feeding is False


def test_digest_is_owed_once_however_often_the_work_runs(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The message's id is that of its import and recipient; a second run redraws it."""
    imported(ports, a_file("ann"))
    jobs = list(engine.waiting)
    engine.run_all(ports)
    for job in jobs:
        engine.waiting.append(replace(job, work_id=f"{job.work_id}:again"))
    engine.run_all(ports)

    assert len(digests(messenger)) == 1


def test_owners_hear_of_an_import_that_stopped_half_way(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Whose leads came in before the stop learns of them after a while, finished or not."""
    clock = ports.clock
    assert isinstance(clock, TestClock)
    order = an_order(ports, a_file(*NAMES))
    run = start_import(ports, order).run
    take_batch(ports, run.id, iter([next(rows_to_take(ports, run, order.chunks()))]))

    later = _run_what_is_due(ports, engine)
    assert digests(messenger) == {}
    clock.forward(NEWS_EVERY)
    engine.waiting += later
    engine.run_all(ports)

    assert reread(ports, run).state == "running"
    assert [digest.total for digest in digests(messenger).values()] == [1]


def _run_what_is_due(ports: Ports, engine: WaitingEngine) -> list[Submitted]:
    """Run what waits no longer than a moment; gives the rest."""
    later = []
    while engine.waiting:
        job = engine.waiting.pop(0)
        if job.delay >= NEWS_EVERY:
            later.append(job)
        else:
            FLOWS[job.flow].run(ports, *job.arguments)
    return later


def test_told_one_by_one_with_clocks_when_asked(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """An import may treat its leads as if each had come by itself."""
    imported(ports, a_file(*NAMES), tell="each", clocks=True)
    engine.run_all(ports)

    assert len(messenger.lead_cards()) == len(NAMES)
    assert all(card.clocks for card in messenger.lead_cards())
    assert digests(messenger) == {}


def test_told_to_nobody_when_asked(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """`none` gives every lead its owner and sends nothing."""
    imported(ports, a_file(*NAMES), tell="none")
    engine.run_all(ports)

    assert {lead.place for lead in leads(ports)} == {"owner"}
    assert messenger.posted == []


def test_cases_of_an_import_come_as_one_message(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Managers get a count by reason; each case is a case, and its card comes when asked for."""
    rows = [a_row(f"p{n}", email="") for n in range(3)]
    run = imported(ports, HEADER + "".join(rows))
    engine.run_all(ports)

    policy = ports.policies.latest_known().policy
    (channel,) = digests(messenger)
    digest = digests(messenger)[channel]
    assert (digest.about, digest.total) == ("cases", 3)
    assert sum(number for _, number in digest.reasons) == 3
    assert messenger.case_cards() == []

    manager = next(p for p in policy.people if p.may_decide)
    assert send_import_cards(ports, run.id, manager, channel) == 3
    engine.run_all(ports)
    assert len(messenger.case_cards()) == 3


def test_owner_asks_for_the_cards(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Twenty at a time, each once; the digest then offers what is left."""
    run = imported(ports, a_file(*[f"person{n}" for n in range(30)]))
    engine.run_all(ports)
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    slack_user, digest = max(digests(messenger).items(), key=lambda one: one[1].total)
    owner = policy.person_by_slack_user[slack_user]

    sent: list[int] = []
    while sum(sent) < digest.total:
        sent.append(send_import_cards(ports, run.id, owner, "D123"))
    engine.run_all(ports)

    assert max(sent) <= 20
    assert len({card.lead_id for card in messenger.lead_cards()}) == digest.total
    assert digests(messenger)[slack_user].cards_left == 0
    with pytest.raises(TooLateError):
        send_import_cards(ports, run.id, owner, "D123")


def test_others_get_no_card_of_a_digest(ports: Ports, engine: WaitingEngine) -> None:
    """Somebody without leads of this import has no cards to ask for; cases are for deciders."""
    rows = [a_row("p1", email="")]
    run = imported(ports, HEADER + "".join(rows))
    engine.run_all(ports)
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
        (channel,) = work.imported_leads.recipients(run.id)
    rep = next(p for p in policy.people if not p.may_decide and p.active)

    with pytest.raises(NotAllowedError):
        send_import_cards(ports, run.id, rep, channel)
    with pytest.raises(TooLateError):
        send_import_cards(ports, run.id, rep, "D123")


def test_leads_that_are_not_routed_wait_in_their_queue(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """They are in one visible place, nobody is told, and the net leaves them there."""
    clock = ports.clock
    assert isinstance(clock, TestClock)
    imported(ports, a_file(*NAMES), route=False)
    engine.run_all(ports)
    clock.forward(PATIENCE * 2)

    assert heal(ports) == 0
    assert {(lead.place, lead.queue) for lead in leads(ports)} == {("queue", "default_review")}
    assert messenger.posted == []


def test_waiting_leads_are_routed_when_asked(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Releasing an import routes what waits, as the import says, and does so once."""
    run = imported(ports, a_file(*NAMES), route=False)

    release_import(ports, run.id, BY)
    engine.run_all(ports)

    assert {lead.place for lead in leads(ports)} == {"owner"}
    assert sum(digest.total for digest in digests(messenger).values()) == len(NAMES)
    assert "lead.released" in actions(ports, leads(ports)[0])
    with pytest.raises(TooLateError):
        release_import(ports, run.id, BY)


def test_queue_that_is_not_there_is_said_before_anything_is_stored(ports: Ports) -> None:
    """Leads must not be put where nobody looks."""
    with pytest.raises(NotFoundError, match="nosuch"):
        start_import(ports, an_order(ports, a_file("ann"), route=False, queue="nosuch"))


def test_lead_that_comes_by_itself_is_treated_so(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A form sent while the lead waits in an import's queue brings it a card and clocks."""
    imported(ports, a_file("ann"), route=False)

    receive(ports, email="ann@ann-widgets.com", name="Ann Roe")
    engine.run_all(ports)

    (card,) = messenger.lead_cards()
    assert card.clocks


def test_known_lead_in_a_file_disturbs_nobody(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A file of leads that owners have already sends no line to their threads."""
    receive(ports, email="ann@ann-widgets.com", name="Ann Roe")
    engine.run_all(ports)
    before = len(messenger.posted)

    run = imported(ports, a_file("ann"))
    engine.run_all(ports)

    assert [row.is_new for row in outcomes(ports, run)] == [False]
    assert len(messenger.posted) == before
    assert "lead.returned" in actions(ports, leads(ports)[0])


def test_few_leads_are_in_routings_hands_at_once(ports: Ports, engine: WaitingEngine) -> None:
    """A large file does not stand in front of the leads of a form."""
    imported(ports, a_file(*[f"person{n}" for n in range(150)]))
    (feeding,) = engine.waiting
    route_import(ports, *feeding.arguments)

    assert sum(job.flow == "work_lead" for job in engine.waiting) == 100


def test_lead_that_was_held_joins_the_digest_when_it_is_decided(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A lead that leaves a queue later is treated as its import says, and its owner is told."""
    imported(ports, a_file("ann") + a_row("bea", company_size=""))
    engine.run_all(ports)
    (held,) = [lead for lead in leads(ports) if lead.place == "queue"]

    with ports.database.writing() as work:
        lead = work.leads.lock(held.id)
        known = {"queue": INCOMING, "company_size": 500}
        work.leads.save(lead.model_copy(update=known), ports.clock.now())
        ports.engine.submit(work, "work_lead", held.id, key=held.id, work_id="again")
    engine.run_all(ports)

    assert held.queue == "holding"
    assert sum(digest.total for digest in digests(messenger).values()) == 2
    assert messenger.lead_cards() == []


def test_row_that_cannot_be_stored_costs_itself(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a database refuses for one row is that row's problem, said without its text."""
    store = put_on_record

    def refusing(desk: Desk, delivery: Delivery) -> Taken:
        if delivery.lead.email == "bea@bea-widgets.com":
            raise DataError("bea", None, Exception("too long"))
        return store(desk, delivery)

    monkeypatch.setattr(take_row, "put_on_record", refusing)
    run = imported(ports, a_file(*NAMES))

    found = outcomes(ports, run)
    assert [row.status for row in found] == ["accepted", "error", "accepted", "accepted"]
    assert found[1].problem is not None
    assert "line 3" in found[1].problem
    assert "bea" not in found[1].problem


def test_row_that_breaks_normalising_costs_itself(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row nobody foresaw is named, and the file goes on."""
    ready = prepare

    def breaking(ports: Ports, draft: LeadDraft, receipt: Receipt) -> Delivery:
        if draft.raw.name == "Bea Roe":
            raise RecursionError
        return ready(ports, draft, receipt)

    monkeypatch.setattr(flow, "prepare", breaking)
    run = imported(ports, a_file("ann", "bea"))

    assert [row.status for row in outcomes(ports, run)] == ["accepted", "error"]


def test_what_breaks_every_row_is_no_matter_of_the_rows(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that would cost the whole file stops it instead: no row counts as bad."""

    def broken(ports: Ports, draft: LeadDraft) -> Delivery:
        raise TypeError("a bug")

    monkeypatch.setattr(flow, "prepare", broken)
    with pytest.raises(TypeError):
        imported(ports, a_file("ann", "bea"))
    monkeypatch.undo()

    assert imported(ports, a_file("ann", "bea")).accepted == 2


def test_lost_connection_ends_the_batch_and_not_the_import(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away for good within a batch: the error passes on, nothing is half done,
    and the next attempt takes every row.
    """
    store = put_on_record

    def away(desk: Desk, delivery: Delivery) -> Taken:
        raise OperationalError("x", None, Exception("gone"))

    monkeypatch.setattr(take_row, "put_on_record", away)
    with pytest.raises(OperationalError):
        imported(ports, a_file(*NAMES))
    monkeypatch.setattr(take_row, "put_on_record", store)

    assert imported(ports, a_file(*NAMES)).accepted == len(NAMES)
    assert len(leads(ports)) == len(NAMES)
