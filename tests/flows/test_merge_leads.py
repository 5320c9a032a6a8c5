"""A person says whether two leads are one, and can take it back (I5, I6, R5, S2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from handlers.flows.matching.merge_leads import Question, keep_apart, merge_case
from handlers.flows.matching.undo_merge import in_order_of_undoing, preview_undo, undo_merge
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.matching.recognise import index
from routing.lead import Lead
from routing.people import Person
from storage.audit import Actor
from storage.records.merges import Merge
from tests.flows.builders import actions, an_owned_lead, receive, the_lead
from tests.flows.test_recognise import leads
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

OPS = Actor(kind="person", id="oscar")


def somebody(ports: Ports, role: str) -> Person:
    people = ports.policies.latest_known().policy.people
    return next(person for person in people if person.role == role and person.active)


def two_in_question(ports: Ports, engine: WaitingEngine) -> tuple[Lead, Lead, Question]:
    """An owned lead, another one that may be the same, and the case about it."""
    first, _ = an_owned_lead(ports, engine)
    receive(ports, name="Bob Stone", phone="+1 212 555 0188", job_title="Buyer")
    engine.run_all(ports)
    second = next(lead for lead in leads(ports) if lead.id != first.id)
    with ports.database.reading() as work:
        case = work.cases.open_of(second.id)
    assert case is not None
    return first, second, Question(case.id, first.id)


def the_merge(ports: Ports) -> Merge:
    with ports.database.reading() as work:
        (merge,) = work.merges.listed(10)
    return merge


def test_merge_makes_one_lead_of_the_two(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """The owner keeps the lead; what belonged to the other follows; the case is closed."""
    first, second, case = two_in_question(ports, engine)
    merge_case(ports, case, person=somebody(ports, "manager"))
    engine.run_all(ports)

    lead = the_lead(ports)
    assert (lead.id, lead.place) == (first.id, "owner")
    with ports.database.reading() as work:
        assert len(work.receipts.of_lead(first.id)) == 2
        assert work.receipts.of_lead(second.id) == []
        assert work.merges.survivor_of(second.id) == first.id
        assert len(work.assignments.decisions_of(first.id)) == 2
    assert messenger.case_cards()[-1].outcome is not None
    assert "part of this one now" in messenger.texts()[-1][1]
    assert "lead.merged" in actions(ports, lead)
    assert actions(ports, second)[-1] == "lead.absorbed"


def test_kept_apart_is_remembered(ports: Ports, engine: WaitingEngine) -> None:
    """The lead is routed, and nobody is asked about this pair again, however often it returns."""
    first, second, case = two_in_question(ports, engine)
    keep_apart(ports, case, person=somebody(ports, "manager"), reason="Two people.")
    engine.run_all(ports)
    receive(
        ports, name="Bob Stone", phone="+1 212 555 0188", job_title="Buyer", message="Me again."
    )
    engine.run_all(ports)

    assert {lead.place for lead in leads(ports)} == {"owner"}
    assert {lead.id for lead in leads(ports)} == {first.id, second.id}
    assert "lead.kept_apart" in actions(ports, first)
    assert "lead.kept_apart" in actions(ports, second)


def test_a_rep_may_not_decide(ports: Ports, engine: WaitingEngine) -> None:
    """Only who decides cases decides this one (S6)."""
    _, _, case = two_in_question(ports, engine)

    with pytest.raises(NotAllowedError):
        merge_case(ports, case, person=somebody(ports, "sdr"))
    with pytest.raises(NotAllowedError):
        keep_apart(ports, case, person=somebody(ports, "sdr"))


def test_merge_and_keep_apart_at_once_have_one_winner(ports: Ports, engine: WaitingEngine) -> None:
    """Two managers press at the same moment: one wins, the other reads who was first."""
    _, _, case = two_in_question(ports, engine)
    manager, ops = somebody(ports, "manager"), somebody(ports, "ops")

    def press(merge: bool) -> str:
        try:
            if merge:
                merge_case(ports, case, person=manager)
            else:
                keep_apart(ports, case, person=ops)
        except (TooLateError, NotFoundError):
            return "late"
        return "won"

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(press, (True, False)))

    assert outcomes == ["late", "won"]


def test_undo_gives_both_leads_back(ports: Ports, engine: WaitingEngine) -> None:
    """The survivor is as before, the other is a lead with its own receipts, routed anew (C13)."""
    first, second, case = two_in_question(ports, engine)
    merge_case(ports, case, person=somebody(ports, "manager"))

    undone = undo_merge(ports, the_merge(ports), actor=OPS, reason="Two people.")
    engine.run_all(ports)

    assert (undone.survivor, undone.restored, undone.conflicts) == (first.id, second.id, ())
    back = {lead.id: lead for lead in leads(ports)}
    assert back[first.id] == first
    assert (back[second.id].full_name, back[second.id].place) == ("Bob Stone", "owner")
    with ports.database.reading() as work:
        assert len(work.receipts.of_lead(second.id)) == 1
        assert [d.lead_id for d in work.assignments.decisions_of(second.id)] == [second.id] * 2
    assert actions(ports, back[first.id])[-1] == "lead.unmerged"
    assert "lead.unmerged" in actions(ports, back[second.id])


def test_a_wrong_return_can_be_undone(ports: Ports, engine: WaitingEngine) -> None:
    """A delivery taken for a known lead becomes the lead it would have been."""
    first, _ = an_owned_lead(ports, engine)
    receive(ports, message="Second.", phone="+1 650 253 0000")

    undo_merge(ports, the_merge(ports), actor=OPS, reason="Another Jane.")
    engine.run_all(ports)

    back = {lead.id: lead for lead in leads(ports)}
    assert back[first.id].message == "We want a demo."
    assert sorted(lead.message or "" for lead in back.values()) == ["Second.", "We want a demo."]
    assert {lead.place for lead in back.values()} == {"owner"}


def test_later_edits_are_reported_and_kept(ports: Ports, engine: WaitingEngine) -> None:
    """A person's edit after the merge stays, and the undo says so; the dry run said it before."""
    first, _, case = two_in_question(ports, engine)
    with ports.database.writing() as work:
        held = work.leads.lock(first.id)
        bare = held.model_copy(update={"title": None, "title_tier": None})
        work.leads.save(bare, ports.clock.now())
    merge_case(ports, case, person=somebody(ports, "manager"))
    with ports.database.writing() as work:
        held = work.leads.lock(first.id)
        assert held.title == "Buyer"
        work.leads.save(held.model_copy(update={"title": "Head Buyer"}), ports.clock.now())

    foreseen = preview_undo(ports, [the_merge(ports)], actor=OPS)
    undone = undo_merge(ports, the_merge(ports), actor=OPS, reason="Two people.")

    assert foreseen == [undone]
    assert ("title", "Head Buyer") in [(c.field, c.now) for c in undone.conflicts]
    with ports.database.reading() as work:
        lead = work.leads.get(first.id)
        assert lead is not None
        assert lead.title == "Head Buyer"
        assert work.merges.listed(1)[0].conflicts == undone.conflicts


