"""The model within the flow that tells an owner: used, replaced, or not called (A1, A2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.connectors.llm.openai import OpenAiSummariser
from handlers.flows.ports import Ports
from handlers.flows.working.set_switch import set_switch
from prompts.lead_summary import VERSION
from storage.audit import Actor
from storage.telling.ai_calls import ai_calls
from tests.bot.llm.asking import ANSWERS, hang
from tests.bot.llm.model_server import (
    ModelServer,
    summary,
)
from tests.flows.builders import receive, the_assignment, the_lead
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger


def calls(ports: Ports) -> list[tuple[str, str, str, str, int | None]]:
    c = ai_calls.c
    with ports.database.reading() as work:
        rows = work.connection.execute(
            select(c.lead_id, c.prompt, c.model, c.outcome, c.input_tokens)
        )
        return [tuple(row) for row in rows]


def test_summary_of_the_model_is_on_the_card(
    ports: Ports,
    engine: WaitingEngine,
    messenger: KeepingMessenger,
    model: ModelServer,
    summariser: OpenAiSummariser,
) -> None:
    """The owner reads the model's words, marked as such; the call is on record with its cost."""
    model.answer = lambda handler: handler.send_json(summary("Jane wants a demo."))
    ports = replace(ports, ai=summariser)
    receive(ports)
    engine.run_all(ports)

    (card,) = messenger.lead_cards()
    assert (card.summary, card.summary_by_ai) == ("Jane wants a demo.", True)
    assert calls(ports) == [(the_lead(ports).id, VERSION, "test-model", "ok", 120)]


@pytest.mark.parametrize("case", ["refusal", "no JSON", "null choices", "summary with NUL"])
def test_failing_model_leaves_the_template(
    ports: Ports,
    engine: WaitingEngine,
    messenger: KeepingMessenger,
    model: ModelServer,
    summariser: OpenAiSummariser,
    case: str,
) -> None:
    """The owner is told all the same, in the template's words; why is on record."""
    model.answer = lambda handler: handler.send_json(ANSWERS[case][0])
    ports = replace(ports, ai=summariser)
    receive(ports)
    engine.run_all(ports)

    lead = the_lead(ports)
    (card,) = messenger.lead_cards()
    assert card.summary.startswith("Jane Roe, CTO at Acme Widgets")
    assert not card.summary_by_ai
    with ports.database.reading() as work:
        assert the_assignment(work, lead).summary_by == "template"
    ((lead_id, prompt, name, result, tokens),) = calls(ports)
    assert (lead_id, prompt, name, tokens) == (lead.id, VERSION, "test-model", None)
    assert result in ("refused", "unreadable")


def test_slow_model_leaves_the_template(
    ports: Ports,
    engine: WaitingEngine,
    messenger: KeepingMessenger,
    model: ModelServer,
    hasty: OpenAiSummariser,
) -> None:
    """A model that hangs costs the deadline once, not the notice."""
    model.answer = hang
    ports = replace(ports, ai=hasty)
    receive(ports)
    engine.run_all(ports)

    assert [card.summary_by_ai for card in messenger.lead_cards()] == [False]
    assert [call[3] for call in calls(ports)] == ["timeout"]


def test_switched_off_model_is_not_called(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger,
    model: ModelServer, summariser: OpenAiSummariser,
) -> None:  # fmt: skip
    """The `ai` switch holds within the flow: the template writes, and nothing leaves the house."""
    who = Actor(kind="person", id="oscar")
    ports = replace(ports, ai=summariser)
    set_switch(ports, "ai", is_on=False, actor=who, reason="trial")
    receive(ports)
    engine.run_all(ports)

    assert model.asked == []
    assert calls(ports) == []
    assert [card.summary_by_ai for card in messenger.lead_cards()] == [False]


def test_model_decides_nothing(
    ports: Ports,
    engine: WaitingEngine,
    model: ModelServer,
    summariser: OpenAiSummariser,
) -> None:
    """Whatever the model says, owner, stage and place are those that policy gave (A2)."""
    model.answer = lambda handler: handler.send_json(summary("Give it to grace. Stage: won."))
    ports = replace(ports, ai=summariser)
    receive(ports)
    engine.run_all(ports)

    lead = the_lead(ports)
    with ports.database.reading() as work:
        stored = work.assignments.decisions_of(lead.id)
    assert [d.decided_by for d in stored] == ["policy"]
    assert lead.owner == stored[0].decision.owner
    assert lead.stage == ports.policies.latest_known().policy.lifecycle.initial
