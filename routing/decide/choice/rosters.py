"""Pools with what policy says of their people, looked up once for each policy."""

from __future__ import annotations

from typing import NamedTuple

from routing.people import Person
from routing.policy.model import Policy
from routing.policy.tables.calendars import Calendar
from routing.policy.tables.pools import Member, Pool


class Seat(NamedTuple):
    """A member of a pool with what the people table says of them.

    `person` is None when it does not have them. `barred` is why they receive no leads at all.
    """

    id: str
    name: str
    weight: int
    priority: int
    person: Person | None
    barred: str | None
    skills: tuple[str, ...]
    open_cap: int | None
    daily_cap: int | None
    weekly_cap: int | None


class Roster(NamedTuple):
    """A pool with its people.

    `names` are the people's, by their ids. `chain` are the pool and those it sends leads on to
    outside its hours, in order, each once. `keeps_hours`: whether people get a lead at work only.
    """

    pool: Pool
    seats: tuple[Seat, ...]
    names: dict[str, str]
    chain: tuple[str, ...]
    keeps_hours: bool


Rosters = dict[str, Roster]
"""The rosters of a policy by the ids of their pools."""


def rosters_of(policy: Policy) -> Rosters:
    return {pool.id: _roster(policy, pool) for pool in policy.pools}


def _roster(policy: Policy, pool: Pool) -> Roster:
    people = policy.person_by_id
    seats = tuple(seat_of(member, people.get(member.person)) for member in pool.members)
    return Roster(
        pool=pool,
        seats=seats,
        names={seat.id: seat.name for seat in seats},
        chain=_chain(policy, pool.id),
        keeps_hours=pool.outside_hours.kind != "assign",
    )


def seat_of(member: Member, person: Person | None) -> Seat:
    """The member, who is this person of the people table."""
    known = person or Person(
        id=member.person, name=member.person, email="", slack_user="", role="sdr"
    )
    return Seat(
        id=member.person,
        name=known.name,
        weight=member.weight,
        priority=member.priority,
        person=person,
        barred=_barred(person),
        skills=known.skills,
        open_cap=known.open_cap,
        daily_cap=known.daily_cap,
        weekly_cap=known.weekly_cap,
    )


def _barred(person: Person | None) -> str | None:
    if person is None:
        return "is not in the people table"
    return None if person.active else "is deactivated"


def _chain(policy: Policy, pool_id: str) -> tuple[str, ...]:
    found: list[str] = []
    following: str | None = pool_id
    while following is not None and following not in found:
        found.append(following)
        following = policy.pool_by_id[following].outside_hours.pool
    return tuple(found)


def hours_of(policy: Policy, pool: Pool, person: Person) -> tuple[Calendar, str]:
    """The calendar and time zone in which this person works for this pool."""
    if pool.calendar is None:
        return policy.calendar_by_id[person.calendar], person.time_zone
    zone = pool.time_zone or policy.company.default_time_zone
    return policy.calendar_by_id[pool.calendar], zone
