"""Somebody leaves: all open leads go to others in one step, whatever happens meanwhile (R4)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Barrier

import pytest

from handlers.flows.looking.leaving import leaver, leaver_with_goals
from handlers.flows.ports import Ports, RetryLater
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.deciding.entered_absence import Absent, enter_absence
from handlers.flows.steps.deciding.moving import MoveOrder
from handlers.flows.steps.deciding.moving import move as move_it
from handlers.flows.steps.deciding.pool_states import hold_pools_of
from handlers.flows.steps.find_person import find_leaver
from handlers.flows.steps.settlement import Settlement
from handlers.flows.working import hand_over as flow
from handlers.flows.working.move_stage import move_stage
from handlers.flows.working.reassign import Reassignment, reassign
from handlers.flows.working.set_availability import come_back, go_away
from handlers.flows.working.set_switch import set_switch
from handlers.flows.working.start_hand_over import Leaving, Started, start_hand_over
from routing.lead import Lead
from storage.deciding.assignments import StoredDecision
from tests.flows.builders import actions, now_of, receive, the_assignment
from tests.flows.changed_policy import PEOPLE_OF_EMEA, only, put_in_force
from tests.flows.test_reassign import BY_POLICY, RENATA, assert_counts_fit, owed, to
from tests.flows.test_recognise import leads as every_lead
from tests.flows.test_record_touch import a_person
from tests.flows.test_set_availability import PRIYA, a_lead_from_berlin, said_of
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

HUGO = (
    "hugo,Hugo Lindqvist,hugo.lindqvist@meridian.example,U0SDRHUGO,sdr,tobias,"
    "Europe/London,business-uk,"
)
LEAVES = MoveOrder(None, "leaves us")


def leads_of_hugo(ports: Ports, engine: WaitingEngine, number: int) -> list[Lead]:
    """So many open leads of Hugo's, from when he was alone; the others are there by now."""
    put_in_force(ports, only("hugo"))
    leads = [a_lead_from_berlin(ports, engine, one) for one in range(number)]
    put_in_force(ports)
    assert {lead.owner for lead in leads} == {"hugo"}
    return leads


def start(ports: Ports, order: MoveOrder = LEAVES, who: str = "hugo") -> Started:
    person = a_person(ports, "renata")
    return start_hand_over(ports, Leaving(who, order), by=RENATA, person=person)


def assert_all_have_a_place(ports: Ports, leads: list[Lead], gone: str = "hugo") -> None:
    """Each in exactly one visible place, and none with who left."""
    with ports.database.reading() as work:
        for lead in leads:
            now = work.leads.get(lead.id)
            assert now is not None
            held, case = work.assignments.current(lead.id), work.cases.open_of(lead.id)
            assert now.owner != gone
            assert (held is not None, case is not None) == (
                now.place == "owner",
                now.place == "case",
            )
            assert held is None or held.person == now.owner
        assert list(work.audit.faults()) == []


def moves(ports: Ports, lead: Lead) -> int:
    return actions(ports, lead).count("lead.reassigned")


