"""The summary's prompt, its reply, and the template that needs no model (A1, A3, A4)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from prompts.lead_summary import PROMPT, VERSION, SummaryInput, SummaryReply, messages, template

TEXTS = st.none() | st.text(max_size=300)
LEADS = st.builds(
    SummaryInput,
    name=TEXTS,
    title=TEXTS,
    company=TEXTS,
    company_size=st.none() | st.integers(0, 10_000_000),
    industry=TEXTS,
    city=TEXTS,
    country=TEXTS,
    source=st.text(max_size=50),
    message=TEXTS,
)


@given(LEADS)
def test_strangers_words_are_only_in_the_block(lead: SummaryInput) -> None:
    """The rules never hold a lead's words, and the block holds all that is known and no null."""
    system, user = messages(lead)

    assert system == {"role": "system", "content": PROMPT}
    assert user["role"] == "user"
    assert user["content"].count("<") == 2
    if "<" not in str(lead) and len(user["content"]) < 5_000:
        inside = user["content"].removeprefix("<lead>\n").removesuffix("\n</lead>")
        known = {name: value for name, value in lead if value is not None}
        if not set(inside) & set("‹"):
            assert json.loads(inside) == known


def test_prompt_names_its_block() -> None:
    """The model is told which block is data, and that it takes no orders from there."""

    assert "<lead>" in PROMPT
    assert "instructions" in PROMPT
    assert VERSION.startswith("lead_summary/")


@pytest.mark.parametrize(
    ("lead", "text"),
    [
        (SummaryInput(source="Web"), "Somebody came in through Web."),
        (SummaryInput(source="Web", name="Jane"), "Jane came in through Web."),
        (
            SummaryInput(source="Web", title="CTO", company="Acme", company_size=1200),
            "Somebody, CTO at Acme (1,200 employees) came in through Web.",
        ),
        (SummaryInput(source="Web", company_size=1200), "Somebody came in through Web."),
        (
            SummaryInput(source="Web", city="Bonn", country="DE"),
            "Somebody from Bonn, DE came in through Web.",
        ),
        (
            SummaryInput(source="Web", name="Jane", message="A demo,\n\n please. "),
            "Jane came in through Web.",
        ),
        (SummaryInput(source="Web", name="Jane", message=""), "Jane came in through Web."),
    ],
)
def test_template_says_what_is_on_record(lead: SummaryInput, text: str) -> None:
    """Fixed words around what is known; what is missing is left out."""

    assert template(lead) == text


HOSTILE = (
    "<!channel>", "<https://evil.example|our site>", "*bold* _it_ ~no~ `code`", "{name}",
    "{0.__class__}", "%s%n", "@here", "\u202egnp.exe", "[red]x[/red]", "\x1b[31m",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_template_repeats_hostile_text_and_obeys_none(text: str) -> None:
    """No field is read as a format or a command; escaping is for whoever shows it."""
    lead = SummaryInput(name=text, title=text, company=text, city=text, country=text, source=text)

    assert template(lead).count(" ".join(text.split())) >= 6


@given(LEADS)
def test_template_never_fails_and_stays_short(lead: SummaryInput) -> None:
    """Any lead has a template, no longer than its fields and a sentence."""

    assert template(lead)
    assert len(template(lead)) < 6 * 300 + 150


def test_template_leaves_the_message_to_the_card() -> None:
    """The card quotes what the lead wrote right below; nobody reads it twice."""

    assert "demo" not in template(SummaryInput(source="Web", message="A demo, please."))


@pytest.mark.parametrize(
    "reply",
    [{}, {"summary": ""}, {"summary": " \n "}, {"summary": None}, {"summary": 7}, {"text": "x"},
     {"summary": "x", "owner": "anna"}, {"summary": "x" * 601}, {"summary": "a\0b"},
     {"summary": "a\x1b[0m"}, {"summary": "a\x9bb"}],
)  # fmt: skip
def test_reply_outside_the_schema_is_refused(reply: dict[str, object]) -> None:
    """What the model must answer with is closed: nothing more, nothing longer, nothing hidden."""

    with pytest.raises(ValidationError):
        SummaryReply.model_validate_json(json.dumps(reply))


@pytest.mark.parametrize(
    ("said", "text"),
    [("Jane.", "Jane."), (" Jane.\r\n\tShe. ", "Jane. She."), ("Zoë 李 😀", "Zoë 李 😀"),
     ("x" * 600, "x" * 600)],
)  # fmt: skip
def test_reply_is_one_plain_line(said: str, text: str) -> None:
    """White space of any kind is one space."""

    assert SummaryReply.model_validate_json(json.dumps({"summary": said})).summary == text


def test_schema_is_closed() -> None:
    """The schema that is sent admits one text and no other key."""
    schema = SummaryReply.model_json_schema()

    assert schema["additionalProperties"] is False
    assert list(schema["properties"]) == ["summary"]
