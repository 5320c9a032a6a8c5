"""Skills, working hours, and what a lead waits for (R4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decide.choice.rosters import hours_of
from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, RoutingFacts
from routing.decide.words import candidates, in_words
from routing.policy.model import Policy
from routing.policy.tables.queues import Queue
from routing.sla.hours import is_open
from tests.routing.builders import a_lead, a_person, a_policy, a_pool, a_pool_state, a_rule

MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
QUEUES = tuple(
    Queue(id=name, name=name.capitalize(), owner="anna", age_limit=timedelta(days=1))
    for name in ("holding", "night")
)


def _policy(*pools: object, **stated: object) -> Policy:
    people = tuple(
        a_person(who, calendar="office", time_zone=zone, skills=skills)
        for who, zone, skills in (
            ("anna", "UTC", "german"),
            ("ben", "UTC", "german; fintech"),
            ("kim", "Asia/Tokyo", ""),
            ("joe", "America/New_York", ""),
        )
    )
    usual = {"people": people, "pools": pools, "queues": QUEUES}
    return a_policy(**usual | stated)


def _decide(policy: Policy, at: datetime, *states: MemberState) -> Decision:
    pools = (a_pool_state(*states),) if states else ()
    return decide(policy, RoutingFacts(lead=a_lead(), policy_version=1, now=at, pools=pools))


def test_only_who_has_every_skill_gets_the_lead() -> None:
    """The others are passed over with that reason."""
    policy = _policy(a_pool("anna", "ben"), rules=(a_rule(skills="Fintech; german"),))

    found = _decide(policy, MORNING)

    assert found.owner == "ben"
    anna = next(one for one in candidates(found.trace) if one.person == "anna")
    assert anna.reason == "does not have the skill fintech"


def test_without_anybody_with_the_skills_people_decide() -> None:
    """Nobody gets a lead for want of somebody better; it waits for whom it needs."""
    policy = _policy(a_pool("anna", "kim"), rules=(a_rule(skills="fintech;german"),))

    found = _decide(policy, MORNING)

    assert (found.place, found.case) == ("case", "nobody_eligible")
    assert found.waits_for == "emea:fintech;german"


def test_a_pool_that_assigns_takes_no_notice_of_the_hour() -> None:
    """That is what a pool does unless it says otherwise."""

    assert _decide(_policy(a_pool("anna", "ben")), NIGHT).place == "owner"


def test_a_lead_waits_for_the_first_opening() -> None:
    """In the queue the pool names, until the first who could take it is back; the trace says so."""
    policy = _policy(a_pool("anna", "kim", outside_hours="wait", waits_in="night"))

    found = _decide(policy, NIGHT)

    assert (found.place, found.queue, found.pool) == ("queue", "night", "emea")
    assert found.wait_until == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 09:00 in Tokyo
    assert found.waits_for == "emea"
    assert found.suggestion is None  # whoever opens first gets it; nobody is asked
    assert any("first opens Tue 24 Nov 00:00 UTC" in line for line in in_words(found, policy))


def test_who_could_not_take_it_anyway_is_not_waited_for() -> None:
    """Kim is away: the lead waits for Anna, and for nobody when she is away, too."""
    policy = _policy(a_pool("anna", "kim", outside_hours="wait"))
    kim, anna = (MemberState(person=who, absent_reason="") for who in ("kim", "anna"))

    assert _decide(policy, NIGHT, kim).wait_until == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert _decide(policy, NIGHT, kim, anna).case == "nobody_eligible"


def test_another_pool_is_asked_outside_hours_and_only_then() -> None:
    """Through a chain, each step in the trace; at opening the first pool decides again."""
    policy = _policy(
        a_pool("anna", outside_hours="pool:east"),
        a_pool("kim", id="east", outside_hours="pool:west"),
        a_pool("joe", id="west", outside_hours="wait"),
    )

    at_day, at_night = _decide(policy, MORNING), _decide(policy, NIGHT - timedelta(hours=2))
    assert (at_day.owner, at_day.pool) == ("anna", "emea")
    assert (at_night.owner, at_night.pool) == ("joe", "west")
    asked = [step.outcome for step in at_night.trace.steps if step.step == "hours"]
    assert asked == ["east", "west"]

    late = _decide(policy, NIGHT)
    assert (late.queue, late.waits_for) == ("holding", "emea")
    assert late.wait_until == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_a_circle_ends_with_people() -> None:
    """The check refuses it; a decision is total all the same."""
    policy = _policy(
        a_pool("anna", outside_hours="pool:east"),
        a_pool("ben", id="east", outside_hours="pool:emea"),
    )

    assert _decide(policy, NIGHT).case == "nobody_eligible"


def test_a_pools_own_calendar_holds_for_everybody() -> None:
    """In the pool's zone: Tokyo's night is no reason where the pool works by Berlin."""
    pool = a_pool("kim", outside_hours="wait", calendar="office", time_zone="Europe/Berlin")

    assert _decide(_policy(pool), MORNING).owner == "kim"
    assert _decide(_policy(pool), NIGHT).wait_until == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(("day", "opens"), [(26, 8), (29, 7)], ids=["before", "after"])
def test_the_opening_follows_the_wall_clock(day: int, opens: int) -> None:
    """09:00 in Berlin is another instant after the clocks went forward on 28 March 2027."""
    people = (a_person("anna", calendar="office", time_zone="Europe/Berlin"),)
    policy = _policy(a_pool("anna", outside_hours="wait"), people=people)

    found = _decide(policy, datetime(2027, 3, day, 4, 0, tzinfo=UTC))

    assert found.wait_until == datetime(2027, 3, day, opens, 0, tzinfo=UTC)


_outside = st.sampled_from(["assign", "wait", "pool:a", "pool:b", "pool:c"])


@given(
    outside=st.tuples(_outside, _outside, _outside),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    away=st.sets(st.sampled_from(["anna", "ben", "kim", "joe"])),
    skills=st.sampled_from(["", "german", "german;fintech"]),
)
def test_nobody_off_or_unskilled_ever_receives_a_lead(
    outside: tuple[str, str, str], at: datetime, away: set[str], skills: str
) -> None:
    """Whatever pools do outside their hours: one place, and an owner only who may receive."""
    members = {"a": ("anna", "kim"), "b": ("ben", "kim"), "c": ("joe",)}
    pools = [
        a_pool(*members[name], id=name, outside_hours=how)
        for name, how in zip("abc", outside, strict=True)
    ]
    policy = _policy(*pools, rules=(a_rule(send_to="pool:a", skills=skills),))
    states = tuple(
        a_pool_state(
            *(MemberState(person=w, absent_reason="off" if w in away else None) for w in who),
            pool=name,
        )
        for name, who in members.items()
    )
    facts = RoutingFacts(lead=a_lead(), policy_version=1, now=at, pools=states)

    found = decide(policy, facts)

    assert found == decide(policy, facts)
    if found.owner is None:
        assert found.waits_for is not None
        assert (found.place, found.case) == (
            "case",
            "nobody_eligible",
        ) or found.wait_until is not None
        assert found.wait_until is None or found.wait_until > at
        return
    owner, pool = policy.person_by_id[found.owner], policy.pool_by_id[str(found.pool)]
    assert found.owner not in away
    assert set(policy.rules[0].skills) <= set(owner.skills)
    assert pool.outside_hours.kind == "assign" or is_open(at, *hours_of(policy, pool, owner))
