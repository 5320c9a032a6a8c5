"""The owner's card (S1): who, what to do and by when first; the rest below the line."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, SectionBlock

from handlers.flows.telling.messages import ClockLine, LeadCard
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.layout import (
    button,
    buttons,
    columns,
    divider,
    header,
    paragraph,
    quiet,
    to_dicts,
)
from handlers.slack.cards.text import one_line

MESSAGE = 1200
SUMMARY = 1500
REASON = 800
FACT = 300
TOP_FACTORS = 5
CLOCKS = {
    "running": "⏳ {label} by {due}",
    "met": "✅ {label} done, was due {due}",
    "late": "🔴 {label} late, was due {due}",
}


def lead_text(card: LeadCard) -> str:
    """One line for notifications."""
    who = ", ".join(one_line(part)[:FACT] for part in (card.name, card.company) if part)
    due = next((clock.due for clock in card.clocks if clock.state == "running"), None)
    by = f" ({one_line(due)})" if card.open and due else ""
    return f"{who}: {card.status}{by}"


def lead_blocks(card: LeadCard) -> list[dict[str, Any]]:
    summary = paragraph(card.summary, SUMMARY)
    return to_dicts(
        [
            header(card.name),
            paragraph(_joined(card.title, card.company), FACT),
            _to_do(card),
            quiet("✦ AI summary") if card.summary_by_ai and summary else None,
            summary,
            _facts(card),
            _actions(card),
            divider(),
            paragraph(f"💬 “{card.message}”" if card.message else None, MESSAGE),
            _reasons(card),
            quiet(_score(card), limit=REASON),
            quiet(_flags(card), limit=REASON),
            quiet(f"Stage: {card.stage} · {card.lead_id}", limit=FACT),
        ]
    )


def _to_do(card: LeadCard) -> SectionBlock | None:
    """The status line and the clocks; a closed card asks for nothing."""
    if not card.open:
        return columns(
            [clock_text(clock) for clock in card.clocks if clock.state != "running"],
            FACT,
            text=f"🔒 Closed. {card.status}",
        )
    mark = "✅" if card.touched else "👉"
    return columns(
        [clock_text(clock) for clock in card.clocks], FACT, text=f"{mark} {one_line(card.status)}"
    )


def clock_text(clock: ClockLine) -> str:
    """`⏳ First touch by Tue 24 Nov 16:20 CET`."""
    return CLOCKS[clock.state].format(label=one_line(clock.label), due=one_line(clock.due))


def _facts(card: LeadCard) -> SectionBlock | None:
    facts = (
        ("🏢", card.company_facts),
        ("📍", card.location),
        ("✉️", card.email),
        ("☎️", card.phone),
        ("🌐", card.website),
        ("📥", _joined(card.source, card.received)),
    )
    return columns([f"{mark} {one_line(fact)}" for mark, fact in facts if fact], FACT)


def _actions(card: LeadCard) -> ActionsBlock | None:
    if not card.open:
        return None
    value = ButtonValue(lead=card.lead_id, assignment=card.assignment_id)
    return buttons(
        None
        if card.acknowledged
        else button("Acknowledge", ids.LEAD_ACKNOWLEDGE, value, primary=True),
        None if card.touched else button("Log first touch", ids.LEAD_FIRST_TOUCH, value),
        button("Move stage", ids.LEAD_MOVE_STAGE, value) if card.can_move else None,
    )


def _reasons(card: LeadCard) -> SectionBlock | None:
    reasons = [f"Why this lead: {card.why_lead}", f"Why you: {card.why_you}"]
    return columns(reasons, REASON)


def _score(card: LeadCard) -> str:
    if card.score is None:
        return "📊 No score"
    best = sorted(card.factors, key=lambda factor: -abs(factor[1]))[:TOP_FACTORS]
    factors = ", ".join(f"{points:+d} {one_line(label)[:100]}" for label, points in best)
    score = _joined(f"Score {card.score}", card.band)
    return f"📊 {score}: {factors}" if factors else f"📊 {score}"


def _flags(card: LeadCard) -> str | None:
    flags = ", ".join(_flag(one_line(flag)) for flag in card.flags)
    return f"⚠️ Please check: {flags}" if flags else None


def _flag(flag: str) -> str:
    """`name: invalid` of `name:name_invalid`."""
    field, colon, what = flag.partition(":")
    said = f"{field}: {what.removeprefix(f'{field}_')}" if colon else flag
    return said.replace("_", " ")


def _joined(*parts: str | None) -> str:
    return " · ".join(one_line(part) for part in parts if part)
