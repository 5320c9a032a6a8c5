"""Partner referrals: webhooks signed by the Standard Webhooks scheme, one lead each (I1)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from handlers.flows.draft import LeadDraft
from handlers.intake.arrival import Arrival, NotSetUpError, not_authentic, secrets_of
from handlers.intake.fields import LEAD_FIELDS, SOURCE_ID, raw_lead, source_id
from handlers.intake.problem import FieldProblem, RefusedError
from handlers.intake.reading import as_text, checked, is_json, read_object
from handlers.intake.webhook_signature import UnusableSecretError, is_signed, key_of
from routing.policy.tables.sources import SourcePolicy

NOT_SIGNED = (
    "The signature does not hold. Sign webhook-id, webhook-timestamp and the raw body with this "
    "partner's secret by the Standard Webhooks scheme, and send within five minutes."
)


def verify(source: SourcePolicy, arrival: Arrival) -> None:
    """RefusedError 401 unless a secret of this partner signed these bytes just now."""
    secrets = secrets_of(source, arrival.environment)
    try:
        keys = [key_of(secret) for secret in secrets]
    except UnusableSecretError:
        raise NotSetUpError(source.secret_env or "") from None
    if not is_signed(keys, arrival.headers, arrival.body, arrival.now):
        raise not_authentic(NOT_SIGNED)


def parse(source: SourcePolicy, arrival: Arrival) -> LeadDraft:
    """The lead in a JSON object, or in the member of it that policy calls the envelope.

    A name of policy's mapping may be a path, `contact.email`. Raises RefusedError: 415, 400 or 422.
    """
    content_type = arrival.headers.get("content-type", "")
    if not is_json(content_type):
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json.")
    given = checked(_picked(source, _opened(source, read_object(arrival.body))))
    return LeadDraft(
        source=source,
        delivery_key=arrival.headers["webhook-id"],
        source_id=source_id(source, given.get),
        raw=raw_lead(source, given.get),
        payload=arrival.body,
        content_type=content_type[:200],
    )


def _opened(source: SourcePolicy, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    if source.envelope is None:
        return sent
    lead = sent.get(source.envelope)
    if not isinstance(lead, dict):
        raise RefusedError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"The lead must be an object under {source.envelope!r}.",
            (FieldProblem(source.envelope, "must be an object"),),
        )
    return lead


def _picked(source: SourcePolicy, lead: Mapping[str, Any]) -> dict[str, str]:
    """What the lead has under the names that stand for a field; the rest stays in the payload."""
    wanted = {*LEAD_FIELDS, SOURCE_ID, *source.fields.values()}
    found = {name: as_text(name, _at(lead, name)) for name in wanted}
    return {name: text for name, text in found.items() if text is not None}


def _at(lead: Mapping[str, Any], path: str) -> object:
    """The value under this name, or at this path of names."""
    if path in lead:
        return lead[path]
    value: object = lead
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
