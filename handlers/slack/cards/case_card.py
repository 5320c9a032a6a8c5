"""One exception in the managers' channel (S2): what is asked, the suggestion, then the trace."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from handlers.flows.telling.messages import CaseCard
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.layout import (
    button,
    buttons,
    columns,
    header,
    paragraph,
    quiet,
    to_dicts,
)
from handlers.slack.cards.text import SECTION, cut, one_line

REASON = 1000
FACT = 300
TRACE_LINES = 12
TRACE_LINE = 200


def case_text(card: CaseCard) -> str:
    """One line for notifications."""
    head = f"{card.title}: {one_line(card.name)[:FACT]}."
    return f"{head} {card.reason if card.open else card.outcome or 'Resolved.'}"


def case_blocks(card: CaseCard) -> list[dict[str, Any]]:
    state = _open(card) if card.open else [paragraph(f"✅ {card.outcome or 'Resolved.'}", REASON)]
    return to_dicts(
        [
            header(f"{card.title}: {card.name}"),
            paragraph(card.reason, REASON),
            _facts(card),
            *state,
            quiet(trace_lines(card.trace, card.lead_id)),
            quiet(_times(card), limit=FACT),
        ]
    )


def _open(card: CaseCard) -> list[Block | None]:
    return [*_beside(card), paragraph(_suggestion(card), REASON), _actions(card)]


def _beside(card: CaseCard) -> list[Block | None]:
    """The other lead of a question about duplicates, in the same words as the case's own."""
    other = card.beside
    if other is None:
        return []
    head = f"Beside it: {one_line(other.name)} ({one_line(other.place)})"
    return [
        paragraph(head, FACT),
        columns([f"{one_line(label)}: {one_line(value)}" for label, value in other.facts], FACT),
        quiet(other.lead_id, limit=FACT),
    ]


def _facts(card: CaseCard) -> Block | None:
    facts = [f"{one_line(label)}: {one_line(value)}" for label, value in card.facts]
    return columns(facts, FACT)


def _suggestion(card: CaseCard) -> str | None:
    if not card.suggestion:
        return None
    why = f": {one_line(card.suggestion_reason)}" if card.suggestion_reason else ""
    return f"👉 Suggestion: {one_line(card.suggestion)}{why}"


def _actions(card: CaseCard) -> ActionsBlock | None:
    value = ButtonValue(lead=card.lead_id, case=card.case_id)
    return buttons(
        *_merge_buttons(card, value),
        button("Assign to suggested", ids.CASE_ASSIGN, value, primary=True)
        if card.suggestion
        else None,
        button("Choose owner", ids.CASE_CHOOSE_OWNER, value),
    )


def _merge_buttons(card: CaseCard, value: ButtonValue) -> tuple[ButtonElement, ...]:
    if card.beside is None:
        return ()
    value = value.model_copy(update={"other": card.beside.lead_id})
    return (
        button("Merge", ids.CASE_MERGE, value, primary=True),
        button("Keep apart", ids.CASE_KEEP_APART, value),
    )


def _times(card: CaseCard) -> str:
    opened = f"Opened {one_line(card.opened)}"
    if card.queue:
        opened = f"{cut(one_line(card.queue), FACT // 2)} · {opened}"
    return f"{opened} · decide by {one_line(card.due)}" if card.open else opened


def trace_lines(trace: tuple[str, ...], lead_id: str, limit: int = SECTION) -> str:
    """The decision's lines, indented as they came; the last one says how many are missing."""
    shown = [
        (" " * (len(line) - len(line.lstrip(" "))))[:4] + cut(one_line(line), TRACE_LINE)
        for line in trace[:TRACE_LINES]
    ]
    if len(trace) > len(shown):
        shown.append(f"…and {len(trace) - len(shown)} more: /lead why {lead_id}")
    return cut("\n".join(shown), limit)
