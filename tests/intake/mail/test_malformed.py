"""Whatever the bytes are, there is a lead or a word of warning, soon and without an error (I1)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.intake.email import draft
from routing.normalise.lead import normalise
from tests.intake.builders import a_source
from tests.intake.mail.builders import OURS, a_message, multipart, parts, read

SOURCE = a_source("email", default_region="US", mail=OURS)


@pytest.mark.parametrize("message", [b"", b"\n", b" \r\n\r\n", bytes(range(256)), b"hello there"])
def test_what_is_no_message_is_kept_for_people(message: bytes) -> None:
    """Nothing is known of it but its bytes: they are kept, and somebody is told."""
    found = draft(SOURCE, message)

    assert found.suspicions == ("unreadable",)
    assert found.payload == message


def test_empty_message_of_a_person_is_their_lead() -> None:
    """Some write all they have to say into the subject."""

    assert read(a_message("", subject="Call me")).raw.message == "Call me"
    assert read(a_message("", subject="")).raw.email == "jane@acme-widgets.com"


@pytest.mark.parametrize(
    "message",
    [
        a_message(parts(("text/plain", "x")), content_type="multipart/mixed"),
        a_message(b"--=b=\r\nno end", content_type=multipart("mixed")),
        a_message(b"no parts at all", content_type=multipart("alternative")),
        a_message(b"!!!", content_type="text/plain", content_transfer_encoding="base64"),
        a_message(b"x", content_type="text/plain", content_transfer_encoding="uuencode"),
        a_message(b"x", content_type="text/plain", content_transfer_encoding="nonsense"),
        a_message(b"x", content_type="nonsense"),
        a_message(b"x", content_type="message/rfc822"),
        a_message(b"x", content_type='text/plain; charset="'),
        a_message(b"x", content_type="text/plain; charset=\0"),
        a_message(b"x", content_type="text/plain; charset*0=utf; charset*1=-8"),
        a_message(b"<p" * 50_000, content_type="text/html"),
        a_message(b"x", subject="=?utf-8?b?" + "A" * 5_000),
        a_message(b"x", date="yesterday", message_id="<<<>>>"),
        b"From jane@x.com Mon Nov 23\r\n" + a_message(),
        a_message().replace(b"\r\n", b"\r"),
        a_message().replace(b"\r\n", b"\n"),
        b"\r\n\r\n" + a_message(),
    ],
)
def test_odd_messages_are_still_their_senders(message: bytes) -> None:
    """What is wrong in one place costs that place only."""
    found = read(message)

    assert found.raw.email == "jane@acme-widgets.com" or found.suspicions == ("unreadable",)
    normalise(found.raw)


def deep(levels: int) -> bytes:
    body = b"bottom"
    for level in range(levels):
        head = f'Content-Type: multipart/mixed; boundary="{level}"\r\n\r\n--{level}\r\n'
        body = head.encode() + body + f"\r\n--{level}--\r\n".encode()
    return b"From: jane@acme-widgets.com\r\n" + body


MANY = [("text/plain", "x")] * 20_000
HUGE = {
    "endless header": a_message(subject="x" * 5_000_000),
    "many headers": a_message("x").replace(b"Subject", b"X-A: b\r\n" * 200_000 + b"Subject"),
    "endless address": a_message(sender="<" * 1_000_000 + "@" * 1_000),
    "many addresses": a_message(sender="a@x.com, " * 200_000),
    "many encoded words": a_message(subject="=?utf-8?q?a?= " * 200_000),
    "many parts": a_message(parts(*MANY), content_type=multipart("mixed")),
    "deep parts": deep(5_000),
    "one long line": a_message("on " + "x " * 1_000_000 + "wrote:"),
    "blank lines": a_message("\n" * 2_000_000),
    "quotation marks": a_message(("> " * 500 + "\n") * 2_000),
    "half headings": a_message("From: x\n" * 200_000, subject="Fwd: x"),
    "half labels": a_message("*" * 100_000 + "\n" + "Name" * 100_000),
    "phone lines": a_message("Tel: " + "(((" * 100_000 + "\n-- \n" + "Tel: ((((\n" * 1_000),
    "html tags": a_message("<div>" * 500_000, content_type="text/html"),
    "html comments": a_message("<!--" * 500_000, content_type="text/html"),
    "rules": a_message("_" * 1_000_000 + "\n" + "-" * 1_000_000),
}


@pytest.mark.parametrize("name", HUGE)
def test_large_messages_take_no_time(name: str) -> None:
    """Within the size that is taken in, nothing a sender can build holds the reader up."""
    before = time.process_time()
    draft(SOURCE, HUGE[name][: 10 * 1024 * 1024])

    assert time.process_time() - before < 5


PIECES = st.sampled_from(
    [
        *(b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed; boundary=x", b"\r\n"),
        *(b"\r\n\r\n", b"--x\r\n", b"--x--", b"text/plain; charset=", b"utf-8", b"utf-7", b"idna"),
        *(b"Content-Transfer-Encoding: base64", b"=?utf-8?q?", b"?=", b"<", b">", b"@", b","),
        *(b"message/rfc822", b"charset*=", b"''", b"\xff", b"\0", b"Fwd: ", b"jane@x.com"),
        *(b"text/html", b"<p>", b"quoted-printable", b"=\r\n", b"unknown-8bit", b"punycode"),
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.lists(PIECES | st.binary(max_size=4)).map(b"".join)))
def test_any_bytes_are_a_draft(message: bytes) -> None:
    """No bytes raise, and what comes out can be stored."""
    found = draft(SOURCE, message)

    assert found.payload == message
    assert len(found.delivery_key or "") <= 330
    repr(found.raw).encode()
    assert "\0" not in "".join(getattr(found.raw, name) or "" for name in ("name", "message"))
    normalise(found.raw, default_region="US")
