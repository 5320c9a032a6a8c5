"""The blocks all cards are made of. Every text goes through `plain`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    PlainTextObject,
    SectionBlock,
)

from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.text import FIELD, HEADER, SECTION, cut, one_line, packed, plain

FIELDS = 10
BUTTON_LABEL = 75


def to_dicts(blocks: Iterable[Block | None]) -> list[dict[str, Any]]:
    """The blocks as JSON values; what there is nothing to say about is left out."""
    return [block.to_dict() for block in blocks if block is not None]


def header(text: str) -> HeaderBlock:
    return HeaderBlock(text=plain(one_line(text), HEADER))


def paragraph(text: str | None, limit: int = SECTION) -> SectionBlock | None:
    return SectionBlock(text=plain(text, limit)) if text else None


def paragraphs(lines: Sequence[str], most: int) -> list[SectionBlock | None]:
    """The lines in as many sections as they need, up to `most`; of what is left out, `…`."""
    texts = packed([cut(line, SECTION) for line in lines])
    rest = ["…"] if len(texts) > most else []
    return [paragraph(text) for text in (*texts[: most - len(rest)], *rest)]


def quiet(*texts: str | None, limit: int = SECTION) -> ContextBlock | None:
    """Small grey text."""
    shown = [plain(text, limit) for text in texts if text]
    return ContextBlock(elements=shown[:FIELDS]) if shown else None


def columns(
    texts: Sequence[str], limit: int = FIELD, *, text: str | None = None
) -> SectionBlock | None:
    """Up to ten short texts in two columns, under an optional line."""
    if not texts:
        return paragraph(text, limit)
    fields = [plain(one, limit) for one in texts[:FIELDS]]
    return SectionBlock(text=plain(text, limit) if text else None, fields=fields)


def buttons(*elements: ButtonElement | None) -> ActionsBlock | None:
    shown = [element for element in elements if element is not None]
    return ActionsBlock(elements=shown) if shown else None


def button(label: str, action: str, value: ButtonValue, *, primary: bool = False) -> ButtonElement:
    return ButtonElement(
        text=PlainTextObject(text=label[:BUTTON_LABEL], emoji=False),
        action_id=action,
        value=value.to_text(),
        style="primary" if primary else None,
    )


def divider() -> DividerBlock:
    return DividerBlock()
