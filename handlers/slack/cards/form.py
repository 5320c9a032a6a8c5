"""What the modals are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from handlers.slack import ids
from handlers.slack.button_value import Carried
from handlers.slack.cards.layout import paragraph
from handlers.slack.cards.text import OPTION, cut, one_line, packed, plain

TITLE = 24
HINT = 500
REASON_LENGTH = 1000
LINE = 300
ANSWER_SECTIONS = 20


def modal(
    title: str, submit: str, callback: str, value: Carried, blocks: Sequence[Block | None]
) -> dict[str, Any]:
    """A modal that gives `value` back when it is submitted."""
    view: dict[str, Any] = View(
        type="modal",
        callback_id=callback,
        private_metadata=value.to_text(),
        title=plain(title, TITLE),
        submit=plain(submit, TITLE),
        close=plain("Cancel", TITLE),
        blocks=[block for block in blocks if block is not None],
    ).to_dict()
    return view


def answer_modal(title: str, lines: Sequence[str]) -> dict[str, Any]:
    """What a submitted modal turns into: the answer, for who submitted it alone."""
    sections = packed([cut(one_line(line), LINE) for line in lines])
    blocks = [paragraph(section) for section in sections[:ANSWER_SECTIONS]]
    view: dict[str, Any] = View(
        type="modal",
        title=plain(title, TITLE),
        close=plain("Close", TITLE),
        blocks=[block for block in blocks if block is not None],
    ).to_dict()
    return view


def option(text: str, value: str) -> Option:
    return Option(text=plain(one_line(text), OPTION), value=value)


def choice(
    label: str,
    block: str,
    *,
    options: Sequence[Option] | None = None,
    groups: Sequence[OptionGroup] | None = None,
    initial: Option | None = None,
) -> InputBlock:
    """A required menu of either options or groups of them."""
    menu = StaticSelectElement(
        action_id=block, options=options, option_groups=groups, initial_option=initial
    )
    return InputBlock(block_id=block, label=plain(label), element=menu)


def reason_input(
    hint: str | None, *, needed: bool = False, longest: int = REASON_LENGTH
) -> InputBlock:
    return words_input("Reason", ids.REASON_INPUT, hint, needed=needed, lines=True, longest=longest)


def words_input(
    label: str,
    block: str,
    hint: str | None,
    *,
    longest: int,
    needed: bool = False,
    lines: bool = False,
) -> InputBlock:
    """A field for words, of one line or of several."""
    element = PlainTextInputElement(action_id=block, multiline=lines, max_length=longest)
    return InputBlock(
        block_id=block,
        label=plain(label),
        element=element,
        optional=not needed,
        hint=plain(hint, HINT) if hint else None,
    )
