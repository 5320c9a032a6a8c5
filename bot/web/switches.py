"""Kill switches over HTTP, behind an admin token (G3)."""

from __future__ import annotations

import hmac
import json
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.web.bodies import read_body
from bot.web.problems import refusals
from bot.wiring import Program
from handlers.flows.set_switch import set_switch
from handlers.intake.problem import FieldProblem, RefusedError
from storage.audit import Actor
from storage.switches import SWITCHES, SwitchName

ACTOR = Actor(kind="system", id="http")
_REFUSALS = refusals(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def add_to(app: FastAPI, program: Program) -> None:
    """Add `GET /switches` and `POST /switches`."""

    @app.get("/switches", summary="The kill switches", responses=_REFUSALS)
    async def list_switches(request: Request) -> Response:
        _check_token(program, request)
        return JSONResponse(await run_in_threadpool(_listed, program))

    @app.post(
        "/switches",
        summary="Turn a workflow off or on",
        responses=_REFUSALS | refusals(HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY),
        openapi_extra={"requestBody": {"content": {"application/json": {"schema": _BODY}}}},
    )
    async def turn_switch(request: Request) -> Response:
        _check_token(program, request)
        name, is_on, reason = _order(await read_body(request, limit=4096))
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
        "reason": {"type": "string", "minLength": 1, "maxLength": 500},
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
    try:
        order = json.loads(body)
    except ValueError:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from None
    fields = order if isinstance(order, dict) else {}
    name, is_on, reason = fields.get("name"), fields.get("on"), fields.get("reason")
    problems = [
        (name in SWITCHES, "name", f"one of {', '.join(SWITCHES)}"),
        (isinstance(is_on, bool), "on", "true or false"),
        (isinstance(reason, str) and 0 < len(reason) <= 500, "reason", "why, in a few words"),
    ]
    wrong = tuple(FieldProblem(field, detail) for fine, field, detail in problems if not fine)
    if wrong:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields cannot be used.", wrong)
    return cast("SwitchName", name), bool(is_on), str(reason)
