"""The blocks: one entry of BLOCKS each, with its fields, limits and the surfaces it may be on.

Limits are those of https://docs.slack.dev/reference/block-kit/blocks/.
"""

from dataclasses import dataclass

from sandbox.block_kit.elements import ELEMENTS, element_in
from sandbox.block_kit.pictures import picture
from sandbox.block_kit.rules import Place, Rule, Shape, boolean, both, many, plain, string, text
from sandbox.workspace.model import Json

BLOCK_ID = string(255, 1)
MESSAGE_LIMIT = 50
VIEW_LIMIT = 100
_ALL = frozenset({"message", "modal", "home"})


@dataclass(frozen=True)
class Block:
    """How a block must look, and on which surfaces it may stand."""

    rule: Rule
    surfaces: frozenset[str] = _ALL


def _block(required: dict[str, Rule], optional: dict[str, Rule]) -> Shape:
    return Shape(required, {**optional, "block_id": BLOCK_ID}, typed=True)


def _section(value: Json, place: Place) -> None:
    if "text" not in value and "fields" not in value:
        place.error("must have text or fields")


def _context_item(value: object, place: Place) -> None:
    if isinstance(value, dict) and value.get("type") in ("plain_text", "mrkdwn"):
        text(3000, markdown=True)(value, place)
    else:
        element_in("context")(value, place)


def _rich_text(value: object, place: Place) -> None:
    if not isinstance(value, dict) or value.get("type") != "rich_text_section":
        place.missing("rich_text element other than rich_text_section")


BLOCKS: dict[str, Block] = {
    "section": Block(
        both(
            _block(
                {},
                {
                    "text": text(3000, markdown=True),
                    "accessory": element_in("section"),
                    "fields": many(text(2000, markdown=True), 10),
                    "expand": boolean,
                },
            ),
            _section,
        )
    ),
    "header": Block(_block({"text": plain(150)}, {})),
    "divider": Block(_block({}, {})),
    "context": Block(_block({"elements": many(_context_item, 10)}, {})),
    "actions": Block(_block({"elements": many(element_in("actions"), 25)}, {})),
    "image": Block(picture({"title": plain(2000), "block_id": BLOCK_ID})),
    "input": Block(
        _block(
            {"label": plain(2000), "element": element_in("input")},
            {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        )
    ),
    "rich_text": Block(_block({"elements": many(_rich_text, 100)}, {})),
}

SLACK_BLOCKS_NOT_HERE = frozenset({
    "video", "file", "call", "markdown", "table", "context_actions", "plan", "task_card",
})  # fmt: skip


def check_blocks(value: object, surface: str, place: Place) -> None:
    """Check a list of blocks for a `message`, a `modal` or a `home`."""
    limit = MESSAGE_LIMIT if surface == "message" else VIEW_LIMIT
    many(lambda block, at: _check_block(block, surface, at), limit, fewest=0)(value, place)
    if isinstance(value, list):
        blocks = [block for block in value if isinstance(block, dict)]
        _unique([block.get("block_id") for block in blocks], "block_id", place)


def _check_block(value: object, surface: str, place: Place) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str):
        place.error("missing required field: type")
        return
    place = place.named(f"{kind} {value['block_id']}" if value.get("block_id") else kind)
    if kind in SLACK_BLOCKS_NOT_HERE:
        place.missing(f"block {kind}")
    elif kind not in BLOCKS or surface not in BLOCKS[kind].surfaces:
        place.error(f"unsupported type: {kind}")
    else:
        BLOCKS[kind].rule(value, place)
        _unique([e.get("action_id") for e in elements_of(value)], "action_id", place)


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of a block."""
    candidates = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    return [e for e in candidates if isinstance(e, dict) and e.get("type") in ELEMENTS]


def label_of(block: Json, element: Json) -> str:
    """What a person would call an element: its text, its block's label or its placeholder."""
    for holder in (element.get("text"), block.get("label"), element.get("placeholder")):
        if isinstance(holder, dict):
            return str(holder["text"])
    return str(element.get("alt_text") or element.get("action_id"))


def _unique(names: list[object], what: str, place: Place) -> None:
    seen: set[object] = set()
    for name in names:
        if isinstance(name, str) and name in seen:
            place.error(f"`{what}` already exists: {name}")
        if isinstance(name, str):
            seen.add(name)
