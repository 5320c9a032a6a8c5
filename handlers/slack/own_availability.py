"""`/lead away` and `/lead back`: said by the person, or by who decides for others (R4, S4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError
from handlers.flows.telling.wording import local_time
from handlers.flows.working.set_availability import (
    Absent,
    come_back,
    go_away,
    require_own_or_decider,
)
from handlers.slack.cards.answers import line_answer
from handlers.slack.cards.away_modal import REASON_LENGTH
from handlers.slack.cards.render import Rendered
from handlers.slack.whom import named_first
from routing.availability import read_end, starts_like_a_time
from routing.people import Person
from storage.audit import Actor


def away_answer(ports: Ports, asker: Person, words: str) -> Rendered:
    """`[@PERSON] [UNTIL] [REASON]`: a first word that begins with a digit is a time."""
    person, rest = _whom(ports, asker, words)
    until, reason = _read(rest, person, ports.clock.now())
    leave(ports, person, until, reason, by=asker)
    if person.id == asker.id:
        end = _end(until, person, "you type /lead back")
        return line_answer(f"You are away {end} and receive no leads. Those you have stay yours.")
    end = _end(until, person, f"somebody types /lead back @{person.name}")
    return line_answer(
        f"{person.name} is away {end} and receives no leads. Those they have stay theirs."
    )


def _end(until: datetime | None, person: Person, otherwise: str) -> str:
    return f"until {local_time(until, person.time_zone) if until else otherwise}"


def leave(ports: Ports, person: Person, until: datetime | None, reason: str, *, by: Person) -> None:
    """The person receives no leads from now on. Raises as `go_away` does."""
    absent = Absent(until, reason[:REASON_LENGTH])
    go_away(ports, person.id, absent, actor=Actor(kind="person", id=by.id))


def read_until(text: str, person: Person, now: datetime) -> datetime:
    """When an absence ends, as they wrote it. Raises NotFoundError saying what to write."""
    try:
        return read_end(text, person, now)
    except ValueError as error:
        raise NotFoundError(f"{error}, or 4h, 2d.") from error


def back_answer(ports: Ports, asker: Person, words: str) -> Rendered:
    """`[@PERSON]`."""
    person, rest = _whom(ports, asker, words)
    if rest and asker.may_decide:
        raise NotFoundError(f"Who is back? Nobody is called “{rest}”.")
    was_away = come_back(ports, person.id, actor=Actor(kind="person", id=asker.id))
    if person.id != asker.id:
        was = f"{person.name} receives leads again." if was_away else f"{person.name} was not away."
        return line_answer(was)
    if was_away:
        return line_answer("Welcome back: you receive leads again.")
    return line_answer("You were not away: you receive leads.")


def _whom(ports: Ports, asker: Person, words: str) -> tuple[Person, str]:
    """The person it is about, and the words that follow. Raises NotAllowedError."""
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    person, rest = named_first(policy, words, bare=asker.may_decide)
    if person is None:
        return asker, rest
    require_own_or_decider(asker, person)
    return person, rest


def _read(words: str, person: Person, now: datetime) -> tuple[datetime | None, str]:
    first, _, rest = words.strip().partition(" ")
    if not starts_like_a_time(first):
        return None, words.strip()
    clock, _, after = rest.partition(" ")
    if ":" in clock and starts_like_a_time(clock):
        return read_until(f"{first} {clock}", person, now), after.strip()
    return read_until(first, person, now), rest.strip()


OWN_ANSWERS: dict[str, Callable[[Ports, Person, str], Rendered]] = {
    "away": away_answer,
    "back": back_answer,
}
