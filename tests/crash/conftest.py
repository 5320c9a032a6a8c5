"""Where victims live: a workspace, and one nursery for each of those that live at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.local_workspace import local_workspace
from bot.settings import Settings
from sandbox import SandboxServer
from tests.crash.nursery import AT_ONCE, Nursery


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
