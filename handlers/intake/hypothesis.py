"""One lead to try as a line of JSON: a raw lead by its plain names, or the facts themselves."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from handlers.flows.looking.try_out import Hypothesis
from handlers.intake.fields import LEAD_FIELDS, SOURCE_ID
from handlers.intake.problem import FieldProblem, RefusedError
from handlers.intake.raw_line import raw_lead_of
from handlers.intake.reading import read_object
from routing.given import GivenError, read
from routing.lead import LeadFacts, Relations
from routing.policy.reading.errors import nearest
from routing.policy.tables.sources import SourcePolicy
from routing.values import Instant, Value

T = TypeVar("T", bound=Value)

OF_FACTS = frozenset(
    {"score", "title_tier", "mailbox_class", "role_mailbox", "domain", "suppressed", "flags"}
)
"""A lead that states one of these, or only whether it has an e-mail address, is normalised."""


class Beside(Value):
    """What a line says of a lead beside its fields."""

    lead_id: str | None = None
    id: str | None = None
    source: str | None = None
    received_at: Instant | None = None
    known_owner: str | None = None
    possible_duplicate: str | None = None
    duplicate_reasons: tuple[str, ...] = ()


def hypothesis(
    line: bytes, sources: dict[str, SourcePolicy], default: SourcePolicy, number: int = 1
) -> Hypothesis:
    """The lead of a line; `number` names it when it does not name itself.

    `received_at` is an instant with its time zone, `source` the id of a source (an export may
    name its own, which is noted), `known_owner` a person's id. RefusedError for what is no JSON
    object or cannot be read as a lead; fields of a raw one that nothing reads are in `unread`.
    """
    given = read_object(line)
    beside = _read(Beside, {name: v for name, v in given.items() if name in Beside.model_fields})
    name = beside.lead_id or beside.id or f"lead-{number}"
    source, note = _source(beside.source, sources, default)
    if _is_normalised(given):
        return Hypothesis(name, source, _facts(given, name, source), beside.received_at, note=note)
    return Hypothesis(
        lead_id=name,
        source=source,
        lead=raw_lead_of(source, _fields(given)),
        at=beside.received_at,
        relations=Relations(
            known_owner=beside.known_owner,
            possible_duplicate=beside.possible_duplicate,
            duplicate_reasons=beside.duplicate_reasons,
        ),
        note=note,
        unread=_unread(given, source),
    )


def _unread(given: dict[str, Any], source: SourcePolicy) -> tuple[str, ...]:
    """`Nothing reads the field 'contry' (did you mean 'country'?).`"""
    known = {*LEAD_FIELDS, SOURCE_ID, *source.fields.values(), *Beside.model_fields}
    unknown = [name for name in given if name not in known]
    return tuple(f"Nothing reads the field {name!r}{_hint(name, known)}." for name in unknown)


def _hint(name: str, known: Iterable[str]) -> str:
    likely = nearest(name.casefold(), known)
    return f" (did you mean {likely!r}?)" if likely else ""


def _is_normalised(given: dict[str, Any]) -> bool:
    stated = [given.get("email"), given.get("phone")]
    return not OF_FACTS.isdisjoint(given) or any(isinstance(value, bool) for value in stated)


def _facts(given: dict[str, Any], name: str, source: SourcePolicy) -> LeadFacts:
    stated = {key: v for key, v in given.items() if key not in ("id", "received_at")}
    known = (*LeadFacts.model_fields, "received_at")
    for field in stated:
        if field not in LeadFacts.model_fields:
            _refuse(field, f"is no fact of a normalised lead{_hint(field, known)}")
    return _read(LeadFacts, stated | {"lead_id": name, "source": source.id})


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in Beside.model_fields}


def _source(
    name: str | None, known: dict[str, SourcePolicy], default: SourcePolicy
) -> tuple[SourcePolicy, str | None]:
    """The source, and what to say when the lead names one that the policy does not have."""
    if name is None or name in known:
        return known.get(name or "", default), None
    return default, f"The policy has no source {name!r}: read as one of {default.id!r}."


def _read(model: type[T], given: dict[str, Any]) -> T:
    try:
        return read(model, given)
    except GivenError as error:
        _refuse(error.field, error.detail)


def _refuse(field: str, detail: str) -> NoReturn:
    raise RefusedError(
        HTTPStatus.UNPROCESSABLE_ENTITY, "The lead cannot be read:", (FieldProblem(field, detail),)
    )
