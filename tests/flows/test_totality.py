"""Whatever happens in whatever order, every lead is in exactly one place that people see (R4, R5,
R8, G2, I6, T7).

Leads come in, people decide cases, go away and come back, close leads, merge them and take that
back; policy is changed, tried, rolled back; the jobs run when they like. After every event the
database is read and judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.steps.deciding.glance import Glance
from handlers.flows.steps.deciding.waiting_line import WaitingLine
from handlers.flows.working.enforce_sla import enforce_sla
from handlers.jobs.heal import PATIENCE, heal
from routing.lead import INCOMING, Lead
from routing.people import Person
from storage.database.engine import open_engine
from storage.deciding.assignments import POLICY, Assignment, StoredDecision
from storage.deciding.assignments import assignments as assignment_rows
from storage.deciding.assignments import decisions as decision_rows
from storage.deciding.cases import ExceptionCase
from storage.deciding.pools import pools as pool_rows
from storage.unit_of_work import Database, UnitOfWork
from tests.flows.histories import EVENTS, OFTEN, History
from tests.support.databases import SqliteDatabases

events = st.lists(
    st.tuples(st.sampled_from([*OFTEN, *EVENTS]), st.integers(0, 5000)), min_size=30, max_size=50
)


class Ledger:
    """All decisions and assignments there are, and what each pool owes in sum."""

    def __init__(self) -> None:
        self.decisions: dict[str, StoredDecision] = {}
        self.assignments: dict[str, Assignment] = {}
        self.owed: dict[str, Fraction] = {}

    @classmethod
    def of(cls, work: UnitOfWork) -> Ledger:
        ledger = cls()
        ledger.decisions = {one.id: one for one in _all_decisions(work)}
        ledger.assignments = {one.id: one for one in _all_assignments(work)}
        for pool in work.connection.execute(select(pool_rows.c.id)).scalars():
            owed = [one.owed for one in work.pools.balances(pool).values()]
            ledger.owed[pool] = sum(owed, Fraction(0))
        return ledger

    def taken_off(self, assignment: Assignment) -> Fraction:
        """By how much the pool owes less in sum since it gave this lead: one where it did not
        choose the owner. Where it did, by weight, its members are level in sum.
        """
        made = self.decisions[assignment.decision_id]
        if assignment.person not in made.decision.balances:
            return Fraction(1)
        (state,) = (pool for pool in made.facts.pools if pool.pool == assignment.pool)
        before = {member.person: member.owed for member in state.members}
        after = sum((before | made.decision.balances).values())
        assert after == 0 or made.decision.trace.strategy == "fewest_active"
        return sum(before.values()) - Fraction(after)


def _all_decisions(work: UnitOfWork) -> list[StoredDecision]:
    rows = work.connection.execute(
        select(*(decision_rows.c[n] for n in StoredDecision.model_fields))
    )
    return [StoredDecision.model_construct(**row._mapping) for row in rows]


def _all_assignments(work: UnitOfWork) -> list[Assignment]:
    rows = work.connection.execute(select(assignment_rows))
    return [Assignment.model_construct(**row._mapping) for row in rows]


def _is_in_one_place(lead: Lead, cases: list[ExceptionCase], owned: Assignment | None) -> None:
    assert (lead.place == "owner") == (owned is not None) == (lead.owner is not None), lead.place
    assert owned is None or owned.person == lead.owner
    assert len(cases) == (lead.place == "case"), (lead.place, [case.kind for case in cases])
    assert (lead.queue is not None) == (lead.place == "queue")


def _could_take_it(made: StoredDecision, owner: Person) -> None:
    assert owner.active
    if made.decision.pool is None:
        assert made.facts.lead.known_owner == owner.id
        assert made.facts.lead.owner_away is None
        return
    (pool,) = (one for one in made.facts.pools if one.pool == made.decision.pool)
    (state,) = (one for one in pool.members if one.person == owner.id)
    assert state.absent_reason is None
    assert owner.open_cap is None or state.open_leads < owner.open_cap
    assert owner.daily_cap is None or state.today < owner.daily_cap


def _is_not_over_full(
    work: UnitOfWork, owner: Person, done: Sequence[str], fresh: Sequence[StoredDecision]
) -> None:
    """By what is stored, whatever the decision was told; leads given otherwise do not count."""
    given = [one.decision for one in fresh if one.decision.owner == owner.id]
    otherwise = sum(owner.id not in one.balances for one in given)
    if owner.open_cap is not None and otherwise < len(given):
        load = work.leads.open_counts([owner.id], done).get(owner.id, 0)
        assert load - otherwise <= owner.open_cap


class Judge:
    """Looks at the database after every event, and knows how it was before."""

    def __init__(self, history: History) -> None:
        self.history, self.ports = history, history.ports
        self.before = Ledger()

    def looks(self) -> None:
        """All that always holds."""
        self.every_lead_is_in_exactly_one_place()
        self.a_machine_gives_leads_only_to_who_can_take_them()
        self.pools_owe_what_they_should()

    def every_lead_is_in_exactly_one_place(self) -> None:
        pending = {
            job.arguments[0] for job in self.history.engine.waiting if job.flow == "work_lead"
        }
        with self.ports.database.reading() as work:
            cases = defaultdict[str, list[ExceptionCase]](list)
            for case in work.cases.listed("open", 1000):
                cases[case.lead_id].append(case)
            owned = {one.lead_id: one for one in _all_assignments(work) if one.ended_at is None}
        leads = self.history.leads()
        assert cases.keys() | owned.keys() <= {lead.id for lead in leads}
        for lead in leads:
            _is_in_one_place(lead, cases[lead.id], owned.get(lead.id))
            if lead.queue == INCOMING:
                assert lead.id in pending, "nobody will route it"

    def a_machine_gives_leads_only_to_who_can_take_them(self) -> None:
        with self.ports.database.reading() as work:
            fresh = [d for d in _all_decisions(work) if d.id not in self.before.decisions]
            for made in fresh:
                if made.decided_by == POLICY and made.decision.owner is not None:
                    policy = self.ports.policies.version(work, made.policy_version)
                    owner = policy.person_by_id[made.decision.owner]
                    _could_take_it(made, owner)
                    assert work.availability.away_at(made.decided_at, [owner.id]) == []
                    _is_not_over_full(work, owner, policy.done_stages, fresh)

    def pools_owe_what_they_should(self) -> None:
        """The sum changes by one for each lead that is lost, regained or given by hand; each that
        the pool gives makes its members level, but where load decides and nobody is owed more than
        one."""
        with self.ports.database.reading() as work:
            now = Ledger.of(work)
        expected = defaultdict[str, Fraction](Fraction, self.before.owed)
        for one in now.assignments.values():
            if one.pool is None:
                continue
            was = self.before.assignments.get(one.id)
            if was is None:
                expected[one.pool] -= now.taken_off(one)
            if one.ended_at is not None and (was is None or was.ended_at is None):
                expected[one.pool] += Fraction(1)
        changed = {pool: owed for pool, owed in now.owed.items() if owed != expected[pool]}
        assert changed == {}, (changed, expected)
        self.before = now

    def everything_settles(self) -> None:
        """Left to itself for a while, nothing waits but for people."""
        for _ in range(3):
            self.history.clock.forward(PATIENCE + timedelta(seconds=1))
            enforce_sla(self.ports)
            heal(self.ports)
            self.history.engine.run_all(self.ports)
            fill_places(self.ports)
            self.history.engine.run_all(self.ports)
        self.every_lead_is_in_exactly_one_place()
        with self.ports.database.reading() as work:
            assert list(work.audit.faults()) == []
            deciders = self.ports.policies.deciders(work)
        for lead in self.history.leads():
            policy = deciders.of(lead.id, lead.received_at).policy
            assert lead.queue != INCOMING
            assert lead.queue is None or lead.queue in policy.queue_by_id
            done = lead.stage in policy.done_stages
            assert lead.owner is None or done or policy.person(lead.owner).active
        line = WaitingLine(self.ports)
        glance = Glance(self.ports, line.deciders, self.history.clock.now())
        assert [one for one in line.firsts if not glance.has_to_wait(one)] == []


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(what=events)
def test_every_lead_is_in_exactly_one_place_after_every_event(
    sqlite_databases: SqliteDatabases, what: list[tuple[str, int]]
) -> None:
    """No second owner, no case that nobody sees, none to somebody who cannot take it; pools owe
    what was lost, regained and given by hand; left to itself, only what needs people waits."""
    tried(sqlite_databases, what)


def tried(databases: SqliteDatabases, what: list[tuple[str, int]]) -> History:
    """Let it all happen, and judge."""
    url = databases.fresh()
    database = Database(open_engine(url))
    try:
        history = History(database)
        judge = Judge(history)
        for name, n in what:
            history.happens(name, n)
            judge.looks()
        judge.everything_settles()
        return history
    finally:
        database.engine.dispose()
        databases.drop(url)
