"""The decision: one place, with its reasons."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from routing.decide.choice.periods import day_start, week_start
from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, RoutingFacts, Step, Trace
from routing.decide.words import Candidate, candidates, in_words
from routing.policy.tables.pools import Member
from routing.policy.tables.segments import Segment
from routing.policy.tables.territories import TerritoryRow
from tests.routing.builders import (
    a_lead,
    a_person,
    a_policy,
    a_pool,
    a_pool_state,
    a_rule,
    facts,
)


def _state(person: str, **state: object) -> MemberState:
    return MemberState.model_validate({"person": person} | state)


def _decide(*members: MemberState, **people: object) -> Decision:
    """The usual lead and pool with these member states; caps and such of Anna as keywords."""
    policy = a_policy(people=(a_person("anna", **people), a_person("ben")))
    return decide(policy, facts(pools=[a_pool_state(*members)]))


def test_a_lead_gets_the_owner_whose_turn_it_is() -> None:
    """The pool is named, and everybody looked at has a reason and a rank."""
    found = _decide(_state("anna", owed="-1/2", last_turn=1), _state("ben", owed="1/2"))

    assert (found.place, found.owner, found.pool) == ("owner", "ben", "emea")
    assert found.reason == "Ben is next in EMEA: due now; Anna comes after, level."
    assert candidates(found.trace) == [
        Candidate("ben", "due now", rank=1, is_taken=True),
        Candidate("anna", "level with their share", rank=2),
    ]
    assert found.balances == {"anna": 0, "ben": 0}


def test_a_tie_is_said_with_what_broke_it() -> None:
    """Equal turns are decided by the next criterion, and the sentence names it."""
    assert _decide(_state("anna", last_turn=4), _state("ben", last_turn=3)).reason == (
        "Ben is next in EMEA: due within 2 leads, like Anna; then last turn 3 against last turn 4."
    )


def test_what_was_passed_over_is_named() -> None:
    """Segments by their names, where the policy knows them; the stored step keeps the ids."""
    steps = (
        Step(step="segment", outcome="none", reason="No.", rejected=("ent: size is unknown",)),
        Step(
            step="rule",
            outcome="none",
            reason="No rule.",
            rejected=("x: segment is gone, not ent", "y: band is low, not high"),
        ),
    )
    found = Decision(place="case", case="no_rule", reason="No rule.", trace=Trace(steps=steps))

    lines = in_words(found, a_policy(segments=(Segment(id="ent", name="Enterprise"),)))

    assert [line.strip() for line in lines if "passed over" in line] == [
        "passed over: Enterprise: size is unknown",
        "passed over: x: segment is gone, not Enterprise",
        "passed over: y: band is low, not high",
    ]


def test_the_trace_holds_the_route_and_the_choice() -> None:
    """From suppression to choice in one list."""
    steps = [step.step for step in _decide().trace.steps]

    assert steps[0] == "suppression"
    assert steps[-3:] == ["rule", "pool", "choice"]


@pytest.mark.parametrize(
    ("state", "person", "reason"),
    [
        ({}, {"active": False}, "is deactivated"),
        ({"absent_reason": "on leave until Friday"}, {}, "is away: on leave until Friday"),
        ({"open_leads": 5}, {"open_cap": 5}, "has 5 open leads, the cap is 5"),
        ({"today": 2}, {"daily_cap": 2}, "has 2 leads today, the cap is 2"),
        ({"this_week": 9}, {"weekly_cap": 8}, "has 9 leads this week, the cap is 8"),
        ({}, {"open_cap": 0}, "has 0 open leads, the cap is 0"),
    ],
)
def test_b15_who_cannot_take_a_lead_is_left_with_the_reason(
    state: dict[str, object], person: dict[str, object], reason: str
) -> None:
    """B15: the deactivated, the absent and those at a cap (0 too) get nothing."""
    found = _decide(_state("anna", **state), _state("ben", owed=-5, open_leads=50), **person)

    assert found.owner == "ben"
    assert candidates(found.trace)[1] == Candidate("anna", reason)


def test_a_cap_not_yet_reached_lets_one_more_through() -> None:
    """A cap of 5 is five leads, not four."""
    assert _decide(_state("anna", open_leads=4), _state("ben", owed=-1), open_cap=5).owner == "anna"


def test_nobody_eligible_is_a_case_with_the_nearest_person_suggested() -> None:
    """Caps and absence are set aside for the suggestion, and it says so."""
    found = _decide(
        _state("anna", open_leads=7), _state("ben", open_leads=3, absent_reason="ill"), open_cap=7
    )

    assert (found.place, found.case, found.owner) == ("case", "nobody_eligible", None)
    assert found.suggestion is not None
    assert found.suggestion.person == "ben"
    assert found.suggestion.reason == (
        "fewest open leads (3) when caps and absence are set aside; is away: ill"
    )


def test_a_pool_of_deactivated_people_suggests_nobody() -> None:
    """Somebody who left is never suggested."""
    people = tuple(a_person(name, active=False) for name in ("anna", "ben"))

    found = decide(a_policy(people=people), facts())

    assert (found.case, found.suggestion) == ("nobody_eligible", None)


def test_an_ambiguous_territory_suggests_the_best_of_both_pools() -> None:
    """The case decides nothing, but one press takes the suggestion."""
    policy = a_policy(
        territories=(
            TerritoryRow(territory="west", country="US"),
            TerritoryRow(territory="east", country="US"),
        ),
        people=tuple(a_person(name) for name in ("anna", "ben", "carl")),
        pools=(a_pool("anna", id="w"), a_pool("ben", "carl", id="e")),
        rules=(a_rule("w", "pool:w", territory="west"), a_rule("e", "pool:e", territory="east")),
    )
    pools = (
        a_pool_state(_state("anna", open_leads=3), pool="w"),
        a_pool_state(_state("ben", open_leads=2), _state("carl", open_leads=4), pool="e"),
    )

    found = decide(policy, facts(a_lead(country="US"), pools))

    assert (found.place, found.case, found.owner) == ("case", "ambiguous_territory", None)
    assert found.suggestion is not None
    assert found.suggestion.person == "ben"
    assert not any(candidate.is_taken for candidate in candidates(found.trace))


def test_a_known_owner_gets_the_lead_outside_any_pool() -> None:
    """No pool is charged for it."""
    found = decide(a_policy(), facts(a_lead(known_owner="ben")))

    assert (found.place, found.owner, found.pool) == ("owner", "ben", None)


@pytest.mark.parametrize(
    ("send_to", "place", "queue"),
    [("nurture", "nurture", None), ("queue:holding", "queue", "holding")],
)
def test_targets_without_people(send_to: str, place: str, queue: str | None) -> None:
    """Nurture and queues assign nobody."""
    found = decide(a_policy(rules=(a_rule(send_to=send_to),)), facts())

    assert (found.place, found.queue, found.owner, found.case) == (place, queue, None, None)


def test_a_suppressed_lead_stays_suppressed() -> None:
    """It has a place of its own and nobody's name on it."""
    found = decide(a_policy(), facts(a_lead(suppressed=True)))

    assert (found.place, found.owner, found.case) == ("suppressed", None, None)


