"""What a button carries: ids only. What they stand for is read again at the click."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError

from handlers.flows.refusals import NotFoundError
from routing.values import Value

C = TypeVar("C", bound="Carried")
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,40}$")]


class Carried(Value):
    """What comes back with a press or a submission."""

    def to_text(self) -> str:
        """Compact JSON for a button's value or a modal's `private_metadata`."""
        return self.model_dump_json(exclude_none=True)


class SeenLeads(Carried):
    """Leads with the last decision about each as the person sees it, empty where there is none."""

    leads: dict[Id, Id | Literal[""]]


class LeaverValue(Carried):
    """The person whose leads are handed over, by their id in the policy."""

    person: Annotated[str, Field(min_length=1, max_length=80)]


class ButtonValue(Carried):
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


def parse_button_value(text: str | None) -> ButtonValue:
    """Raises NotFoundError for what no button of ours carries."""
    return parse_carried(ButtonValue, text)


def parse_carried(kind: type[C], text: str | None) -> C:
    """Raises NotFoundError for what we gave to nobody."""
    try:
        return kind.model_validate_json(text or "")
    except ValidationError as error:
        raise NotFoundError(_UNREADABLE) from error


def needed(identity: str | None) -> str:
    """The id a listener cannot do without. Raises NotFoundError."""
    if identity is None:
        raise NotFoundError(_UNREADABLE)
    return identity


_UNREADABLE = "Baton cannot read this button any more. Try `/lead find` to get to the lead."
