"""A proposed change of the policy in its channel (G2): what changes, whom it moves, what to do."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, SectionBlock

from handlers.flows.telling.messages import PolicyCard
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.form import modal, reason_input
from handlers.slack.cards.layout import (
    button,
    buttons,
    header,
    paragraph,
    paragraphs,
    quiet,
    to_dicts,
)
from handlers.slack.cards.text import cut, one_line

REASON = 1000
LINE = 400
SECTIONS = 6
"""Of a list; a line may quote a cell of any length."""
SIGNS = {"open": "👉", "outdated": "⏳", "on_share": "🧪", "in_force": "✅", "over": "•"}


def policy_text(card: PolicyCard) -> str:
    """One line for notifications."""
    return f"{_title(card)}. {card.figures[0] if card.figures else ''} {card.outcome}"


def policy_blocks(card: PolicyCard) -> list[dict[str, Any]]:
    return to_dicts(
        [
            header(_title(card)),
            paragraph(one_line(card.reason), REASON),
            *_listed("What changes", card.changes),
            paragraph("\n".join(card.figures)),
            *_listed("⚠️ Warnings", card.warnings),
            paragraph("\n".join(card.trial)),
            paragraph(_approved(card), REASON),
            paragraph(f"{SIGNS[card.state]} {card.outcome}", REASON),
            _actions(card),
            quiet(f"{card.proposal_id} · revision {card.revision}"),
        ]
    )


def _title(card: PolicyCard) -> str:
    return f"Policy change proposed by {one_line(card.proposer)}"


def _listed(title: str, lines: tuple[str, ...]) -> list[SectionBlock | None]:
    told = [f"• {cut(one_line(line), LINE)}" for line in lines]
    return paragraphs([f"{title}:", *told], SECTIONS) if lines else []


def _approved(card: PolicyCard) -> str | None:
    return f"Approved so far by {', '.join(card.approvals)}." if card.approvals else None


def _actions(card: PolicyCard) -> ActionsBlock | None:
    value = ButtonValue(proposal=card.proposal_id, revision=card.revision, version=card.version)
    reject = button("Reject", ids.POLICY_REJECT, value)
    shown: dict[str, tuple[ButtonElement | None, ...]] = {
        "open": (
            button("Approve", ids.POLICY_APPROVE, value, primary=True),
            None
            if card.must_share
            else button(f"Approve for {card.share} % first", ids.POLICY_TRY, value),
            reject,
        ),
        "outdated": (button("Bring up to date", ids.POLICY_UPDATE, value, primary=True), reject),
        "on_share": (
            button("Activate", ids.POLICY_ACTIVATE, value, primary=True),
            button("Stop", ids.POLICY_STOP, value),
            button("Compare now", ids.POLICY_COMPARE, value),
        ),
        "in_force": (button("Roll back", ids.POLICY_ROLL_BACK, value),),
    }
    return buttons(*shown.get(card.state, ()))


def reason_modal(title: str, submit: str, callback: str, value: ButtonValue) -> dict[str, Any]:
    """Ask why; the answer goes on record."""
    hint = "It goes on record, and onto the message."
    return modal(title, submit, callback, value, [reason_input(hint, needed=True)])
