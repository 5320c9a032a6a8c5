"""E-mail: one raw message, from an inbound-parse webhook or fetched from the mailbox (I1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from http import HTTPStatus

from handlers.flows.draft import LeadDraft
from handlers.intake.arrival import Arrival, not_authentic, secrets_of
from handlers.intake.fields import MAX_KEY
from handlers.intake.mail.form_field import field_of
from handlers.intake.mail.message import read_mail
from handlers.intake.mail.reading import Reading, read_lead
from handlers.intake.problem import RefusedError
from handlers.intake.reading import media_type
from routing.normalise.lead import RawLead
from routing.policy.tables.sources import SourcePolicy

RAW_MESSAGE = "message/rfc822"
IN_A_FORM = ("email", "body-mime", "message")
"""What the vendors call the form field that holds the raw message."""

NOT_KNOWN = "Send this mailbox's secret as a bearer token, or as the password of basic access."


def verify(source: SourcePolicy, arrival: Arrival) -> None:
    """RefusedError: 404 for a mailbox that is only fetched, 401 unless a secret of it is sent."""
    if source.secret_env is None:
        raise RefusedError(
            HTTPStatus.NOT_FOUND,
            "This mailbox takes no deliveries: policy/sources.yml names no secret_env for it.",
        )
    known = [one.encode() for one in secrets_of(source, arrival.environment)]
    given = _credential(arrival.header("authorization"))
    if not sum(hmac.compare_digest(one, given) for one in known):
        raise not_authentic(NOT_KNOWN)


def _credential(header: str) -> bytes:
    """The token, or the password of whatever user; blank when the header holds neither."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() == "bearer":
        return text.strip().encode("utf-8", "replace")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(text.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""


def parse(source: SourcePolicy, arrival: Arrival) -> LeadDraft:
    """The message as a draft. Raises RefusedError: 415 for another type of body, 400 for none."""
    content_type = arrival.headers.get("content-type", "")
    media = media_type(content_type)
    if media == RAW_MESSAGE:
        message: bytes | None = arrival.body
    elif media == "multipart/form-data":
        message = field_of(content_type, arrival.body, IN_A_FORM)
    else:
        raise RefusedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "Send the raw message as message/rfc822, or in a multipart/form-data field "
            f"called {' or '.join(IN_A_FORM)}.",
        )
    if not message or not message.strip():
        raise RefusedError(HTTPStatus.BAD_REQUEST, "There is no message in the body.")
    return draft(source, message)


def draft(source: SourcePolicy, message: bytes) -> LeadDraft:
    """Any bytes as a draft; never raises. What cannot be read is a lead with a suspicion.

    The Message-ID with what the message says is the delivery's key: the same message is known
    again whichever way it comes and whatever the way added to its headers, and a sender who gives
    two messages one id loses none.
    """
    fingerprint = _fingerprint(message)
    mail = read_mail(message)
    message_id = mail.headers.get("message-id", "").strip()
    known = message_id if _keepable(message_id) else ""
    return _draft(source, message, read_lead(source, mail), f"{known}:{fingerprint}")


def unread(source: SourcePolicy, message: bytes) -> LeadDraft:
    """A message whose reading failed: it is kept whole, and people look at it."""
    reading = Reading(RawLead(), ("unreadable",))
    return _draft(source, message, reading, f":{_fingerprint(message)}")


def _draft(source: SourcePolicy, message: bytes, reading: Reading, key: str) -> LeadDraft:
    return LeadDraft(
        source=source,
        delivery_key=key,
        source_id=None,
        raw=reading.raw,
        payload=message,
        content_type=RAW_MESSAGE,
        suspicions=reading.suspicions,
        ignored=reading.ignored,
        fingerprint=key.rpartition(":")[2],
    )


_SAID_BY = ("from", "date", "subject", "message-id")


def _fingerprint(message: bytes) -> str:
    """A SHA-256 of who said what when: the body and four headers, whatever the line ends are.

    What has none of these is no message: all of its bytes count.
    """
    plain = message.replace(b"\r\n", b"\n").lstrip(b"\n")
    head, _, body = plain.partition(b"\n\n")
    lines = head.replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n")
    names = tuple(f"{name}:".encode() for name in _SAID_BY)
    said = sorted(line for line in lines if line.lower().startswith(names))
    if not said and not body.strip():
        return hashlib.sha256(plain).hexdigest()
    return hashlib.sha256(b"\n".join(said) + b"\n\n" + body.rstrip()).hexdigest()


def _keepable(message_id: str) -> bool:
    return len(message_id) <= MAX_KEY and message_id.isascii() and message_id.isprintable()
