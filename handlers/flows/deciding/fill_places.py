"""Leads that wait for people go to whoever has room again, the longest wait first (R4, R8).

A place becomes free when a lead leaves the active stages, an absence ends, a cap's day or week
begins anew, a pool opens, or policy changes. All of them are seen here: each lead that waits
longest for a pool is decided anew, and settled unless it has to wait as it did.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError

from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.decide_lead import decided, stands
from handlers.flows.steps.deciding.endings import put_back, resolve
from handlers.flows.steps.deciding.free_places import offer_places
from handlers.flows.steps.deciding.glance import Glance
from handlers.flows.steps.deciding.settle import await_opening, settle
from handlers.flows.steps.deciding.waiting_line import WaitingLine
from handlers.flows.steps.settlement import Settlement
from routing.decide.decision import Decision
from routing.lead import INCOMING, Lead
from routing.policy.model import Policy
from storage.audit import Actor
from storage.deciding.assignments import POLICY
from storage.deciding.waiting_leads import Waiting

SYSTEM = Actor(kind="system", id=POLICY)
BATCH = 100
"""Leads settled before others have their turn."""


def fill_places(ports: Ports) -> None:
    """Place what can be placed now; what is left after a batch is a piece of work of its own."""
    line, placed = WaitingLine(ports), 0
    glance = Glance(ports, line.deciders, ports.clock.now())
    _take_in(glance, line.firsts)
    while line and placed < BATCH:
        first = line.next()
        if _has_to_wait(glance, first):
            if glance.waits_alone(first):
                line.call_next(first)
        elif _place_alone(ports, first):
            placed += 1
            glance.forget_people()
            line.call_next(first)
    if line:
        with ports.database.writing() as work:
            offer_places(ports, work)


def _take_in(glance: Glance, firsts: Sequence[Waiting]) -> None:
    """See them all at once. Where one of them cannot be seen, each is when its turn comes."""
    try:
        glance.take_in(firsts)
    except DBAPIError:
        raise
    except Exception:  # whatever is wrong with one, `_place_alone` shows it to people
        return


def _has_to_wait(glance: Glance, one: Waiting) -> bool:
    try:
        return glance.has_to_wait(one)
    except DBAPIError:
        raise
    except Exception:  # whatever is wrong with this one, `_place_alone` shows it to people
        return False


def _place_alone(ports: Ports, one: Waiting) -> bool:
    """As `_place`. One that cannot be decided must not hold up those behind it: it goes back to
    routing, where its attempts end on the list of stuck work.
    """
    try:
        return _place(ports, one)
    except DBAPIError:
        raise  # the database's trouble, not the lead's: the whole look is tried again
    except Exception as error:  # whatever is wrong with this one, it is shown to people
        _put_back(ports, one, type(error).__name__)
        return True


def _put_back(ports: Ports, one: Waiting, error: str) -> None:
    with ports.database.writing() as work:
        active = ports.policies.for_lead(work, one.lead_id)
        s = Settlement(ports, work, active, ports.clock.now(), SYSTEM)
        lead = work.leads.hold(one.lead_id)
        if lead is not None and _waits(lead, one.waits_for):
            put_back(s, lead, f"looking for a free place failed ({error})")


def _place(ports: Ports, one: Waiting) -> bool:
    """Settle this lead anew, unless it has to wait as before: then the rest of its crowd has to
    as well.
    """
    with ports.database.writing() as work:
        now = ports.clock.now()
        s = Settlement(ports, work, ports.policies.for_lead(work, one.lead_id), now, SYSTEM)
        lead = work.leads.hold(one.lead_id)
        if lead is None or not _waits(lead, one.waits_for):
            return True
        case = work.cases.open_of(lead.id) if lead.place == "case" else None
        if lead.place == "case" and (case is None or case.kind != "nobody_eligible"):
            return True  # people are asked something else by now: it waits for their answer
        stored = decided(s, lead)
        kind = case.kind if case else None
        if stands(lead, kind, stored.decision) and _opens_then(s, lead, stored.decision):
            return False
        if case is not None:
            why = _why(s.active.policy, stored.decision)
            resolve(s, case, why, reason=why, after={"owner": stored.decision.owner})
        work.assignments.add_decision(stored)
        settle(s, lead, stored)
        return True


def _opens_then(s: Settlement, lead: Lead, decision: Decision) -> bool:
    """Whether the lead waits for the opening that the decision says. Where one has come and
    changed nothing, it waits for the next from now on.
    """
    ahead = s.work.deadlines.next_of("opening", [lead.id], s.now).get(lead.id)
    if ahead is None and decision.wait_until is not None:
        await_opening(s, lead, decision.wait_until)
        return True
    return ahead == decision.wait_until


def _waits(lead: Lead, key: str) -> bool:
    """Whether it still waits for them: another replica may have been first."""
    in_queue = lead.place == "queue" and lead.queue != INCOMING
    return lead.waits_for == key and (in_queue or lead.place == "case")


def _why(policy: Policy, decision: Decision) -> str:
    if decision.owner is None:
        return "The rules have another place for it now"
    return f"{policy.person(decision.owner).name} became available and owns it now"
