"""The Standard Webhooks scheme: HMAC-SHA-256 over id, timestamp and raw body, in base64."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
MAX_SIGNATURES = 20

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_ID = re.compile(r"[\x21-\x7e]{1,255}")


class UnusableSecretError(ValueError):
    """A secret that is not base64, or empty."""


def key_of(secret: str) -> bytes:
    """The key in `whsec_...`. UnusableSecretError says nothing of it."""
    text = secret.removeprefix(PREFIX).rstrip("=")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise UnusableSecretError("not base64") from None
    if not key:
        raise UnusableSecretError("empty")
    return key


def signature(key: bytes, webhook_id: str, timestamp: int, body: bytes) -> bytes:
    """The bytes a sender writes as `v1,` and base64."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return hmac.new(key, signed, hashlib.sha256).digest()


def is_signed(
    keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Whether one of the signatures is by one of the keys and the timestamp is near `now`.

    Header names are in lower case. Never raises, whatever the headers hold.
    """
    webhook_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(webhook_id) or not _TIMESTAMP.fullmatch(timestamp):
        return False
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        return False
    given = _signatures(headers.get("webhook-signature", ""))
    wanted = [signature(key, webhook_id, int(timestamp), body) for key in keys]
    # All pairs are compared, so that the time taken says nothing of which one fits.
    return sum(hmac.compare_digest(one, other) for one in wanted for other in given) > 0


def _signatures(header: str) -> list[bytes]:
    """The `v1` signatures of the header; what is none is left out."""
    found = []
    for one in header.split(" ")[:MAX_SIGNATURES]:
        version, _, text = one.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(text, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found
