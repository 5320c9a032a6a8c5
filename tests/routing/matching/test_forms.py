"""Matching forms (I5): two spellings of one thing are one string, junk is nothing."""

from __future__ import annotations

import pytest

from routing.matching.forms.likeness import family_level, given_level
from routing.matching.forms.names import generation, sound
from routing.matching.forms.organisation import company_core, domain_core
from routing.matching.forms.phones import near_digits
from tests.routing.matching.builders import a_record


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Bob.Smith+news@Gmail.com", "bobsmith@gmail.com"),
        ("bob.smith@googlemail.com", "bobsmith@gmail.com"),
        ("bob.smith@gmial.com", "bobsmith@gmail.com"),
        ("bob.smith+x@acme.com", "bob.smith@acme.com"),
        ("bob.smith@outlook.com", "bob.smith@outlook.com"),
        ("test@test.com", None),
        ("noemail@noemail.com", None),
        ("acme@acme.com", None),
        ("a@a.com", None),
        ("no mail", None),
    ],
)
def test_mailbox_is_one_string(written: str, canonical: str | None) -> None:
    """Tags, Gmail's dots and provider typos do not make another mailbox; junk is none."""

    assert a_record(email=written).email == canonical


@pytest.mark.parametrize(
    "email", ["sales@acme.com", "clarkfamily9@aol.com", "theclarkhome@aol.com"]
)
def test_mailbox_of_several_people_is_marked(email: str) -> None:
    """A role's or a family's mailbox proves nothing about one person."""

    assert a_record(email=email).shared_mailbox


@pytest.mark.parametrize(
    ("written", "country", "digits"),
    [
        ("+1 (512) 291-0230", "US", "5122910230"),
        ("0015122910230", "US", "5122910230"),
        ("1-512-291-0230", "", "5122910230"),
        ("512.291.0230 ext. 12", "US", "5122910230"),
        ("+49 (0)571 5337462", "DE", "5715337462"),
        ("0571 533 7462", "DE", "5715337462"),
        ("+48 800 192 462", "PL", "800192462"),
        ("467 454 7786", "US", "4674547786"),
        ("555-555-5555", "US", None),
        ("123 456 7890", "US", None),
        ("12", "US", None),
        ("n/a", "US", None),
    ],
)
def test_phone_is_national_digits(written: str, country: str, digits: str | None) -> None:
    """Every form of one number is one string, whether or not the number exists."""

    assert a_record(phone=written, country=country).phone == digits


@pytest.mark.parametrize(
    ("left", "right", "near"),
    [
        ("5122910230", "5122910231", True),
        ("5122910230", "5122910320", True),
        ("5122910230", "5122910230", False),
        ("5122910230", "5122919931", False),
        ("5122910230", "512291023", False),
    ],
)
def test_one_slip_in_a_number_is_near(left: str, right: str, near: bool) -> None:
    """One digit mistyped or two neighbours swapped; never more."""

    assert near_digits(left, right) is near is near_digits(right, left)


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("robert", "robert", "same"),
        ("bob", "robert", "nick"),
        ("bill", "liam", "nick"),
        ("pepe", "jose", "nick"),
        ("kathleen", "kathlreen", "near"),
        ("steven", "stephen", "variant"),
        ("christine", "christian", "variant"),
        ("j", "james", "initial"),
        ("james", "robert", "other"),
    ],
)
def test_given_names_are_told_apart(left: str, right: str, level: str) -> None:
    """Nicknames and typos are one name; two known names one slip apart are not."""

    assert given_level(left, right) == level == given_level(right, left)


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("bershaw", "bershaw", "same"),
        ("bershaw", "brshaw", "near"),
        ("garcia", "garcialopez", "part"),
        ("smith", "jones", "other"),
        ("li", "le", "other"),
    ],
)
def test_family_names_are_told_apart(left: str, right: str, level: str) -> None:
    """Short names have no typos: Li is not Le."""

    assert family_level(left, right) == level == family_level(right, left)


@pytest.mark.parametrize(
    "name", ["Acme Technologies, Inc.", "The Acme Technology Group", "acme tech LLC"]
)
def test_company_is_its_telling_words(name: str) -> None:
    """Legal forms, articles and abbreviations do not make another company."""

    assert company_core(name) == domain_core("acme-tech.io") == "acmetech"


def test_sound_forgives_spelling() -> None:
    """Names that sound alike meet under one key."""

    assert sound("philips") == sound("filips")
    assert sound("schmidt") == sound("schmitt")
    assert sound("vericck") == sound("verick")


@pytest.mark.parametrize(
    ("name", "found"),
    [("Fox Jr.", "jr"), ("Ada Fox Junior", "jr"), ("Fox III", "iii"), ("Fox Sr", "sr"),
     ("Fox", None), ("Ivan", None)],
)  # fmt: skip
def test_generation_is_read(name: str, found: str | None) -> None:
    """A junior is not his father."""

    assert generation(name) == found


def test_family_name_is_read_from_a_mailbox_only_where_none_was_given() -> None:
    """It is a hint, never a name."""
    hinted = a_record(full_name="Ray", email="raymond.c.thomas90@gmail.com")

    assert (hinted.family, hinted.family_hint) == (None, "thomas")
    assert a_record(full_name="Ray Cole", email="raymond.thomas@gmail.com").family_hint is None
    assert a_record(full_name="Ray", email="info@acme.com").family_hint is None
