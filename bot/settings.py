"""Settings from the environment and `.env`; every name is part of the contract."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, IPvAnyNetwork, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _listed(value: object) -> object:
    """What is written with commas between, as a list."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


class Settings(BaseSettings):
    """What the environment says. Without Slack tokens Baton runs its own local workspace."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    database_url: str = Field("sqlite:///var/baton.db", validation_alias="BATON_DATABASE_URL")
    policy_dir: Path = Field(Path("policy"), validation_alias="BATON_POLICY_DIR")
    http_host: str = Field("127.0.0.1", validation_alias="BATON_HTTP_HOST")
    http_port: int = Field(8080, validation_alias="BATON_HTTP_PORT", ge=0, le=65535)
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)] = (
        Field((), validation_alias="BATON_TRUSTED_PROXIES")
    )
    sandbox_port: int = Field(8090, validation_alias="BATON_SANDBOX_PORT", ge=0, le=65535)
    log_level: str = Field("INFO", validation_alias="BATON_LOG_LEVEL")
    replica: str | None = Field(None, validation_alias="BATON_REPLICA")
    admin_token: SecretStr | None = Field(None, validation_alias="BATON_ADMIN_TOKEN")

    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, validation_alias="SLACK_SIGNING_SECRET")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_api_url: str = Field("https://slack.com/api/", validation_alias="SLACK_API_URL")

    openai_api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str = Field("https://api.openai.com/v1", validation_alias="OPENAI_BASE_URL")
    ai_model: str = Field("gpt-5-mini", validation_alias="BATON_AI_MODEL", max_length=120)

    @property
    def has_slack(self) -> bool:
        return self.slack_bot_token is not None

    @property
    def has_ai(self) -> bool:
        """A key, or an address of one's own: a compatible local server may need no key."""
        return self.openai_api_key is not None or self.openai_base_url != _OPENAI


def named_secret(name: str) -> str | None:
    """A secret by the name that policy gives it, from the environment or else from `.env`."""
    return os.environ.get(name) or dotenv_values(".env").get(name) or None


class NamedSecrets(Mapping[str, str]):
    """Secrets by the names that policy gives them, looked up when they are asked for."""

    def __getitem__(self, name: str) -> str:
        found = named_secret(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        raise TypeError("secrets are asked for by name")

    def __len__(self) -> int:
        raise TypeError("secrets are asked for by name")


_OPENAI = "https://api.openai.com/v1"
