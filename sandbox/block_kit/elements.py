"""The elements: one entry of ELEMENTS each, with its fields, limits and the blocks it may be in.

Limits are those of https://docs.slack.dev/reference/block-kit/block-elements/.
"""

from dataclasses import dataclass

from sandbox.block_kit.rules import (
    Place,
    Rule,
    Shape,
    boolean,
    both,
    integer,
    many,
    matching,
    one_of,
    plain,
    string,
    text,
)
from sandbox.workspace.model import Json

ACTION_ID = string(255, 1)
DATE = matching(r"\d{4}-\d{2}-\d{2}", "a date YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time HH:mm")
IMAGE_URL = matching(r"https?://\S{1,2990}", "an http or https address")

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
_MULTI: dict[str, Rule] = {**_SELECT, "max_selected_items": integer(1, 100)}
_TYPED: dict[str, Rule] = {
    **_ANY,
    "focus_on_load": boolean,
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH,
}
_LISTED: dict[str, Rule] = {"options": many(OPTION, 100), "option_groups": many(OPTION_GROUP, 100)}
_BUTTONLIKE = frozenset({"section", "actions"})
_INPUT = frozenset({"input"})
_EVERYWHERE = frozenset({"section", "actions", "input"})


@dataclass(frozen=True)
class Element:
    """How an element must look, and which blocks take it."""

    rule: Rule
    blocks: frozenset[str]


def _one_source(value: Json, place: Place) -> None:
    if ("options" in value) == ("option_groups" in value):
        place.error("must have either options or option_groups")


def _known_initial(value: Json, place: Place) -> None:
    """A preselected option must be one of the options, exactly."""
    options = all_options(value)
    if "initial_option" in value and value["initial_option"] not in options:
        place.at("initial_option").error("must be one of the provided options")
    for index, chosen in enumerate(value.get("initial_options") or []):
        if chosen not in options:
            place.at("initial_options").at(index).error("must be one of the provided options")


def _select(value: Json, place: Place) -> None:
    _one_source(value, place)
    _known_initial(value, place)


def all_options(element: Json) -> list[Json]:
    """The options of a select, radio, checkbox or overflow element, groups flattened."""
    groups = [g for g in element.get("option_groups") or [] if isinstance(g, dict)]
    grouped = [option for group in groups for option in group.get("options") or []]
    return [o for o in [*(element.get("options") or []), *grouped] if isinstance(o, dict)]


def _element(required: dict[str, Rule], optional: dict[str, Rule]) -> Shape:
    return Shape(required, optional, typed=True)


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
    "static_select": Element(
        both(_element({}, {**_SELECT, **_LISTED, "initial_option": OPTION}), _select), _EVERYWHERE
    ),
    "multi_static_select": Element(
        both(_element({}, {**_MULTI, **_LISTED, "initial_options": many(OPTION, 100)}), _select),
        frozenset({"section", "input"}),
    ),
    "external_select": Element(
        _element({}, {**_SELECT, "initial_option": OPTION, "min_query_length": integer(0, 100)}),
        _EVERYWHERE,
    ),
    "users_select": Element(_element({}, {**_SELECT, "initial_user": string(50, 1)}), _EVERYWHERE),
    "multi_users_select": Element(
        _element({}, {**_MULTI, "initial_users": many(string(50, 1), 100)}),
        frozenset({"section", "input"}),
    ),
    "overflow": Element(
        _element({"options": many(OVERFLOW_OPTION, 5)}, {**_ANY, "confirm": CONFIRM}), _BUTTONLIKE
    ),
    "datepicker": Element(_element({}, {**_SELECT, "initial_date": DATE}), _EVERYWHERE),
    "timepicker": Element(
        _element({}, {**_SELECT, "initial_time": TIME, "timezone": string(100)}), _EVERYWHERE
    ),
    "checkboxes": Element(
        both(
            _element(
                {"options": many(CHOICE, 10)},
                {
                    **_ANY,
                    "initial_options": many(CHOICE, 10),
                    "confirm": CONFIRM,
                    "focus_on_load": boolean,
                },
            ),
            _known_initial,
        ),
        _EVERYWHERE,
    ),
    "radio_buttons": Element(
        both(
            _element(
                {"options": many(CHOICE, 10)},
                {**_ANY, "initial_option": CHOICE, "confirm": CONFIRM, "focus_on_load": boolean},
            ),
            _known_initial,
        ),
        _EVERYWHERE,
    ),
    "plain_text_input": Element(
        _element(
            {},
            {
                **_TYPED,
                "initial_value": string(3000),
                "multiline": boolean,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
        ),
        _INPUT,
    ),
    "email_text_input": Element(_element({}, {**_TYPED, "initial_value": string(3000)}), _INPUT),
    "url_text_input": Element(_element({}, {**_TYPED, "initial_value": string(3000)}), _INPUT),
    "number_input": Element(
        _element(
            {"is_decimal_allowed": boolean},
            {
                **_TYPED,
                "initial_value": string(100),
                "min_value": string(100),
                "max_value": string(100),
            },
        ),
        _INPUT,
    ),
    "image": Element(
        _element({"image_url": IMAGE_URL, "alt_text": string(2000, 1)}, {}),
        frozenset({"section", "context"}),
    ),
}

SLACK_ELEMENTS_NOT_HERE = frozenset({
    "conversations_select", "channels_select", "multi_external_select", "datetimepicker",
    "multi_conversations_select", "multi_channels_select", "file_input", "rich_text_input",
    "workflow_button", "icon_button", "feedback_buttons",
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