def test_merges_of_merges_are_undone_newest_first(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """A merge that another was built on cannot be undone alone; both together can."""
    receive(ports, message="one")
    receive(ports, message="two")
    clock.forward(timedelta(minutes=1))
    receive(ports, message="three")
    with ports.database.reading() as work:
        newer, older = work.merges.listed(10)

    with pytest.raises(TooLateError, match=newer.id):
        undo_merge(ports, older, actor=OPS, reason="Wrong.")
    for merge in in_order_of_undoing(ports, [older.id, newer.id]):
        undo_merge(ports, merge, actor=OPS, reason="Wrong.")
    engine.run_all(ports)

    assert sorted(lead.message or "" for lead in leads(ports)) == ["one", "three", "two"]
    assert all(lead.place == "owner" for lead in leads(ports))


def test_nothing_is_undone_twice(ports: Ports) -> None:
    """The second undo says who was first."""
    receive(ports)
    receive(ports, message="again")
    undo_merge(ports, the_merge(ports), actor=OPS, reason="Wrong.")

    with pytest.raises(TooLateError, match="undone before, by oscar"):
        undo_merge(ports, the_merge(ports), actor=OPS, reason="Wrong.")


def test_consent_is_the_most_restrictive(ports: Ports, engine: WaitingEngine) -> None:
    """A lead that is one with a suppressed one is suppressed; its owner's clocks stop."""
    first, second, case = two_in_question(ports, engine)
    with ports.database.writing() as work:
        held = work.leads.lock(first.id)
        assignment = work.assignments.current(first.id)
        assert assignment is not None
        work.assignments.end(assignment.id, ports.clock.now())
        gone = held.model_copy(update={"place": "suppressed", "owner": None, "queue": None})
        work.leads.save(gone, ports.clock.now())
    merge_case(ports, case, person=somebody(ports, "manager"))
    engine.run_all(ports)

    assert (the_lead(ports).id, the_lead(ports).place) == (second.id, "suppressed")


def test_of_two_owned_leads_one_owner_and_clock_remain(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """What shows that two owned leads are one closes the younger one's card and clocks."""
    receive(
        ports, form="demo-request", source_id="7", name=None, email=None, company="Acme Widgets"
    )
    engine.run_all(ports)
    clock.forward(timedelta(minutes=1))
    bert = {"name": "Bert Roe", "email": "bert@roe-consulting.com", "phone": "+1 415 555 2671"}
    receive(ports, **bert, company="Roe Consulting", job_title="Founder")
    engine.run_all(ports)
    older, younger = sorted(leads(ports), key=lambda lead: lead.received_at)
    assert (older.place, younger.place) == ("owner", "owner")

    receive(ports, form="demo-request", source_id="7", **bert, company=None, payload=b"both")
    engine.run_all(ports)

    lead = the_lead(ports)
    assert (lead.id, lead.owner) == (older.id, older.owner)
    with ports.database.reading() as work:
        assert len(work.receipts.of_lead(lead.id)) == 3
        assert work.deadlines.count("armed") == 4


def test_the_answer_is_about_the_pair_that_was_shown(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A likelier pair that turned up since is not what the person judged: only the shown pair is
    merged, or the press is refused.
    """
    first, second, shown = two_in_question(ports, engine)
    receive(
        ports,
        name="Bob Stone",
        email="bob.stone@gmail.com",
        phone="+1 212 555 0188",
        company="Other Co",
        job_title="CEO",
    )
    engine.run_all(ports)
    drawn = [card.beside for card in messenger.case_cards() if card.lead_id == second.id]
    merge_case(ports, shown, person=somebody(ports, "manager"))

    assert {beside and beside.lead_id for beside in drawn} == {first.id}
    assert (the_merge(ports).survivor_id, the_merge(ports).absorbed_id) == (first.id, second.id)


def test_a_persons_word_survives_merge_and_undo(ports: Ports, engine: WaitingEngine) -> None:
    """ "Apart" said about a lead before it was absorbed holds again when it is restored."""
    first, second, shown = two_in_question(ports, engine)
    with ports.database.reading() as work:
        about_both = work.matches.of_lead(second.id)[0]
    other = about_both.model_copy(
        update={"left_id": "lead_0", "right_id": second.id, "verdict": "apart", "note": "twins"}
    )
    with ports.database.writing() as work:
        work.matches.say(other)
    merge_case(ports, shown, person=somebody(ports, "manager"))
    undo_merge(ports, the_merge(ports), actor=OPS, reason="Two people.")

    with ports.database.reading() as work:
        assert other in work.matches.of_lead(second.id)
        assert [v.other_than(first.id) for v in work.matches.of_lead(first.id)] == [second.id]


def test_a_dry_run_of_a_chain_says_what_the_real_one_does(ports: Ports) -> None:
    """Merges built on each other are tried together, and nothing of it stays."""
    receive(ports)
    receive(ports, message="two")
    receive(ports, message="three")
    with ports.database.reading() as work:
        order = in_order_of_undoing(ports, [m.id for m in work.merges.listed(10)])

    foreseen = preview_undo(ports, order, actor=OPS)
    with ports.database.reading() as work:
        assert len(work.leads.find("", 10)) == 1

    assert foreseen == [undo_merge(ports, m, actor=OPS, reason="Wrong.") for m in order]


def test_undo_puts_the_account_back(ports: Ports) -> None:
    """A company that came with a merge goes with it, and so does the account."""
    jane = {"name": "Jane Roe", "email": "jane.roe@gmail.com", "phone": None}
    receive(ports, **jane, company=None)
    receive(ports, **jane, company="Initech Inc.", website="https://initech.com", message="b")
    assert the_lead(ports).account == "domain:initech.com"

    undone = undo_merge(ports, the_merge(ports), actor=OPS, reason="Wrong.")

    with ports.database.reading() as work:
        lead = work.leads.get(undone.survivor)
    assert lead is not None
    assert (lead.company, lead.account) == (None, None)


def test_a_question_that_a_return_answers_holds_nobody(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """The lead of an open case turns out to be certainly the other one: no case stays behind, and
    the one lead is routed.
    """
    first, second, _ = two_in_question(ports, engine)
    clock.forward(timedelta(minutes=1))
    with ports.database.writing() as work:
        assignment = work.assignments.current(first.id)
        assert assignment is not None
        work.assignments.end(assignment.id, clock.now())
        idle = {"place": "nurture", "owner": None, "received_at": clock.now()}
        work.leads.save(work.leads.lock(first.id).model_copy(update=idle), clock.now())
        names = ("full_name", "given_name", "family_name", "phone", "title", "title_tier")
        twin = {name: getattr(first, name) for name in names}
        changed = work.leads.lock(second.id).model_copy(update=twin)
        work.leads.save(changed, clock.now())
        index(work, ports.policies.active(work).policy, changed)
    receive(ports, message="It is me.")
    engine.run_all(ports)

    lead = the_lead(ports)
    assert (lead.id, lead.place) == (second.id, "owner")
    with ports.database.reading() as work:
        assert work.cases.open_counts() == {}
