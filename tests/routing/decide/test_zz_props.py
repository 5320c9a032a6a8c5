"""Promises for any lead and any state of the pools."""

from __future__ import annotations

from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.decide.decide import decide
from routing.decide.decision import Decision, MemberState, PoolState, RoutingFacts
from routing.decide.words import candidates, in_words
from routing.lead import LeadFacts
from routing.policy.reading.load import load_policy
from routing.values import TitleTier
from tests.routing.builders import NOW, example_files

POLICY = load_policy(example_files())
FIELDS = {"owner": "owner", "case": "case", "queue": "queue"}

counts = st.integers(0, 500)
members = st.builds(
    MemberState,
    person=st.sampled_from([*POLICY.person_by_id, "stranger"]),
    assigned=counts,
    owed=st.fractions(-3, 3, max_denominator=60),
    open_leads=counts,
    today=counts,
    this_week=st.integers(0, 1200),
    last_turn=counts,
    absent_reason=st.sampled_from([None, None, None, "", "on leave"]),
)
pools = st.lists(
    st.builds(
        PoolState,
        pool=st.sampled_from([*POLICY.pool_by_id, "gone"]),
        members=st.lists(members, max_size=6).map(tuple),
    ),
    max_size=5,
).map(tuple)
leads = st.builds(
    LeadFacts,
    lead_id=st.just("lead-1"),
    source=st.sampled_from(["website", "demo-request", "event-list", "elsewhere"]),
    country=st.sampled_from([None, "US", "DE", "GB", "AU", "BR", "ZZ", "*", "us"])
    | st.text(max_size=3),
    region=st.sampled_from([None, "US-CA", "US-OR", "DE-BE"]) | st.text(max_size=6),
    city=st.sampled_from([None, "Portland", "denver", "Berlin"]) | st.text(max_size=9),
    company_size=st.none() | st.integers(-5, 10**6),
    title_tier=st.none() | st.sampled_from(get_args(TitleTier)),
    email=st.booleans(),
    phone=st.booleans(),
    score=st.none() | st.integers(-5, 120),
    known_owner=st.none() | st.sampled_from(["anna", "oscar", "nobody"]),
    suppressed=st.sampled_from([False] * 9 + [True]),
)
any_facts = st.builds(
    RoutingFacts, lead=leads, policy_version=st.just(1), now=st.just(NOW), pools=pools
)


@settings(max_examples=4000, deadline=None)
@given(any_facts)
def test_every_lead_is_in_exactly_one_place(given_facts: RoutingFacts) -> None:
    """Any lead in any state gets one place, with that place's field set and no other's."""
    found = decide(POLICY, given_facts)

    stated = {name for name in FIELDS if getattr(found, name) is not None}
    assert stated == ({found.place} & set(FIELDS))
    assert found.reason
    assert in_words(found, POLICY)


@settings(max_examples=4000, deadline=None)
@given(any_facts)
def test_nobody_who_may_not_receive_a_lead_ever_does(given_facts: RoutingFacts) -> None:
    """No owner from a pool is inactive, absent or at a cap, and the owner is in the pool."""
    found = decide(POLICY, given_facts)
    if found.owner is None:
        return
    person = POLICY.person_by_id[found.owner]
    assert person.active
    if found.pool is None:
        assert found.owner == given_facts.lead.known_owner
        return
    state = _state_of(given_facts, found.pool, found.owner)
    assert found.owner in {m.person for m in POLICY.pool_by_id[found.pool].members}
    assert state.absent_reason is None
    for count, cap in (
        (state.open_leads, person.open_cap),
        (state.today, person.daily_cap),
        (state.this_week, person.weekly_cap),
    ):
        assert cap is None or count < cap


def _state_of(given_facts: RoutingFacts, pool: str, person: str) -> MemberState:
    """The state that counts: the last one stated of a pool and a person."""
    found = MemberState(person=person)
    for state in given_facts.pools:
        if state.pool == pool:
            found = MemberState(person=person)
            for member in state.members:
                found = member if member.person == person else found
    return found


@settings(max_examples=4000, deadline=None)
@given(any_facts)
def test_the_same_facts_give_the_same_decision(given_facts: RoutingFacts) -> None:
    """A replay from stored facts is identical, and a stored decision reads back as it was."""
    found = decide(POLICY, given_facts)
    replayed = decide(POLICY, RoutingFacts.model_validate_json(given_facts.model_dump_json()))

    assert replayed == found
    assert Decision.model_validate_json(found.model_dump_json()) == found


@settings(max_examples=4000, deadline=None)
@given(any_facts)
def test_the_trace_agrees_with_the_decision(given_facts: RoutingFacts) -> None:
    """Exactly the owner from a pool is marked as taken, at rank 1, and ranks have no gaps."""
    found = decide(POLICY, given_facts)
    people = candidates(found.trace)

    assert [c.person for c in people if c.is_taken] == (
        [found.owner] if found.owner and found.pool else []
    )
    ranks = [c.rank for c in people if c.rank is not None]
    assert ranks == list(range(1, len(ranks) + 1))


@settings(max_examples=4000, deadline=None)
@given(any_facts)
def test_a_pool_gives_one_lead_and_no_more(given_facts: RoutingFacts) -> None:
    """Whatever a pool owed its members, after its lead it owes them nothing in sum; where the load
    decides, nobody more than a lead."""
    found = decide(POLICY, given_facts)
    if found.owner is None or found.pool is None:
        assert found.balances == {}
        return
    pool = POLICY.pool_by_id[found.pool]
    before = {m.person: _state_of(given_facts, pool.id, m.person).owed for m in pool.members}

    assert found.owner in found.balances
    if pool.strategy == "weighted_round_robin":
        assert sum((before | found.balances).values()) == 0
    else:
        assert max(found.balances.values()) <= 1
