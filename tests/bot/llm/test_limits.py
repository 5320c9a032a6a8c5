"""The summariser against servers that are slow, endless or broken: it keeps its limits (A1)."""

from __future__ import annotations

import gzip
import json
import socket

import pytest

from bot.connectors.llm.bounded import MAX_BYTES
from bot.connectors.llm.openai import OpenAiSummariser
from handlers.flows.ports import SummaryFailedError
from tests.bot.llm.asking import DEADLINE, LEAD, hang, outcome, outcome_in_time, written
from tests.bot.llm.model_server import (
    Answering,
    Handler,
    ModelServer,
    running_model,
    summary,
)


def _trickle_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.model.over.is_set():
        handler.wfile.write(b" ")
        handler.wait(0.02)


def _trickle_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.model.over.is_set():
        handler.wfile.write(b"x")
        handler.wait(0.02)


def _late(handler: Handler) -> None:
    handler.wait(DEADLINE * 2)
    handler.send_json(summary("Too late."))


@pytest.mark.parametrize("answer", [hang, _trickle_body, _trickle_headers, _late])
def test_deadline_holds_whatever_the_server_does(
    model: ModelServer, hasty: OpenAiSummariser, answer: Answering
) -> None:
    """The deadline is for the whole call: silence, drops and late answers all end in time."""
    model.answer = answer

    assert outcome_in_time(hasty) == "timeout"


def test_trickling_server_does_not_hold_our_threads(
    model: ModelServer, hasty: OpenAiSummariser
) -> None:
    """After more slow answers than there are threads, good answers still come through."""
    model.answer = _trickle_body
    for _ in range(6):
        outcome_in_time(hasty)
    model.answer = lambda handler: handler.send_json(summary("Back again."))
    model.over.wait(DEADLINE)

    assert "Back again." in [written(hasty) for _ in range(3)]


def _large(handler: Handler) -> None:
    handler.send(b'{"choices": [' + b" " * 30_000_000 + b"]}")


def _endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    while not handler.server.model.over.is_set():
        handler.wfile.write(b" " * 65536)


def _packed(handler: Handler) -> None:
    handler.send(gzip.compress(b" " * 30_000_000), Content_Encoding="gzip")


@pytest.mark.parametrize("answer", [_large, _endless, _packed])
def test_answer_is_read_up_to_a_limit_only(answer: Answering) -> None:
    """Thirty megabytes, an endless answer or a packed one: none is taken in."""
    with running_model() as model:
        model.answer = answer
        one = OpenAiSummariser(api_key="k", base_url=model.base_url, model="m", deadline_seconds=9)
        with pytest.raises(SummaryFailedError) as failure:
            one.summarise(LEAD)
        one.close()

    assert failure.value.outcome == "APIConnectionError"


def test_largest_answer_within_the_limit_is_read(
    model: ModelServer, summariser: OpenAiSummariser
) -> None:
    """Servers pad their answers; a usable one of a usual size is used."""
    model.answer = lambda handler: handler.send(
        json.dumps(summary("Fine.")).encode() + b" " * (MAX_BYTES // 2)
    )

    assert summariser.summarise(LEAD).text == "Fine."


@pytest.mark.parametrize(
    "answer",
    [
        lambda handler: handler.send(b"<html>hello</html>", media="text/html"),
        lambda handler: handler.send(b"", media="application/json"),
        lambda handler: handler.send(b"\xff\xfe\x00", media="application/json"),
        lambda handler: handler.send(b"[" * 100_000, media="application/json"),
        lambda handler: handler.send(b"data: {}\n\n", media="text/event-stream"),
        lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"),
        lambda handler: handler.connection.shutdown(socket.SHUT_RDWR),
    ],
)
def test_answer_that_is_no_answer_is_a_failure(
    model: ModelServer, summariser: OpenAiSummariser, answer: Answering
) -> None:
    """A proxy's page, broken HTTP or a closed line ends in a failure like any other."""

    def once(handler: Handler) -> None:
        answer(handler)
        handler.close_connection = True

    model.answer = once

    assert outcome(summariser)


def test_nobody_listens(model: ModelServer) -> None:
    """A server that is down is a failure like any other."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    one = OpenAiSummariser(api_key="k", base_url=url, model="m")

    assert outcome(one) == "APIConnectionError"
    one.close()
