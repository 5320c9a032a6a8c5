"""`/lead away` and `/lead back`: said by the person, or by who decides for others (R4, S4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.steps.find_person import find_person
from handlers.flows.telling.wording import until_words
from handlers.flows.working.set_availability import (
    come_back,
    go_away,
    require_own_or_decider,
)
from handlers.slack.cards.answers import line_answer
from handlers.slack.cards.away_modal import REASON_LENGTH
from handlers.slack.cards.render import Rendered
from handlers.slack.whom import named_first
from routing.absence_end import read_absence, read_end
from routing.people import Person
from storage.audit import Actor


def away_answer(ports: Ports, asker: Person, words: str) -> Rendered:
    """`[@PERSON] [UNTIL] [REASON]`; what was read is said back."""
    person, rest = _whom(ports, asker, words)
    now = ports.clock.now()
    absent = _read(rest, person, now)
    leave(ports, person, absent, by=asker)
    if person.id == asker.id:
        end = _end(absent, person, now, "you type /lead back")
        return line_answer(f"You are away{end} and receive no leads. Those you have stay yours.")
    end = _end(absent, person, now, f"somebody types /lead back @{person.name}")
    return line_answer(
        f"{person.name} is away{end} and receives no leads. Those they have stay theirs."
    )


def _end(absent: Absent, person: Person, now: datetime, otherwise: str) -> str:
    if absent.until is not None:
        return until_words(absent.until, absent.reason, person, now)
    return f" until {otherwise}{until_words(None, absent.reason, person, now)}"


def leave(ports: Ports, person: Person, absent: Absent, *, by: Person) -> None:
    """The person receives no leads from now on. Raises as `go_away` does."""
    go_away(ports, person.id, absent, actor=Actor(kind="person", id=by.id))


def absent_until(until: str, reason: str, person: Person, now: datetime) -> Absent:
    """An absence as they wrote it, in two fields. Raises NotFoundError saying what to write."""
    with _told():
        return Absent(read_end(until, person, now) if until else None, reason[:REASON_LENGTH])


def back_answer(ports: Ports, asker: Person, words: str) -> Rendered:
    """`[@PERSON]`."""
    person = _who_is_back(ports, asker, words)
    was_away = come_back(ports, person.id, actor=Actor(kind="person", id=asker.id))
    if person.id != asker.id:
        was = f"{person.name} receives leads again." if was_away else f"{person.name} was not away."
        return line_answer(was)
    if was_away:
        return line_answer("Welcome back: you receive leads again.")
    return line_answer("You were not away: you receive leads.")


def _who_is_back(ports: Ports, asker: Person, words: str) -> Person:
    """Of all the words: nobody is back by a slip. Raises NotFoundError and NotAllowedError."""
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    person, rest = named_first(policy, words, bare=False)
    if person is None and rest:
        with suppress(NotFoundError):
            person, rest = find_person(policy, rest), ""
    if rest:
        raise NotFoundError(
            f"Who is back? Nobody is called “{rest}”. Write /lead back for yourself, or /lead back "
            "@PERSON."
        )
    require_own_or_decider(asker, person or asker)
    return person or asker


def _whom(ports: Ports, asker: Person, words: str) -> tuple[Person, str]:
    """The person it is about, and the words that follow. Raises NotAllowedError."""
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    person, rest = named_first(policy, words, bare=asker.may_decide)
    if person is None:
        return asker, rest
    require_own_or_decider(asker, person)
    return person, rest


def _read(words: str, person: Person, now: datetime) -> Absent:
    with _told():
        until, reason = read_absence(words, person, now)
    return Absent(until, reason[:REASON_LENGTH])


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise NotFoundError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


OWN_ANSWERS: dict[str, Callable[[Ports, Person, str], Rendered]] = {
    "away": away_answer,
    "back": back_answer,
}
