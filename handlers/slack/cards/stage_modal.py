"""The modal behind Move stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.slack import ids
from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.form import choice, modal, option, reason_input
from handlers.slack.cards.layout import paragraph
from handlers.slack.cards.text import one_line
from routing.policy.tables.stages import Stage

MOST_OPTIONS = 100


def stage_modal(
    value: ButtonValue, lead: str, stage: str, targets: Sequence[Stage]
) -> dict[str, Any]:
    """Choose one of `targets` (at least one) for a lead that is in `stage`, a name."""
    options = [option(target.name, target.id) for target in targets[:MOST_OPTIONS]]
    needing = ", ".join(target.name for target in targets if target.needs_reason)
    hint = f"Needed for {needing}." if needing else None
    return modal(
        "Move stage",
        "Move",
        ids.LEAD_STAGE_CHOSEN,
        value,
        [
            paragraph(f"{one_line(lead)} is in {one_line(stage)}.", 500),
            choice("Stage", ids.STAGE_INPUT, options=options),
            reason_input(hint),
        ],
    )
