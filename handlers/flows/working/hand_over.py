"""Move all open leads of somebody who leaves, one after the other, until none is left (R4).

Each lead is a transaction of its own. After a stop the work goes on with the leads that are still
theirs, so that none moves twice; what the person worked off meanwhile stays as it is.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from sqlalchemy.exc import DBAPIError

from handlers.flows.hand_over_record import (
    DONE,
    HandOver,
    last_hand_over,
    read_hand_over,
    stream_of,
)
from handlers.flows.ports import Ports, RetryLater
from handlers.flows.refusals import NotFoundError
from handlers.flows.steps.again import done_again
from handlers.flows.steps.deciding.endings import put_back
from handlers.flows.steps.deciding.moving import MoveOrder, move, require_target
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.telling import tell
from routing.lead import Lead
from storage.audit import Actor
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork

SYSTEM = Actor(kind="system", id="hand_over")
PAUSE = timedelta(seconds=5)


def hand_over(ports: Ports, person_id: str, hand_over_id: str) -> None:
    """Do what `start_hand_over` was asked for; nothing when it is done. RetryLater while routing
    is switched off.
    """
    with ports.database.reading() as work:
        found = read_hand_over(work, person_id, hand_over_id)
    if found is None or found.done:
        return
    tried = set[str]()
    unnamed: str | None = None
    while left := [one for one in _still_theirs(ports, person_id) if one not in tried]:
        for lead_id in left:
            tried.add(lead_id)
            unnamed = _move_alone(ports, found, lead_id) or unnamed
    _finish(ports, found, unnamed)


def _still_theirs(ports: Ports, person_id: str) -> list[str]:
    with ports.database.reading() as work:
        done = ports.policies.active(work).policy.done_stages
        return work.leads.ids_owned_by(person_id, done)


def _move_alone(ports: Ports, found: HandOver, lead_id: str) -> str | None:
    """Move this lead; gives why it could not go to the person named, and went by policy.

    One that cannot be moved must not hold up the others: it goes back to routing, where its
    attempts end on the list of stuck work.
    """
    try:
        return done_again(partial(_moved, ports, found, lead_id))
    except (DBAPIError, RetryLater):
        raise  # no fault of the lead: the work is tried again
    except Exception as error:  # whatever is wrong with this one, it is shown to people
        _put_back(ports, found, lead_id, type(error).__name__)
        return None


def _moved(ports: Ports, found: HandOver, lead_id: str) -> str | None:
    with ports.database.writing() as work:
        if not work.switches.is_on("routing"):
            raise RetryLater("routing is switched off", PAUSE)
        s = _settlement(ports, work, lead_id, found.by)
        lead = work.leads.hold(lead_id)
        if lead is None or not _is_theirs(s, lead, found):
            return None
        order, unnamed = _possible(s, found)
        move(s, lead, order, found.id)
        return unnamed


def _settlement(ports: Ports, work: UnitOfWork, lead_id: str, by: Actor) -> Settlement:
    return Settlement(ports, work, ports.policies.for_lead(work, lead_id), ports.clock.now(), by)


def _is_theirs(s: Settlement, lead: Lead, found: HandOver) -> bool:
    """Whether it is still an open lead of the person's: they may have closed it meanwhile."""
    is_open = lead.stage not in s.active.policy.done_stages
    return is_open and (lead.place, lead.owner) == ("owner", found.person)


def _possible(s: Settlement, found: HandOver) -> tuple[MoveOrder, str | None]:
    """The order as it can be carried out now: whoever was named may have left as well, or leave.
    Being away is no hindrance, they were chosen all the same or while they were there.
    """
    meant = MoveOrder(found.to, found.reason, is_away_meant=True)
    name = s.active.policy.person(found.to or "").name
    try:
        require_target(s, meant)
    except NotFoundError:
        return MoveOrder(None, found.reason), f"{name} is no longer active, so policy chose"
    theirs = last_hand_over(s.work, found.to) if found.to else None
    if theirs is not None and theirs.started_at >= found.started_at:
        return MoveOrder(None, found.reason), f"{name} hands over as well, so policy chose"
    return meant, None


def _put_back(ports: Ports, found: HandOver, lead_id: str, error: str) -> None:
    with ports.database.writing() as work:
        s = _settlement(ports, work, lead_id, SYSTEM)
        lead = work.leads.hold(lead_id)
        if lead is not None and _is_theirs(s, lead, found):
            put_back(s, lead, f"handing it over failed ({error})")


def _finish(ports: Ports, found: HandOver, unnamed: str | None) -> None:
    """On record, and told to whoever started it, once; of nothing to hand over they know."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        work.policies.hold()
        standing = read_hand_over(work, found.person, found.id)
        if standing is None or standing.done:
            return
        active = ports.policies.active(work)
        moved = len(work.audit.streams_about(found.id, found.started_at))
        work.audit.append(
            stream_of(found.person),
            DONE,
            actor=found.by,
            now=now,
            correlation_id=found.id,
            policy_version=active.version,
            reason=found.reason,
            after={"leads": moved, "unnamed": unnamed},
        )
        if moved or found.leads:
            _tell_starter(Settlement(ports, work, active, now, found.by), found)


def _tell_starter(s: Settlement, found: HandOver) -> None:
    policy = s.active.policy
    message = OutboxMessage(
        id=f"msg_{found.id}",
        kind="hand_over",
        subject_id=found.id,
        recipient=policy.person(found.by.id).slack_user or policy.company.managers_channel,
        note=found.person,
        created_at=s.now,
    )
    if s.work.outbox.add_once(message):
        tell.submit_send(s.ports.engine, s.work, message)
