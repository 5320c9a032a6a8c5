"""Leads go to somebody else with a reason, one or many (R4, S4)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from threading import Barrier

import pytest

from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.looking.leaving import planned
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.steps.deciding.moving import Moved, MoveOrder
from handlers.flows.steps.deciding.settle import settle
from handlers.flows.steps.settlement import Settlement
from handlers.flows.working.move_stage import move_stage
from handlers.flows.working.reassign import Reassignment, reassign
from handlers.flows.working.record_touch import acknowledge
from handlers.flows.working.set_availability import go_away
from handlers.flows.working.set_switch import set_switch
from routing.decide.decide import decide
from routing.lead import Lead
from storage.audit import Actor
from storage.deciding.assignments import StoredDecision
from tests.flows.builders import actions, now_of, receive, the_assignment, the_lead
from tests.flows.changed_policy import PEOPLE_OF_EMEA, only, put_in_force
from tests.flows.test_record_touch import a_person
from tests.flows.test_resolve_case import an_open_case
from tests.flows.test_set_availability import PRIYA, a_lead_from_berlin
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

RENATA = Actor(kind="person", id="renata")
BY_POLICY = MoveOrder(None, "too busy")


def to(person: str, reason: str = "knows them", *, is_away_meant: bool = False) -> MoveOrder:
    return MoveOrder(person, reason, is_away_meant)


def moved(
    ports: Ports, leads: Sequence[Lead], order: MoveOrder, by: Actor = RENATA, **seen: str
) -> list[Moved]:
    wish = Reassignment([lead.id for lead in leads], order, seen)
    return reassign(ports, wish, by=by, person=a_person(ports, by.id))


def last_decision(ports: Ports, lead: Lead) -> StoredDecision:
    with ports.database.reading() as work:
        found = work.assignments.last_decision(lead.id)
    assert found is not None
    return found


def owed(ports: Ports, pool: str = "emea-sdr") -> dict[str, Fraction]:
    with ports.database.reading() as work:
        return {person: one.owed for person, one in work.pools.balances(pool).items()}


def assert_counts_fit(ports: Ports, pool: str = "emea-sdr") -> None:
    """Each member's count is what they own of the pool now (0014)."""
    with ports.database.reading() as work:
        leads = work.leads.find("", 1000)
        held = [a for one in leads if (a := work.assignments.current(one.id)) and a.pool == pool]
        for person, balance in work.pools.balances(pool).items():
            assert balance.assigned == sum(one.person == person for one in held), person


