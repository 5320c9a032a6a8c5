"""Leads one after the other from an empty state (R4, R7)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.decide.decision import Decision, RoutingFacts
from routing.decide.shares import Tally
from routing.decide.simulation import Simulation
from routing.people import Absence
from routing.policy.model import Policy
from routing.policy.tables.pools import Member
from tests.routing.builders import NOW, a_lead, a_person, a_policy, a_pool, a_rule, facts


def _weighted(**weights: int) -> Policy:
    members = tuple(Member(person=who, weight=weight) for who, weight in weights.items())
    return a_policy(people=tuple(map(a_person, weights)), pools=(a_pool(*members),))


def _owners(policy: Policy, count: int) -> list[str | None]:
    simulation = Simulation(policy)
    return [simulation.place(facts(a_lead(lead_id=f"lead-{n}"))).owner for n in range(count)]


def _placed(simulation: Simulation, lead: RoutingFacts | None = None) -> Decision:
    return simulation.place(lead or facts())


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3))
def test_a_weighted_pool_comes_to_its_exact_shares(first: int, second: int, rounds: int) -> None:
    """After every full round each member has exactly weight times as many leads."""
    owners = Counter(_owners(_weighted(anna=first, ben=second), rounds * (first + second)))

    assert owners == {"anna": rounds * first, "ben": rounds * second}


def test_the_fewest_open_leads_come_in_turn() -> None:
    """Nobody closes a lead meanwhile, so every member gets one before anybody gets two."""
    policy = a_policy(pools=(a_pool("anna", "ben", strategy="fewest_active"),))

    assert _owners(policy, 4) == ["anna", "ben", "anna", "ben"]


def test_a_cap_for_a_day_counts_the_day_of_the_lead() -> None:
    """The next day has room again, whatever order the leads come in."""
    people = (a_person("anna", daily_cap=1),)
    simulation = Simulation(a_policy(people=people, pools=(a_pool("anna"),)))
    tomorrow = facts().model_copy(update={"now": NOW + timedelta(days=1)})

    assert _placed(simulation, tomorrow).owner == "anna"
    assert _placed(simulation, tomorrow).case == "nobody_eligible"
    yesterday = tomorrow.model_copy(update={"now": NOW - timedelta(days=1)})
    assert _placed(simulation, yesterday).case == "nobody_eligible"
    later = tomorrow.model_copy(update={"now": NOW + timedelta(days=2)})
    assert _placed(simulation, later).owner == "anna"


def test_a_lead_of_a_known_owner_counts_for_them() -> None:
    """It fills their day though no pool chose them."""
    policy = a_policy(
        people=(a_person("anna", open_cap=1), a_person("ben")), pools=(a_pool("anna", "ben"),)
    )
    simulation = Simulation(policy)
    simulation.place(facts(a_lead(known_owner="anna")))

    assert [_placed(simulation).owner for _ in range(2)] == ["ben", "ben"]


def test_pools_share_their_peoples_open_leads() -> None:
    """A cap is a person's, whichever pool the leads come from."""
    policy = a_policy(
        people=(a_person("anna", open_cap=1),),
        pools=(a_pool("anna"), a_pool("anna", id="other")),
        rules=(a_rule(), a_rule("france", send_to="pool:other", territory="france")),
    )
    simulation = Simulation(policy)

    assert simulation.place(facts()).pool == "emea"
    assert simulation.place(facts(a_lead(country="FR"))).case == "nobody_eligible"


def test_the_same_leads_give_the_same_decisions() -> None:
    """No clock and no chance: two runs are one."""
    policy = _weighted(anna=3, ben=2, carl=1)

    assert _owners(policy, 20) == _owners(policy, 20)


def test_the_summary_compares_with_the_exact_share() -> None:
    """Five leads at weights 2 and 1: 10/3 and 5/3 would be exact."""
    policy = _weighted(anna=2, ben=1)
    simulation, tally = Simulation(policy), Tally(policy)
    for _ in range(5):
        tally.count(_placed(simulation))

    (pool,) = tally.summary().pools

    assert [(m.person, m.exact) for m in pool.members] == [("anna", "10/3"), ("ben", "5/3")]
    assert sum(member.leads for member in pool.members) == 5
    assert all(abs(member.off or 0) < 1 for member in pool.members)


def test_planned_absences_count_by_when_the_lead_comes() -> None:
    """Who is on holiday gets nothing, and is back the day after."""
    away = Absence.model_validate({"person": "anna", "from": "2026-11-23", "until": "2026-11-23"})
    simulation = Simulation(a_policy(absences=(away,)))
    tomorrow = facts().model_copy(update={"now": NOW + timedelta(days=1)})

    assert [_placed(simulation).owner for _ in range(2)] == ["ben", "ben"]
    assert _placed(simulation, tomorrow).owner == "anna"
