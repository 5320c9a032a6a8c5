"""Somebody is away, or back: it takes effect with the next decision, without approval (R4, G2)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.again import done_again
from handlers.flows.steps.deciding.entered_absence import Absent, enter_absence, put_on_record
from handlers.flows.steps.deciding.free_places import offer_places
from handlers.flows.steps.settlement import Settlement
from handlers.flows.steps.telling import tell
from handlers.flows.telling.wording import until_words
from routing.availability import Away, away_now
from routing.people import Person
from routing.values import Instant
from storage.audit import Actor
from storage.unit_of_work import UnitOfWork


def require_own_or_decider(who: Person, person: Person) -> None:
    """Raises NotAllowedError unless it is about themselves or their role decides for others."""
    if who.id != person.id and not who.may_decide:
        raise NotAllowedError("Only they themselves or a manager can say when somebody is away.")


def go_away(ports: Ports, person_id: str, absent: Absent, *, actor: Actor) -> bool:
    """The person receives no leads from now on; an absence entered before is replaced.

    False when exactly this stood already. Raises NotFoundError, or TooLateError for an end past.
    """

    def gone() -> bool:
        now = ports.clock.now()
        if absent.until is not None and absent.until <= now:
            raise TooLateError("An absence has to end in the future.")
        with ports.database.writing() as work:
            person = _known(ports, work, person_id)
            s = Settlement(ports, work, ports.policies.active(work), now, actor)
            fresh = enter_absence(s, person, absent)
            if fresh:
                _tell(s, person, _away_words(person, absent, now))
            return fresh

    return done_again(gone)


def come_back(ports: Ports, person_id: str, *, actor: Actor) -> bool:
    """The person receives leads again; what waits for them is routed. False when not away.

    Raises NotFoundError, or NotAllowedError for an absence that stands in the policy.
    """
    now = ports.clock.now()
    with ports.database.writing() as work:
        active, person = ports.policies.active(work), _known(ports, work, person_id)
        before = work.availability.standing(person.id)
        taken_back = before is not None and work.availability.end(before.id, actor.id, now)
        if before and taken_back and before.covers(now):
            s = Settlement(ports, work, active, now, actor)
            put_on_record(s, "person.back", before, None)
            _tell(s, person, "back: you receive leads again.")
            offer_places(ports, work)
        else:
            before = None
    still = away_now(active.policy, person, (), now)
    if still is not None:
        raise NotAllowedError(_stands_in_policy(person, still, now))
    return before is not None


def _stands_in_policy(person: Person, away: Away, now: Instant) -> str:
    until = until_words(away.until, "", person, now)
    return f"The policy has {person.name} away{until}: change `absences.csv`."


def _away_words(person: Person, absent: Absent, now: Instant) -> str:
    until = until_words(absent.until, absent.reason, person, now)
    return f"away{until}: you receive no leads, those you have stay yours."


def _tell(s: Settlement, person: Person, words: str) -> None:
    """Owe the person a line when somebody else has said it."""
    if s.actor.id == person.id:
        return
    is_person = s.actor.kind == "person"
    by = s.active.policy.person(s.actor.id).name if is_person else "Baton's operator"
    end = " To change it: /lead away or /lead back." if words.startswith("away") else ""
    note = f"{by} has set you {words}{end}"
    tell.say(s.ports, s.work, person.slack_user, f"person:{person.id}", note)


def _known(ports: Ports, work: UnitOfWork, person_id: str) -> Person:
    person = ports.policies.active(work).policy.person_by_id.get(person_id)
    if person is None:
        raise NotFoundError(f"Nobody in the policy has the id {person_id!r}.")
    if not person.active:
        raise NotFoundError(f"{person.name} is no longer active in the policy.")
    return person
