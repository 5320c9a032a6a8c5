"""Replicas share one pool and one is killed: still nobody is a lead off their share (R4)."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.wiring import Program, adopt_policy, build
from handlers.flows.taking_in.receive_lead import receive_lead
from handlers.flows.working.set_switch import set_switch
from storage.audit import Actor
from tests.crash.nursery import Nursery
from tests.crash.victim import FINISHED, Order
from tests.flows.builders import a_draft, take_in_all
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.one_pool import faults, one_pool

LEADS = 150
KILL_AT = 100
"""The writing commit at which a replica dies: in the middle of its leads."""
GIVEN = ("Ada", "Boris", "Chloe", "Dario", "Elin", "Farid", "Gemma", "Hanno", "Iris", "Jorge")
FAMILY = ("Abel", "Boone", "Castillo", "Dekker", "Eriksen", "Fontana", "Grant", "Hooper",
          "Ivanov", "Jansen", "Kovac", "Lefebvre", "Moreau", "Novak", "Ortega")  # fmt: skip


def test_two_replicas_on_postgresql_one_killed_share_exactly(
    tmp_path: Path, nurseries: list[Nursery], postgres_databases: PostgresDatabases
) -> None:
    """One of two dies at a commit; the other takes over what it had begun. Every lead has one
    owner, and each decision saw what the one before had left."""
    with waiting_leads(postgres_databases.fresh(), tmp_path) as (program, order):
        doomed = replace(order, name="doomed", kill_at=KILL_AT, when="before")
        with ThreadPoolExecutor(2) as threads:
            codes = list(threads.map(Nursery.run, nurseries, [doomed, order]))

        assert codes == [-signal.SIGKILL, FINISHED]
        with program.ports.database.reading() as work:
            assert faults(work, LEADS) == []
            assert list(work.audit.faults()) == []


def test_one_process_on_sqlite_killed_and_started_again_shares_exactly(
    tmp_path: Path, nurseries: list[Nursery], sqlite_databases: SqliteDatabases
) -> None:
    """Its threads decide side by side; killed in the middle, it goes on where it stood."""
    with waiting_leads(sqlite_databases.fresh(), tmp_path) as (program, order):
        assert nurseries[0].is_killed_and_lives_again(replace(order, kill_at=KILL_AT, when="after"))

        with program.ports.database.reading() as work:
            assert faults(work, LEADS) == []
            assert list(work.audit.faults()) == []


@contextmanager
def waiting_leads(url: str, folder: Path) -> Iterator[tuple[Program, Order]]:
    """Leads that wait for their owners, all from one pool, and the order to work them."""
    policy = one_pool(folder)
    settings = Settings.model_validate({"BATON_DATABASE_URL": url, "BATON_POLICY_DIR": policy})
    program = build(settings)
    adopt_policy(program.ports, policy)
    nobody = Actor(kind="system", id="test")
    set_switch(program.ports, "notifications", is_on=False, actor=nobody, reason="no Slack here")
    for number in range(LEADS):
        receive_lead(program.ports, a_draft(program.ports, **_somebody(number)))
    take_in_all(program.ports)
    try:
        yield program, Order(url, "", "heir", None, policy_dir=str(policy))
    finally:
        program.close()


def _somebody(number: int) -> dict[str, Any]:
    """A lead like none of another number below `LEADS`."""
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN)]
    return {
        "key": f"lead-{number}",
        "name": f"{given} {family}",
        "email": f"{given}@{family}-{given}-works.com".lower(),
        "company": f"{family} {given} Works",
        "phone": f"+1 650 {253 + number} {1000 + 37 * number}",
    }
