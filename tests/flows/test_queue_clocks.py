"""Queues remind and escalate as queues: one message for however many leads (R8)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from handlers.flows.deciding.resolve_case import Choice, assign_to
from handlers.flows.looking.queues import entries_of, queues_of
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError
from handlers.flows.taking_in.receive_lead import receive_lead
from handlers.flows.telling.queue_messages import in_hours
from handlers.flows.working.enforce_sla import enforce_sla
from routing.lead import Lead
from storage.database.base import new_id
from storage.deadlines import Deadline, DeadlineKind
from tests.flows.builders import a_draft, the_lead
from tests.flows.test_record_touch import a_person
from tests.flows.test_resolve_case import an_open_case
from tests.storage.builders import a_lead
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

DAY = timedelta(days=1)


def _from_a_list(ports: Ports, engine: WaitingEngine) -> Lead:
    """A lead that the rules send to Holding: a row of the event list without a size."""
    source = ports.policies.latest_known().policy.source("import", "event-list")
    assert source is not None
    draft = a_draft(ports, company_size=None)
    receive_lead(ports, draft.model_copy(update={"source": source}))
    engine.run_all(ports)
    return the_lead(ports)


def many_held(ports: Ports, number: int) -> list[Lead]:
    """So many leads in Holding since now, with the clocks that `settle` arms."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        leads = [
            a_lead(work, queue="holding", waits_since=now, email=f"lead{n}@acme.example")
            for n in range(number)
        ]
        clocks: dict[DeadlineKind, timedelta] = {"queue_clock": DAY, "queue_age": 2 * DAY}
        work.deadlines.arm(
            [
                Deadline(
                    id=new_id("ddl"),
                    lead_id=lead.id,
                    subject_id=lead.id,
                    kind=kind,
                    started_at=now,
                    due_at=now + span,
                    policy_version=1,
                )
                for lead in leads
                for kind, span in clocks.items()
            ]
        )
    return leads


def _tick(ports: Ports, engine: WaitingEngine) -> None:
    enforce_sla(ports)
    engine.run_all(ports)


def _about(messenger: KeepingMessenger, words: str) -> list[tuple[str, str]]:
    return [(who, text) for who, text in messenger.texts() if words in text]


def test_a_lead_in_a_queue_has_the_queues_clocks(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """From the moment it begins to wait, and through a decision that leaves it there."""
    lead = _from_a_list(ports, engine)
    assert (lead.queue, lead.waits_since) == ("holding", clock.now())
    with ports.database.reading() as work:
        due = {d.kind: d.due_at - clock.now() for d in work.deadlines.of_subject(lead.id)}
    assert due == {"queue_clock": DAY, "queue_age": 2 * DAY}


def test_thousands_of_leads_are_one_message(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """To the queue's owner at the clock, to the managers at the limit; in batches, yet once."""
    many_held(ports, 1100)
    clock.forward(DAY)
    _tick(ports, engine)

    ((owner, text),) = messenger.texts()
    assert owner == a_person(ports, "priya").slack_user
    assert text.startswith("1100 leads wait in Holding longer than 1 d.")

    clock.forward(DAY)
    _tick(ports, engine)
    _tick(ports, engine)
    channel = ports.policies.latest_known().policy.company.managers_channel
    assert [who for who, _ in messenger.texts()] == [owner, channel]
    assert "longer than 2 d. That is its limit; Priya Raman answers" in messenger.texts()[-1][1]
    with ports.database.reading() as work:
        assert work.waiting.crowds()["holding"].number == 1100


def test_what_comes_meanwhile_is_drawn_into_the_message(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """Within one stretch of the clock the message is edited; after it comes a new one."""
    many_held(ports, 2)
    clock.forward(timedelta(hours=1))
    many_held(ports, 1)
    clock.forward(DAY - timedelta(hours=1))
    _tick(ports, engine)
    assert len(messenger.texts()) == 1

    clock.forward(timedelta(hours=1))
    _tick(ports, engine)
    assert [text[:12] for _, text in messenger.texts()] == ["3 leads wait"]

    many_held(ports, 1)
    clock.forward(DAY)
    _tick(ports, engine)
    assert len(_about(messenger, "longer than 1 d")) == 2


def test_who_left_the_queue_is_not_told_of(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """A clock of a lead that is elsewhere by now says nothing."""
    (lead,) = many_held(ports, 1)
    with ports.database.writing() as work:
        held = work.leads.lock(lead.id)
        work.leads.save(held.model_copy(update={"place": "nurture", "queue": None}), clock.now())
    clock.forward(2 * DAY)
    _tick(ports, engine)

    assert messenger.texts() == []


def test_two_replicas_owe_one_message(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """They share the due clocks between them, and the message is one."""
    many_held(ports, 30)
    clock.forward(DAY)
    start = Barrier(2)

    def tick() -> None:
        start.wait()
        enforce_sla(ports)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(tick) for _ in range(2)]:
            done.result()
    engine.run_all(ports)

    assert len(messenger.texts()) == 1


def test_cases_belong_to_the_queue_of_their_kind(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """The card names it, the list has it, its owner is reminded; a resolved one is gone."""
    case = an_open_case(ports, engine)
    (card,) = messenger.case_cards()
    assert card.queue == "Default review (Renata Duarte)"
    assert case.due_at - case.opened_at == timedelta(hours=8)
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
        (entry,) = entries_of(work, policy, "default_review", 10)
        assert entries_of(work, policy, "holding", 10) == []
    assert (entry.case, entry.why) == (case.id, "Ambiguous territory")

    clock.forward(timedelta(hours=2))
    _tick(ports, engine)
    ((who, text),) = _about(messenger, "Default review")
    assert who == a_person(ports, "renata").slack_user
    assert text.startswith("1 lead waits in Default review longer than 2 h.")

    assign_to(ports, case.id, Choice("hugo"), person=a_person(ports, "renata"))
    with ports.database.reading() as work:
        states = {s.queue: s.waiting for s in queues_of(work, policy)}
    assert states["default_review"] == 0


def test_the_longest_wait_is_listed_first(ports: Ports, clock: TestClock) -> None:
    """Leads and cases together, and no more than asked for."""
    first = many_held(ports, 1)
    clock.forward(DAY)
    many_held(ports, 3)
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
        entries = entries_of(work, policy, "holding", 2)
        (state,) = [s for s in queues_of(work, policy) if s.queue == "holding"]
        with pytest.raises(NotFoundError, match=r"Did you mean holding\?"):
            entries_of(work, policy, "holdin", 2)

    assert entries[0].lead == first[0].id
    assert len(entries) == 2
    assert (state.waiting, state.oldest) == (4, first[0].waits_since)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(30, "30 min"), (60, "1 h"), (90, "90 min"), (1440, "1 d"), (2160, "36 h")],
)
def test_limits_are_said_in_whole_units(minutes: int, words: str) -> None:
    """The largest unit that leaves nothing over."""

    assert in_hours(timedelta(minutes=minutes)) == words
