"""Messages no person wrote are kept and told apart (I1)."""

from __future__ import annotations

import pytest

from tests.intake.mail.builders import FROM_US, JANE, a_message, multipart, parts, read

REPORT = 'multipart/report; report-type=delivery-status; boundary="=b="'


def a_bounce(sender: str = "MAILER-DAEMON@mx.example") -> bytes:
    body = parts(
        ("text/plain", "Your message could not be delivered.\nEmail: x@y.com\nPhone: 1"),
        ("message/delivery-status", "Status: 5.1.1\r\n"),
        ("message/rfc822", a_message("Our offer", sender=FROM_US)),
    )
    return a_message(body, sender=sender, content_type=REPORT)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (a_bounce(), "bounce"),
        (a_bounce("Mail System <mailer-daemon@ours.example>"), "bounce"),
        (a_bounce("postmaster@x.com"), "bounce"),
        (a_message(return_path="<>"), "bounce"),
        (a_message(return_path=" < > "), "bounce"),
        (a_message(sender="Mailer-Daemon@x.com"), "bounce"),
        (a_message(auto_submitted="auto-replied"), "auto_reply"),
        (a_message(auto_submitted="Auto-Replied (vacation)"), "auto_reply"),
        (a_message(auto_submitted="auto-generated"), "generated"),
        (a_message(auto_submitted="auto-generated; owner=x"), "generated"),
        (a_message(precedence="auto_reply"), "auto_reply"),
        (a_message(x_autoreply="yes"), "auto_reply"),
        (a_message(x_autorespond="yes"), "auto_reply"),
        (a_message(subject="Automatic reply: Demo"), "auto_reply"),
        (a_message(subject="Out of Office: back in May"), "auto_reply"),
        (a_message(subject="Abwesenheitsnotiz: Angebot"), "auto_reply"),
        (a_message(subject="=?utf-8?q?R=C3=A9ponse_automatique_=3A_Devis?="), "auto_reply"),
        (a_message(precedence="bulk"), "bulk_mail"),
        (a_message(precedence="list"), "mailing_list"),
        (a_message(list_id="News <news.x.com>"), "mailing_list"),
    ],
)
def test_automatic_message_says_why_nobody_looks_at_it(message: bytes, why: str) -> None:
    """It is kept with the reason, or, where policy wants it, shown to people with that reason."""

    assert (read(message).ignored, read(message).suspicions) == (why, ())
    asked = read(message, automatic="case")
    assert (asked.ignored, asked.suspicions) == (None, (why,))


@pytest.mark.parametrize(
    "message",
    [
        a_message(),
        a_message(auto_submitted="no"),
        a_message(auto_submitted=""),
        a_message(precedence="first-class"),
        a_message(subject="Re: Demo"),
        a_message(subject="Our office is out of paper"),
        a_message(subject="Question on automatic reply features"),
        a_message(sender="Postma Ster <postma@x.com>"),
        a_message(return_path=JANE),
    ],
)
def test_person_is_not_taken_for_a_machine(message: bytes) -> None:
    """A lead that is put aside by mistake is a lost lead."""

    assert read(message).ignored is None


def test_notification_that_is_marked_automatic_is_still_a_lead() -> None:
    """Contact forms mark what they send; what they name is a person."""
    message = a_message(
        "Name: Max\nEmail: max@muster.de", sender="x@forms.example", auto_submitted="auto-generated"
    )

    assert (read(message).raw.email, read(message).ignored) == ("max@muster.de", None)


def test_automatic_message_that_a_person_passes_on_is_a_lead() -> None:
    """One of us found it worth sending: that is a person's act."""
    inner = a_message("Back on Monday", auto_submitted="auto-replied")
    body = parts(("message/rfc822", inner))

    found = read(a_message(body, sender=FROM_US, content_type=multipart("mixed")))
    assert (found.raw.email, found.ignored) == ("jane@acme-widgets.com", None)
