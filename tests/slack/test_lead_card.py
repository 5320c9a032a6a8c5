"""The owner's card (S1)."""

from __future__ import annotations

import json

import pytest

from handlers.flows.telling.messages import ClockLine
from handlers.slack.cards.render import render
from tests.slack.builders import HOSTILE, a_lead_card
from tests.slack.limits import all_text, labels


def test_who_what_and_by_when_come_first() -> None:
    """The first three blocks say who it is, what is asked and until when."""

    first = all_text(render(a_lead_card()).blocks[:3])

    assert first == (
        "Jane Roe\nVP Engineering · Acme Robotics\n👉 Acknowledge to take it.\n"
        "⏳ Acknowledgement by Mon 23 Nov 12:15 EST"
    )


def test_everything_known_is_on_the_card() -> None:
    """Facts, message, reasons, score with factors, flags, stage and id are all there."""

    card = a_lead_card(flags=("phone:not_readable", "name:name_invalid"))
    text = all_text(render(card).blocks)

    for part in (
        card.company_facts,
        card.location,
        card.email,
        card.phone,
        card.website,
        card.source,
        card.received,
        card.message,
        card.why_lead,
        card.why_you,
        card.summary,
        "Score 78 · high: +30 Enterprise, -5 Free mail",
        "Please check: phone: not readable, name: invalid",
        "Stage: New · lead_1",
    ):
        assert part is not None
        assert part in text


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, ["Acknowledge", "Log first touch", "Move stage"]),
        ({"acknowledged": True}, ["Log first touch", "Move stage"]),
        ({"acknowledged": True, "touched": True}, ["Move stage"]),
        ({"can_move": False}, ["Acknowledge", "Log first touch"]),
        ({"acknowledged": True, "touched": True, "can_move": False}, []),
        ({"open": False}, []),
    ],
)
def test_only_what_can_still_be_done_has_a_button(
    changes: dict[str, object], shown: list[str]
) -> None:
    """A button disappears with its purpose."""

    assert labels(render(a_lead_card(**changes)).blocks) == shown


def test_buttons_carry_ids_only() -> None:
    """A button's value is the lead and the assignment by id."""

    actions = next(b for b in render(a_lead_card()).blocks if b["type"] == "actions")

    assert [(e["action_id"], json.loads(e["value"])) for e in actions["elements"]] == [
        ("lead.acknowledge", {"lead": "lead_1", "assignment": "asg_1"}),
        ("lead.first_touch", {"lead": "lead_1", "assignment": "asg_1"}),
        ("lead.move_stage", {"lead": "lead_1", "assignment": "asg_1"}),
    ]
    assert [e.get("style") for e in actions["elements"]] == ["primary", None, None]


def test_a_closed_card_says_so() -> None:
    """Once the lead is elsewhere the card asks for nothing and shows no running clock."""

    text = all_text(render(a_lead_card(open=False, status="No longer with Anna.")).blocks)

    assert "🔒 Closed. No longer with Anna." in text
    assert "⏳" not in text


def test_an_ai_summary_is_marked() -> None:
    """What a model wrote says so directly above; the template's text does not."""

    by_ai = all_text(render(a_lead_card(summary_by_ai=True)).blocks)

    assert "✦ AI summary\nJane leads engineering at Acme." in by_ai
    assert "✦" not in all_text(render(a_lead_card()).blocks)


def test_clocks_show_their_state() -> None:
    """Running, met and late are told apart at a glance."""

    clocks = tuple(
        ClockLine(label=state, due="Mon", state=state) for state in ("running", "met", "late")
    )
    text = all_text(render(a_lead_card(clocks=clocks)).blocks)

    assert "⏳ running by Mon" in text
    assert "✅ met done, was due Mon" in text
    assert "🔴 late late, was due Mon" in text


@pytest.mark.parametrize("hostile", [text for text in HOSTILE[:12]])
def test_hostile_text_is_shown_as_typed(hostile: str) -> None:
    """Markup a stranger types is neither read nor lost: it stands there as typed."""

    shown = render(a_lead_card(message=hostile))
    quote = next(b for b in shown.blocks if b.get("text", {}).get("text", "").startswith("💬"))

    assert quote["text"] == {"type": "plain_text", "text": f"💬 “{hostile}”", "emoji": False}


def test_the_fallback_says_who_and_what() -> None:
    """A phone's notification is one escaped line."""

    card = a_lead_card(name="<!channel> Jane")

    assert render(card).text == (
        "&lt;!channel&gt; Jane, Acme Robotics: Acknowledge to take it. (Mon 23 Nov 12:15 EST)"
    )
