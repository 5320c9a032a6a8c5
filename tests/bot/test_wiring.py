"""What is put together from the settings, and what refuses to start."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.only_one import AlreadyRunningError, hold
from bot.settings import Settings
from bot.wiring import build
from storage.database.engine import normal_url
from tests.support.messenger import KeepingMessenger


def _settings(folder: Path, **more: str) -> Settings:
    return Settings.model_validate({"BATON_DATABASE_URL": f"sqlite:///{folder}/b.db"} | more)


def test_second_baton_on_one_sqlite_file_is_refused(tmp_path: Path) -> None:
    """It would take over the first one's running work; it says what to do instead."""
    url = normal_url(f"sqlite:///{tmp_path}/b.db")
    first = hold(url)

    with pytest.raises(AlreadyRunningError, match="use PostgreSQL"):
        hold(url)
    assert first is not None
    first.close()
    again = hold(url)
    assert again is not None
    again.close()


def test_postgresql_is_shared_by_replicas() -> None:
    """Nothing is held where replicas may share the database."""
    assert hold(normal_url("postgresql://127.0.0.1/baton")) is None


def test_without_the_ai_extra_the_template_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key in the environment but no client installed: Baton starts, and says so in its log."""
    monkeypatch.setitem(sys.modules, "bot.connectors.llm.openai", None)
    program = build(_settings(tmp_path, OPENAI_API_KEY="k"), messenger=KeepingMessenger())

    assert program.ports.ai is None
    program.close()


def test_with_the_extra_and_a_key_the_model_writes(tmp_path: Path) -> None:
    """The model's name is the one that is configured."""
    settings = _settings(tmp_path, OPENAI_API_KEY="k", BATON_AI_MODEL="small-model")
    program = build(settings, messenger=KeepingMessenger())

    assert program.ports.ai is not None
    assert program.ports.ai.model == "small-model"
    program.close()
