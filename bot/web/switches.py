"""Kill switches over HTTP, behind an admin token (G3)."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.web.bodies import read_body
from bot.web.problems import refusals
from bot.wiring import Program
from handlers.flows.working.set_switch import set_switch
from handlers.intake.problem import FieldProblem, RefusedError
from handlers.intake.reading import is_broken, read_object
from storage.audit import Actor
from storage.switches import SWITCHES, SwitchName

ACTOR = Actor(kind="system", id="http")
MAX_BYTES = 4096
MAX_REASON = 500
_REFUSALS = refusals(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE)
_ORDER_REFUSALS = _REFUSALS | refusals(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


def add_to(app: FastAPI, program: Program, read_seconds: float) -> None:
    """Add `GET /switches` and `POST /switches`."""

    @app.get("/switches", summary="The kill switches", responses=_REFUSALS)
    async def list_switches(request: Request) -> Response:
        _check_token(program, request)
        return JSONResponse(await run_in_threadpool(_listed, program))

    @app.post(
        "/switches",
        summary="Turn a workflow off or on",
        responses=_ORDER_REFUSALS,
        openapi_extra={"requestBody": {"content": {"application/json": {"schema": _BODY}}}},
    )
    async def turn_switch(request: Request) -> Response:
        _check_token(program, request)
        body = await read_body(request, limit=MAX_BYTES, seconds=read_seconds)
        name, is_on, reason = _order(body)
        await run_in_threadpool(
            set_switch, program.ports, name, is_on=is_on, actor=ACTOR, reason=reason
        )
        return JSONResponse(await run_in_threadpool(_listed, program))


_BODY = {
    "type": "object",
    "required": ["name", "on", "reason"],
    "properties": {
        "name": {"enum": list(SWITCHES)},
        "on": {"type": "boolean"},
        "reason": {"type": "string", "minLength": 1, "maxLength": MAX_REASON},
    },
}


def _check_token(program: Program, request: Request) -> None:
    expected = program.settings.admin_token
    if expected is None:
        raise RefusedError(HTTPStatus.FORBIDDEN, "Set BATON_ADMIN_TOKEN to use this endpoint.")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), expected.get_secret_value().encode()):
        raise RefusedError(HTTPStatus.UNAUTHORIZED, "Send `Authorization: Bearer <token>`.")


def _listed(program: Program) -> list[dict[str, Any]]:
    with program.ports.database.reading() as work:
        return [switch.model_dump(mode="json") for switch in work.switches.listed()]


def _order(body: bytes) -> tuple[SwitchName, bool, str]:
    fields = read_object(body, number=float)
    name, is_on, reason = fields.get("name"), fields.get("on"), fields.get("reason")
    problems = [
        (name in SWITCHES, "name", f"one of {', '.join(SWITCHES)}"),
        (isinstance(is_on, bool), "on", "true or false"),
        (_is_reason(reason), "reason", "why, in a few words"),
    ]
    wrong = tuple(FieldProblem(field, detail) for fine, field, detail in problems if not fine)
    if wrong:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields cannot be used.", wrong)
    return cast("SwitchName", name), bool(is_on), str(reason)


def _is_reason(given: object) -> bool:
    if not isinstance(given, str) or is_broken(given):
        return False
    return len(given.strip()) > 0 and len(given) <= MAX_REASON
