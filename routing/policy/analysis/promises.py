"""SLA rules as a whole: those that never count, and promises that nobody's hours can keep (T1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from routing.people import Person
from routing.policy.analysis import rules, segments
from routing.policy.analysis.first_match import Entry, first_match
from routing.policy.analysis.words import several
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins
from routing.policy.tables.calendars import DAY, Calendar
from routing.policy.tables.pools import Pool
from routing.policy.tables.rules import ANY, Rule
from routing.policy.tables.sla import SlaRule

FILE = "sla.yml"
WEEK = 7 * DAY


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    if origins.complete(FILE, "segments.yml", "sources.yml", "scoring.yml"):
        yield from _unreachable(policy, origins)
    if origins.complete("calendars.yml", "people.csv", "pools.yml", "rules.csv"):
        for i, sla in enumerate(policy.sla.rules):
            yield from _out_of_hours(policy, origins, i, sla)


def _unreachable(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    entries = [Entry(_columns(sla), (-i,)) for i, sla in enumerate(policy.sla.rules)]
    sources = tuple(source.id for source in policy.sources)
    domains = (tuple(segments.examples(policy)), rules.bands(policy), sources)
    found = first_match(entries, domains)
    known = ({s.id for s in policy.segments}, {"high", "medium", "low"}, set(sources))
    for i, sla in enumerate(policy.sla.rules):
        pairs = zip(_columns(sla), known, strict=True)
        sound = all(value == ANY or value in names for value, names in pairs)
        if i not in found.wins and sound and all(domains):
            message = f"SLA rule {sla.id!r} never counts: rules before it take every lead it fits"
            yield origins.error(FILE, ("rules", i), message)


def _columns(sla: SlaRule) -> tuple[str, ...]:
    return sla.segment, sla.band, sla.source


def _out_of_hours(policy: Policy, origins: Origins, i: int, sla: SlaRule) -> Iterator[PolicyError]:
    """A clock round the clock for people who all close for longer than it runs."""
    if sla.hours != "24x7":
        return
    pools = [pool for pool in policy.pools if _may_get(policy, pool, sla)]
    late = [pool for pool in pools if _all_close_longer(policy, pool, sla.acknowledge)]
    if late:
        names = several([repr(pool.id) for pool in late])
        message = (
            f"SLA rule {sla.id!r} runs round the clock, but everybody in pool {names} is closed "
            "for longer than acknowledge allows: leads that come then are late before they open"
        )
        yield origins.warning(FILE, ("rules", i, "hours"), message)


def _may_get(policy: Policy, pool: Pool, sla: SlaRule) -> bool:
    """Whether some rule sends leads of this SLA rule to the pool."""
    to_pool = (r for r in policy.rules if (r.send_to.kind, r.send_to.id) == ("pool", pool.id))
    return any(_meet(rule, sla) for rule in to_pool)


def _meet(rule: Rule, sla: SlaRule) -> bool:
    pairs = ((rule.segment, sla.segment), (rule.band, sla.band), (rule.source, sla.source))
    return all(one == other or ANY in (one, other) for one, other in pairs)


def _all_close_longer(policy: Policy, pool: Pool, span: timedelta) -> bool:
    people = [policy.person_by_id.get(member.person) for member in pool.members]
    working = [person for person in people if person and person.active]
    return bool(working) and all(_longest_closure(policy, one) > span for one in working)


def _longest_closure(policy: Policy, person: Person) -> timedelta:
    """The longest closed stretch of a usual week; nothing for who is always open or unknown."""
    calendar = policy.calendar_by_id.get(person.calendar)
    if calendar is None or calendar.always:
        return timedelta(0)
    return timedelta(minutes=_closed_minutes(calendar))


def _closed_minutes(calendar: Calendar) -> int:
    open_spans = sorted(
        (day * DAY + window.opens, day * DAY + window.closes)
        for day, windows in calendar.weekly.items()
        for window in windows
    )
    if not open_spans:
        return WEEK
    again = [(opens + WEEK, closes + WEEK) for opens, closes in open_spans]
    longest, end = 0, open_spans[0][1]
    for opens, closes in [*open_spans[1:], *again]:
        longest, end = max(longest, opens - end), max(end, closes)
    return longest