def test_a_lead_goes_to_a_person(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """On record with who, why, before and after; the old card says who has it, the new owner has
    one, the old clocks stop and new ones run.
    """
    lead = a_lead_from_berlin(ports, engine)
    with ports.database.reading() as work:
        old = the_assignment(work, lead)
    other = next(one for one in PEOPLE_OF_EMEA if one != lead.owner)
    (one,) = moved(ports, [lead], to(other))
    engine.run_all(ports)

    assert one.moved
    assert now_of(ports, lead).owner == other
    assert actions(ports, lead)[-2:] == ["lead.reassigned", "lead.assigned"]
    with ports.database.reading() as work:
        entry = next(e for e in work.audit.of(f"lead:{lead.id}") if e.action == "lead.reassigned")
        states = {d.state for d in work.deadlines.of_subject(old.id)}
        running = {d.state for d in work.deadlines.of_subject(the_assignment(work, lead).id)}
    assert entry.details is not None
    assert (entry.actor, entry.details["reason"]) == (RENATA, "knows them")
    assert entry.details["before"] == {"place": "owner", "owner": lead.owner, "queue": None}
    assert entry.details["after"]["owner"] == other
    assert (states, running) == ({"cancelled"}, {"armed"})
    first, second = messenger.lead_cards()
    name = a_person(ports, other).name
    assert first.status.endswith(f"It went to {name}.")
    assert second.why_you == f"Renata Duarte gave it to {name}: knows them"


def test_pools_are_owed_what_moved(ports: Ports, engine: WaitingEngine) -> None:
    """Within a pool one is owed the lead and the other has had it; to somebody outside, the pool
    owes it to who lost it (0014).
    """
    lead = a_lead_from_berlin(ports, engine)
    before = owed(ports)
    other = next(one for one in PEOPLE_OF_EMEA if one != lead.owner)

    moved(ports, [lead], to(other))
    assert owed(ports) == before | {
        str(lead.owner): before[str(lead.owner)] + 1,
        other: before[other] - 1,
    }
    assert_counts_fit(ports)
    moved(ports, [lead], to("anna"))
    assert sum(owed(ports).values()) == 1
    assert_counts_fit(ports)


def test_policy_chooses_somebody_else(ports: Ports, engine: WaitingEngine) -> None:
    """Not who has it, although they come first as the known owner; the decision is policy's and
    comes out the same when it is made again (R7).
    """
    lead = a_lead_from_berlin(ports, engine)
    (one,) = moved(ports, [lead], BY_POLICY)

    assert one.moved
    assert now_of(ports, lead).owner in set(PEOPLE_OF_EMEA) - {lead.owner}
    made = last_decision(ports, lead)
    assert made.decided_by == "policy"
    assert made.facts.lead.taken_from == (lead.owner,)
    policy = ports.policies.latest_known().policy
    assert decide(policy, made.facts) == made.decision
    assert sum(owed(ports).values()) == 0
    assert_counts_fit(ports)


def test_who_gave_a_lead_away_does_not_get_it_back_by_waiting(
    ports: Ports, engine: WaitingEngine
) -> None:
    """With nobody else it is a visible case that does not suggest them; a look for free places
    leaves it there until somebody else can take it.
    """
    put_in_force(ports, only("hugo"))
    lead = a_lead_from_berlin(ports, engine)
    assert lead.owner == "hugo"
    (one,) = moved(ports, [lead], BY_POLICY)

    assert one.after == "in a case: nobody eligible"
    with ports.database.reading() as work:
        case = work.cases.open_of(lead.id)
    assert case is not None
    assert (case.kind, case.suggested_person) == ("nobody_eligible", None)
    fill_places(ports)
    assert now_of(ports, lead).place == "case"
    put_in_force(ports, only("hugo", "elif"))
    fill_places(ports)
    assert now_of(ports, lead).owner == "elif"


def test_only_who_decides_may(ports: Ports, engine: WaitingEngine) -> None:
    """A rep moves no lead, not even an own one; nor does anybody without a reason."""
    lead = a_lead_from_berlin(ports, engine)
    owner = Actor(kind="person", id=str(lead.owner))

    with pytest.raises(NotAllowedError, match="Only a manager"):
        moved(ports, [lead], BY_POLICY, by=owner)
    with pytest.raises(NotAllowedError, match="Say why"):
        moved(ports, [lead], to("anna", " "))
    assert now_of(ports, lead) == lead


def test_who_cannot_own_leads_is_refused(ports: Ports, engine: WaitingEngine) -> None:
    """Unknown and inactive people never; people away unless it is said to be meant."""
    put_in_force(ports, _inactive("dmitri"))
    lead = a_lead_from_berlin(ports, engine)
    for nobody in ("nobody", "dmitri"):
        with pytest.raises(NotFoundError, match="not active"):
            moved(ports, [lead], to(nobody))
    go_away(ports, "anna", Absent(reason="leave"), actor=PRIYA)
    with pytest.raises(NotAllowedError, match="Anna Kowalczyk is away \\(leave\\)"):
        moved(ports, [lead], to("anna"))
    assert now_of(ports, lead) == lead

    moved(ports, [lead], to("anna", is_away_meant=True))
    assert now_of(ports, lead).owner == "anna"


def _inactive(person: str) -> tuple[str, str, str]:
    row = {
        "dmitri": "dmitri,Dmitri Hale,dmitri.hale@meridian.example,U0SDRDMITRI,sdr,renata,"
        "America/Denver,business-us,"
    }[person]
    return "people.csv", row + "yes", row + "no"


def test_what_cannot_move_stops_no_other(ports: Ports, engine: WaitingEngine) -> None:
    """Closed, with them already, unknown: each says so, and the others are moved."""
    closed, theirs, free = (a_lead_from_berlin(ports, engine, one) for one in range(3))
    boss = a_person(ports, "renata")
    move_stage(ports, closed.id, "disqualified", person=boss, reason="student")
    moved(ports, [theirs], to("anna"))
    wish = Reassignment([closed.id, "lead_gone", theirs.id, free.id, free.id], to("anna"))
    answers = reassign(ports, wish, by=RENATA, person=boss)

    assert [one.moved for one in answers] == [False, False, False, True]
    assert answers[0].why == "It is closed (Disqualified)."
    assert answers[1].why == "Baton does not know this lead."
    assert answers[2].why == "Anna Kowalczyk has it already."
    assert now_of(ports, free).owner == "anna"


def test_an_error_in_one_is_its_answer(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of that lead has changed, not even its old assignment."""
    broken, other = (a_lead_from_berlin(ports, engine, one) for one in range(2))

    def failing(s: Settlement, lead: Lead, stored: StoredDecision) -> None:
        if lead.id == broken.id:
            raise ValueError("broken")
        settle(s, lead, stored)

    monkeypatch.setattr("handlers.flows.steps.deciding.moving.settle", failing)
    answers = moved(ports, [broken, other], to("anna"))

    assert (answers[0].moved, answers[0].why) == (
        False,
        "It could not be moved (ValueError).",
    )
    assert now_of(ports, broken) == broken
    with ports.database.reading() as work:
        assert the_assignment(work, broken).person == broken.owner
    assert now_of(ports, other).owner == "anna"


def test_the_same_command_again_does_nothing(ports: Ports, engine: WaitingEngine) -> None:
    """With the same words by the same person; another reason is another wish."""
    lead = a_lead_from_berlin(ports, engine)
    moved(ports, [lead], BY_POLICY)
    once = now_of(ports, lead)
    (again,) = moved(ports, [lead], BY_POLICY)

    assert (again.moved, again.why.startswith("Done already: it is with ")) == (False, True)
    assert now_of(ports, lead) == once
    (more,) = moved(ports, [lead], MoveOrder(None, "they are busy, too"))
    assert more.moved
    (named,) = moved(ports, [lead], to("anna"))
    (twice,) = moved(ports, [lead], to("anna"))
    assert (named.moved, twice.moved) == (True, False)


def test_of_two_people_at_once_one_wins(ports: Ports, engine: WaitingEngine) -> None:
    """Both saw the lead where it was: the other is told where it is now."""
    lead = a_lead_from_berlin(ports, engine)
    seen, ready = last_decision(ports, lead).id, Barrier(2)

    def press(manager: str, order: MoveOrder) -> Moved:
        person = a_person(ports, manager)
        wish = Reassignment([lead.id], order, {lead.id: seen})
        ready.wait()
        (one,) = reassign(ports, wish, by=Actor(kind="person", id=manager), person=person)
        return one

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(press, ("renata", "tobias"), (to("anna"), BY_POLICY)))

    assert sorted(one.moved for one in answers) == [False, True]
    (late,) = [one for one in answers if not one.moved]
    (first,) = [one for one in answers if one.moved]
    assert late.why == f"Somebody else was first: it is {first.after} now."
    assert actions(ports, lead).count("lead.reassigned") == 1


def test_a_lead_in_a_case_is_taken_out_of_it(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The case closes with the reason and its clocks stop; policy alone leaves it where it is."""
    case = an_open_case(ports, engine)
    lead = the_lead(ports)
    (stays,) = moved(ports, [lead], BY_POLICY)
    assert not stays.moved
    assert stays.why.startswith("Policy leaves it where it is: ")
    moved(ports, [lead], to("hugo"))
    engine.run_all(ports)

    assert now_of(ports, lead).owner == "hugo"
    (card,) = messenger.case_cards()
    assert card.outcome is not None
    assert card.outcome.startswith("Assigned to Hugo Lindqvist (knows them) by Renata Duarte")
    with ports.database.reading() as work:
        assert {d.state for d in work.deadlines.of_subject(case.id)} == {"cancelled"}


def test_a_lead_that_waits_for_its_first_decision(ports: Ports, engine: WaitingEngine) -> None:
    """A person may be first; policy decides it anyway, and then not against them."""
    receive(ports)
    lead = the_lead(ports)
    (waits,) = moved(ports, [lead], BY_POLICY)
    assert (waits.moved, waits.why) == (False, "Policy is about to decide it anyway.")
    moved(ports, [lead], to("hugo"))
    engine.run_all(ports)
    assert now_of(ports, lead).owner == "hugo"


def test_a_second_reassignment_takes_it_back(ports: Ports, engine: WaitingEngine) -> None:
    """There and back: the same owner, the counts as before, both steps on record."""
    lead = a_lead_from_berlin(ports, engine)
    before, other = owed(ports), next(one for one in PEOPLE_OF_EMEA if one != lead.owner)
    moved(ports, [lead], to(other))
    moved(ports, [lead], to(str(lead.owner), "a mistake"))

    assert now_of(ports, lead).owner == lead.owner
    assert owed(ports) == before
    assert_counts_fit(ports)
    assert actions(ports, lead).count("lead.reassigned") == 2


def test_the_old_owner_can_do_no_more(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A press on the old card is refused."""
    lead = a_lead_from_berlin(ports, engine)
    with ports.database.reading() as work:
        old = the_assignment(work, lead)
    moved(ports, [lead], to("anna"))
    with pytest.raises(TooLateError, match="no longer with you"):
        acknowledge(ports, old.id, a_person(ports, old.person))


def test_policy_moves_nothing_while_routing_is_off(ports: Ports, engine: WaitingEngine) -> None:
    """A person may still choose."""
    lead = a_lead_from_berlin(ports, engine)
    set_switch(ports, "routing", is_on=False, actor=PRIYA, reason="test")
    with pytest.raises(NotAllowedError, match="Routing is switched off"):
        moved(ports, [lead], BY_POLICY)
    assert moved(ports, [lead], to("anna"))[0].moved


def test_a_plan_is_what_happens(ports: Ports, engine: WaitingEngine) -> None:
    """What a dry run says of many leads is where they go, and it changes nothing."""
    leads = [a_lead_from_berlin(ports, engine, number) for number in range(6)]
    before = owed(ports)
    with ports.database.reading() as work:
        plan = planned(ports, work, leads, BY_POLICY)
    assert (owed(ports), [now_of(ports, lead) for lead in leads]) == (before, leads)

    assert [one.after for one in moved(ports, leads, BY_POLICY)] == [one.after for one in plan]
