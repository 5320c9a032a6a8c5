"""Ask the model and look at what comes of it."""

from __future__ import annotations

from time import monotonic

import pytest

from bot.connectors.llm.openai import OpenAiSummariser
from handlers.flows.ports import SummaryFailedError
from prompts.lead_summary import SummaryInput
from tests.bot.llm.model_server import (
    Handler,
    completion,
    summary,
)

DEADLINE = 0.3
MOST = DEADLINE + 0.7
"""Seconds a call may take in all, on a busy machine."""
LEAD = SummaryInput(name="Jane Roe", company="Acme Widgets", source="Website form")


def outcome(summariser: OpenAiSummariser) -> str:
    """Why the summary failed."""
    with pytest.raises(SummaryFailedError) as failure:
        summariser.summarise(LEAD)
    return failure.value.outcome


def outcome_in_time(summariser: OpenAiSummariser) -> str:
    """The same; the call kept its deadline whatever the server did."""
    started = monotonic()
    found = outcome(summariser)
    assert monotonic() - started < MOST
    return found


def _invalid(text: str) -> dict[str, object]:
    return completion(text)


ANSWERS: dict[str, tuple[object, str]] = {
    "refusal": (completion(None, message_refusal="I will not."), "refused"),
    "cut off": (completion('{"summary": "Jane', finish_reason="length"), "truncated"),
    "filtered": (completion("", finish_reason="content_filter"), "ContentFilterFinishReasonError"),
    "no choices": (completion("", choices=[]), "empty"),
    "null choices": (completion("", choices=None), "unreadable"),
    "choices of another kind": (completion("", choices={"a": 1}), "unreadable"),
    "a choice that is text": (completion("", choices=["x"]), "unreadable"),
    "no message": (completion("", choices=[{"index": 0, "finish_reason": "stop"}]), "unreadable"),
    "no content": (completion(None), "empty"),
    "no JSON": (_invalid("Jane Roe wants a demo."), "unreadable"),
    "half JSON": (_invalid('{"summary": "Jane'), "unreadable"),
    "no summary": (_invalid("{}"), "unreadable"),
    "other keys too": (_invalid('{"summary": "x", "owner": "anna"}'), "unreadable"),
    "summary of another kind": (_invalid('{"summary": 7}'), "unreadable"),
    "empty summary": (summary(""), "unreadable"),
    "blank summary": (summary(" \n\t "), "unreadable"),
    "summary with NUL": (summary("Jane\0Roe"), "unreadable"),
    "summary with an escape": (summary("\x1b[31mJane"), "unreadable"),
    "summary with half a pair": (completion('{"summary": "\ud800"}'), "unreadable"),
    "too long": (summary("x" * 601), "unreadable"),
    "a list": ([], "unreadable"),
    "a text": ("hello", "unreadable"),
    "null": (None, "unreadable"),
    "an empty object": ({}, "unreadable"),
}


def hang(handler: Handler) -> None:
    handler.wait(20)


def written(summariser: OpenAiSummariser) -> str | None:
    try:
        return summariser.summarise(LEAD).text
    except SummaryFailedError:
        return None
