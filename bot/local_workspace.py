"""The local Slack workspace, peopled from the policy folder."""

from __future__ import annotations

from pathlib import Path

from bot.policy_folder import read_policy_folder
from bot.settings import Settings
from routing.policy.model import Policy
from routing.policy.reading.load import load_policy
from sandbox import SandboxChannel, SandboxPerson, SandboxServer, reset_state

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
STATE = Path("var/sandbox.jsonl")


def local_workspace(
    settings: Settings, *, state: Path | None = None, reset: bool = False, rate_limits: bool = True
) -> SandboxServer:
    """A workspace with everybody of the policy in it, not yet started."""
    policy = load_policy(read_policy_folder(settings.policy_dir))
    state = state or STATE
    if reset:
        reset_state(state)
    baton = f"http://{settings.http_host}:{settings.http_port}"
    return SandboxServer(
        people=_people(policy),
        channels=_channels(policy),
        manifest=MANIFEST,
        port=settings.sandbox_port,
        state=state,
        request_url=f"{baton}/slack/events",
        intake_url=f"{baton}/intake/web/website",
        rate_limits=rate_limits,
    )


def _people(policy: Policy) -> list[SandboxPerson]:
    return [
        SandboxPerson(
            user_id=person.slack_user,
            name=person.name,
            email=person.email,
            tz=person.time_zone,
            title=person.role.upper(),
        )
        for person in policy.people
    ]


def _channels(policy: Policy) -> list[SandboxChannel]:
    """The policy's channels; a local workspace makes their names out of their ids."""
    high_value = policy.exceptions.high_value
    named = {pool.channel for pool in policy.pools}
    named |= {policy.company.changes_channel, high_value.channel if high_value else None}
    first = policy.company.managers_channel
    ids = [first, *sorted(channel for channel in named if channel and channel != first)]
    return [SandboxChannel(channel_id=c, name=c.removeprefix("C0").lower()) for c in ids]
