"""Clocks remind, report and escalate, each once (T1, T2)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot.policy_folder import read_policy_folder
from handlers.flows.ports import Ports
from handlers.flows.working.enforce_sla import enforce_sla
from handlers.flows.working.record_touch import acknowledge
from handlers.flows.working.set_switch import set_switch
from storage.audit import Actor, Audit
from tests.conftest import POLICY
from tests.flows.builders import actions, an_owned_lead
from tests.flows.test_record_touch import a_person
from tests.flows.test_resolve_case import an_open_case
from tests.storage.builders import a_deadline
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger
from tests.support.policies import enacted

WEEK = timedelta(days=7)


def _tick(ports: Ports, engine: WaitingEngine) -> int:
    fired = enforce_sla(ports)
    engine.run_all(ports)
    return fired


def _due(ports: Ports, assignment_id: str, kind: str) -> timedelta:
    with ports.database.reading() as work:
        clock = next(d for d in work.deadlines.of_subject(assignment_id) if d.kind == kind)
    return clock.due_at - ports.clock.now()


def test_nothing_fires_before_its_time(ports: Ports, engine: WaitingEngine) -> None:
    """A tick before the first due time does nothing."""
    _, assignment = an_owned_lead(ports, engine)
    ports.clock.forward(  # type: ignore[attr-defined]
        _due(ports, assignment.id, "acknowledge_reminder") - timedelta(microseconds=1)
    )

    assert _tick(ports, engine) == 0


def test_reminder_comes_once_in_the_cards_thread(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """At 75 % the owner is reminded, mentioned, under the card, and only once."""
    _, assignment = an_owned_lead(ports, engine)
    clock.forward(_due(ports, assignment.id, "acknowledge_reminder"))
    _tick(ports, engine)
    _tick(ports, engine)

    owner = a_person(ports, assignment.person)
    ((recipient, text),) = messenger.texts()
    assert recipient == owner.slack_user
    assert text.startswith("Reminder: Acknowledgement of Jane Roe is due ")
    assert messenger.posted[-1].thread == messenger.posted[0].place


def test_breach_reaches_owner_and_manager(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """A missed clock is told to the owner and to their manager; the card turns late (T2)."""
    lead, assignment = an_owned_lead(ports, engine)
    clock.forward(_due(ports, assignment.id, "acknowledge_breach"))
    _tick(ports, engine)

    owner = a_person(ports, assignment.person)
    manager = a_person(ports, owner.manager or "")
    told = [who for who, text in messenger.texts() if text.startswith("Missed: Acknowledgement")]
    assert told == [owner.slack_user, manager.slack_user]
    assert messenger.lead_cards()[0].clocks[0].state == "late"
    assert "sla.breached" in actions(ports, lead)


def test_met_clock_says_nothing(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """Whoever acknowledged in time is neither reminded nor reported."""
    _, assignment = an_owned_lead(ports, engine)
    acknowledge(ports, assignment.id, a_person(ports, assignment.person))
    clock.forward(_due(ports, assignment.id, "acknowledge_breach"))
    _tick(ports, engine)

    assert [text for _, text in messenger.texts() if "Acknowledgement" in text] == []


def test_reminder_overtaken_by_the_click_is_not_sent(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """A reminder that waits while the owner acknowledges is dropped, not sent."""
    _, assignment = an_owned_lead(ports, engine)
    clock.forward(_due(ports, assignment.id, "acknowledge_reminder"))
    enforce_sla(ports)
    acknowledge(ports, assignment.id, a_person(ports, assignment.person))
    engine.run_all(ports)

    assert messenger.texts() == []


def test_after_a_stop_the_breach_alone_is_told(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """When reminder and breach are both due at once, nobody is reminded of what is late already."""
    an_owned_lead(ports, engine)
    clock.forward(WEEK)
    _tick(ports, engine)

    assert [text for _, text in messenger.texts() if text.startswith("Reminder")] == []
    assert len([text for _, text in messenger.texts() if text.startswith("Missed")]) == 4


def _without(ports: Ports, person: str) -> None:
    """Put a policy in force that does not know this person any more."""
    files = read_policy_folder(POLICY)
    files["people.csv"] = re.sub(rf"(?m)^{person},.*\n", "", files["people.csv"])
    files["pools.yml"] = re.sub(rf"(?m)^ *- {{person: {person}\b.*\n", "", files["pools.yml"])
    with ports.database.writing() as work:
        enacted(ports, work, files)


def test_clock_of_somebody_who_left_reaches_the_managers(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """An owner taken out of the policy cannot be told, so the managers' channel is."""
    _, assignment = an_owned_lead(ports, engine)
    _without(ports, assignment.person)
    clock.forward(WEEK)
    _tick(ports, engine)

    told = {who for who, text in messenger.texts() if text.startswith("Missed")}
    assert told == {"C0LEADDESK"}


def test_one_broken_deadline_holds_up_nobody(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """A deadline that cannot be acted on is shown as failed; all others fire."""
    lead, assignment = an_owned_lead(ports, engine)
    with ports.database.writing() as work:
        broken = a_deadline(work, lead, kind="acknowledge_breach", subject_id="asg_unknown")
    clock.forward(WEEK)
    _tick(ports, engine)

    with ports.database.reading() as work:
        assert work.deadlines.get(broken.id).state == "failed"
        assert work.deadlines.count("failed") == 1
        assert {d.state for d in work.deadlines.of_subject(assignment.id)} == {"fired"}
    assert "sla.failed" in actions(ports, lead)


def test_trouble_of_the_database_leaves_the_clock_armed(
    ports: Ports, engine: WaitingEngine, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadlock or a lost connection is not the deadline's fault: the next tick fires it."""
    _, assignment = an_owned_lead(ports, engine)
    clock.forward(_due(ports, assignment.id, "acknowledge_breach"))

    def deadlock(*_: object, **__: object) -> int:
        raise OperationalError("", {}, Exception("deadlock detected"))

    with monkeypatch.context() as broken:
        broken.setattr(Audit, "append", deadlock)
        with pytest.raises(OperationalError):
            enforce_sla(ports)
    assert _tick(ports, engine) >= 1

    with ports.database.reading() as work:
        states = {d.kind: d.state for d in work.deadlines.of_subject(assignment.id)}
    assert states["acknowledge_breach"] == "fired"


def test_case_past_its_age_limit_escalates_and_stays_open(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """Expiry is said in the case's thread and decides nothing (R5)."""
    case = an_open_case(ports, engine)
    clock.forward(WEEK)
    _tick(ports, engine)

    assert "still needs a person" in messenger.texts()[-1][1]
    with ports.database.reading() as work:
        assert work.cases.get(case.id).state == "open"


def test_switched_off_clocks_wait_and_lose_nothing(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """With the switch off nothing fires; turned on again, everything due fires (G3)."""
    an_owned_lead(ports, engine)
    actor = Actor(kind="person", id="oscar")
    set_switch(ports, "sla", is_on=False, actor=actor, reason="maintenance")
    clock.forward(WEEK)
    assert _tick(ports, engine) == 0

    set_switch(ports, "sla", is_on=True, actor=actor, reason="over")
    assert _tick(ports, engine) == 4
