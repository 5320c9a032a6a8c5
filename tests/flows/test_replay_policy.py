"""Stored decisions made again are the same; by another policy they say whom it moves (R7, G2)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import Text, literal

from handlers.flows.deciding.report_stuck import report_stuck
from handlers.flows.policy.replay_policy import replay_by, replay_same
from handlers.flows.ports import Ports
from handlers.flows.steps.policy import past_decisions as steps
from handlers.flows.steps.policy.past_decisions import past_decisions
from routing.decide.decision import ARITHMETIC, RoutingFacts
from routing.policy.reading.load import load_policy
from storage.deciding.assignments import decisions
from storage.policy.policies import policies
from storage.records.events import LeadEvent
from tests.flows.builders import a_stranger, receive, the_lead
from tests.flows.test_policy_changes import some_leads, to_emea
from tests.support.engine import WaitingEngine
from tests.support.policy_changes import (
    approved,
    changed,
    files_in_force,
    proposed,
)


def test_every_stored_decision_is_made_again(ports: Ports, engine: WaitingEngine) -> None:
    """Owners, cases, queues and nurture, by two versions: all come out as they are stored."""
    some_leads(ports, engine, count=20)
    receive(ports, **a_stranger(30), country="AU", region=None, city=None)
    receive(ports, **a_stranger(31) | {"email": None, "phone": None})
    receive(ports, **a_stranger(32) | {"phone": None, "company": None}, job_title="Intern",
            company_size=None)  # fmt: skip
    engine.run_all(ports)
    files = changed(ports, "pools.yml", "name: EMEA SDRs", "name: Europe SDRs")
    approved(ports, proposed(ports, files))
    some_leads(ports, engine, start=20, count=5)

    with ports.database.reading() as work:
        places = work.leads.place_counts()
    assert len(places) >= 3
    done = replay_same(ports)
    assert (done.decisions, done.differed) == (28, 0)
    assert replay_same(ports, limit=5).decisions == 5


def test_a_decision_that_differs_is_named(ports: Ports, engine: WaitingEngine) -> None:
    """Facts that were tampered with do not go unnoticed."""
    receive(ports)
    engine.run_all(ports)
    with ports.database.writing() as work:
        work.connection.exec_driver_sql(
            'UPDATE decisions SET decision = REPLACE(decision, \'"place":"owner"\', '
            '\'"place":"nurture"\')'
        )

    done = replay_same(ports)

    assert done.differed == 1
    assert the_lead(ports).id in done.differing[0]


def test_a_decision_of_an_older_arithmetic_is_told_apart(
    ports: Ports, engine: WaitingEngine
) -> None:
    """One stored before there were balances, with everybody's reason in words, and one that says
    the number of an arithmetic that is no more: neither differs, both are counted as skipped."""
    some_leads(ports, engine, count=3)
    with ports.database.writing() as work:
        rows = "SELECT id, facts, decision FROM decisions ORDER BY id"
        first, second, _ = work.connection.exec_driver_sql(rows).all()
        trace = {
            "steps": json.loads(first.decision)["trace"]["steps"],
            "candidates": [
                {"person": "anna", "taken": True, "reason": "fewest open leads (0)"},
                {"person": "ben", "taken": False, "reason": "0 open leads as well"},
            ],
        }
        in_words = json.dumps(json.loads(first.decision) | {"trace": trace})
        of_its_time = json.dumps(json.loads(second.facts) | {"arithmetic": 1})
        shape = decisions.update()
        work.connection.execute(
            shape.where(decisions.c.id == first.id).values(decision=literal(in_words, Text))
        )
        work.connection.execute(
            shape.where(decisions.c.id == second.id).values(facts=literal(of_its_time, Text))
        )

    done = replay_same(ports)

    assert (done.decisions, done.older, done.differed) == (1, 2, 0)


def test_the_number_of_the_arithmetic_outlives_the_next(
    ports: Ports, engine: WaitingEngine
) -> None:
    """What is stored today says so, or is known by saying nothing, when a new one comes."""
    some_leads(ports, engine, count=1)
    ((made, *_),) = past_decisions(ports, None)
    assert made.facts.arithmetic == ARITHMETIC
    assert RoutingFacts.model_fields["arithmetic"].default == 2


def test_stuck_work_is_no_decision_of_the_policy(ports: Ports, engine: WaitingEngine) -> None:
    """What the engine put before people is not replayed: policy never said it."""
    receive(ports)
    report_stuck(ports, the_lead(ports).id, "OSError")

    assert list(past_decisions(ports, None)) == []


def test_past_decisions_come_once_each_with_what_their_own_lead_did(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in batches: each decision once, in order; an event scores the one lead that did it."""
    monkeypatch.setattr(steps, "BATCH", 4)
    some_leads(ports, engine, count=10)
    with ports.database.writing() as work:
        scoring = ports.policies.active(work).policy.scoring
        keen, yesterday = work.leads.find("", 10)[3], ports.clock.now() - timedelta(days=1)
        work.events.add(
            LeadEvent(id="e", lead_id=keen.id, kind="pricing_visit", at=yesterday, source="site")
        )

    past = [(one.made, one.scored_by(scoring).lead.score) for one in past_decisions(ports, None)]

    moments = [(made.decided_at, made.id) for made, _ in past]
    assert moments == sorted(set(moments))
    assert len({made.lead_id for made, _ in past}) == 10
    assert [made.lead_id for made, now in past if now != made.facts.lead.score] == [keen.id]


def test_the_same_policy_moves_nobody(ports: Ports, engine: WaitingEngine) -> None:
    """Replayed with their own policy no lead moves; with another one they do, and it says where."""
    some_leads(ports, engine, count=20)

    same = replay_by(ports, load_policy(files_in_force(ports)), 1)
    other = replay_by(ports, load_policy(to_emea(ports)), 2)

    assert (same.leads, same.moved, same.owners) == (20, 0, ())
    assert (other.leads, other.moved) == (20, 20)
    gained = {shift.name: shift.gained for shift in other.pools if shift.gained}
    assert gained == {"emea-sdr": 20}
    owners = [shift.gained for shift in other.owners if shift.gained]
    assert sum(owners) == 20
    assert max(owners) <= 8


def test_a_version_that_cannot_be_read_stops_no_other(ports: Ports, engine: WaitingEngine) -> None:
    """A later Baton may be stricter: the decisions of such a version are counted with the reason,
    those of the others are made again; and by another policy all of them are.
    """
    some_leads(ports, engine, count=3)
    approved(
        ports, proposed(ports, changed(ports, "pools.yml", "name: EMEA SDRs", "name: Europe SDRs"))
    )
    some_leads(ports, engine, start=3, count=2)
    files = files_in_force(ports) | {"pools.yml": "nonsense: 1\n"}
    with ports.database.writing() as work:
        work.connection.execute(
            policies.update().where(policies.c.version == 1).values(files=files, digest="other")
        )

    done = replay_same(ports)

    assert (done.decisions, done.differed, done.orphans) == (2, 0, 3)
    assert list(done.unread) == [1]
    assert "nonsense" in done.unread[1]
    with ports.database.reading() as work:
        active = ports.policies.active(work)
    assert replay_by(ports, active.policy, active.version).leads == 5
