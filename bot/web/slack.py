"""Slack over HTTP: `POST /slack/events`, for workspaces without Socket Mode."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import Response
from slack_bolt import App, BoltRequest
from starlette.concurrency import run_in_threadpool

from bot.web.bodies import read_body
from handlers.intake.problem import RefusedError

MAX_BYTES = 1024 * 1024
MAX_DIGITS = 12


def add_to(app: FastAPI, slack_app: App, read_seconds: float) -> None:
    """Add the endpoint; listeners run on threads, so that a click never blocks the loop."""

    @app.post("/slack/events", include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        body = await read_body(request, limit=MAX_BYTES, seconds=read_seconds)
        _check_headers(request)
        answer = await run_in_threadpool(slack_app.dispatch, _bolt_request(request, body))
        return Response(
            content=answer.body, status_code=answer.status, headers=dict(answer.first_headers())
        )


def _bolt_request(request: Request, body: bytes) -> BoltRequest:
    """What Bolt reads of the body at once, before it has checked who sent it."""
    try:
        return BoltRequest(
            body=body.decode("utf-8", "replace"),
            query=request.url.query,
            headers={name: [value] for name, value in request.headers.items()},
        )
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The body is none of Slack's.") from None


def _check_headers(request: Request) -> None:
    """Bolt answers 500 to a signature or timestamp it cannot read; we answer 401."""
    signature = request.headers.get("x-slack-signature", "")
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    is_time = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= MAX_DIGITS
    if not (signature.isascii() and is_time):
        raise RefusedError(HTTPStatus.UNAUTHORIZED, "The request is not signed by Slack.")
