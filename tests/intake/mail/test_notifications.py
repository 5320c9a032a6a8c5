"""Messages in which a site or a service names the lead in labelled lines (I1)."""

from __future__ import annotations

import pytest

from routing.normalise.lead import RawLead
from tests.intake.mail.builders import a_message, read

ENGLISH = """You have a new enquiry.

Name: Max Muster
Email: max@muster.de
Phone: +49 30 123456
Company: Muster GmbH
Job title: CTO
Message:
We need 40 seats.
When: soon

Budget: 5k
"""
GERMAN = """Vorname: Max
Nachname: Muster
E-Mail-Adresse: max@muster.de
Telefon: +49 30 123456
Firma: Muster GmbH
Stadt: Köln
Nachricht: Hallo
"""
FRENCH = """Prénom : Max
Nom de famille : Muster
Adresse e-mail : max@muster.de
Société : Muster SARL
Ville : Paris
"""
BELOW = """*Full Name*:
Max Muster

*Email*:
max@muster.de
"""
TABLE = (
    "<table><tr><td>Name</td><td>Max Muster</td></tr><tr><th>E-Mail:</th><td>"
    '<a href="mailto:x@y.z">max@muster.de</a></td></tr></table>'
)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (ENGLISH, {"name": "Max Muster", "company": "Muster GmbH", "job_title": "CTO"}),
        (GERMAN, {"first_name": "Max", "last_name": "Muster", "city": "Köln"}),
        (FRENCH, {"first_name": "Max", "last_name": "Muster", "company": "Muster SARL"}),
        (BELOW, {"name": "Max Muster"}),
    ],
)
@pytest.mark.parametrize(
    "sender", ["WordPress <wordpress@ours.example>", "any@forms.example", "no-reply@builder.com"]
)
def test_labelled_lines_are_the_lead(sender: str, text: str, fields: dict[str, str]) -> None:
    """From our own domain, a named notifier or nobody: the labels name the lead."""
    raw = read(a_message(text, sender=sender)).raw

    assert raw.email == "max@muster.de"
    assert {name: getattr(raw, name) for name in fields} == fields


def test_table_of_a_form_is_read_by_its_cells() -> None:
    """HTML alone, label and value in two cells, the address as the reader sees it."""
    message = a_message(TABLE, sender="no-reply@x.com", content_type="text/html; charset=utf-8")

    assert read(message).raw == RawLead(
        name="Max Muster", email="max@muster.de", message=read(message).raw.message
    )


def test_message_goes_on_over_lines_that_look_like_labels() -> None:
    """Only a label that is known ends it."""
    said = read(a_message(ENGLISH, sender="no-reply@x.com")).raw.message or ""

    assert said == "Demo\n\nWe need 40 seats.\nWhen: soon\n\nBudget: 5k"


def test_policy_adds_words() -> None:
    """A form of one's own may call a field anything."""
    text = "Ihr Betrieb: Muster GmbH\nE-Mail: max@muster.de"
    raw = read(a_message(text, sender="x@ours.example"), labels={"company": ["Ihr Betrieb"]}).raw

    assert raw.company == "Muster GmbH"


def test_first_of_two_lines_with_one_label_counts() -> None:
    """What the lead typed into the message cannot change the fields above it."""
    text = "Email: max@muster.de\nMessage: hi\nEmail: boss@bank.com\n"

    assert read(a_message(text, sender="x@ours.example")).raw.email == "max@muster.de"


def test_reply_to_names_the_lead_without_labels() -> None:
    """A service that writes a sentence but sets Reply-To."""
    message = a_message(
        "Max asks for a demo.", sender="x@forms.example", reply_to="M <m@muster.de>"
    )

    assert (read(message).raw.name, read(message).raw.email) == ("M", "m@muster.de")


@pytest.mark.parametrize("reply_to", ["", "no-reply@forms.example", "sales@ours.example"])
def test_service_is_never_the_lead(reply_to: str) -> None:
    """All leads of a service would become one: without a name inside, people look at it."""
    found = read(a_message("News!", sender="hello@forms.example", reply_to=reply_to))

    assert found.raw == RawLead(message="Demo\n\nNews!")
    assert found.suspicions == ("sender_unknown",)


@pytest.mark.parametrize(
    "address",
    [
        *("no-reply@x.com", "noreply@x.com", "do_not_reply@x.com", "NoReply+7@x.com"),
        *("notifications@x.com", "notification-9@x.com", "mailer-daemon@x.com"),
    ],
)
def test_address_that_takes_no_reply_is_nobodys(address: str) -> None:
    """Nobody can be reached there, so it is no lead's."""

    assert read(a_message(sender=f"X <{address}>")).raw.email is None


@pytest.mark.parametrize("address", ["noreen@x.com", "apachecorp@x.com", "donotello@x.com"])
def test_people_with_like_names_are_people(address: str) -> None:
    """Noreen is no machine."""

    assert read(a_message(sender=address)).raw.email == address


def test_labels_of_a_person_fill_their_own_fields() -> None:
    """Who fills in a template by mail is read by it; the address stays that of the header."""
    text = "Name: Jane R. Roe\nCompany: Acme\nPhone: 650 253 0000\nCity: Austin"
    raw = read(a_message(text)).raw

    assert (raw.name, raw.company, raw.city) == ("Jane R. Roe", "Acme", "Austin")
    assert raw.email == "jane@acme-widgets.com"


def test_labels_about_somebody_else_are_only_text() -> None:
    """A person who writes of another address is not that other one."""
    text = "Name: Bob\nCompany: Other\nEmail: bob@other.com"
    raw = read(a_message(text)).raw

    assert (raw.name, raw.email, raw.company) == ("Jane Roe", "jane@acme-widgets.com", None)
    assert "bob@other.com" in (raw.message or "")
