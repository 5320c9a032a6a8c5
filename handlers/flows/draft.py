"""What a source hands in, and the answer to it: values of the edge of intake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from routing.normalise.lead import RawLead
from routing.policy.tables.sources import SourcePolicy
from routing.values import Value


class LeadDraft(Value):
    """One delivery as its source parsed it.

    `delivery_key` is what the sender tells deliveries apart by (Idempotency-Key, webhook id,
    message id), `source_id` the record's id in the source. `payload` is the body as received.
    `suspicions` are words for what a person should look at. `ignored` says why nobody has to: the
    delivery is kept and its lead suppressed. `fingerprint` is a SHA-256 that stands for the body
    where the way to us changes its bytes.
    """

    source: SourcePolicy
    delivery_key: str | None
    source_id: str | None
    raw: RawLead
    payload: bytes
    content_type: str
    suspicions: tuple[str, ...] = ()
    ignored: str | None = None
    fingerprint: str | None = None

    @property
    def speaks_for_itself(self) -> bool:
        """Whether it may be taken for news of a lead that is already known."""
        return not self.suspicions and self.ignored is None


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a file of many leads is read; `unknown_columns` have no meaning and are kept raw."""

    encoding: str
    delimiter: str
    unknown_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """The row of a file that starts on `line`: a draft, or what to do about it."""

    line: int
    draft: LeadDraft | None
    problem: str | None = None


class Accepted(Value):
    """The answer to a delivery: its receipt, and whether it was seen before."""

    receipt: str
    status: Literal["accepted", "duplicate"]


class DeliveryConflictError(Exception):
    """The key of this delivery belongs to another one with a different body."""
