"""Who wrote first when one of us passes a message on (I1)."""

from __future__ import annotations

import pytest

from tests.intake.mail.builders import FROM_US, JANE, a_message, multipart, parts, read

GMAIL = """Take this one, please.

---------- Forwarded message ---------
From: Jane Roe <jane@acme-widgets.com>
Date: Mon, Nov 23, 2026 at 9:12 AM
Subject: Pricing
To: <sam@ours.example>

Hi Sam,
what does it cost?

--{blank}
Jane Roe
Tel: +1 650 253 0000
""".replace("{blank}", " ")
GMAIL_DE = """---------- Forwarded message ---------
Von: Jane Roe <jane@acme-widgets.com>
Date: Mo., 23. Nov. 2026 um 09:12 Uhr
Subject: Pricing
To: <sam@ours.example>

Hi Sam,
what does it cost?
"""
GMAIL_FR = GMAIL_DE.replace("Von: ", "De : ")
OUTLOOK = """Sam

________________________________
From: Jane Roe <jane@acme-widgets.com>
Sent: Monday, November 23, 2026 9:12 AM
To: Sam Reyes <sam@ours.example>
Subject: Pricing

Hi Sam,
what does it cost?
"""
OUTLOOK_DE = """Bitte übernehmen.

Von: Jane Roe [mailto:jane@acme-widgets.com]
Gesendet: Montag, 23. November 2026 09:12
An: Sam Reyes
Betreff: Pricing

Hi Sam,
what does it cost?
"""
OUTLOOK_FR = """De : Jane Roe <jane@acme-widgets.com>
Envoyé : lundi 23 novembre 2026 09:12
À : Sam Reyes <sam@ours.example>
Objet : Pricing

Hi Sam,
what does it cost?
"""
OUTLOOK_BOLD = OUTLOOK.replace("From:", "*From:*").replace("Sent:", "*Sent:*")
APPLE = """
Begin forwarded message:

> From: Jane Roe <jane@acme-widgets.com>
> Subject: Pricing
> Date: 23 November 2026 at 09:12:00 CET
> To: sam@ours.example
>
> Hi Sam,
> what does it cost?
"""
APPLE_DE = """Anfang der weitergeleiteten Nachricht:

Von: Jane Roe <jane@acme-widgets.com>
Betreff: Pricing
Datum: 23. November 2026
An: sam@ours.example

Hi Sam,
what does it cost?
"""
APPLE_FR = """Début du message transféré :

De: Jane Roe <jane@acme-widgets.com>
Objet: Pricing
Date: 23 novembre 2026

Hi Sam,
what does it cost?
"""


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (GMAIL, "Fwd: Pricing"),
        (GMAIL_DE, "Fwd: Pricing"),
        (GMAIL_FR, "Fwd: Pricing"),
        (OUTLOOK, "FW: Pricing"),
        (OUTLOOK_DE, "WG: Pricing"),
        (OUTLOOK_FR, "TR: Pricing"),
        (OUTLOOK_BOLD, "Fw: Pricing"),
        (APPLE, "Fwd: Pricing"),
        (APPLE_DE, "Fwd: Pricing"),
        (APPLE_FR, "Fwd: Pricing"),
    ],
)
def test_printed_message_is_its_writers(text: str, subject: str) -> None:
    """The lead is who wrote first, and says what they wrote, in every usual form."""
    raw = read(a_message(text, sender=FROM_US, subject=subject)).raw

    assert (raw.name, raw.email) == ("Jane Roe", "jane@acme-widgets.com")
    assert raw.message == "Pricing\n\nHi Sam,\nwhat does it cost?"


def test_signature_below_a_forwarded_message_is_the_writers() -> None:
    """Its number belongs to the lead."""

    assert read(a_message(GMAIL, sender=FROM_US)).raw.phone == "+1 650 253 0000"


def attached(message: bytes, **headers: str) -> bytes:
    body = parts(("text/plain", "See below. Tel: 650 253 0001"), ("message/rfc822", message))
    return a_message(body, sender=FROM_US, content_type=multipart("mixed"), **headers)


def test_attached_message_is_its_writers() -> None:
    """Forwarded as an attachment: the headers of the message itself are read."""
    raw = read(attached(a_message("Cost?", subject="=?utf-8?q?Preis_f=C3=BCr_40?="))).raw

    assert (raw.name, raw.email, raw.phone) == ("Jane Roe", "jane@acme-widgets.com", None)
    assert raw.message == "Preis für 40\n\nCost?"


def test_forward_of_a_forward_is_the_first_writers() -> None:
    """Passed on twice among us, the lead is still who wrote first."""
    kim = a_message(GMAIL, sender="Kim <kim@ours.example>", subject="Fwd: Pricing")

    assert read(attached(kim)).raw.email == "jane@acme-widgets.com"


def test_colleague_is_never_the_lead() -> None:
    """What nobody outside wrote names no lead: people look at it."""
    ours = a_message("A note.", sender="Kim <kim@ours.example>")
    for message in (ours, attached(ours)):
        found = read(message)
        assert found.raw.email is None
        assert found.suspicions == ("sender_unknown",)


def test_passed_on_notification_is_the_lead_it_names() -> None:
    """Sam forwards what the contact form sent: the labelled lines count."""
    form = a_message(
        "Name: Jane Roe\nEmail: jane@acme-widgets.com", sender="no-reply@forms.example"
    )

    assert read(attached(form)).raw.email == "jane@acme-widgets.com"


def test_subdomain_is_ours_and_a_lookalike_is_not() -> None:
    """`mail.ours.example` is; `notours.example` and `ours.example.evil.com` are not."""
    for domain, is_ours in (
        ("mail.ours.example", 1),
        ("notours.example", 0),
        ("ours.example.x", 0),
    ):
        found = read(a_message(GMAIL, sender=f"sam@{domain}", subject="Fwd: x")).raw
        assert (found.email == "jane@acme-widgets.com") == bool(is_ours), domain


def test_stranger_who_passes_a_message_on_is_the_lead() -> None:
    """Only our own people are believed about who wrote; what a stranger passes on is kept."""
    bob = GMAIL.replace("Jane Roe", "Bob").replace("jane@acme", "bob@other")
    raw = read(a_message(bob, sender=JANE, subject="Fwd: Pricing")).raw

    assert (raw.email, raw.phone) == ("jane@acme-widgets.com", None)
    assert "what does it cost?" in (raw.message or "")


def test_sender_that_was_printed_without_address_is_only_a_name() -> None:
    """Outlook prints names of its address book alone: nothing is guessed from it."""
    text = OUTLOOK.replace(" <jane@acme-widgets.com>", "")
    raw = read(a_message(text, sender=FROM_US, subject="FW: Pricing")).raw

    assert (raw.name, raw.email) == ("Jane Roe", None)
