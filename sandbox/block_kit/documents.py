"""Whole documents: the blocks of a message, or a view. Checked, then completed as Slack does."""

import copy
import secrets
from collections.abc import Callable

from sandbox.block_kit.blocks import check_blocks, elements_of
from sandbox.block_kit.rules import Place, Report, Shape, boolean, one_of, plain, string
from sandbox.workspace.model import Json, SlackError

IsPicture = Callable[[str], bool]
_VIEW_REST = {
    "blocks": lambda value, place: None,
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
VIEWS = {
    "modal": Shape(
        {"title": plain(24)},
        {
            **_VIEW_REST,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        typed=True,
    ),
    "home": Shape({}, _VIEW_REST, typed=True),
}


def no_pictures(reference: str) -> bool:
    """A workspace without files."""
    return False


def checked_blocks(value: object, is_picture: IsPicture = no_pictures) -> list[Json]:
    """A message's blocks with every block_id and action_id present.

    Raises SlackError: invalid_blocks with messages naming the blocks, or not_in_sandbox.
    """
    report = Report(is_picture)
    check_blocks(value, "message", Place(report, "/blocks"))
    _refuse(report, "invalid_blocks")
    return _completed(value if isinstance(value, list) else [])


def checked_view(value: object, *types: str, is_picture: IsPicture = no_pictures) -> Json:
    """A view of one of these types (`modal`, `home`), completed.

    Raises SlackError: invalid_arguments with messages naming the blocks, or not_in_sandbox.
    """
    report = Report(is_picture)
    place = Place(report, "/view")
    if not isinstance(value, dict):
        place.error("must provide an object")
    else:
        one_of(*types)(value.get("type"), place.at("type"))
        if value.get("type") in types:
            _check_view(value, place)
    _refuse(report, "invalid_arguments")
    assert isinstance(value, dict)
    return {**value, "blocks": _completed(value["blocks"])}


def _check_view(view: Json, place: Place) -> None:
    VIEWS[view["type"]](view, place)
    if "blocks" not in view:
        place.error("missing required field: blocks")
        return
    check_blocks(view["blocks"], view["type"], place.at("blocks"))
    blocks = view["blocks"] if isinstance(view["blocks"], list) else []
    has_input = any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    if view["type"] == "modal" and has_input and "submit" not in view:
        place.error("missing required field: submit (a modal with an input block needs it)")


def _refuse(report: Report, code: str) -> None:
    if report.errors:
        raise SlackError.explained(code, report.errors)
    if report.missing:
        raise SlackError.not_here(", ".join(report.missing))


def _completed(blocks: list[Json]) -> list[Json]:
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in elements_of(block):
            if element["type"] != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return blocks
