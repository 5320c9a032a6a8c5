"""Killed between any two commits, a hand-over still moves every lead once (R4)."""

from __future__ import annotations

import pytest

from sandbox import SandboxServer
from storage.database.engine import open_engine
from storage.unit_of_work import Database
from tests.crash.leaving import LEAVER
from tests.crash.nursery import AT_ONCE, Nursery, count_kills
from tests.crash.victim import Order, When
from tests.support.databases import PostgresDatabases, SqliteDatabases

LEADS = 3
MORE_THAN_ENOUGH = 60
EVERY = 7
"""Each trial kills at every seventh commit; databases and moments begin at different ones."""


@pytest.mark.parametrize(
    ("kind", "when", "first"),
    [("sqlite", "after", 1), ("sqlite", "before", 3), ("postgres", "after", 2)],
)
def test_killed_at_any_commit_every_lead_moves_once(
    kind: str,
    when: When,
    first: int,
    workspace: SandboxServer,
    nurseries: list[Nursery],
    request: pytest.FixtureRequest,
) -> None:
    """SIGKILL beside a commit of its start, of a move, of its end or of telling."""
    databases: SqliteDatabases | PostgresDatabases = request.getfixturevalue(f"{kind}_databases")

    def trial(turn: int) -> bool:
        number = first + turn * EVERY
        name, url = f"leaving{kind}{when}{number}", databases.fresh()
        order = Order(url, workspace.api_url, name, number, when, leaving=LEADS)
        if not nurseries[turn % AT_ONCE].is_killed_and_lives_again(order):
            return False
        _check(url, name, workspace)
        return True

    assert count_kills(trial, range(MORE_THAN_ENOUGH)) >= 5


def _check(url: str, name: str, workspace: SandboxServer) -> None:
    engine = open_engine(url)
    with Database(engine).reading() as work:
        leads = work.leads.find("", 10)
        assert len(leads) == LEADS
        assert LEAVER not in {lead.owner for lead in leads}
        for lead in leads:
            moves = [e for e in work.audit.of(f"lead:{lead.id}") if e.action == "lead.reassigned"]
            assert len(moves) == 1
            assert len(work.assignments.decisions_of(lead.id)) == 2
        said = [entry.action for entry in work.audit.of(f"person:{LEAVER}")]
        assert said == ["person.away", "person.hand_over_started", "person.handed_over"]
        assert list(work.audit.faults()) == []
    engine.dispose()
    told = [
        message.text
        for conversation in workspace.workspace.conversations()
        for message in list(conversation.messages.values())
        if f"{name} leaves" in message.text and "handed over" in message.text
    ]
    assert len(told) == 1
