"""Leads in a place that the policy does not know any more, or with somebody who is no longer
active in it, are routed again (R4, R8, G2).

A policy that would strand leads is refused when it is proposed; one that is rolled back, tried on
a share and stopped, or read from a folder at start may strand them all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from handlers.flows.policy_book import Deciders
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.endings import put_back
from handlers.flows.steps.settlement import Settlement
from routing.lead import INCOMING, Lead
from routing.policy.model import Policy
from storage.audit import Actor
from storage.database.base import Page
from storage.records.leads import Came
from storage.unit_of_work import UnitOfWork

SYSTEM = Actor(kind="system", id="heal")
BATCH = 100
"""Leads put back in one run."""
PAGE = 1000


def route_strays(ports: Ports) -> int:
    """Put back what stands outside the policy, unless routing is switched off; gives how many.

    One that cannot be put back stops none of the others; its error is raised in the end.
    """
    with ports.database.reading() as work:
        found = _strays(ports, work) if work.switches.is_on("routing") else []
    number, errors = 0, list[Exception]()
    for lead_id in found[:BATCH]:
        try:
            number += _put_back(ports, lead_id)
        except Exception as error:  # raised below, when the others are done
            errors.append(error)
    if errors:
        raise errors[0]
    return number


def _strays(ports: Ports, work: UnitOfWork) -> list[str]:
    deciders = ports.policies.deciders(work)
    policies = (one.policy for one in (deciders.active, deciders.tried) if one)
    return [one for policy in policies for one in islice(_strays_of(work, deciders, policy), BATCH)]


def _strays_of(work: UnitOfWork, deciders: Deciders, policy: Policy) -> Iterator[str]:
    """Leads in a place that this policy, which decides them, does not know. Those that another one
    decides are passed over: their place may be one of its own.
    """
    queues = [queue.id for queue in policy.queues]
    people = [person.id for person in policy.people if person.active]
    for found in (
        _pages(lambda page: work.waiting.outside(queues, page)),
        _pages(lambda page: work.leads.owned_by_none_of(people, policy.done_stages, page)),
    ):
        for lead_id, received_at in found:
            if deciders.of(lead_id, received_at).policy is policy:
                yield lead_id


def _pages(of: Callable[[Page], list[Came]]) -> Iterator[Came]:
    page = Page("", PAGE)
    while found := of(page):
        yield from found
        page = Page(found[-1][0], PAGE)


def _put_back(ports: Ports, lead_id: str) -> bool:
    with ports.database.writing() as work:
        active = ports.policies.for_lead(work, lead_id)
        lead = work.leads.hold(lead_id)
        reason = _why_astray(active.policy, lead) if lead else None
        if lead is None or reason is None:
            return False
        put_back(Settlement(ports, work, active, ports.clock.now(), SYSTEM), lead, reason)
        return True


def _why_astray(policy: Policy, lead: Lead) -> str | None:
    """What is wrong with its place; None when it is known to the policy that decides the lead."""
    in_queue = lead.place == "queue" and lead.queue != INCOMING
    if in_queue and lead.queue not in policy.queue_by_id:
        return f"the queue {lead.queue} left the policy"
    owned = lead.place == "owner" and lead.stage not in policy.done_stages
    owner = policy.person_by_id.get(lead.owner or "") if owned else None
    if owned and owner is None:
        return "owner is not in the policy"
    return "owner is no longer active" if owner is not None and not owner.active else None
