"""Values read from what somebody typed, with the first thing that is wrong in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from routing.values import Instant, Value

T = TypeVar("T", bound=Value)
_INSTANT: TypeAdapter[Instant] = TypeAdapter(Instant)


class GivenError(ValueError):
    """`field` cannot hold what was given: `detail` says why."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field} {detail}")
        self.field = field
        self.detail = detail


def read(model: type[T], given: Mapping[str, object]) -> T:
    """The value that these fields make; raises GivenError."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise GivenError(field, first["msg"][:1].lower() + first["msg"][1:]) from None


def instant(text: str) -> Instant:
    """`2026-11-23T09:00:00Z`; ValueError without a time zone."""
    return _INSTANT.validate_python(text)
