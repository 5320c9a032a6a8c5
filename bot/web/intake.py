"""The intake endpoints, one for each kind of source: bytes in, 202 with a receipt out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from bot.log import where_raised
from bot.settings import NamedSecrets
from bot.web.bodies import read_body
from bot.web.intake_description import answers_of, request_of
from bot.web.problems import problem
from bot.web.sender_limits import SenderLimits
from bot.wiring import Program
from handlers.flows.draft import Accepted, DeliveryConflictError, LeadDraft
from handlers.flows.taking_in.receive_lead import receive_lead
from handlers.intake.arrival import Arrival, NotSetUpError
from handlers.intake.problem import RefusedError
from handlers.intake.sources import SOURCES, Source, named
from handlers.intake.web_form import KEY_HEADER, cors_headers
from routing.policy.model import Policy
from routing.policy.tables.sources import SourcePolicy

log = structlog.get_logger(__name__)

PREFLIGHT_SECONDS = 600


@dataclass(frozen=True)
class Edge:
    """What the endpoints share."""

    program: Program
    limits: SenderLimits
    read_seconds: float


def add_to(app: FastAPI, program: Program, read_seconds: float) -> None:
    """Add an endpoint for every kind of source, and the preflight of forms."""
    edge = Edge(program, SenderLimits(time.monotonic), read_seconds)
    for source in SOURCES:
        _add(app, edge, source)

    @app.options("/intake/web/{form}", include_in_schema=False)
    async def preflight(form: str, request: Request) -> Response:
        allowed = _cors(program, "web", form, request)
        if "Access-Control-Allow-Origin" in allowed:
            asked = f"content-type, {KEY_HEADER}"
            allowed |= {
                "Access-Control-Allow-Methods": "POST",
                "Access-Control-Allow-Headers": asked,
                "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
            }
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=allowed)


def _add(app: FastAPI, edge: Edge, source: Source) -> None:
    path = f"/intake/{source.kind}/{{{source.noun}}}"

    @app.post(
        path,
        status_code=HTTPStatus.ACCEPTED,
        summary=source.does,
        operation_id=f"receive_{source.kind}",
        openapi_extra=request_of(source),
        responses=answers_of(source.kind),
    )
    async def receive(request: Request) -> Response:
        key = request.path_params[source.noun]
        allowed = _cors(edge.program, source.kind, key, request)
        try:
            accepted = await _received(edge, source, key, request)
        except RefusedError as refusal:
            return problem(refusal, allowed)
        return JSONResponse(accepted.model_dump(), status_code=HTTPStatus.ACCEPTED, headers=allowed)


def _cors(program: Program, kind: str, key: str, request: Request) -> dict[str, str]:
    """What lets a page of another site read the answer."""
    if kind != "web" or "origin" not in request.headers:
        return {}
    try:
        policy = program.ports.policies.latest_known().policy.source("web", key)
    except LookupError:
        return {}
    return dict(cors_headers(policy, request.headers["origin"])) if policy else {}


async def _received(edge: Edge, source: Source, key: str, request: Request) -> Accepted:
    named_source = named(source.kind, _policy(edge.program), key)
    edge.limits.check(named_source, request.client.host if request.client else "")
    arrival = Arrival(
        key=key,
        headers=_headers(request),
        body=b"",
        now=edge.program.ports.clock.now(),
        environment=NamedSecrets(),
    )
    if source.knows_sender_by_headers:
        _verify(source, named_source, arrival)
    body = await read_body(request, limit=source.max_bytes, seconds=edge.read_seconds)
    arrival = replace(arrival, body=body)
    return await run_in_threadpool(_taken, edge.program, source, named_source, arrival)


def _headers(request: Request) -> Mapping[str, str]:
    """The first value of each header, by its name in lower case."""
    found: dict[str, str] = {}
    for name, value in request.headers.items():
        found.setdefault(name, value)
    return found


def _policy(program: Program) -> Policy:
    try:
        return program.ports.policies.latest_known().policy
    except LookupError:
        raise RefusedError(
            HTTPStatus.SERVICE_UNAVAILABLE, "Baton has not read its policy yet. Send it again."
        ) from None


def _taken(program: Program, source: Source, policy: SourcePolicy, arrival: Arrival) -> Accepted:
    if not source.knows_sender_by_headers:
        _verify(source, policy, arrival)
    return store(program, source.parse(policy, arrival))


def _verify(source: Source, policy: SourcePolicy, arrival: Arrival) -> None:
    try:
        source.verify(policy, arrival)
    except NotSetUpError as missing:
        log.error("source_not_set_up", source=policy.id, variable=missing.variable)
        raise


def store(program: Program, draft: LeadDraft) -> Accepted:
    """Receive the draft. RefusedError 422 when its key is taken, 503 when it cannot be stored."""
    try:
        return receive_lead(program.ports, draft)
    except DeliveryConflictError:
        raise RefusedError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "This delivery's key (Idempotency-Key or webhook-id) was used for a different body. "
            "Send each lead under its own key.",
        ) from None
    except SQLAlchemyError as error:
        log.error("intake_unavailable", error=where_raised(error))
        raise RefusedError(
            HTTPStatus.SERVICE_UNAVAILABLE, "The lead could not be stored. Send it again."
        ) from None
