"""The clocks of an assignment, fixed when it is made (T1, T2)."""

from __future__ import annotations

from datetime import UTC, timedelta

from routing.people import Person
from routing.policy.model import Policy
from routing.policy.tables.rules import ANY
from routing.policy.tables.sla import Clock, SlaRule
from routing.sla.hours import ALWAYS, due
from routing.values import Instant, Value


class ClockTimes(Value):
    """One clock: when the reminder and the breach are due, in UTC, by which SLA rule."""

    clock: Clock
    started_at: Instant
    remind_at: Instant
    due_at: Instant
    rule: str


def start_clocks(
    policy: Policy,
    *,
    segment: str | None,
    band: str | None,
    source: str,
    owner: Person,
    now: Instant,
) -> tuple[ClockTimes, ...]:
    """The clocks of the first SLA rule that fits, or none when no rule does.

    They run in the owner's calendar and time zone, or round the clock where the rule says so.
    The reminder is due after the policy's percentage of the open time. Raises NeverOpen.
    """
    facts = (segment, band, source)
    rule = next((rule for rule in policy.sla.rules if _fits(rule, facts)), None)
    if rule is None:
        return ()
    spans: tuple[tuple[Clock, timedelta], ...] = (
        ("acknowledge", rule.acknowledge),
        ("first_touch", rule.first_touch),
    )
    return tuple(_clock(policy, rule, clock, span, owner, now) for clock, span in spans)


def _fits(rule: SlaRule, facts: tuple[str | None, ...]) -> bool:
    stated = (rule.segment, rule.band, rule.source)
    return all(want in (ANY, given) for want, given in zip(stated, facts, strict=True))


def _clock(
    policy: Policy, rule: SlaRule, clock: Clock, span: timedelta, owner: Person, now: Instant
) -> ClockTimes:
    calendar = ALWAYS if rule.hours == "24x7" else policy.calendar_by_id[owner.calendar]
    warning = span * policy.sla.remind_at_percent // 100
    return ClockTimes(
        clock=clock,
        started_at=now.astimezone(UTC),
        remind_at=due(now, warning, calendar, owner.time_zone),
        due_at=due(now, span, calendar, owner.time_zone),
        rule=rule.id,
    )
