"""Every listener, one line each."""

from __future__ import annotations

from slack_bolt import App

from handlers.slack import (
    acknowledge,
    assign_case,
    choose_owner,
    decide_duplicate,
    fallback,
    first_touch,
    hand_over,
    home,
    home_availability,
    import_cards,
    lead_command,
    move_stage,
    offer_policy_file,
    reassign_leads,
    review_policy,
    take_back_policy,
)
from handlers.slack.edge import SlackEdge

_INTERACTIONS = (
    acknowledge,
    first_touch,
    move_stage,
    assign_case,
    choose_owner,
    decide_duplicate,
    lead_command,
    reassign_leads,
    hand_over,
    home,
    home_availability,
    import_cards,
    review_policy,
    take_back_policy,
    offer_policy_file,
    fallback,
)
"""In the order Bolt asks them: the fallback comes last."""


def register_listeners(app: App, slack: SlackEdge) -> None:
    """Give `app` all of Baton's listeners. `app` must have `process_before_response=True`."""
    for interaction in _INTERACTIONS:
        interaction.register(app, slack)
