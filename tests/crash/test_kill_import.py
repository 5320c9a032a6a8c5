"""Killed between any two commits, an import still ends with every row once (I1, I2)."""

from __future__ import annotations

import signal
from collections import Counter
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

ROWS = 3
MORE_THAN_ENOUGH = 80
AT_ONCE = 2
EVERY = 7
"""Each trial kills at every seventh commit; databases and moments begin at different ones."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    settings = Settings.model_validate({"BATON_SANDBOX_PORT": 0})
    state = tmp_path_factory.mktemp("slack") / "s.jsonl"
    workspace = local_workspace(settings, state=state, rate_limits=False)
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

    def kill_and_restart(turn: int) -> bool:
        number = first + turn * EVERY
        name = f"{kind}{when}{number}"
        url = databases.fresh()
        run = nurseries[turn % AT_ONCE].run
        code = run(Order(url, workspace.api_url, name, number, when, ROWS))
        if code == FINISHED:
            return False
        assert code == -signal.SIGKILL, f"commit {number}: exit code {code}"
        assert run(Order(url, workspace.api_url, name, None, when, ROWS)) == FINISHED
        _check(url, name, workspace)
        return True

    killed = 0
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for turn in range(0, MORE_THAN_ENOUGH, AT_ONCE):
            outcomes = list(threads.map(kill_and_restart, range(turn, turn + AT_ONCE)))
            killed += sum(outcomes)
            if not any(outcomes):
                break

    assert killed >= 5


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
