"""What pools owe their members, through the flows and beside each other (R4, R7)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest

from handlers.flows.deciding.resolve_case import Choice, assign_to
from handlers.flows.deciding.work_lead import work_lead
from handlers.flows.matching.undo_merge import undo_merge
from handlers.flows.ports import Ports
from handlers.flows.steps.again import done_again
from handlers.flows.steps.deciding.endings import end_assignment
from handlers.flows.steps.deciding.pool_states import count_given, pool_states
from handlers.flows.steps.matching.merging import absorb_stored, carry_on
from handlers.flows.steps.settlement import Settlement
from routing.decide.decide import decide
from routing.decide.decision import RoutingFacts
from routing.lead import Lead, LeadFacts
from routing.matching.merge import survivor_first
from routing.policy.model import Policy
from routing.policy.tables.pools import Member
from storage.audit import Actor
from storage.deciding.pools import Balance
from storage.records.merges import Merge
from tests.flows.builders import a_stranger, an_owned_lead, receive, the_assignment, the_lead
from tests.flows.test_record_touch import a_person
from tests.flows.test_resolve_case import an_open_case
from tests.flows.test_set_availability import a_lead_from_berlin
from tests.support.engine import WaitingEngine
from tests.support.policies import enacted

POOL = "emea-sdr"
BRITISH = LeadFacts(
    lead_id="lead-1", source="website", country="GB", company_size=50, email=True, score=50
)


def _balances(ports: Ports, pool: str) -> dict[str, Balance]:
    with ports.database.reading() as work:
        return work.pools.balances(pool)


def _with_member(policy: Policy, member: Member) -> Policy:
    pool = policy.pool_by_id[POOL]
    wider = pool.model_copy(update={"members": (*pool.members, member)})
    pools = tuple(wider if one.id == POOL else one for one in policy.pools)
    return Policy.model_construct(**(dict(policy) | {"pools": pools}))


def _decide_one(ports: Ports) -> str | None:
    """One lead decided in a transaction of its own, as flows do."""
    with ports.database.writing() as work:
        active = ports.policies.active(work)
        facts = RoutingFacts(
            lead=BRITISH,
            policy_version=active.version,
            now=ports.clock.now(),
            pools=pool_states(work, active.policy, [POOL], ports.clock.now()),
        )
        decision = decide(active.policy, facts)
        count_given(work, decision)
        return decision.owner


def test_two_at_once_share_exactly(ports: Ports) -> None:
    """Leads decided beside each other from one pool: exact shares by weight, all balances level."""
    with ThreadPoolExecutor(2) as pool:
        owners = list(pool.map(lambda _: _decide_one(ports), range(140)))

    balances = _balances(ports, POOL)
    assert {name: owners.count(name) for name in set(owners)} == {
        "elif": 40,
        "fionn": 40,
        "giulia": 40,
        "hugo": 20,
    }
    assert {name: one.assigned for name, one in balances.items()} == Counter(owners)
    assert {one.owed for one in balances.values()} == {Fraction(0)}


def test_what_routing_decided_is_what_is_stored(ports: Ports, engine: WaitingEngine) -> None:
    """The facts hold the balances before, the decision those after, and storage the same."""
    _, assignment = an_owned_lead(ports, engine)

    with ports.database.reading() as work:
        stored = work.assignments.decision(assignment.decision_id)
        policy = ports.policies.active(work).policy
    assert assignment.pool is not None
    after = {name: one.owed for name, one in _balances(ports, assignment.pool).items()}
    assert {m.person: m.owed for p in stored.facts.pools for m in p.members} == dict.fromkeys(
        after, 0
    )
    assert after == dict.fromkeys(after, Fraction(0)) | stored.decision.balances
    assert decide(policy, stored.facts) == stored.decision


def test_a_lost_lead_is_owed_again(ports: Ports, engine: WaitingEngine) -> None:
    """Whoever loses a lead that a pool gave is owed one more, and the count goes back."""
    lead, assignment = an_owned_lead(ports, engine)
    assert assignment.pool is not None
    before = _balances(ports, assignment.pool)[assignment.person]

    with ports.database.writing() as work:
        active = ports.policies.active(work)
        actor = Actor(kind="system", id="test")
        end_assignment(Settlement(ports, work, active, ports.clock.now(), actor), lead.id)

    after = _balances(ports, assignment.pool)[assignment.person]
    assert (after.assigned, after.owed) == (before.assigned - 1, before.owed + 1)


def _merged(ports: Ports, left: Lead, right: Lead) -> Merge:
    with ports.database.writing() as work:
        active, actor = ports.policies.active(work), Actor(kind="system", id="test")
        s = Settlement(ports, work, active, ports.clock.now(), actor)
        held = work.leads.hold_all({left.id, right.id})
        survivor, absorbed = survivor_first(*held.values())
        done = absorb_stored(s, survivor, absorbed, ("test",))
        carry_on(s, done.merged, "test")
    return done


@pytest.mark.parametrize("handed_out_since", [0, 1])
def test_a_merge_and_its_undo_leave_balances_as_they_were(
    ports: Ports, engine: WaitingEngine, handed_out_since: int
) -> None:
    """Who lost a lead by the merge has it again: owed, given and turn are as before. What the pool
    gave meanwhile it counts as it would have: the next lead makes all level."""
    leads = [a_lead_from_berlin(ports, engine, number) for number in range(3)]
    before = _balances(ports, POOL)
    done = _merged(ports, leads[0], leads[1])
    engine.run_all(ports)
    lost = next(lead.owner for lead in leads if lead.id == done.absorbed_id)
    assert lost is not None
    assert _balances(ports, POOL)[lost].owed == before[lost].owed + 1
    for number in range(handed_out_since):
        a_lead_from_berlin(ports, engine, 10 + number)

    undo_merge(ports, done, actor=Actor(kind="person", id="oscar"), reason="Two people.")
    engine.run_all(ports)

    with ports.database.reading() as work:
        back = work.leads.get(done.absorbed_id)
        assert back is not None
        assert (back.place, back.owner) == ("owner", lost)
        assert the_assignment(work, back).pool == POOL
    after = _balances(ports, POOL)
    if handed_out_since:
        assert sum(one.owed for one in after.values()) == -handed_out_since
        a_lead_from_berlin(ports, engine, 20)
        assert sum(one.owed for one in _balances(ports, POOL).values()) == 0
    else:
        assert after == before


def test_a_lead_by_hand_outside_the_pool_charges_nobody(
    ports: Ports, engine: WaitingEngine
) -> None:
    """The case named no pool: a person's choice is no pool's lead."""
    case = an_open_case(ports, engine)
    assign_to(ports, case.id, Choice("hugo"), person=a_person(ports, "renata"))

    assert the_lead(ports).owner == "hugo"
    assert _balances(ports, POOL) == {}


def test_a_lead_of_the_pool_by_hand_counts(ports: Ports) -> None:
    """It counts as theirs, whoever chose them, and is shared out with the next lead."""
    with ports.database.writing() as work:
        active = ports.policies.active(work)
        states = pool_states(work, active.policy, [POOL], ports.clock.now())
        facts = RoutingFacts(
            lead=BRITISH, policy_version=active.version, now=ports.clock.now(), pools=states
        )
        by_policy = decide(active.policy, facts)
        by_hand = by_policy.model_copy(update={"owner": "hugo", "trace": type(by_policy.trace)()})
        count_given(work, by_hand)

    hugo = _balances(ports, POOL)["hugo"]
    assert (hugo.assigned, hugo.owed) == (1, Fraction(-1))
    _decide_one(ports)
    assert sum(one.owed for one in _balances(ports, POOL).values()) == 0


def test_who_joins_starts_level(ports: Ports) -> None:
    """Nobody repays a newcomer what was given before they came."""
    for _ in range(3):
        _decide_one(ports)
    with ports.database.writing() as work:
        policy = _with_member(ports.policies.active(work).policy, Member(person="anna"))
        (state,) = pool_states(work, policy, [POOL], ports.clock.now())

    (anna,) = [member for member in state.members if member.person == "anna"]
    assert (anna.assigned, anna.owed) == (0, Fraction(0))
    assert anna.last_turn == max(member.last_turn for member in state.members)


def test_b13_b21_a_cap_is_exact_when_many_leads_come_at_once(
    ports: Ports, engine: WaitingEngine
) -> None:
    """Two leads a day for each of four people, twelve leads at once on four threads: eight leads
    find an owner, two each; the others are cases and nobody gets a third."""
    _cap_each_day(ports, 2)
    for number in range(12):
        receive(ports, company_size="50", **a_stranger(number))
    leads = [job.arguments[0] for job in engine.waiting if job.flow == "work_lead"]

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda lead: done_again(lambda: work_lead(ports, lead)), leads))

    with ports.database.reading() as work:
        assert work.assignments.counts() == dict.fromkeys(("anna", "ben", "carmen", "dmitri"), 2)
        assert len(work.leads.find("", 20)) == 12


def _cap_each_day(ports: Ports, cap: int) -> None:
    with ports.database.writing() as work:
        active = ports.policies.active(work)
        files = dict(work.policies.get(active.version).files)
        files["people.csv"] = files["people.csv"].replace(",400,300,1000", f",400,{cap},1000")
        enacted(ports, work, files)
