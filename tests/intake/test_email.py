"""A mailbox's deliveries: who may send, how a message is packed, which are the same (I1, I2)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.flows.draft import LeadDraft
from handlers.intake.arrival import NotSetUpError
from handlers.intake.email import IN_A_FORM, RAW_MESSAGE, draft, parse, unread, verify
from handlers.intake.problem import RefusedError
from tests.intake.builders import a_source, an_arrival
from tests.intake.mail.builders import a_message

MAILBOX = a_source("email")
MESSAGE = a_message(message_id="<1@acme-widgets.com>")
FORM_TYPE = "multipart/form-data; boundary=xYz"


def basic(password: str, user: str = "baton") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def sent_with(authorization: str, secret: str | None = "open sesame".replace(" ", "-")) -> None:
    verify(MAILBOX, an_arrival(b"", {"authorization": authorization}, secret=secret))


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        ("Bearer s3cret", "s3cret"),
        ("bearer  s3cret ", "s3cret"),
        ("Bearer new", "old, new"),
        (basic("s3cret"), "s3cret"),
        (basic("s3cret", user=""), "s3cret"),
        (basic("with:colon"), "with:colon"),
        (basic("schlüssel"), "schlüssel"),
    ],
)
def test_secret_opens_the_mailbox(header: str, secret: str) -> None:
    """As a bearer token or as the password of basic access, whatever the vendor can send."""
    sent_with(header, secret)


@pytest.mark.parametrize(
    "header",
    [
        *("", "Bearer", "Bearer ", "Bearer open", "Bearer open-sesame2", "open-sesame"),
        *("Digest open-sesame", "Basic", "Basic !!!", "Basic \xe9", "Bearer \udcff"),
        *(basic(""), basic("open"), "Basic " + base64.b64encode(b"open-sesame").decode()),
    ],
)
def test_stranger_is_turned_away(header: str) -> None:
    """401 without a word on what was wrong."""
    with pytest.raises(RefusedError) as refusal:
        sent_with(header)

    assert refusal.value.status == 401
    assert "open-sesame" not in refusal.value.detail


@given(st.text())
def test_no_header_raises_anything_else(header: str) -> None:
    """Any text is a stranger's."""
    with pytest.raises(RefusedError):
        sent_with(header)


def test_mailbox_without_its_secret_is_shut() -> None:
    """503 that names the variable to our log; a mailbox that is only fetched takes nothing."""
    with pytest.raises(NotSetUpError) as missing:
        sent_with("Bearer x", secret=None)
    assert missing.value.variable == "TESTED_SOURCE_SECRET"

    fetched = a_source("email", secret_env=None)
    with pytest.raises(RefusedError) as refusal:
        verify(fetched, an_arrival(b"", {"authorization": "Bearer x"}))
    assert refusal.value.status == 404


def parsed(body: bytes, media: str) -> LeadDraft:
    return parse(MAILBOX, an_arrival(body, {"content-type": media}))


def in_form(name: str, message: bytes, head: str = "") -> bytes:
    """A form with the message in the field `name` behind another field."""
    other = b'--xYz\r\nContent-Disposition: form-data; name="subject"\r\n\r\nDemo\r\n'
    field = f'--xYz\r\nContent-Disposition: form-data; name="{name}"{head}\r\n\r\n'
    return other + field.encode() + message + b"\r\n--xYz--\r\n"


@pytest.mark.parametrize("media", [RAW_MESSAGE, "Message/RFC822; charset=utf-8"])
def test_raw_message_is_the_body(media: str) -> None:
    """The body is the message, and is kept as it came."""
    found = parsed(MESSAGE, media)

    assert found.payload == MESSAGE
    assert found.content_type == RAW_MESSAGE
    assert found.raw.email == "jane@acme-widgets.com"


@pytest.mark.parametrize("name", IN_A_FORM)
@pytest.mark.parametrize("head", ["", "\r\nContent-Type: message/rfc822", '; filename="m.eml"'])
def test_message_in_a_form_is_the_same_delivery(name: str, head: str) -> None:
    """Each vendor's field for the raw message; the same message is known by either way."""
    found = parsed(in_form(name, MESSAGE, head), FORM_TYPE)

    assert found.raw == parsed(MESSAGE, RAW_MESSAGE).raw
    assert found.delivery_key == parsed(MESSAGE, RAW_MESSAGE).delivery_key


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (MESSAGE, "", 415),
        (MESSAGE, "text/plain", 415),
        (b"{}", "application/json", 415),
        (b"", RAW_MESSAGE, 400),
        (b" \r\n", RAW_MESSAGE, 400),
        (b"", FORM_TYPE, 400),
        (in_form("html", MESSAGE), FORM_TYPE, 400),
        (in_form("email", b" "), FORM_TYPE, 400),
        (in_form("email", MESSAGE), "multipart/form-data", 400),
        (in_form("email", MESSAGE), "multipart/form-data; boundary=other", 400),
        (in_form("email", MESSAGE), "multipart/form-data; boundary=\xe9", 400),
    ],
)
def test_what_holds_no_message_is_refused(body: bytes, media: str, status: int) -> None:
    """The sender learns what to send instead."""
    with pytest.raises(RefusedError) as refusal:
        parsed(body, media)

    assert refusal.value.status == status


