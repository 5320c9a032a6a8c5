"""What a source hands in, and the answer to it: values of the edge of intake."""

from __future__ import annotations

from typing import Literal

from routing.normalise.lead import RawLead
from routing.policy.model import SourcePolicy
from routing.values import Value


class LeadDraft(Value):
    """One delivery as its source parsed it.

    `delivery_key` is what the sender tells deliveries apart by (Idempotency-Key, webhook id,
    message id), `source_id` the record's id in the source. `payload` is the body as received.
    """

    source: SourcePolicy
    delivery_key: str | None
    source_id: str | None
    raw: RawLead
    payload: bytes
    content_type: str


class Accepted(Value):
    """The answer to a delivery: its receipt, and whether it was seen before."""

    receipt: str
    status: Literal["accepted", "duplicate"]


class DeliveryConflictError(Exception):
    """The key of this delivery belongs to another one with a different body."""
