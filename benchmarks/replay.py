"""Stored decisions made again: how many a second, in how much memory (R7, G2)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from sqlalchemy import insert

from benchmarks.databases import Kind, databases
from benchmarks.leads import form_fields
from benchmarks.program import POLICY
from benchmarks.report import Report, Row
from bot.policy_folder import read_policy_folder
from bot.settings import Settings
from bot.wiring import adopt_policy, build
from handlers.flows.policy.replay_policy import replay_by, replay_same
from handlers.flows.ports import Ports
from routing.decide.decide import decide
from routing.decide.decision import MemberState, PoolState, RoutingFacts
from routing.decide.route import route
from routing.lead import Lead, facts_of
from routing.new_lead import new_lead
from routing.normalise.lead import RawLead, normalise
from routing.policy.model import Policy
from routing.policy.reading.load import load_policy
from routing.scoring.points import score
from storage.deciding.assignments import POLICY as BY_POLICY
from storage.deciding.assignments import decisions
from storage.records.leads import lead_columns, leads

METHOD = """So many leads are decided one after the other by the example policy, with the state of
their pools, and stored with their complete facts and traces. Then `same` makes each decision again
by its own version from its stored facts and compares them; `other` replays them by a policy that
gives a territory to another pool, and counts whom that moves. Memory is what the process grew by
meanwhile. One thread; decisions are read in batches of 500."""

DECISIONS, QUICK_DECISIONS = 100_000, 5_000
BATCH = 2_000
START = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
PAGE_KIB = 4


def measure(quick: bool) -> Report:
    report = Report("Replay of stored decisions", METHOD)
    count = QUICK_DECISIONS if quick else DECISIONS
    with databases() as dbs:
        for kind in dbs.kinds:
            for row in _measured(kind, dbs.fresh(kind), count):
                report.add("Replay", row)
    return report


def _measured(kind: Kind, url: str, count: int) -> Iterator[Row]:
    values: dict[str, Any] = {"BATON_DATABASE_URL": url, "BATON_POLICY_DIR": POLICY}
    program = build(Settings(_env_file=None, **values))
    ports = program.ports
    policy = adopt_policy(ports, POLICY).policy
    _fill(ports, policy, count)
    files = read_policy_folder(POLICY)
    west = "default-americas-west,americas-west,*,*,*,0,pool:"
    files["rules.csv"] = files["rules.csv"].replace(f"{west}americas-sdr", f"{west}emea-sdr")
    other = load_policy(files)
    yield _timed(kind, "same", count, lambda: replay_same(ports).differed)
    yield _timed(kind, "other", count, lambda: replay_by(ports, other, 2).moved)
    program.close()


def _timed(kind: Kind, what: str, count: int, work: Callable[[], int]) -> Row:
    memory = _Memory()
    started = time.perf_counter()
    with memory:
        found = work()
    took = time.perf_counter() - started
    return {
        "database": kind,
        "replay": what,
        "decisions": count,
        "seconds": round(took, 1),
        "decisions/s": round(count / took),
        "grew by MiB": round(memory.grown, 1),
        "differ or move": found,
    }


class _Memory:
    """How much more memory the process held at most while the block ran, in MiB."""

    def __init__(self) -> None:
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._before = _resident()
        self.grown = 0.0

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self.grown = max(self.grown, _resident() - self._before)


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KIB / 1024


def _fill(ports: Ports, policy: Policy, count: int) -> None:
    desk = _Decider(policy)
    for start in range(0, count, BATCH):
        rows = [desk.decided(number) for number in range(start, min(start + BATCH, count))]
        with ports.database.writing() as work:
            work.connection.execute(
                insert(leads),
                [lead_columns(lead) | {"updated_at": lead.received_at} for lead, _ in rows],
            )
            work.connection.execute(insert(decisions), [row for _, row in rows])


class _Decider:
    """Leads decided in turn, with pools that remember."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._given: Counter[tuple[str, str]] = Counter()
        self._owned: Counter[str] = Counter()
        self._turns: Counter[str] = Counter()
        self._last: dict[tuple[str, str], int] = {}

    def decided(self, number: int) -> tuple[Lead, dict[str, Any]]:
        now = START + timedelta(seconds=20 * number)
        raw = RawLead(**form_fields(number))
        lead = new_lead(
            f"lead_{number:016d}",
            normalise(raw, default_region="US"),
            self._policy.sources[0],
            self._policy,
            now,
        )
        lead = lead.model_copy(update={"score": score(self._policy.scoring, facts_of(lead))})
        pools = route(self._policy, facts_of(lead)).candidate_pools
        facts = RoutingFacts(
            lead=facts_of(lead), policy_version=1, now=now, pools=tuple(map(self._state, pools))
        )
        decision = decide(self._policy, facts)
        if decision.pool and decision.owner:
            self._count(decision.pool, decision.owner)
        return lead, {
            "id": f"dec_{number:016d}",
            "lead_id": lead.id,
            "number": 1,
            "decided_at": now,
            "decided_by": BY_POLICY,
            "policy_version": 1,
            "facts": facts,
            "decision": decision,
        }

    def _state(self, pool: str) -> PoolState:
        return PoolState(
            pool=pool,
            turn=self._turns[pool],
            members=tuple(
                MemberState(
                    person=m.person,
                    assigned=self._given[pool, m.person],
                    open_leads=self._owned[m.person] % 200,
                    last_turn=self._last.get((pool, m.person), 0),
                )
                for m in self._policy.pool_by_id[pool].members
            ),
        )

    def _count(self, pool: str, owner: str) -> None:
        self._given[pool, owner] += 1
        self._owned[owner] += 1
        self._turns[pool] += 1
        self._last[pool, owner] = self._turns[pool]
