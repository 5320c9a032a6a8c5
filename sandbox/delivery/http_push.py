"""Delivery by HTTP: signed requests to the app's request URL, as Slack sends them."""

import hashlib
import hmac
import http.client
import json
import time
from urllib.parse import urlencode, urlsplit

from sandbox.delivery.envelope import COMMAND, EVENT, Envelope, Reply
from sandbox.workspace.model import SIGNING_SECRET, Json

FORM = "application/x-www-form-urlencoded"


def signed_headers(body: bytes, timestamp: int) -> dict[str, str]:
    """Slack's v0 signature over `v0:timestamp:body`; `timestamp` in epoch seconds."""
    base = b"v0:" + str(timestamp).encode() + b":" + body
    digest = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def encoded(envelope: Envelope) -> tuple[str, bytes]:
    """Content type and body: JSON for events, a form for commands and interactions."""
    if envelope.kind == EVENT:
        return "application/json", json.dumps(envelope.payload).encode()
    if envelope.kind == COMMAND:
        return FORM, urlencode(envelope.payload).encode()
    return FORM, urlencode({"payload": json.dumps(envelope.payload)}).encode()


def push(url: str, envelope: Envelope, seconds: float) -> Reply:
    """POST one envelope and read the app's acknowledgement. Blocking; never raises."""
    content_type, body = encoded(envelope)
    headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (sandbox)"}
    # The app compares this time with its own wall clock, so an injected clock must not set it.
    headers |= signed_headers(body, int(time.time()))
    if envelope.retry_num:
        headers |= {
            "X-Slack-Retry-Num": str(envelope.retry_num),
            "X-Slack-Retry-Reason": envelope.retry_reason,
        }
    try:
        return _post(url, body, headers, seconds)
    except TimeoutError:
        return Reply(False, error="operation_timeout", detail="http_timeout")
    except (OSError, http.client.HTTPException) as error:
        return Reply(False, error="dispatch_failed", detail=f"connection_failed: {error}")


def _post(url: str, body: bytes, headers: dict[str, str], seconds: float) -> Reply:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("POST", parts.path or "/", body, headers)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
    finally:
        connection.close()
    retry = response.getheader("X-Slack-No-Retry") != "1"
    if not 200 <= response.status < 300:
        return Reply(False, error="http_error", detail=f"status {response.status}", retry=retry)
    return Reply(True, _decoded(text, response.getheader("Content-Type") or ""))


def _decoded(text: str, content_type: str) -> Json | str | None:
    if not text:
        return None
    if content_type.startswith("application/json"):
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            return text
        return value if isinstance(value, dict) else text
    return text
