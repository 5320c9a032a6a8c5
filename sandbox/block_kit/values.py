"""What an element reports of a person's choice, and the field with which the app prefills it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.workspace.model import Json, SlackError

Read = Callable[[Json, object], object]


@dataclass(frozen=True)
class Value:
    """`field` is reported, `prefill` is its initial value; `read` makes one of what was given.

    `kept` is False for what is no part of a view's state (an overflow menu).
    """

    field: str
    prefill: str
    read: Read
    kept: bool = True


def all_options(element: Json) -> list[Json]:
    """The options of a select, radio, checkbox or overflow element, groups flattened."""
    groups = [g for g in element.get("option_groups") or [] if isinstance(g, dict)]
    grouped = [option for group in groups for option in group.get("options") or []]
    return [o for o in [*(element.get("options") or []), *grouped] if isinstance(o, dict)]


def option(element: Json, value: object) -> Json | None:
    """By value, by visible text, or the option itself (which external selects need)."""
    if value in (None, ""):
        return None
    if isinstance(value, dict):
        return value
    options = all_options(element)
    for one in options:
        if value in (one.get("value"), one["text"]["text"]):
            return one
    labels = ", ".join(one["text"]["text"] for one in options)
    raise SlackError("no_such_option", detail=f"{value!r} is not one of: {labels}")


def options(element: Json, value: object) -> list[Json]:
    chosen = [option(element, one) for one in listed(element, value)]
    return [one for one in chosen if one is not None]


def typed(element: Json, value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def seconds(element: Json, value: object) -> int | None:
    """Epoch seconds."""
    return int(str(value)) if value not in (None, "") else None


def listed(element: Json, value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


TYPED = Value("value", "initial_value", typed)
OPTION = Value("selected_option", "initial_option", option)
OPTIONS = Value("selected_options", "initial_options", options)
USER = Value("selected_user", "initial_user", typed)
USERS = Value("selected_users", "initial_users", listed)
CONVERSATION = Value("selected_conversation", "initial_conversation", typed)
CONVERSATIONS = Value("selected_conversations", "initial_conversations", listed)
CHANNEL = Value("selected_channel", "initial_channel", typed)
CHANNELS = Value("selected_channels", "initial_channels", listed)
DATE = Value("selected_date", "initial_date", typed)
TIME = Value("selected_time", "initial_time", typed)
DATE_TIME = Value("selected_date_time", "initial_date_time", seconds)
ENTRY = Value("selected_option", "", option, kept=False)
