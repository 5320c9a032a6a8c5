"""What the app's manifest.yml says: which scopes, commands and events it has."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "file_shared": ("files:read",),
    "member_joined_channel": ("channels:read",),
    "member_left_channel": ("channels:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
}


class ManifestError(Exception):
    """The manifest cannot be used; the text lists everything that is wrong with it."""


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that the workspace obeys."""

    scopes: frozenset[str]
    commands: dict[str, str]
    events: frozenset[str]
    interactive: bool
    app_name: str
    home_enabled: bool
    escaped: frozenset[str] = frozenset()
    """Commands to which people are named by their ids (`should_escape`)."""


def load_manifest(path: Path) -> Manifest:
    """Read a manifest (YAML or JSON). Raises ManifestError with all its problems at once."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ManifestError(f"{path}: {error}") from error
    if not isinstance(document, dict):
        raise ManifestError(f"{path}: a manifest is a mapping")
    manifest = _parse(document)
    problems = _problems(manifest)
    if problems:
        raise ManifestError(f"{path}: " + "; ".join(problems))
    return manifest


def _parse(document: dict[str, Any]) -> Manifest:
    features, settings = _at(document, "features"), _at(document, "settings")
    commands = {
        str(entry["command"]): str(entry.get("usage_hint", ""))
        for entry in features.get("slash_commands") or []
    }
    escaped = [
        entry for entry in features.get("slash_commands") or [] if entry.get("should_escape")
    ]
    return Manifest(
        scopes=frozenset(_at(document, "oauth_config", "scopes").get("bot") or []),
        commands=commands,
        escaped=frozenset(str(entry["command"]) for entry in escaped),
        events=frozenset(_at(settings, "event_subscriptions").get("bot_events") or []),
        interactive=bool(_at(settings, "interactivity").get("is_enabled", False)),
        app_name=str(
            _at(features, "bot_user").get("display_name")
            or _at(document, "display_information").get("name")
            or "App"
        ),
        home_enabled=bool(_at(features, "app_home").get("home_tab_enabled", False)),
    )


def _at(document: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        document = document.get(key) or {}
    return document


def _problems(manifest: Manifest) -> list[str]:
    problems = []
    if manifest.commands and "commands" not in manifest.scopes:
        problems.append("features.slash_commands need the scope commands")
    for event in sorted(manifest.events):
        if event not in EVENT_SCOPES:
            problems.append(f"the sandbox does not send the event {event}")
        for scope in EVENT_SCOPES.get(event, ()):
            if scope not in manifest.scopes:
                problems.append(f"the event {event} needs the scope {scope}")
    return problems
