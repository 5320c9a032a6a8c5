"""Messages as Slack shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import SectionBlock

from handlers.flows.telling.messages import (
    CaseCard,
    ImportDigest,
    LeadCard,
    Message,
    PolicyCard,
    TextMessage,
)
from handlers.slack.cards.case_card import case_blocks, case_text
from handlers.slack.cards.import_digest import digest_blocks, digest_text
from handlers.slack.cards.layout import paragraphs, to_dicts
from handlers.slack.cards.lead_card import lead_blocks, lead_text
from handlers.slack.cards.policy_card import policy_blocks, policy_text
from handlers.slack.cards.text import clean, fallback, mentions

SECTIONS = 12
"""Of one plain message."""


@dataclass(frozen=True)
class Rendered:
    """`text` is the escaped fallback for notifications, `blocks` what Slack shows."""

    text: str
    blocks: list[dict[str, Any]]


def render(message: Message) -> Rendered:
    """Never beyond any of Slack's limits, whatever the message holds."""
    match message:
        case LeadCard():
            return Rendered(fallback(lead_text(message)), lead_blocks(message))
        case CaseCard():
            return Rendered(fallback(case_text(message)), case_blocks(message))
        case PolicyCard():
            return Rendered(fallback(policy_text(message)), policy_blocks(message))
        case ImportDigest():
            return Rendered(fallback(digest_text(message)), digest_blocks(message))
        case TextMessage():
            return _text_message(message)


def _text_message(message: TextMessage) -> Rendered:
    """A mention stands on a line of its own: only there is markup read at all."""
    called = mentions(message.mentions)
    blocks = to_dicts(
        [
            SectionBlock(text=called) if called.text else None,
            *paragraphs((clean(message.text) or "—").split("\n"), SECTIONS),
        ]
    )
    return Rendered(fallback(message.text), blocks)
