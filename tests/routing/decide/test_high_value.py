"""Leads of high value wait for a person, whatever their score (R5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState
from routing.decide.words import candidates
from routing.policy.tables.exceptions import ExceptionPolicy
from tests.routing.builders import a_lead, a_policy, a_pool_state, a_rule, facts

HIGH_VALUE = ExceptionPolicy.model_validate(
    {
        "high_value": {
            "any_of": [
                [{"field": "company_size", "at_least": 5000}],
                [
                    {"field": "domain", "is_in": ["acme.com"]},
                    {"field": "country", "is_in": ["DE"]},
                ],
            ],
            "age_limit": "2h",
        }
    }
)


def _decide(*away: str, **stated: object) -> Decision:
    """The decision about a lead like this; `send_to` is where the only rule sends it."""
    state = a_pool_state(*(MemberState(person=who, absent_reason="") for who in away))
    rule = a_rule(send_to=str(stated.pop("send_to", "pool:emea")))
    policy = a_policy(exceptions=HIGH_VALUE, rules=(rule,))
    return decide(policy, facts(a_lead(**stated), (state,)))


def test_the_policys_choice_is_the_suggestion() -> None:
    """A person approves whom policy would have chosen; nobody is taken yet."""
    plain, found = _decide(), _decide(company_size=5000)

    assert plain.place == "owner"
    assert (found.place, found.case, found.owner) == ("case", "high_value", None)
    assert found.suggestion is not None
    assert found.suggestion.person == plain.owner
    assert found.pool == plain.pool
    assert "company size 5000" in found.reason
    assert not any(one.is_taken for one in candidates(found.trace))


@pytest.mark.parametrize(
    ("stated", "held"),
    [
        ({"company_size": 4999}, False),
        ({"domain": "acme.com"}, True),
        ({"domain": "acme.com", "country": "FR"}, False),
        ({"domain": "ACME.com", "country": "DE"}, True),
        ({"company_size": 9000, "approved": True}, False),
        ({"company_size": 9000, "known_owner": "ben"}, False),
    ],
)
def test_every_condition_of_one_list_must_hold(stated: dict[str, object], held: bool) -> None:
    """Once a person decided it is not asked again, and an owner's own account needs no approval."""

    assert (_decide(**stated).case == "high_value") is held


@pytest.mark.parametrize("target", ["nurture", "queue:holding"])
def test_a_low_score_or_a_queue_does_not_hide_it(target: str) -> None:
    """What the rules would let lie comes to a person too."""
    found = _decide(send_to=target, company_size=9000)

    assert (found.place, found.case, found.queue) == ("case", "high_value", None)


def test_nobody_eligible_is_asked_as_high_value() -> None:
    """With the nearest as suggestion; it does not go to whoever becomes free without a person."""
    found = _decide("anna", "ben", company_size=9000)

    assert (found.case, found.waits_for) == ("high_value", None)
    assert found.suggestion is not None


def test_what_people_decide_anyway_stays_what_it_is() -> None:
    """Another case is not relabelled, and a suppressed lead is asked about by nobody."""
    assert _decide(company_size=9000, score=None).case == "score_failed"
    odd = _decide(company_size=9000, flags=("suspicious:honeypot",))
    assert odd.case == "suspicious_input"
    assert _decide(company_size=9000, suppressed=True).place == "suppressed"


def test_its_clock_is_its_own() -> None:
    """The kind's limit, else its queue's, else the general one."""
    policy = a_policy(exceptions=HIGH_VALUE)

    assert policy.age_limit_of("high_value") == timedelta(hours=2)
    assert policy.age_limit_of("no_rule") == timedelta(hours=4)
