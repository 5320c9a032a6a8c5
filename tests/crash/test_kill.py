"""Killed between any two commits, a lead still ends with one owner and one DM (promise one)."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.local_workspace import local_workspace
from bot.settings import Settings
from sandbox import SandboxServer
from storage.engine import open_engine
from storage.unit_of_work import Database
from tests.crash.nursery import Nursery
from tests.crash.victim import FINISHED, Order, When
from tests.support.databases import PostgresDatabases, SqliteDatabases

MORE_THAN_ENOUGH = 60
AT_ONCE = 2


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    settings = Settings.model_validate({"BATON_SANDBOX_PORT": 0})
    workspace = local_workspace(
        settings, state=tmp_path_factory.mktemp("slack") / "s.jsonl", rate_limits=False
    )
    workspace.start()
    yield workspace
    workspace.stop()


@pytest.fixture(scope="module")
def nurseries() -> Iterator[list[Nursery]]:
    """One for each victim that lives at the same time."""
    nurseries = [Nursery() for _ in range(AT_ONCE)]
    yield nurseries
    for nursery in nurseries:
        nursery.close()


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

    def kill_and_restart(number: int) -> bool:
        name = f"{kind}{when}{number}"
        url = databases.fresh()
        run = nurseries[number % AT_ONCE].run
        code = run(Order(url, workspace.api_url, name, number, when))
        if code == FINISHED:
            return False
        assert code == -signal.SIGKILL, f"commit {number}: exit code {code}"
        assert run(Order(url, workspace.api_url, name, None)) == FINISHED
        _check(url, name, workspace)
        return True

    killed = 0
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for first in range(1, MORE_THAN_ENOUGH, AT_ONCE):
            outcomes = list(threads.map(kill_and_restart, range(first, first + AT_ONCE)))
            killed += sum(outcomes)
            if not any(outcomes):
                break

    assert killed >= 10


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
