"""How refusals look in the OpenAPI description."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

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


def refusals(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint that may refuse with these statuses."""
    return {
        int(status): {
            "description": status.phrase,
            "content": {PROBLEM_JSON: {"schema": PROBLEM}},
        }
        for status in statuses
    }
