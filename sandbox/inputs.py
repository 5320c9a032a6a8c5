"""What a person chose or typed, in the shape Slack reports it, and whether it may be submitted."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.block_kit import all_options, elements_of
from sandbox.workspace.model import Json, SlackError

REQUIRED = "Please complete this required field."
Given = Mapping[str, Mapping[str, Any]]


def _option(element: Json, value: object) -> Json | None:
    """By value, by visible text, or the option itself (which external selects need)."""
    if value in (None, ""):
        return None
    if isinstance(value, dict):
        return value
    options = all_options(element)
    for option in options:
        if value in (option.get("value"), option["text"]["text"]):
            return option
    labels = ", ".join(option["text"]["text"] for option in options)
    raise SlackError("no_such_option", detail=f"{value!r} is not one of: {labels}")


def _options(element: Json, value: object) -> list[Json]:
    values = value if isinstance(value, list) else [value] if value else []
    chosen = [_option(element, one) for one in values]
    return [option for option in chosen if option is not None]


def _typed(element: Json, value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def _list(element: Json, value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


# What each kind of element reports: the field of its value, and the field that prefills it.
_Reader = Callable[[Json, object], object]
_VALUES: dict[str, tuple[str, str, _Reader]] = {
    "plain_text_input": ("value", "initial_value", _typed),
    "email_text_input": ("value", "initial_value", _typed),
    "url_text_input": ("value", "initial_value", _typed),
    "number_input": ("value", "initial_value", _typed),
    "static_select": ("selected_option", "initial_option", _option),
    "external_select": ("selected_option", "initial_option", _option),
    "radio_buttons": ("selected_option", "initial_option", _option),
    "overflow": ("selected_option", "", _option),
    "users_select": ("selected_user", "initial_user", _typed),
    "datepicker": ("selected_date", "initial_date", _typed),
    "timepicker": ("selected_time", "initial_time", _typed),
    "checkboxes": ("selected_options", "initial_options", _options),
    "multi_static_select": ("selected_options", "initial_options", _options),
    "multi_users_select": ("selected_users", "initial_users", _list),
}
_STATELESS = ("button", "overflow", "image")


def chosen(element: Json, value: object) -> Json:
    """The part of an action or state that says what was chosen, e.g. `{"selected_user": "U1"}`."""
    if element["type"] == "button":
        return {key: element[key] for key in ("text", "value", "style") if key in element}
    field, _, read = _VALUES[element["type"]]
    return {field: read(element, value)}


def state_of(blocks: list[Json], given: Given) -> Json:
    """Slack's `state.values`: what was given, else what the app had prefilled."""
    state: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in _STATELESS:
                continue
            _, prefill, _ = _VALUES[element["type"]]
            mine = given.get(block["block_id"], {})
            value = mine.get(element["action_id"], element.get(prefill))
            reported = {"type": element["type"], **chosen(element, value)}
            state.setdefault(block["block_id"], {})[element["action_id"]] = reported
    return state


def refusals(blocks: list[Json], state: Json) -> dict[str, str]:
    """What Slack's client itself refuses to submit: a message for each input block."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        field, _, _ = _VALUES[element["type"]]
        value = state[block["block_id"]][element["action_id"]][field]
        problem = _refusal(block, element, value)
        if problem:
            found[block["block_id"]] = problem
    return found


def _refusal(block: Json, element: Json, value: Any) -> str:
    if not value:
        return "" if block.get("optional") else REQUIRED
    kind = element["type"]
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.fullmatch(r"https?://\S+", value):
        return "Please enter a valid URL."
    if kind == "number_input":
        return _number_refusal(element, value)
    if kind == "plain_text_input":
        return _length_refusal(element, value)
    return ""


def _number_refusal(element: Json, value: str) -> str:
    pattern = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Please enter a valid number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""


def _length_refusal(element: Json, value: str) -> str:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Please enter at most {element.get('max_length', 3000)} characters."
    return ""
