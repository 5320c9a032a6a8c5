"""Deliveries and sources in one line each."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.intake.arrival import Arrival
from handlers.intake.webhook_signature import key_of, signature
from routing.policy.tables.sources import SourcePolicy
from tests.support.clock import MONDAY_NOON

SECRET = "whsec_" + base64.b64encode(b"a partner's secret of 24").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"the secret that came next").decode()
SECRET_ENV = "TESTED_SOURCE_SECRET"


def a_source(kind: str, **changes: Any) -> SourcePolicy:
    """A source of this kind, called `tested`."""
    usual: dict[str, Any] = {"id": "tested", "key": "tested", "name": "Tested", "kind": kind}
    if kind in ("partner", "email"):
        usual["secret_env"] = SECRET_ENV
    return SourcePolicy.model_validate(usual | changes)


def an_arrival(
    body: bytes,
    headers: Mapping[str, str] | None = None,
    *,
    key: str = "tested",
    secret: str | None = SECRET,
    now: datetime = MONDAY_NOON,
) -> Arrival:
    """A delivery to that source; `secret` is what its variable holds."""
    environment = {} if secret is None else {SECRET_ENV: secret}
    return Arrival(key, dict(headers or {}), body, now, environment)


def signed(
    body: bytes,
    *,
    secret: str = SECRET,
    webhook_id: str = "msg_1",
    at: datetime = MONDAY_NOON,
) -> dict[str, str]:
    """The headers of the Standard Webhooks scheme for this body."""
    seconds = int(at.timestamp())
    made = signature(key_of(secret), webhook_id, seconds, body)
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(made).decode()}",
    }
