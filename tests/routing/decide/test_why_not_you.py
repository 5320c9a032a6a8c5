"""A rep reads in one line why a lead is not theirs (R6, S4)."""

from __future__ import annotations

import pytest

from routing.decide.choice.reasons import Comparison
from routing.decide.decide import decide
from routing.decide.decision import Claim, Decision, MemberState
from routing.decide.why_not_you import why_not_you
from routing.people import Person
from tests.routing.builders import a_person, a_policy, a_pool_state, facts

PEOPLE = (a_person("anna"), a_person("ben"), a_person("dora"), a_person("mia", role="manager"))


def _told(person: str, *members: MemberState, anna: Person | None = None) -> str | None:
    policy = a_policy(people=(anna or PEOPLE[0], *PEOPLE[1:]))
    found = decide(policy, facts(pools=[a_pool_state(*members)]))
    return why_not_you(found, policy, policy.person_by_id[person])


def _state(person: str, **state: object) -> MemberState:
    return MemberState.model_validate({"person": person} | state)


def test_who_has_it_and_who_was_never_asked() -> None:
    """The owner, somebody of another pool, and a manager, to whom nothing is said."""
    members = _state("anna", owed=-1), _state("ben")

    assert _told("ben", *members) == "You have it."
    assert _told("dora", *members) == "You are not in EMEA, the pool it went to."
    assert _told("mia", *members) is None


@pytest.mark.parametrize(
    ("state", "caps", "why"),
    [
        ({"absent_reason": "kickoff"}, {}, "you were away (kickoff)"),
        ({"absent_reason": ""}, {}, "you were away"),
        ({"open_leads": 5}, {"open_cap": 5}, "you had 5 open leads, the cap is 5"),
        ({}, {"active": False}, "you were deactivated"),
    ],
)
def test_who_could_not_take_it(state: dict[str, object], caps: dict[str, object], why: str) -> None:
    """What was against them, said to them."""
    anna = a_person("anna", **caps)

    told = _told("anna", _state("anna", **state), _state("ben"), anna=anna)
    assert told == f"You did not get it: {why}."


@pytest.mark.parametrize(
    ("anna", "ben", "why"),
    [
        ({"owed": "-1/2"}, {"owed": "1/2"}, "level with your share"),
        ({"last_turn": 4}, {"last_turn": 3}, "had your last lead later"),
    ],
)
def test_who_comes_after(anna: dict[str, object], ben: dict[str, object], why: str) -> None:
    """Whose turn it was, and in what the reader comes after, without the arithmetic's words."""
    told = _told("anna", _state("anna", **anna), _state("ben", **ben))

    assert str(told).startswith(f"You did not get it: Ben was next; you come after, {why}")


def test_a_choice_by_hand_is_told_as_it_was() -> None:
    """Nobody was compared: who gave it to whom stands in the decision."""
    policy = a_policy(people=PEOPLE)
    given = Decision(place="owner", owner="ben", reason="Mia gave it to Ben.")

    assert why_not_you(given, policy, PEOPLE[0]) == "You did not get it: Mia gave it to Ben."


def test_shares_are_told_as_such() -> None:
    """Among those with as few open leads."""
    first = Claim(2, True, 0, 0, -1, 0, 1, "anna")
    ahead = Claim(2, True, 0, 1, -1, 0, 1, "ben")
    further = Claim(2, True, 0, 2, -1, 0, 1, "cleo")
    compared = Comparison("fewest_active", 7)

    assert compared.why_after(ahead, first) == (
        "ahead of their share by 1/7 of a lead, the first is level with their share"
    )
    assert compared.why_after(further, ahead) == (
        "further ahead of their share: 2/7 of a lead against 1/7 of a lead"
    )
    behind, further_behind = (Claim(2, False, 2, owed, -1, 0, 1, "dora") for owed in (-1, -4))
    assert compared.why_after(behind, further_behind) == (
        "less far behind their share: 1/7 of a lead against 4/7 of a lead"
    )
