"""The command on a database of the test's own."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.output import console
from tests.bot.cli.said import Baton, Said
from tests.conftest import POLICY
from tests.support.databases import SqliteDatabases


@pytest.fixture
def database_url(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    """The flows have tests on both databases; what is tested here is the command."""
    url = sqlite_databases.fresh()
    yield url
    sqlite_databases.drop(url)


@pytest.fixture
def environment(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's database, the example policy, and nothing of the machine's own settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("BATON_", "SLACK_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BATON_DATABASE_URL", database_url)
    monkeypatch.setenv("BATON_POLICY_DIR", str(POLICY))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(console, "width", 300)


@pytest.fixture
def baton(environment: None) -> Iterator[Baton]:
    """Runs one command as typed, in this process."""

    def run(*words: str) -> Said:
        result = CliRunner().invoke(app, list(words))
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        return Said(result.exit_code, result.stdout, result.stderr)

    levels = {name: log.level for name, log in logging.root.manager.loggerDict.items()
              if isinstance(log, logging.Logger)}  # fmt: skip
    yield run
    structlog.reset_defaults()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