def test_all_open_leads_go_where_policy_says(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The person is away at once; each lead moves once, closed ones stay; pools are level, and
    whoever started it reads where the leads are.
    """
    *leads, closed = leads_of_hugo(ports, engine, 8)
    boss = a_person(ports, "renata")
    move_stage(ports, closed.id, "disqualified", person=boss, reason="student")
    started = start(ports)
    assert (started.leads, started.set_away) == (7, True)
    assert said_of(ports, "hugo") == ["person.away", "person.hand_over_started"]
    engine.run_all(ports)

    assert_all_have_a_place(ports, leads)
    assert {now_of(ports, lead).owner for lead in leads} == set(PEOPLE_OF_EMEA) - {"hugo"}
    assert [moves(ports, lead) for lead in leads] == [1] * 7
    assert now_of(ports, closed).owner == "hugo"
    assert said_of(ports, "hugo")[-1] == "person.handed_over"
    assert sum(owed(ports).values()) == 0
    assert_counts_fit(ports)
    recipient, text = messenger.texts()[-1]
    assert recipient == boss.slack_user
    assert text.startswith("Hugo Lindqvist has handed over 7 leads (leaves us).")
    assert sum(int(line.rpartition(": ")[2]) for line in text.splitlines()[1:]) == 7


def test_without_open_leads_nobody_is_told(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The person is away and it is on record; a message about no leads would be noise."""
    started = start(ports)
    engine.run_all(ports)

    assert (started.leads, started.set_away) == (0, True)
    assert said_of(ports, "hugo")[-1] == "person.handed_over"
    assert not [text for _, text in messenger.texts() if "handed over" in text]


def test_all_go_to_one_person(ports: Ports, engine: WaitingEngine) -> None:
    """Whatever the pools say; their counts follow."""
    leads = leads_of_hugo(ports, engine, 3)
    start(ports, to("elif"))
    engine.run_all(ports)

    assert {now_of(ports, lead).owner for lead in leads} == {"elif"}
    assert sum(owed(ports).values()) == 0
    assert_counts_fit(ports)


def test_what_a_dry_run_says_happens(ports: Ports, engine: WaitingEngine) -> None:
    """By policy each lead is decided after the one before it; nothing is moved by asking."""
    leads = leads_of_hugo(ports, engine, 9)
    with ports.database.reading() as work:
        found = leaver_with_goals(ports, work, "hugo", LEAVES)
    assert [now_of(ports, lead) for lead in leads] == leads
    assert [(stay.stage, stay.leads) for stay in found.stages] == [("New", 9)]
    start(ports)
    engine.run_all(ports)

    policy = ports.policies.latest_known().policy
    went = Counter(f"with {policy.person(now_of(ports, one).owner or '').name}" for one in leads)
    assert {goal.place: goal.leads for goal in found.goes} == went


def test_a_stop_in_the_middle_moves_none_twice(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever instant it is: the work that is taken up again goes on with what is left."""
    leads = leads_of_hugo(ports, engine, 5)
    started = start(ports)

    def stopping(after: int, before: bool) -> None:
        left = [after]

        def move(s: Settlement, lead: Lead, order: MoveOrder, about: str) -> StoredDecision:
            left[0] -= 1
            if left[0] < 0 and before:
                raise KeyboardInterrupt
            stored = move_it(s, lead, order, about)
            if left[0] < 0:
                raise KeyboardInterrupt
            return stored

        monkeypatch.setattr("handlers.flows.working.hand_over.move", move)
        with pytest.raises(KeyboardInterrupt):
            flow.hand_over(ports, "hugo", started.id)
        engine.waiting.clear()  # it does not take back what a lost transaction submitted

    stopping(2, before=True)
    stopping(1, before=False)
    assert sum(now_of(ports, lead).owner == "hugo" for lead in leads) == 2
    monkeypatch.setattr("handlers.flows.working.hand_over.move", move_it)
    for _ in range(2):
        flow.hand_over(ports, "hugo", started.id)
    engine.run_all(ports)

    assert_all_have_a_place(ports, leads)
    assert [moves(ports, lead) for lead in leads] == [1] * 5
    assert said_of(ports, "hugo").count("person.handed_over") == 1


def test_two_hand_overs_of_one_person_are_one(ports: Ports, engine: WaitingEngine) -> None:
    """Of two people who press at once one starts it, and the other reads who did; when it is over
    another may begin.
    """
    leads, ready = leads_of_hugo(ports, engine, 2), Barrier(2)

    def press(order: MoveOrder) -> str:
        ready.wait()
        try:
            start(ports, order)
        except TooLateError as late:
            return str(late)
        return "started"

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(press, (LEAVES, to("elif"))))
    assert answers[0].startswith("Renata Duarte has started this hand-over already")
    assert answers[1] == "started"
    engine.run_all(ports)

    assert_all_have_a_place(ports, leads)
    assert [moves(ports, lead) for lead in leads] == [1, 1]
    assert start(ports).leads == 0


def test_two_hand_overs_of_somebody_away_are_one(ports: Ports, engine: WaitingEngine) -> None:
    """Also where there is no absence to enter."""
    leads_of_hugo(ports, engine, 1)
    go_away(ports, "hugo", Absent(), actor=PRIYA)
    assert not start(ports).set_away
    with pytest.raises(TooLateError, match="already"):
        start(ports)


def test_who_was_named_left_meanwhile(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The leads go where policy says, and the message says why."""
    leads = leads_of_hugo(ports, engine, 2)
    start(ports, to("elif"))
    elif_ = "elif,Elif Aydin,elif.aydin@meridian.example,U0SDRELIF,sdr,tobias,Europe/Berlin,"
    put_in_force(ports, ("people.csv", f"{elif_}business-de,yes", f"{elif_}business-de,no"))
    engine.run_all(ports)

    assert_all_have_a_place(ports, leads)
    assert "elif" not in {now_of(ports, lead).owner for lead in leads}
    assert messenger.texts()[-1][1].endswith("Elif Aydin is no longer active, so policy chose.")


def test_who_was_named_hands_over_as_well(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Also when their own is over before: nothing more goes to them, and it is said."""
    leads = leads_of_hugo(ports, engine, 3)
    waits, first = start(ports, to("elif")), start(ports, who="elif")
    flow.hand_over(ports, "elif", first.id)
    flow.hand_over(ports, "hugo", waits.id)
    engine.run_all(ports)

    assert_all_have_a_place(ports, leads)
    assert_all_have_a_place(ports, leads, gone="elif")
    assert any("Elif Aydin hands over as well" in text for _, text in messenger.texts())


@pytest.mark.parametrize("forged", ["nobody", "x" * 300])
def test_nobody_hands_over_who_is_nobody(ports: Ports, engine: WaitingEngine, forged: str) -> None:
    """An id that nobody has is refused, and nothing is put on record."""
    leads_of_hugo(ports, engine, 1)
    with pytest.raises(NotFoundError, match="Nobody of that id"):
        start(ports, who=forged)
    assert said_of(ports, forged) == []


def test_what_happens_to_a_lead_meanwhile_stays(ports: Ports, engine: WaitingEngine) -> None:
    """One is closed, one was given to somebody, one comes to the person by hand: it goes, too."""
    closed, given, other, late = leads_of_hugo(ports, engine, 4)
    boss = a_person(ports, "renata")
    reassign(ports, Reassignment([late.id], to("anna")), by=RENATA, person=boss)
    start(ports)
    move_stage(ports, closed.id, "disqualified", person=a_person(ports, "hugo"), reason="student")
    reassign(ports, Reassignment([given.id], to("anna")), by=RENATA, person=boss)
    back = to("hugo", is_away_meant=True)
    reassign(ports, Reassignment([late.id], back), by=RENATA, person=boss)
    engine.run_all(ports)

    assert now_of(ports, closed).owner == "hugo"
    assert now_of(ports, given).owner == "anna"
    assert_all_have_a_place(ports, [given, other, late])
    assert_counts_fit(ports)


def test_with_nobody_eligible_people_decide(ports: Ports, engine: WaitingEngine) -> None:
    """Visible cases that do not suggest who left, and that wait even when they are back."""
    put_in_force(ports, only("hugo"))
    leads = [a_lead_from_berlin(ports, engine, one) for one in range(2)]
    start(ports)
    engine.run_all(ports)

    assert {now_of(ports, lead).place for lead in leads} == {"case"}
    assert_all_have_a_place(ports, leads)
    come_back(ports, "hugo", actor=PRIYA)
    engine.run_all(ports)
    assert {now_of(ports, lead).place for lead in leads} == {"case"}


def test_one_that_cannot_be_moved_is_routed_again(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not stay with who left, and does not keep the others."""
    broken, *others = leads = leads_of_hugo(ports, engine, 3)

    def failing(s: Settlement, lead: Lead, order: MoveOrder, about: str) -> StoredDecision:
        if lead.id == broken.id:
            raise ValueError("broken")
        return move_it(s, lead, order, about)

    monkeypatch.setattr("handlers.flows.working.hand_over.move", failing)
    start(ports)
    engine.run_all(ports)

    assert_all_have_a_place(ports, leads)
    assert "lead.queued" in actions(ports, broken)
    assert [moves(ports, lead) for lead in leads] == [0, 1, 1]
    assert others


def test_it_waits_while_routing_is_off(ports: Ports, engine: WaitingEngine) -> None:
    """Switched off in the middle, the work asks to be tried again later."""
    leads = leads_of_hugo(ports, engine, 1)
    started = start(ports)
    set_switch(ports, "routing", is_on=False, actor=PRIYA, reason="test")
    with pytest.raises(RetryLater):
        flow.hand_over(ports, "hugo", started.id)
    assert now_of(ports, leads[0]).owner == "hugo"


def test_only_who_decides_may_and_never_to_themselves(ports: Ports, engine: WaitingEngine) -> None:
    """A rep hands over nobody's leads; an unknown or absent target is refused; nobody is set away
    by what was refused.
    """
    leads_of_hugo(ports, engine, 1)
    go_away(ports, "anna", Absent(), actor=PRIYA)
    with pytest.raises(NotAllowedError, match="Only a manager"):
        start_hand_over(ports, Leaving("hugo", LEAVES), by=RENATA, person=a_person(ports, "hugo"))
    for order, error in (
        (to("hugo"), NotAllowedError),
        (to("nobody"), NotFoundError),
        (to("anna"), NotAllowedError),
        (to("elif", " "), NotAllowedError),
    ):
        with pytest.raises(error):
            start(ports, order)
    assert said_of(ports, "hugo") == []


def test_an_absence_with_an_end_is_replaced(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """Who leaves does not come back on Monday by themselves."""
    go_away(ports, "hugo", Absent(clock.now() + timedelta(hours=1)), actor=PRIYA)
    assert start(ports).set_away
    with ports.database.reading() as work:
        (away,) = work.availability.away_at(clock.now(), ["hugo"])
    assert away.until is None


def test_who_left_the_policy_can_be_named(ports: Ports, engine: WaitingEngine) -> None:
    """By the id they had, as long as they own open leads; inactive people as well."""
    leads = leads_of_hugo(ports, engine, 1)
    put_in_force(ports, ("people.csv", HUGO + "yes", HUGO + "no"))
    started = start(ports, to("elif"))
    assert (started.leads, started.set_away) == (1, False)
    engine.run_all(ports)
    assert now_of(ports, leads[0]).owner == "elif"

    with ports.database.writing() as work:
        held = work.leads.lock(leads[0].id)
        work.leads.save(held.model_copy(update={"owner": "zed"}), ports.clock.now())
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
        assert find_leaver(work, policy, "zed") == "zed"
        with pytest.raises(NotFoundError):
            find_leaver(work, policy, "yves")


def test_what_else_hangs_on_somebody_is_said(ports: Ports, engine: WaitingEngine) -> None:
    """Queues, team, pools where they are alone, approvals, cases that suggest them."""
    put_in_force(ports, only("hugo"))
    leads = [a_lead_from_berlin(ports, engine, one) for one in range(2)]
    boss = a_person(ports, "renata")
    reassign(ports, Reassignment([leads[0].id], BY_POLICY), by=RENATA, person=boss)
    with ports.database.writing() as work:
        policy = ports.policies.active(work).policy
        case = work.cases.open_of(leads[0].id)
        assert case is not None
        suggesting = case.model_copy(
            update={"id": "case_b", "kind": "no_rule", "suggested_person": "hugo"}
        )
        work.cases.open(suggesting)
        hugo, priya, tobias = (leaver(work, policy, who) for who in ("hugo", "priya", "tobias"))

    assert "Is the only one in the pool EMEA SDRs: add somebody in pools.yml." in hugo.hangs
    assert "1 open case suggests them: case_b." in hugo.hangs
    assert any(line.startswith("Manages Elif Aydin, ") for line in tobias.hangs)
    assert any(line.startswith("Owns the queue") for line in priya.hangs)
    assert any("1 other may." in line for line in priya.hangs)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_they_have_everything_has_one_place(
    ports: Ports, engine: WaitingEngine, seed: int
) -> None:
    """Leads by policy, by hand, in cases, closed, for one person or by policy: none is with who
    left, each is in one place, pools owe in sum what was given by hand or came back (0014).
    """
    leads = leads_of_hugo(ports, engine, 4 + seed)
    boss = a_person(ports, "renata")
    for number, lead in enumerate(leads):
        what = (number * 7 + seed * 5) % 4
        if what == 1:
            wish = Reassignment([lead.id], to("anna", f"first {number}"))
            reassign(ports, wish, by=RENATA, person=boss)
            wish = Reassignment([lead.id], to("hugo", f"back {number}"))
            reassign(ports, wish, by=RENATA, person=boss)
        elif what == 2:
            move_stage(ports, lead.id, "disqualified", person=boss, reason="student")
    hugos = [lead for lead in leads if now_of(ports, lead).stage != "disqualified"]
    with ports.database.reading() as work:
        from_pool = sum(the_assignment(work, lead).pool is not None for lead in hugos)
    before = sum(owed(ports).values())
    start(ports, [LEAVES, to("elif"), to("grace")][seed % 3])
    engine.run_all(ports)

    assert_all_have_a_place(ports, hugos)
    assert_counts_fit(ports)
    assert sum(owed(ports).values()) == [0, before, before + from_pool][seed % 3]


def test_the_owner_of_an_account_gets_no_lead_while_they_hand_over(
    ports: Ports, engine: WaitingEngine
) -> None:
    """A colleague of theirs that is being decided while the hand-over starts is decided before it,
    and moved with the others, or after it, and never theirs.
    """
    (lead,) = leads_of_hugo(ports, engine, 1)
    receive(
        ports, name="Viktor Lind", email=f"viktor@{lead.domain}", job_title="Buyer", country="DE"
    )
    with ThreadPoolExecutor(1) as pool, ports.database.writing() as work:
        active = ports.policies.active(work)
        s = Settlement(ports, work, active, ports.clock.now(), RENATA)
        hold_pools_of(work, active.policy, ["hugo"])
        enter_absence(s, active.policy.person_by_id["hugo"], Absent(reason="leaves"))
        deciding = pool.submit(engine.run_all, ports)
        assert wait([deciding], timeout=0.3).not_done
    deciding.result()

    (viktor,) = (one for one in every_lead(ports) if one.full_name == "Viktor Lind")
    assert viktor.account == lead.account
    assert viktor.owner not in (None, "hugo")
