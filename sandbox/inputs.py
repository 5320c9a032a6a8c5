"""What a person chose or typed, in the shape Slack reports it, and whether it may be submitted."""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.block_kit import ELEMENTS, elements_of
from sandbox.block_kit.values import Value
from sandbox.workspace.model import Json

REQUIRED = "Please complete this required field."
Given = Mapping[str, Mapping[str, Any]]


def chosen(element: Json, value: object) -> Json:
    """The part of an action or state that says what was chosen, e.g. `{"selected_user": "U1"}`."""
    if element["type"] == "button":
        return {key: element[key] for key in ("text", "value", "style") if key in element}
    reported = _reported(element)
    return {reported.field: reported.read(element, value)}


def state_of(blocks: list[Json], given: Given) -> Json:
    """Slack's `state.values`: what was given, else what the app had prefilled."""
    state: Json = {}
    for block in blocks:
        for element in elements_of(block):
            kind = ELEMENTS[element["type"]].value
            if kind is None or not kind.kept:
                continue
            mine = given.get(block["block_id"], {})
            value = mine.get(element["action_id"], element.get(kind.prefill))
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
        value = state[block["block_id"]][element["action_id"]][_reported(element).field]
        problem = _refusal(block, element, value)
        if problem:
            found[block["block_id"]] = problem
    return found


def _reported(element: Json) -> Value:
    value = ELEMENTS[element["type"]].value
    assert value is not None
    return value


def _refusal(block: Json, element: Json, value: Any) -> str:
    if not value:
        return "" if block.get("optional") else REQUIRED
    kind = element["type"]
    if isinstance(value, list) and len(value) > element.get("max_selected_items", 100):
        return f"Please choose at most {element['max_selected_items']}."
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
