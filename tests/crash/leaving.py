"""What a victim does whose person leaves: give them leads, start the hand-over, see it through."""

from __future__ import annotations

from threading import Event

from bot.wiring import Program
from handlers.flows.hand_over_record import last_hand_over
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.moving import MoveOrder
from handlers.flows.steps.deciding.settle import settle
from handlers.flows.steps.settlement import Settlement
from handlers.flows.working.start_hand_over import Leaving, start_hand_over
from routing.decide.decision import Decision, RoutingFacts
from routing.lead import Lead, facts_of
from storage.audit import Actor
from storage.database.base import new_id
from storage.deciding.assignments import POLICY, StoredDecision
from storage.unit_of_work import UnitOfWork
from tests.storage.builders import a_lead

SOON = 30.0
LEAVER = "hugo"
POOL = "emea-sdr"
VICTIM = Actor(kind="system", id="victim")


def hand_over_all(program: Program, name: str, number: int) -> bool:
    """Whether it was over within a bounded time, this life's or an earlier one's work."""
    ports = program.ports
    with ports.database.writing() as work:
        if not work.leads.find("", 1):
            for one in range(number):
                _give(ports, work, f"{name}n{one}")
        begun = last_hand_over(work, LEAVER)
    if begun is None:
        start_hand_over(ports, Leaving(LEAVER, MoveOrder(None, f"{name} leaves")), by=VICTIM)
    return _done(program)


def _give(ports: Ports, work: UnitOfWork, name: str) -> None:
    """A lead from Berlin that policy gave the leaver."""
    now, active = ports.clock.now(), ports.policies.active(work)
    where = {"country": "DE", "city": "Berlin", "company_size": 50}
    lead: Lead = a_lead(work, full_name=name, email=f"{name}@x.example", **where)
    work.pools.lock([POOL])
    decision = Decision(place="owner", owner=LEAVER, pool=POOL, reason="Their turn.")
    stored = StoredDecision(
        id=new_id("dec"),
        lead_id=lead.id,
        decided_at=now,
        decided_by=POLICY,
        policy_version=active.version,
        facts=RoutingFacts(lead=facts_of(lead), policy_version=active.version, now=now),
        decision=decision,
    )
    work.assignments.add_decision(stored)
    settle(Settlement(ports, work, active, now, VICTIM), lead, stored)


def _done(program: Program) -> bool:
    pause = Event()
    for _ in range(int(SOON / 0.05)):
        with program.ports.database.reading() as work:
            found = last_hand_over(work, LEAVER)
            told = set(work.outbox.state_counts()) == {"sent"}
        if found and found.done and told and not any(program.engine.stats().values()):
            return True
        pause.wait(0.05)
    return False
