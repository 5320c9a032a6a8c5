"""A case in the managers' channel (S2)."""

from __future__ import annotations

import json

from handlers.flows.telling.messages import TextMessage
from handlers.slack.cards.render import render
from tests.slack.builders import a_case_card
from tests.slack.limits import all_text, labels


def test_an_open_case_tells_all_a_decision_needs() -> None:
    """The question, the lead, the suggestion with its reason, the trace and the time limit."""

    text = all_text(render(a_case_card()).blocks)

    for part in (
        "Ambiguous territory: Jane Roe",
        "Springfield is in two territories.",
        "Company: Acme Robotics",
        "👉 Suggestion: Ben Okafor: fewest active leads",
        "Case ambiguous territory: two match\n  not west: no state",
        "decide by Mon 23 Nov 16:00 EST",
    ):
        assert part in text


def test_a_case_with_a_suggestion_offers_it_first() -> None:
    """Assign to suggested is the primary button; both carry the case's id."""

    actions = next(b for b in render(a_case_card()).blocks if b["type"] == "actions")

    assert labels([actions]) == ["Assign to suggested", "Choose owner"]
    assert actions["elements"][0]["style"] == "primary"
    assert [e["action_id"] for e in actions["elements"]] == ["case.assign", "case.choose_owner"]
    assert json.loads(actions["elements"][1]["value"]) == {"lead": "lead_1", "case": "case_1"}


def test_without_a_suggestion_a_person_chooses() -> None:
    """There is no button to take what is not there."""

    blocks = render(a_case_card(suggestion=None, suggestion_reason=None)).blocks

    assert labels(blocks) == ["Choose owner"]
    assert "Suggestion" not in all_text(blocks)


def test_a_resolved_case_shows_the_outcome_and_no_buttons() -> None:
    """It is resolved in place: who decided what, when."""

    card = a_case_card(open=False, outcome="Assigned to Ben Okafor by Renata Duarte, Mon 12:05.")
    blocks = render(card).blocks

    assert labels(blocks) == []
    assert "✅ Assigned to Ben Okafor by Renata Duarte, Mon 12:05." in all_text(blocks)
    assert "Suggestion" not in all_text(blocks)


def test_a_long_trace_is_cut_with_directions() -> None:
    """What does not fit is counted, and the command that shows it is named."""

    text = all_text(render(a_case_card(trace=tuple(f"step {n}" for n in range(40)))).blocks)

    assert "step 11\n…and 28 more: /lead why lead_1" in text


def test_a_mention_stands_apart_from_the_text() -> None:
    """A reminder calls the person it is for; its words are shown literally."""

    rendered = render(TextMessage(text="*Missed* <!here>", mentions=("U0SDRANNA",)))

    assert [block["text"] for block in rendered.blocks] == [
        {"type": "mrkdwn", "text": "<@U0SDRANNA>", "verbatim": True},
        {"type": "plain_text", "text": "*Missed* <!here>", "emoji": False},
    ]
    assert rendered.text == "*Missed* &lt;!here&gt;"
