"""Reactions: which emoji people and the app have put on a message."""

import re
from dataclasses import replace

from sandbox.workspace.messages import Workspace
from sandbox.workspace.model import Message, SlackError

_NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def add(workspace: Workspace, channel: str, ts: str, user: str, name: str) -> Message:
    """Raises message_not_found, invalid_name or already_reacted."""
    name = name.strip(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")

    def with_it(message: Message) -> Message:
        users = message.reactions.get(name, [])
        if user in users:
            raise SlackError("already_reacted")
        return replace(message, reactions={**message.reactions, name: [*users, user]})

    detail = {"type": "reaction_added", "user": user, "reaction": name}
    return workspace.amend(channel, ts, with_it, "message.reacted", detail)


def remove(workspace: Workspace, channel: str, ts: str, user: str, name: str) -> Message:
    """Raises message_not_found or no_reaction."""
    name = name.strip(":")

    def without_it(message: Message) -> Message:
        users = message.reactions.get(name, [])
        if user not in users:
            raise SlackError("no_reaction")
        others = {**message.reactions, name: [one for one in users if one != user]}
        return replace(message, reactions={key: mine for key, mine in others.items() if mine})

    detail = {"type": "reaction_removed", "user": user, "reaction": name}
    return workspace.amend(channel, ts, without_it, "message.reacted", detail)


def toggle(workspace: Workspace, channel: str, ts: str, user: str, name: str) -> Message:
    """What a click on a reaction does."""
    there = user in workspace.message(channel, ts).reactions.get(name.strip(":"), [])
    return (remove if there else add)(workspace, channel, ts, user, name)
