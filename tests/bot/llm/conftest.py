"""The summariser and the server it asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.connectors.llm.openai import OpenAiSummariser
from tests.bot.llm.asking import DEADLINE
from tests.bot.llm.model_server import (
    ModelServer,
    running_model,
)


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with running_model() as model:
        yield model


def a_summariser(model: ModelServer, seconds: float) -> OpenAiSummariser:
    return OpenAiSummariser(
        api_key="sk-secret", base_url=model.base_url, model="test-model", deadline_seconds=seconds
    )


@pytest.fixture
def summariser(model: ModelServer) -> Iterator[OpenAiSummariser]:
    """One with time to spare: the machine may be busy."""
    one = a_summariser(model, 5)
    yield one
    model.over.set()
    one.close()


@pytest.fixture
def hasty(model: ModelServer) -> Iterator[OpenAiSummariser]:
    """One that waits a third of a second."""
    one = a_summariser(model, DEADLINE)
    yield one
    model.over.set()
    one.close()
