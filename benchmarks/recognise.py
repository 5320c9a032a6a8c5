"""One lead against a full store: is it one of those that are there? (I5)"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import insert

from benchmarks.databases import Databases, Kind, databases
from benchmarks.population_rows import population_rows
from benchmarks.program import POLICY
from benchmarks.report import Report, Row, percentile
from bot.policy_folder import read_policy_folder
from handlers.flows.steps.matching.recognise import matching_record, recognise
from routing.lead import Lead
from routing.matching.keys import BLOCK, keys
from routing.new_lead import new_lead
from routing.normalise.lead import RawLead, normalise
from routing.policy.model import Policy
from routing.policy.reading.load import load_policy
from storage.database.engine import open_engine
from storage.records.leads import lead_columns, leads
from storage.records.matches import match_keys
from storage.schema import upgrade
from storage.unit_of_work import Database

METHOD = """The store is filled with made-up leads (`benchmarks/population.py`); some rows of people
who are in it are held back and then looked up, each in a transaction of its own: keys, candidates
by index, their leads read, every pair compared. `found` is how many of those whose person is in
the store share a key with one of its leads; `known again` how many were recognised for certain or
put to a person. One thread, right after filling; times in milliseconds."""

LEADS, QUICK_LEADS = 1_000_000, 20_000
LOOKED_UP = 2_000
BATCH = 5_000
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SEED = 11
"""Not one of those the weights were fitted on."""


def measure(quick: bool) -> Report:
    report = Report("Recognising one lead", METHOD)
    rows = population_rows(QUICK_LEADS if quick else LEADS, SEED)
    held_back = LOOKED_UP if not quick else LOOKED_UP // 4
    policy = load_policy(read_policy_folder(POLICY))
    with databases() as dbs:
        for kind in dbs.kinds:
            report.add(
                "Look-up", {"database": kind, **_measured(dbs, kind, rows, held_back, policy)}
            )
    return report


def _measured(
    dbs: Databases, kind: Kind, rows: Sequence[dict[str, str]], held_back: int, policy: Policy
) -> Row:
    database = Database(open_engine(dbs.fresh(kind)))
    upgrade(database.engine)
    people: dict[str, set[str]] = {}
    for start in range(held_back, len(rows), BATCH):
        _store(database, policy, rows[start : start + BATCH], people)
    return _looked_up(database, policy, rows[:held_back], people, len(rows) - held_back)


def _store(
    database: Database,
    policy: Policy,
    batch: Sequence[dict[str, str]],
    people: dict[str, set[str]],
) -> None:
    stored = [(_lead(row, policy), row["entity_id"]) for row in batch]
    for lead, person in stored:
        people.setdefault(person, set()).add(lead.id)
    with database.writing() as work:
        work.connection.execute(
            insert(leads), [lead_columns(lead) | {"updated_at": NOW} for lead, _ in stored]
        )
        work.connection.execute(insert(match_keys), list(_keys(policy, [one for one, _ in stored])))


def _keys(policy: Policy, stored: Sequence[Lead]) -> Iterator[dict[str, object]]:
    for lead in stored:
        for each in keys(matching_record(lead, policy)):
            yield {"hash": each, "lead_id": lead.id}


def _lead(row: dict[str, str], policy: Policy) -> Lead:
    raw = RawLead(
        name=row.get("full_name") or f"{row.get('first_name')} {row.get('last_name')}",
        **{name: row.get(name) for name in ("email", "phone", "company", "website", "job_title")},
        city=row.get("city"),
        region=row.get("region"),
        country=row.get("country"),
    )
    clean = normalise(raw, default_region="US")
    lead = new_lead(f"lead_{row['lead_id']}", clean, policy.sources[0], policy, NOW)
    return lead.model_copy(update={"source_id": row.get("source_id") or None})


def _looked_up(
    database: Database,
    policy: Policy,
    rows: Sequence[dict[str, str]],
    people: dict[str, set[str]],
    stored: int,
) -> Row:
    took, looked_at, known, found, known_again = [], [], 0, 0, 0
    for row in rows:
        fresh, own = _lead(row, policy), people.get(row["entity_id"], set())
        started = time.perf_counter()
        with database.reading() as work:
            answer = recognise(work, policy, fresh, {})
        took.append(1_000 * (time.perf_counter() - started))
        with database.reading() as work:
            candidates = work.matches.candidates(keys(matching_record(fresh, policy)), BLOCK)
        looked_at.append(len(candidates))
        if own:
            known += 1
            found += bool(own & candidates)
            said = {answer.lead_id, *(one.right for one in answer.unsure)}
            known_again += bool(own & said)
    return {
        "stored": stored,
        "looked up": len(rows),
        "p50 ms": round(percentile(took, 0.5) or 0, 2),
        "p99 ms": round(percentile(took, 0.99) or 0, 2),
        "candidates, mean": round(sum(looked_at) / len(looked_at), 1),
        "found": round(found / known, 3) if known else None,
        "known again": round(known_again / known, 3) if known else None,
    }
