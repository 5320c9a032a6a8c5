"""The elements: one entry of ELEMENTS each, with its fields, limits and the blocks it may be in.

Limits are those of https://docs.slack.dev/reference/block-kit/block-elements/.
"""

from dataclasses import dataclass, replace

from sandbox.block_kit import values
from sandbox.block_kit.pictures import picture
from sandbox.block_kit.rules import (
    Check,
    Place,
    Rule,
    Shape,
    boolean,
    both,
    either,
    integer,
    many,
    matching,
    not_here,
    one_of,
    plain,
    string,
    text,
)
from sandbox.block_kit.values import Value, all_options
from sandbox.workspace.model import Json

ACTION_ID = string(255, 1)
DATE = matching(r"\d{4}-\d{2}-\d{2}", "a date YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time HH:mm")
ID = string(50, 1)
EPOCH = integer(10**9, 10**10 - 1)

CONFIRM = Shape(
    {
        "title": plain(100),
        "text": text(300, markdown=True),
        "confirm": plain(30),
        "deny": plain(30),
    },
    {"style": one_of("primary", "danger")},
)
_OPTION_REST: dict[str, Rule] = {"description": plain(75)}
OPTION = Shape({"text": plain(75), "value": string(150, 1)}, _OPTION_REST)
CHOICE = Shape(
    {"text": text(75, markdown=True), "value": string(150, 1)},
    {"description": text(75, markdown=True)},
)
OVERFLOW_OPTION = Shape(
    {"text": plain(75), "value": string(150, 1)}, {**_OPTION_REST, "url": string(3000, 1)}
)
OPTION_GROUP = Shape({"label": plain(75), "options": many(OPTION, 100)})
DISPATCH = Shape(
    optional={"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 2)}
)
_ANY: dict[str, Rule] = {"action_id": ACTION_ID}
_SELECT: dict[str, Rule] = {
    **_ANY,
    "confirm": CONFIRM,
    "focus_on_load": boolean,
    "placeholder": plain(150),
}
_SEVERAL: dict[str, Rule] = {"max_selected_items": integer(1, 100)}
_ASKED: dict[str, Rule] = {"min_query_length": integer(0, 100)}
_OF_CONVERSATIONS: dict[str, Rule] = {
    "default_to_current_conversation": not_here("default_to_current_conversation"),
    "response_url_enabled": not_here("response_url_enabled"),
    "filter": Shape(
        optional={
            "include": many(one_of("im", "mpim", "private", "public"), 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        }
    ),
}
_TYPED: dict[str, Rule] = {
    **_ANY,
    "focus_on_load": boolean,
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH,
}
_LISTED: dict[str, Rule] = {"options": many(OPTION, 100), "option_groups": many(OPTION_GROUP, 100)}
_BUTTONLIKE = frozenset({"section", "actions"})
_INPUT = frozenset({"input"})
_MENU = frozenset({"section", "input"})
_EVERYWHERE = frozenset({"section", "actions", "input"})


@dataclass(frozen=True)
class Element:
    """How an element must look, which blocks take it, and what it reports (None: nothing)."""

    rule: Rule
    blocks: frozenset[str]
    value: Value | None = None


def _known_initial(value: Json, place: Place) -> None:
    """A preselected option must be one of the options, exactly."""
    options = all_options(value)
    if "initial_option" in value and value["initial_option"] not in options:
        place.at("initial_option").error("must be one of the provided options")
    for index, chosen in enumerate(value.get("initial_options") or []):
        if chosen not in options:
            place.at("initial_options").at(index).error("must be one of the provided options")


def _select(value: Json, place: Place) -> None:
    either("options", "option_groups")(value, place)
    _known_initial(value, place)


def _element(required: dict[str, Rule], optional: dict[str, Rule]) -> Shape:
    return Shape(required, optional, typed=True)


def _menu(value: Value, rest: dict[str, Rule], *, several: bool = False) -> Element:
    """A select menu; those for several choices do not stand in actions blocks."""
    fields = {**_SELECT, **_SEVERAL} if several else _SELECT
    return Element(_element({}, {**fields, **rest}), _MENU if several else _EVERYWHERE, value)


def _written(rest: dict[str, Rule], required: dict[str, Rule] | None = None) -> Element:
    """A field to type in."""
    return Element(_element(required or {}, {**_TYPED, **rest}), _INPUT, values.TYPED)


def _checked(value: Value, rest: dict[str, Rule]) -> Element:
    """Checkboxes or radio buttons."""
    optional: dict[str, Rule] = {**_ANY, **rest, "confirm": CONFIRM, "focus_on_load": boolean}
    shape = _element({"options": many(CHOICE, 10)}, optional)
    return Element(both(shape, _known_initial), _EVERYWHERE, value)


def _also(element: Element, check: Check) -> Element:
    return replace(element, rule=both(element.rule, check))


ELEMENTS: dict[str, Element] = {
    "button": Element(
        _element(
            {"text": plain(75)},
            {
                **_ANY,
                "url": string(3000, 1),
                "value": string(2000, 1),
                "confirm": CONFIRM,
                "style": one_of("primary", "danger"),
                "accessibility_label": string(75),
            },
        ),
        _BUTTONLIKE,
    ),
    "overflow": Element(
        _element({"options": many(OVERFLOW_OPTION, 5)}, {**_ANY, "confirm": CONFIRM}),
        _BUTTONLIKE,
        values.ENTRY,
    ),
    "static_select": _also(_menu(values.OPTION, {**_LISTED, "initial_option": OPTION}), _select),
    "multi_static_select": _also(
        _menu(values.OPTIONS, {**_LISTED, "initial_options": many(OPTION, 100)}, several=True),
        _select,
    ),
    "external_select": _menu(values.OPTION, {**_ASKED, "initial_option": OPTION}),
    "multi_external_select": _menu(
        values.OPTIONS, {**_ASKED, "initial_options": many(OPTION, 100)}, several=True
    ),
    "users_select": _menu(values.USER, {"initial_user": ID}),
    "multi_users_select": _menu(values.USERS, {"initial_users": many(ID, 100)}, several=True),
    "conversations_select": _menu(
        values.CONVERSATION, {**_OF_CONVERSATIONS, "initial_conversation": ID}
    ),
    "multi_conversations_select": _menu(
        values.CONVERSATIONS,
        {**_OF_CONVERSATIONS, "initial_conversations": many(ID, 100)},
        several=True,
    ),
    "channels_select": _menu(values.CHANNEL, {"initial_channel": ID}),
    "multi_channels_select": _menu(
        values.CHANNELS, {"initial_channels": many(ID, 100)}, several=True
    ),
    "datepicker": _menu(values.DATE, {"initial_date": DATE}),
    "timepicker": _menu(values.TIME, {"initial_time": TIME, "timezone": string(100)}),
    "datetimepicker": Element(
        _element(
            {},
            {**_ANY, "confirm": CONFIRM, "focus_on_load": boolean, "initial_date_time": EPOCH},
        ),
        frozenset({"actions", "input"}),
        values.DATE_TIME,
    ),
    "checkboxes": _checked(values.OPTIONS, {"initial_options": many(CHOICE, 10)}),
    "radio_buttons": _checked(values.OPTION, {"initial_option": CHOICE}),
    "plain_text_input": _written(
        {
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        }
    ),
    "email_text_input": _written({"initial_value": string(3000)}),
    "url_text_input": _written({"initial_value": string(3000)}),
    "number_input": _written(
        {"initial_value": string(100), "min_value": string(100), "max_value": string(100)},
        {"is_decimal_allowed": boolean},
    ),
    "image": Element(
        picture({}),
        frozenset({"section", "context"}),
    ),
}

SLACK_ELEMENTS_NOT_HERE = frozenset({
    "file_input", "rich_text_input", "workflow_button", "icon_button", "feedback_buttons",
})  # fmt: skip


def element_in(block_type: str) -> Rule:
    """The rule for an element standing in a block of this type."""

    def check(value: object, place: Place) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind in SLACK_ELEMENTS_NOT_HERE:
            place.missing(f"element {kind}")
        elif not isinstance(kind, str) or kind not in ELEMENTS:
            place.error(f"unsupported type: {kind}")
        elif block_type not in ELEMENTS[kind].blocks:
            place.error(f"unsupported type: {kind} in a block of type {block_type}")
        else:
            ELEMENTS[kind].rule(value, place)

    return check
