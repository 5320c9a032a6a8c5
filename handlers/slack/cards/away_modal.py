"""The modal behind Away."""

from __future__ import annotations

from typing import Any

from handlers.slack import ids
from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.form import modal, reason_input, words_input
from handlers.slack.cards.layout import paragraph
from routing.absence_end import CAN_BE_WRITTEN

UNTIL_LENGTH = 40
REASON_LENGTH = 200
UNTIL = (
    f"Your last day away, a time, or how long: {CAN_BE_WRITTEN}. Empty: until you say that you are "
    "back."
)


def away_modal() -> dict[str, Any]:
    """Say until when, and why where colleagues may know."""
    return modal(
        "Away",
        "Away",
        ids.HOME_AWAY_SAID,
        ButtonValue(),
        [
            paragraph("You receive no leads from now on. Those you have stay yours."),
            words_input("Until", ids.UNTIL_INPUT, UNTIL, longest=UNTIL_LENGTH),
            reason_input("Colleagues read it where a lead passes by.", longest=REASON_LENGTH),
        ],
    )
