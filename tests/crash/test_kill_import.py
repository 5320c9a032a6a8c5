"""Killed between any two commits, an import still ends with every row once (I1, I2)."""

from __future__ import annotations

from collections import Counter

import pytest

from sandbox import SandboxServer
from storage.database.engine import open_engine
from storage.unit_of_work import Database
from tests.crash.nursery import AT_ONCE, Nursery, count_kills
from tests.crash.victim import Order, When
from tests.support.databases import PostgresDatabases, SqliteDatabases

ROWS = 3
MORE_THAN_ENOUGH = 80
EVERY = 7
"""Each trial kills at every seventh commit; databases and moments begin at different ones."""


@pytest.mark.parametrize(
    ("kind", "when", "first"),
    [("sqlite", "after", 1), ("sqlite", "before", 2), ("postgres", "after", 3)],
)
def test_killed_at_any_commit_every_row_is_one_lead_and_every_owner_has_one_digest(
    kind: str,
    when: When,
    first: int,
    workspace: SandboxServer,
    nurseries: list[Nursery],
    request: pytest.FixtureRequest,
) -> None:
    """SIGKILL beside a commit of the upload, of a batch, of routing or of telling."""
    databases: SqliteDatabases | PostgresDatabases = request.getfixturevalue(f"{kind}_databases")

    def trial(turn: int) -> bool:
        number = first + turn * EVERY
        name, url = f"{kind}{when}{number}", databases.fresh()
        order = Order(url, workspace.api_url, name, number, when, ROWS)
        if not nurseries[turn % AT_ONCE].is_killed_and_lives_again(order):
            return False
        _check(url, name, workspace)
        return True

    assert count_kills(trial, range(MORE_THAN_ENOUGH)) >= 5


def _check(url: str, name: str, workspace: SandboxServer) -> None:
    engine = open_engine(url)
    with Database(engine).reading() as work:
        leads = work.leads.find("", 10)
        (run,) = work.imports.listed()
        assert [len(work.assignments.decisions_of(lead.id)) for lead in leads] == [1] * ROWS
        assert (run.accepted, run.duplicates, run.errors) == (ROWS, 0, 0)
        assert len(list(work.imports.rows_of(run.id))) == ROWS
        assert list(work.audit.faults()) == []
        owners = {lead.owner for lead in leads}
    engine.dispose()
    digests = Counter(
        conversation.id
        for conversation in workspace.workspace.conversations()
        for message in list(conversation.messages.values())
        if f"{name}.csv" in message.text
    )
    assert sorted(digests.values()) == [1] * len(owners)
