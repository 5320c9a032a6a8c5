"""How refusals look: problem+json (RFC 9457), described in OpenAPI, and for every error alike."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.log import where_raised
from handlers.intake.problem import RefusedError

log = structlog.get_logger(__name__)

PROBLEM_JSON = "application/problem+json"

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}

_HEADERS: dict[HTTPStatus, dict[str, str]] = {
    # What is still on its way is not waited for.
    HTTPStatus.REQUEST_TIMEOUT: {"Connection": "close"},
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {"Connection": "close"},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "5"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
}


def refusals(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint that may refuse with these statuses."""
    return {
        int(status): {
            "description": status.phrase,
            "content": {PROBLEM_JSON: {"schema": PROBLEM}},
        }
        for status in statuses
    }


def add_to(app: FastAPI) -> None:
    """Every error leaves as problem+json, and what it says of a lead stays unsaid and unlogged."""
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _no_such_endpoint)
    app.add_exception_handler(SQLAlchemyError, _database_away)
    app.add_middleware(LastNet)


def problem(refusal: RefusedError, headers: Mapping[str, str] | None = None) -> Response:
    """The refusal as an answer, with further headers."""
    return JSONResponse(
        refusal.as_json(),
        status_code=refusal.status,
        media_type=PROBLEM_JSON,
        headers={**_HEADERS.get(refusal.status, {}), **(headers or {})},
    )


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return problem(error)


async def _no_such_endpoint(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    return problem(RefusedError(status, f"{status.description or status.phrase}."), error.headers)


async def _database_away(_request: Request, error: Exception) -> Response:
    log.error("database_away", error=where_raised(error))
    return problem(RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer."))


class LastNet:
    """Answers an error that nobody foresaw. The server would log its message, which may quote a
    lead; here it is logged by class and place only.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answering = False

        async def watched(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            log.error("request_failed", error=where_raised(error))
            if scope["type"] == "http" and not answering:
                refusal = RefusedError(HTTPStatus.INTERNAL_SERVER_ERROR, "Something broke here.")
                await problem(refusal)(scope, receive, send)
