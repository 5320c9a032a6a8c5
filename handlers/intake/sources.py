"""The sources that deliver over HTTP, one line each (I1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from handlers.flows.draft import LeadDraft
from handlers.intake import email, partner, web_form
from handlers.intake.arrival import Arrival
from handlers.intake.problem import RefusedError
from routing.policy.model import Policy
from routing.policy.tables.sources import SourcePolicy

Kind = Literal["web", "partner", "email"]


@dataclass(frozen=True)
class Source:
    """What a source is: who may send (`verify`), what was sent (`parse`), at most how many bytes.

    Both raise RefusedError. `noun` is what people and its address call one of them, `does` what its
    endpoint is for. Where the headers alone tell who sends, a stranger's body is not read at all.
    """

    kind: Kind
    noun: str
    does: str
    max_bytes: int
    knows_sender_by_headers: bool
    verify: Callable[[SourcePolicy, Arrival], None]
    parse: Callable[[SourcePolicy, Arrival], LeadDraft]


SOURCES: tuple[Source, ...] = (
    Source(
        kind="web",
        noun="form",
        does="Take in one lead from a web form",
        max_bytes=256 * 1024,
        knows_sender_by_headers=True,
        verify=web_form.verify,
        parse=web_form.parse,
    ),
    Source(
        kind="partner",
        noun="partner",
        does="Take in one lead from a partner, signed by the Standard Webhooks scheme",
        max_bytes=256 * 1024,
        knows_sender_by_headers=False,
        verify=partner.verify,
        parse=partner.parse,
    ),
    Source(
        kind="email",
        noun="mailbox",
        does="Take in one raw e-mail message",
        max_bytes=10 * 1024 * 1024,
        knows_sender_by_headers=True,
        verify=email.verify,
        parse=email.parse,
    ),
)


def named(kind: Kind, policy: Policy, key: str) -> SourcePolicy:
    """What policy says of a source. RefusedError 404 when it names no such one."""
    found = policy.source(kind, key)
    if found is None:
        noun = next(source.noun for source in SOURCES if source.kind == kind)
        raise RefusedError(
            HTTPStatus.NOT_FOUND,
            f"There is no such {noun}. Sources are named in policy/sources.yml.",
        )
    return found
