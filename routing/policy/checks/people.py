"""People: who they are in Slack, whose time they keep, whom they report to, where they work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import available_timezones

from routing.people import Person
from routing.policy.checks import names
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import Origins
from routing.policy.reading.read_yaml import Path

FILE = "people.csv"
SLACK_USER = re.compile(r"[UW][A-Z0-9]{6,}")
SLACK_CHANNEL = re.compile(r"[CG][A-Z0-9]{6,}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, FILE, [p.id for p in policy.people])
    yield from _company(policy, origins)
    yield from _twice(policy, origins)
    yield from _manager_circles(policy, origins)
    yield from _in_no_pool(policy, origins)
    for i, person in enumerate(policy.people):
        yield from _person(policy, origins, i, person)


def _company(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    company = policy.company
    yield from time_zone(origins, "company.yml", ("default_time_zone",), company.default_time_zone)
    at = ("managers_channel",)
    yield from slack_channel(origins, "company.yml", at, company.managers_channel)


def _person(policy: Policy, origins: Origins, i: int, person: Person) -> Iterator[PolicyError]:
    yield from time_zone(origins, FILE, (i,), person.time_zone)
    yield from origins.unknown(FILE, (i,), person.calendar, names.calendars(policy))
    yield from _manager(policy, origins, i, person)
    yield from email(origins, FILE, (i,), person.email)
    yield from slack_user(origins, FILE, (i,), person.slack_user)
    for name in ("open_cap", "daily_cap", "weekly_cap"):
        if (getattr(person, name) or 0) < 0:
            yield origins.error(FILE, (i,), f"{name} cannot be negative")


def _manager(policy: Policy, origins: Origins, i: int, person: Person) -> Iterator[PolicyError]:
    yield from origins.unknown(FILE, (i,), person.manager, names.people(policy))
    manager = policy.person_by_id.get(person.manager or "")
    if manager and not manager.may_decide:
        message = f"{manager.name} is the manager of {person.name} but has the role {manager.role}"
        yield origins.warning(FILE, (i,), message)


def time_zone(origins: Origins, file: str, path: Path, zone: str) -> Iterator[PolicyError]:
    if zone not in _zones():
        message = f"unknown time zone {zone!r}"
        yield origins.error(file, path, message, nearest(zone, _zones()))


def email(origins: Origins, file: str, path: Path, address: str) -> Iterator[PolicyError]:
    if not EMAIL.fullmatch(address):
        yield origins.error(file, path, f"{address!r} is not an e-mail address")


def slack_user(origins: Origins, file: str, path: Path, user: str) -> Iterator[PolicyError]:
    if not SLACK_USER.fullmatch(user):
        message = f"{user!r} is not a Slack user id such as U0SDRANNA"
        yield origins.error(file, path, message)


def slack_channel(origins: Origins, file: str, path: Path, channel: str) -> Iterator[PolicyError]:
    if not SLACK_CHANNEL.fullmatch(channel):
        message = f"{channel!r} is not a Slack channel id such as C0LEADDESK"
        yield origins.error(file, path, message)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _twice(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    seen: dict[str, str] = {}
    for i, person in enumerate(policy.people):
        for what, value in (("e-mail", person.email.casefold()), ("Slack user", person.slack_user)):
            first = seen.setdefault(f"{what} {value}", person.id)
            if first != person.id:
                yield origins.error(FILE, (i,), f"{what} {value!r} is also that of {first!r}")


def _manager_circles(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Each circle once, at the first of its people."""
    reported: set[str] = set()
    for i, person in enumerate(policy.people):
        circle = _circle(policy, person)
        if circle and reported.isdisjoint(circle):
            reported.update(circle)
            chain = " -> ".join([*circle, circle[0]])
            yield origins.error(FILE, (i,), f"managers in a circle: {chain}")


def _circle(policy: Policy, start: Person) -> list[str]:
    """The people from `start` up through managers back to `start`, or nothing."""
    chain: list[str] = []
    person: Person | None = start
    while person and person.id not in chain:
        chain.append(person.id)
        person = policy.person_by_id.get(person.manager or "")
    return chain if person and person.id == start.id else []


def _in_no_pool(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    pooled = {member.person for pool in policy.pools for member in pool.members}
    for i, person in enumerate(policy.people):
        if person.active and person.role in ("sdr", "ae") and person.id not in pooled:
            yield origins.warning(FILE, (i,), f"{person.name} ({person.role}) is in no pool")
