"""Killed between any two commits, a lead still ends with one owner and one DM (promise one)."""

from __future__ import annotations

import pytest

from sandbox import SandboxServer
from storage.database.engine import open_engine
from storage.unit_of_work import Database
from tests.crash.nursery import AT_ONCE, Nursery, count_kills
from tests.crash.victim import Order, When
from tests.support.databases import PostgresDatabases, SqliteDatabases

MORE_THAN_ENOUGH = 60


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_killed_at_any_commit_the_lead_ends_with_one_owner_and_one_dm(
    kind: str,
    when: When,
    workspace: SandboxServer,
    nurseries: list[Nursery],
    request: pytest.FixtureRequest,
) -> None:
    """SIGKILL right before or after every commit that writes; the restart finishes the lead."""
    databases: SqliteDatabases | PostgresDatabases = request.getfixturevalue(f"{kind}_databases")

    def trial(number: int) -> bool:
        name, url = f"{kind}{when}{number}", databases.fresh()
        order = Order(url, workspace.api_url, name, number, when)
        if not nurseries[number % AT_ONCE].is_killed_and_lives_again(order):
            return False
        _check(url, name, workspace)
        return True

    assert count_kills(trial, range(1, MORE_THAN_ENOUGH)) >= 10


def _check(url: str, name: str, workspace: SandboxServer) -> None:
    engine = open_engine(url)
    with Database(engine).reading() as work:
        (lead,) = work.leads.find("", 10)
        assert (lead.place, len(work.assignments.decisions_of(lead.id))) == ("owner", 1)
        assert list(work.audit.faults()) == []
        assert work.outbox.state_counts() == {"sent": 1}
    engine.dispose()
    posted = [
        message.ts
        for conversation in workspace.workspace.conversations()
        for message in list(conversation.messages.values())
        if name in message.text
    ]
    assert len(posted) == 1
