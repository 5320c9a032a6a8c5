"""Somebody leaves: all their open leads go to others in one step (R4).

The person receives nothing from this instant on; the leads are moved by work that survives a stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from handlers.flows.hand_over_record import STARTED, last_hand_over, stream_of
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.again import done_again
from handlers.flows.steps.deciding.entered_absence import Absent, enter_absence
from handlers.flows.steps.deciding.moving import MoveOrder, require_target
from handlers.flows.steps.deciding.pool_states import hold_pools_of
from handlers.flows.steps.permission import require_decider
from handlers.flows.steps.settlement import Settlement
from handlers.flows.telling.wording import local_time
from routing.availability import away_now
from routing.people import Person
from routing.values import Value
from storage.audit import Actor
from storage.database.base import new_id


@dataclass(frozen=True)
class Leaving:
    """Whose leads go, by id, and where."""

    person: str
    order: MoveOrder


class Started(Value):
    """A hand-over under way. `set_away`: the person was set away by it."""

    id: str
    person: str
    name: str
    leads: int
    set_away: bool


def start_hand_over(
    ports: Ports, wish: Leaving, *, by: Actor, person: Person | None = None
) -> Started:
    """Set the person away until further notice and have their leads moved.

    `person` is who presses, None at the keyboard. Raises NotAllowedError without the role or a
    reason or when the target is away, NotFoundError for a target who cannot own leads or a person
    whom nobody knows, TooLateError while another hand-over of this person is under way.
    """
    if person is not None:
        require_decider(person)
    if not wish.order.reason.strip():
        raise NotAllowedError("Say why: whoever has the leads now reads it.")
    if wish.order.to == wish.person:
        raise NotAllowedError("Nobody hands over to themselves. Choose somebody else.")
    return done_again(partial(_started, ports, wish, by))


def _started(ports: Ports, wish: Leaving, by: Actor) -> Started:
    with ports.database.writing() as work:
        # One at a time, and no other policy meanwhile.
        work.policies.hold()
        active = ports.policies.active(work)
        s = Settlement(ports, work, active, ports.clock.now(), by)
        require_target(s, wish.order)
        _require_none_under_way(s, wish.person)
        # Whoever decides beside us is done now, or sees the absence.
        hold_pools_of(work, active.policy, [wish.person])
        leads = work.leads.ids_owned_by(wish.person, active.policy.done_stages)
        if not leads and wish.person not in active.policy.person_by_id:
            raise NotFoundError("Nobody of that id is in the policy or has leads.")
        started = Started(
            id=new_id("hand"),
            person=wish.person,
            name=active.policy.person(wish.person).name,
            leads=len(leads),
            set_away=_set_away(s, wish),
        )
        _put_on_record(s, wish, started)
        ports.engine.submit(
            work,
            "hand_over",
            wish.person,
            started.id,
            key=wish.person,
            work_id=f"hand_over:{started.id}",
        )
        return started


def _require_none_under_way(s: Settlement, person: str) -> None:
    last = last_hand_over(s.work, person)
    if last is not None and not last.done:
        since = local_time(last.started_at, s.active.policy.company.default_time_zone)
        by = s.active.policy.person(last.by.id).name
        raise TooLateError(
            f"{by} has started this hand-over already, {since}. It ends by itself; what hinders it "
            "stands in `baton work list`."
        )


def _set_away(s: Settlement, wish: Leaving) -> bool:
    """Until further notice, unless they get nothing for good already."""
    person = s.active.policy.person_by_id.get(wish.person)
    if person is None or not person.active:
        return False
    entered = s.work.availability.away_at(s.now, [person.id])
    away = away_now(s.active.policy, person, entered, s.now)
    if away is not None and away.until is None:
        return False
    return enter_absence(s, person, Absent(reason="hands over their leads"))


def _put_on_record(s: Settlement, wish: Leaving, started: Started) -> None:
    s.work.audit.append(
        stream_of(wish.person),
        STARTED,
        actor=s.actor,
        now=s.now,
        correlation_id=started.id,
        policy_version=s.active.version,
        reason=wish.order.reason,
        after={"to": wish.order.to, "leads": started.leads},
    )