@given(st.binary(max_size=300), st.sampled_from([RAW_MESSAGE, FORM_TYPE]))
def test_any_body_is_a_draft_or_a_refusal(body: bytes, media: str) -> None:
    """No bytes raise anything else, whichever way they come."""
    status = refusal_of(b"--xYz\r\n" + body if media == FORM_TYPE else body, media)

    assert status in (None, 400)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_headers_of_a_form_are_read_or_refused(boundary: str, disposition: str) -> None:
    """Neither the form's type nor a field's name raises anything else."""
    head = f"Content-Disposition: form-data; name{disposition}".encode("utf-8", "replace")
    body = b"--x\r\n" + head + b"\r\n\r\nhello\r\n--x--"

    assert refusal_of(body, "multipart/form-data; boundary=x") in (None, 400)
    assert refusal_of(body, f"multipart/form-data; boundary{boundary}") in (None, 400)


def refusal_of(body: bytes, media: str) -> int | None:
    try:
        parsed(body, media)
    except RefusedError as refusal:
        return refusal.status
    return None


def key_of(message: bytes) -> str | None:
    return draft(MAILBOX, message).delivery_key


@pytest.mark.parametrize(
    "other",
    [
        MESSAGE.replace(b"\r\n", b"\n"),
        MESSAGE + b"\r\n\r\n",
        b"Received: by mx.ours.example\r\nX-Spam-Score: 1\r\n" + MESSAGE,
        b"Return-Path: <x@y.com>\r\n" + MESSAGE,
    ],
)
def test_same_message_by_another_way_is_the_same_delivery(other: bytes) -> None:
    """What servers add on the way, and their line ends, make no other message."""

    assert key_of(other) == key_of(MESSAGE)
    assert draft(MAILBOX, other).fingerprint == draft(MAILBOX, MESSAGE).fingerprint


@pytest.mark.parametrize(
    "other",
    [
        MESSAGE.replace(b"demo", b"call"),
        MESSAGE.replace(b"Subject: Demo", b"Subject: Price"),
        MESSAGE.replace(b"jane@", b"joe@"),
        MESSAGE.replace(b"<1@", b"<2@"),
        MESSAGE.replace(b"Subject", b"Date: Mon, 23 Nov 2026 09:12:00 +0000\r\nSubject"),
    ],
)
def test_other_message_is_another_delivery(other: bytes) -> None:
    """Two messages under one id, as broken senders make them, are two."""

    assert key_of(other) != key_of(MESSAGE)


@pytest.mark.parametrize("message_id", ["", "x" * 5_000, "<\xe9@x.com>", "<a\tb@x.com>"])
def test_message_without_a_usable_id_is_known_by_what_it_says(message_id: str) -> None:
    """Nothing is longer than its column, and the same message is still the same."""
    message = a_message(message_id=message_id)

    assert key_of(message) == key_of(message)
    assert (key_of(message) or "").startswith(":")


def test_message_whose_reading_failed_is_kept_whole() -> None:
    """A bug in the reader costs no lead: it becomes one that people look at."""
    found = unread(MAILBOX, MESSAGE)

    assert (found.payload, found.suspicions) == (MESSAGE, ("unreadable",))
    assert found.delivery_key


@pytest.mark.parametrize(
    "body",
    [
        in_form("email", MESSAGE)[:-8],
        in_form("email", MESSAGE).replace(b"--xYz", b"--xYzz"),
        in_form("email", MESSAGE).replace(b"\r\n", b"\n"),
        b"--xYz\r\n\r\n\r\n" * 200_000 + in_form("email", MESSAGE),
    ],
)
def test_form_that_is_cut_or_built_to_hold_us_up_is_refused(body: bytes) -> None:
    """Half a message is none, and so is one behind a hundred other fields."""

    assert refusal_of(body, FORM_TYPE) == 400


def test_message_that_holds_the_start_of_the_boundary_is_whole() -> None:
    """Only a whole line of it ends the field."""
    message = MESSAGE + b"\r\n--xYzz\r\nmore\r\n --xYz\r\n"

    assert parsed(in_form("email", message), FORM_TYPE).payload == message
