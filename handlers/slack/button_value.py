"""What a button carries: ids only. What they stand for is read again at the click."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, ValidationError

from handlers.flows.refusals import NotFoundError
from routing.values import Value

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,40}$")]


class ButtonValue(Value):
    """The ids a press is about; those that do not matter are None."""

    lead: Id | None = None
    assignment: Id | None = None
    case: Id | None = None
    other: Id | None = None
    """The lead shown beside the one of the case."""
    run: Id | None = None
    """An import."""
    proposal: Id | None = None
    """A proposed change of the policy, and its revision that the person saw."""
    revision: int | None = None
    version: int | None = None
    """A policy version."""

    def to_text(self) -> str:
        """Compact JSON for a button's value or a modal's `private_metadata`."""
        return self.model_dump_json(exclude_none=True)


def parse_button_value(text: str | None) -> ButtonValue:
    """Raises NotFoundError for what no button of ours carries."""
    try:
        return ButtonValue.model_validate_json(text or "")
    except ValidationError as error:
        raise NotFoundError(_UNREADABLE) from error


def needed(identity: str | None) -> str:
    """The id a listener cannot do without. Raises NotFoundError."""
    if identity is None:
        raise NotFoundError(_UNREADABLE)
    return identity


_UNREADABLE = "Baton cannot read this button any more. Try `/lead find` to get to the lead."
