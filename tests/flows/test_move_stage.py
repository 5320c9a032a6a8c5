"""Stages move by the policy's table, by people, with reasons (T7)."""

from __future__ import annotations

import pytest

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, TooLateError
from handlers.flows.working.move_stage import move_stage
from routing.lifecycle.stages import MoveRefused
from tests.flows.builders import actions, an_owned_lead, receive, the_lead
from tests.flows.test_record_touch import a_person
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger


def test_disqualified_lead_frees_capacity(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A lead out of the active stages is no load, has no clock, and its thread says why."""
    lead, assignment = an_owned_lead(ports, engine)
    owner = a_person(ports, assignment.person)
    move_stage(ports, lead.id, "disqualified", person=owner, reason="student project")
    engine.run_all(ports)

    with ports.database.reading() as work:
        stages = ports.policies.active(work).policy.active_stages
        assert work.leads.open_counts([owner.id], stages) == {}
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
