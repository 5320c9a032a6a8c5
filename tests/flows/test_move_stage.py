"""Stages move by the policy's table, by people, with reasons (T7)."""

from __future__ import annotations

import pytest

from handlers.flows.looking.home import home_of
from handlers.flows.looking.people_list import people_of
from handlers.flows.policy.roll_back_policy import Rollback, roll_back_policy
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, TooLateError
from handlers.flows.working.move_stage import move_stage
from routing.lead import Lead
from routing.lifecycle.stages import MoveRefused
from routing.people import Person
from storage.audit import Actor
from tests.flows.builders import actions, an_owned_lead, now_of, receive, the_lead
from tests.flows.test_record_touch import a_person
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger
from tests.support.policy_changes import OPS, approved, changed, proposed


def test_disqualified_lead_frees_capacity(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A lead out of the active stages is no load, has no clock, and its thread says why."""
    lead, assignment = an_owned_lead(ports, engine)
    owner = a_person(ports, assignment.person)
    move_stage(ports, lead.id, "disqualified", person=owner, reason="student project")
    engine.run_all(ports)

    with ports.database.reading() as work:
        done = ports.policies.active(work).policy.done_stages
        assert work.leads.open_counts([owner.id], done) == {}
        assert {d.state for d in work.deadlines.of_subject(assignment.id)} == {"cancelled"}
    assert messenger.texts()[-1][1].endswith("student project")
    assert actions(ports, lead)[-1] == "lead.stage_moved"


def test_reason_is_required_where_policy_says_so(ports: Ports, engine: WaitingEngine) -> None:
    """Disqualifying without a reason is refused and nothing changes."""
    lead, assignment = an_owned_lead(ports, engine)

    with pytest.raises(MoveRefused):
        owner = a_person(ports, assignment.person)
        move_stage(ports, lead.id, "disqualified", person=owner, reason=None)
    assert the_lead(ports).stage == "new"


def test_moving_where_it_is_changes_nothing(ports: Ports, engine: WaitingEngine) -> None:
    """The same submission twice is one move."""
    lead, assignment = an_owned_lead(ports, engine)
    owner = a_person(ports, assignment.person)
    for _ in range(2):
        move_stage(ports, lead.id, "disqualified", person=owner, reason="spam")

    assert actions(ports, lead).count("lead.stage_moved") == 1


def test_colleague_may_not_move_it(ports: Ports, engine: WaitingEngine) -> None:
    """Only the owner or somebody who decides for others moves a lead."""
    lead, assignment = an_owned_lead(ports, engine)
    colleague = "hugo" if assignment.person != "hugo" else "anna"

    with pytest.raises(NotAllowedError):
        person = a_person(ports, colleague)
        move_stage(ports, lead.id, "disqualified", person=person, reason="spam")


def test_lead_without_owner_is_not_moved(ports: Ports) -> None:
    """A lead that waits has no stage to move."""
    receive(ports)

    with pytest.raises(TooLateError):
        person = a_person(ports, "renata")
        move_stage(ports, the_lead(ports).id, "disqualified", person=person, reason="spam")


def _in_a_stage_that_left(
    ports: Ports, engine: WaitingEngine, active: str = "true"
) -> tuple[Lead, Person]:
    """A lead in a stage that was rolled back, and its owner."""
    stage = "stages:\n  - {id: demo, name: Demo, active: " + active + "}\n"
    way = "transitions:\n  - {source: new, target: demo}\n  - {source: demo, target: working}\n"
    files = changed(ports, "stages.yml", "stages:\n", stage)
    files["stages.yml"] = files["stages.yml"].replace("transitions:\n", way)
    approved(ports, proposed(ports, files))
    lead, assignment = an_owned_lead(ports, engine)
    owner = a_person(ports, assignment.person)
    move_stage(ports, lead.id, "demo", person=owner, reason=None)
    done = roll_back_policy(ports, Rollback(Actor(kind="person", id=OPS), "wrong"))
    assert done.left == {"demo": 1}
    assert done.in_words()[0].startswith("Leads in the stage demo, which the policy does not")
    return now_of(ports, lead), owner


@pytest.mark.parametrize("active", ["true", "false"])
def test_a_lead_in_a_stage_that_left_counts_as_open(
    ports: Ports, engine: WaitingEngine, active: str
) -> None:
    """Nobody has said that it is done: load of its owner, on their Home, named as what it is."""
    lead, owner = _in_a_stage_that_left(ports, engine, active)
    assert lead.stage == "demo"

    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
        loads = {one.id: one.open_leads for one in people_of(work, policy, ports.clock.now())}
        home = home_of(work, ports.policies, owner, ports.clock.now())
    assert loads[owner.id] == 1
    assert [one.stage for one in home.leads] == ["demo (no stage of the policy any more)"]
    with ports.database.reading() as work:
        last = work.audit.of("policy")[-1]
    assert last.details is not None
    assert last.details["after"]["stages_left"] == {"demo": 1}


def test_a_person_moves_it_as_if_it_were_new(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Its card offers the stages, and the move is on record; what the table does not give is
    refused with what it does."""
    lead, owner = _in_a_stage_that_left(ports, engine)
    engine.run_all(ports)
    with pytest.raises(
        MoveRefused, match="cannot move a lead from demo to Qualified; allowed: New"
    ):
        move_stage(ports, lead.id, "qualified", person=owner, reason=None)

    move_stage(ports, lead.id, "working", person=owner, reason=None)
    engine.run_all(ports)

    assert now_of(ports, lead).stage == "working"
    assert actions(ports, lead)[-1] == "lead.stage_moved"
    card = messenger.lead_cards()[-1]
    assert (card.stage, card.can_move) == ("Working", True)
