"""What `/openapi.json` says of the intake endpoints."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from bot.web.problems import refusals
from handlers.intake.fields import LEAD_FIELDS, MAX_KEY
from handlers.intake.sources import Kind, Source

RECEIPT: dict[str, Any] = {
    "type": "object",
    "required": ["receipt", "status"],
    "properties": {
        "receipt": {"type": "string"},
        "status": {"type": "string", "enum": ["accepted", "duplicate"]},
    },
}
_LEAD = {
    "type": "object",
    "properties": {name: {"type": ["string", "null"]} for name in LEAD_FIELDS} | {"source_id": {}},
}
_MESSAGE = {"type": "string", "format": "binary"}
_BODIES: dict[Kind, dict[str, Any]] = {
    "web": {
        "application/json": {"schema": _LEAD},
        "application/x-www-form-urlencoded": {"schema": _LEAD},
    },
    "partner": {"application/json": {"schema": {"type": "object"}}},
    "email": {
        "message/rfc822": {"schema": _MESSAGE},
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"email": {"type": "string"}}}
        },
    },
}
_HEADERS: dict[Kind, tuple[str, ...]] = {
    "web": ("Idempotency-Key",),
    "partner": ("webhook-id", "webhook-timestamp", "webhook-signature"),
    "email": ("Authorization",),
}
_COMMON = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_OWN: dict[Kind, tuple[HTTPStatus, ...]] = {
    "web": (HTTPStatus.TOO_MANY_REQUESTS,),
    "partner": (HTTPStatus.UNAUTHORIZED,),
    "email": (HTTPStatus.UNAUTHORIZED,),
}


def request_of(source: Source) -> dict[str, Any]:
    """The body, the headers and the name in the path that a source of this kind reads."""
    named = {"name": source.noun, "in": "path", "required": True, "schema": {"type": "string"}}
    headers = [
        {
            "name": name,
            "in": "header",
            "required": source.kind == "partner",
            "schema": {"type": "string", "maxLength": MAX_KEY},
        }
        for name in _HEADERS[source.kind]
    ]
    return {
        "requestBody": {"required": True, "content": _BODIES[source.kind]},
        "parameters": [named, *headers],
    }


def answers_of(kind: Kind) -> dict[int | str, dict[str, Any]]:
    """Every answer such a source may get."""
    return {
        202: {
            "description": "Stored; the work goes on by itself.",
            "content": {"application/json": {"schema": RECEIPT}},
        },
        **refusals(*_COMMON, *_OWN[kind]),
    }
