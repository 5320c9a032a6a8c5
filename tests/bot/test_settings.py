"""The environment is a contract: names, defaults, and what they switch on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import Settings


def read(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine that runs the tests is seen."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


def test_nothing_set_is_everything_local() -> None:
    """Without any variable Baton runs on this machine, with no account and no model."""
    settings = read()

    assert settings.database_url == "sqlite:///var/baton.db"
    assert settings.policy_dir == Path("policy")
    assert (settings.http_host, settings.http_port, settings.sandbox_port) == (
        ("127.0.0.1", 8080, 8090)
    )  # fmt: skip
    assert not settings.has_slack
    assert not settings.has_ai
    assert settings.admin_token is None


@pytest.mark.parametrize(
    ("name", "value", "has_ai"),
    [
        ("OPENAI_API_KEY", "sk-1", True),
        ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1", True),
        ("OPENAI_BASE_URL", "https://api.openai.com/v1", False),
        ("OPENAI_API_KEY", "", False),
    ],
)
def test_model_is_used_when_configured(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, has_ai: bool
) -> None:
    """A key, or a server of one's own, which may need no key; an empty variable is no key."""
    monkeypatch.setenv(name, value)

    assert read().has_ai is has_ai


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printed or logged, settings hold no token and no key."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "OPENAI_API_KEY",
                 "BATON_ADMIN_TOKEN"):  # fmt: skip
        monkeypatch.setenv(name, f"secret-{name}")
    settings = read()

    assert settings.has_slack
    assert "secret-" not in repr(settings) + str(settings.model_dump())


@pytest.mark.parametrize("port", ["-1", "65536", "eighty"])
def test_port_must_be_one(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    """A wrong port is refused when settings are read, not when the server starts."""
    monkeypatch.setenv("BATON_HTTP_PORT", port)

    with pytest.raises(ValidationError):
        read()


def test_env_file_is_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`.env` in the folder Baton is started in fills what the environment leaves open."""
    (tmp_path / ".env").write_text("BATON_HTTP_PORT=1234\nBATON_AI_MODEL=local\nOTHER=ignored\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BATON_AI_MODEL", "mine")

    assert (Settings().http_port, Settings().ai_model) == (1234, "mine")


def test_trusted_proxies_are_addresses_or_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """With commas between; nobody's word is taken unless it is named, and never everybody's."""
    assert read().trusted_proxies == ()
    monkeypatch.setenv("BATON_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1")
    assert [str(one) for one in read().trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]

    for wrong in ("*", "proxy.example.com", "10.0.0.1/8"):
        monkeypatch.setenv("BATON_TRUSTED_PROXIES", wrong)
        with pytest.raises(ValidationError, match="BATON_TRUSTED_PROXIES"):
            read()
