"""`manifest.yml` asks for what the code uses, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from handlers.slack import ids
from sandbox.manifest import load_manifest

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "manifest.yml"

# Slack's documentation of each method; history is read in whatever kind of conversation we post.
HISTORY = {"im:history", "channels:history", "groups:history"}
SCOPES: dict[str, set[str]] = {
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "files_info": {"files:read"},
    "conversations_open": {"im:write"},
    "conversations_history": HISTORY,
    "conversations_replies": HISTORY,
    "views_open": set(),
    "views_publish": set(),
}


@pytest.fixture
def manifest() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return document


def methods_called() -> set[str]:
    """The Web API methods that our code names."""
    sources = [ROOT / "bot" / "connectors" / "slack.py", *(ROOT / "handlers/slack").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    families = "chat|conversations|views|users|files|reactions|dnd|auth|apps|pins|bots|team"
    return set(re.findall(rf"client\.((?:{families})_\w+)", text))


def test_the_table_names_exactly_the_methods_called() -> None:
    """Whoever calls a new method states its scope here."""

    assert methods_called() == set(SCOPES)


def test_every_scope_is_used_and_every_use_has_its_scope(manifest: dict[str, Any]) -> None:
    """The app asks for the scopes of its methods and of its slash commands, and no more."""

    used = set().union(*SCOPES.values()) | {"commands"}

    assert set(manifest["oauth_config"]["scopes"]["bot"]) == used
    assert "user" not in manifest["oauth_config"]["scopes"]


def test_commands_are_those_of_the_code(manifest: dict[str, Any]) -> None:
    """Every slash command that is listened to is declared, and the other way round."""

    declared = [entry["command"] for entry in manifest["features"]["slash_commands"]]

    assert declared == list(ids.COMMANDS)


def test_events_are_those_of_the_code(manifest: dict[str, Any]) -> None:
    """Every event that is listened to is subscribed to, and the other way round."""

    assert manifest["settings"]["event_subscriptions"]["bot_events"] == list(ids.EVENTS)


def test_it_keeps_to_slacks_form(manifest: dict[str, Any]) -> None:
    """Lengths and required parts as Slack's manifest schema states them."""

    about, features = manifest["display_information"], manifest["features"]
    assert 1 <= len(about["name"]) <= 35
    assert 1 <= len(about["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", about["background_color"])
    assert 1 <= len(features["bot_user"]["display_name"]) <= 80
    for command in features["slash_commands"]:
        assert set(command) <= {"command", "description", "usage_hint", "url", "should_escape"}
        assert re.fullmatch(r"/[a-z]{1,31}", command["command"])
    assert manifest["settings"]["interactivity"] == {"is_enabled": True}
    assert manifest["settings"]["socket_mode_enabled"] is True


def test_the_sandbox_takes_it() -> None:
    """The local workspace reads the same file."""

    assert load_manifest(MANIFEST).commands == {
        "/lead": "find WORDS | show LEAD | why LEAD | reassign LEAD | handover PERSON | "
        "away [@PERSON] [UNTIL] [REASON] | "
        "back [@PERSON] | help"
    }
    assert load_manifest(MANIFEST).escaped == {"/lead"}