def test_a_member_without_a_state_counts_as_new() -> None:
    """A joiner the store does not know yet is chosen like one with nothing."""
    assert _decide(_state("anna", last_turn=1)).owner == "ben"


def test_weights_come_from_policy() -> None:
    """Weight 3 against 1: between two who are level, the heavier is due earlier."""
    pool = a_pool(Member(person="anna"), Member(person="ben", weight=3))
    state = a_pool_state(_state("anna", last_turn=1), _state("ben", last_turn=2))

    assert decide(a_policy(pools=(pool,)), facts(pools=[state])).owner == "ben"


def test_a_decision_survives_storage() -> None:
    """Facts and policy read back from JSON give the same decision, trace included."""
    policy = a_policy()
    given = facts(pools=[a_pool_state(_state("anna", owed="-2/3"))])
    stored_policy = type(policy).model_validate_json(policy.model_dump_json())
    stored_facts = RoutingFacts.model_validate_json(given.model_dump_json())

    assert decide(stored_policy, stored_facts) == decide(policy, given)


def test_a_decision_in_words_names_people() -> None:
    """A rep who did not get the lead reads why, with names instead of ids."""
    policy = a_policy(people=(a_person("anna", name="Anna Weber"), a_person("ben")))
    away = a_pool_state(_state("anna", absent_reason="on leave"))

    lines = in_words(decide(policy, facts(pools=[away])), policy)

    assert lines[0] == "Owner Ben: Ben is the only one in EMEA who can take a lead now."
    assert "Pool: 1 of 2 people in EMEA can take a lead now." in lines
    assert lines[-1] == "  - Anna Weber: is away: on leave"


def test_b7_periods_of_caps_start_at_midnight_and_on_monday() -> None:
    """B7, in the person's own zone: a day from local midnight, a week from Monday."""
    now = datetime(2021, 6, 20, 11, 59, 59, tzinfo=UTC)

    assert day_start(a_person(), now) == datetime(2021, 6, 20, tzinfo=UTC)
    assert week_start(a_person(), now) == datetime(2021, 6, 14, tzinfo=UTC)
    kiwi = a_person(time_zone="Pacific/Auckland")
    assert day_start(kiwi, now) == datetime(2021, 6, 19, 12, tzinfo=UTC)


def test_a_decision_without_a_pool_changes_no_balance() -> None:
    """A case and a known owner leave everybody owed what they were."""
    assert decide(a_policy(), facts(a_lead(known_owner="ben"))).balances == {}
    assert _decide(_state("anna", absent_reason=""), _state("ben", absent_reason="")).balances == {}


def test_what_was_stored_before_there_were_balances_is_read() -> None:
    """Facts with a calibration and a trace with its reasons in words stay readable."""
    old_facts = {"person": "anna", "assigned": 3, "calibration": 0, "last_turn": 2}
    old_candidate = {"person": "anna", "taken": True, "reason": "3 open leads", "rank": 1}

    assert MemberState.model_validate(old_facts) == MemberState(
        person="anna", assigned=3, last_turn=2
    )
    trace = Trace.model_validate_json(json.dumps({"candidates": [old_candidate]}))
    assert candidates(trace) == [Candidate("anna", "chosen: 3 open leads")]
