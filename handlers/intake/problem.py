"""A delivery that cannot be taken, and what its sender should do about it (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True)
class FieldProblem:
    field: str
    detail: str


class RefusedError(Exception):
    """Nothing was stored. `status` is the HTTP status, `problems` names each field."""

    def __init__(
        self, status: HTTPStatus, detail: str, problems: tuple[FieldProblem, ...] = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.problems = problems

    def as_json(self) -> dict[str, Any]:
        """The body of `application/problem+json`."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
        }
        if self.problems:
            body["errors"] = [{"field": p.field, "detail": p.detail} for p in self.problems]
        return body
