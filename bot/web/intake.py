"""The intake endpoints: bytes in, 202 with a receipt out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from bot.log import where_raised
from bot.web.bodies import read_body
from bot.web.problems import refusals
from bot.wiring import Program
from handlers.flows.draft import Accepted, DeliveryConflictError, LeadDraft
from handlers.flows.receive_lead import receive_lead
from handlers.intake import web_form
from handlers.intake.problem import RefusedError

log = structlog.get_logger(__name__)

MAX_FORM_BYTES = 256 * 1024

_LEAD_FIELDS = {name: {"type": ["string", "null"]} for name in web_form.LEAD_FIELDS}
_FORM_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        media: {"schema": {"type": "object", "properties": _LEAD_FIELDS | {"source_id": {}}}}
        for media in ("application/json", "application/x-www-form-urlencoded")
    },
}
_RECEIPT: dict[str, Any] = {
    "type": "object",
    "required": ["receipt", "status"],
    "properties": {
        "receipt": {"type": "string"},
        "status": {"type": "string", "enum": ["accepted", "duplicate"]},
    },
}


def add_to(app: FastAPI, program: Program, read_seconds: float) -> None:
    """Add `POST /intake/web/{form}`."""

    @app.post(
        "/intake/web/{form}",
        status_code=HTTPStatus.ACCEPTED,
        summary="Take in one lead from a web form",
        openapi_extra={
            "requestBody": _FORM_BODY,
            "parameters": [
                {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": False,
                    "schema": {"type": "string", "maxLength": web_form.MAX_KEY},
                }
            ],
        },
        responses={
            202: {
                "description": "Stored; the work goes on by itself.",
                "content": {"application/json": {"schema": _RECEIPT}},
            },
            **refusals(
                HTTPStatus.BAD_REQUEST,
                HTTPStatus.NOT_FOUND,
                HTTPStatus.REQUEST_TIMEOUT,
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                HTTPStatus.UNPROCESSABLE_ENTITY,
                HTTPStatus.SERVICE_UNAVAILABLE,
            ),
        },
    )
    async def receive_form(form: str, request: Request) -> Response:
        body = await read_body(request, limit=MAX_FORM_BYTES, seconds=read_seconds)
        headers = dict(request.headers)
        accepted = await run_in_threadpool(_receive_form, program, form, headers, body)
        return JSONResponse(accepted.model_dump(), status_code=HTTPStatus.ACCEPTED)


def _receive_form(program: Program, form: str, headers: dict[str, str], body: bytes) -> Accepted:
    try:
        policy = program.ports.policies.latest_known().policy
    except LookupError:
        raise RefusedError(
            HTTPStatus.SERVICE_UNAVAILABLE, "Baton has not read its policy yet. Send it again."
        ) from None
    return store(program, web_form.parse(policy, form, headers, body))


def store(program: Program, draft: LeadDraft) -> Accepted:
    """Receive the draft. RefusedError 422 when its key is taken, 503 when it cannot be stored."""
    try:
        return receive_lead(program.ports, draft)
    except DeliveryConflictError:
        raise RefusedError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "This Idempotency-Key was used for a different body. Send each lead under its own key.",
        ) from None
    except SQLAlchemyError as error:
        log.error("intake_unavailable", error=where_raised(error))
        raise RefusedError(
            HTTPStatus.SERVICE_UNAVAILABLE, "The lead could not be stored. Send it again."
        ) from None
