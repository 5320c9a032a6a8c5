"""Who must be held apart (I5): none of these may ever be merged without a person asking."""

from __future__ import annotations

import pytest

from tests.routing.matching.builders import compared

Cells = dict[str, str]

ACME = {"company": "Acme Networks LLC", "city": "Austin"}
SWITCHBOARD = {**ACME, "phone": "512 291 0230"}
HOME = {"phone": "615-474-5151", "city": "Nashville", "postal_code": "37220"}

APART: dict[str, tuple[Cells, Cells]] = {
    "colleagues": (
        {**ACME, "full_name": "Anna Chantan", "email": "achantan@acmenetworks.com"},
        {**ACME, "full_name": "Paul Verrick", "email": "pverrick@acmenetworks.com"},
    ),
    "colleagues of one family name": (
        {**ACME, "full_name": "Anna Chantan", "email": "anna@acmenetworks.com"},
        {**ACME, "full_name": "Paul Chantan", "email": "paul@acmenetworks.com"},
    ),
    "two of one first name at one company": (
        {**ACME, "full_name": "James", "email": "jamess@acmenetworks.com"},
        {**ACME, "full_name": "James Linwood", "email": "jamesl@acmenetworks.com"},
    ),
    "switchboard": (
        {**SWITCHBOARD, "full_name": "Anna Chantan"},
        {**SWITCHBOARD, "full_name": "Paul Verrick"},
    ),
    "switchboard, one first name": (
        {**SWITCHBOARD, "full_name": "Anna Chantan", "email": "achantan@acmenetworks.com"},
        {**SWITCHBOARD, "full_name": "Anna Verrick", "email": "averrick@acmenetworks.com"},
    ),
    "two extensions of one switchboard": (
        {**ACME, "full_name": "A. Chantan", "phone": "512 291 0230 x 216"},
        {**ACME, "full_name": "Anna Chantan", "phone": "512 291 0230 x 217"},
    ),
    "role mailbox": (
        {**ACME, "full_name": "Anna Chantan", "email": "info@acmenetworks.com"},
        {**ACME, "full_name": "Paul Verrick", "email": "info@acmenetworks.com"},
    ),
    "role mailbox, one name missing": (
        {"full_name": "Anna Chantan", "email": "sales@acmenetworks.com"},
        {"email": "sales@acmenetworks.com"},
    ),
    "family on one phone": (
        {**HOME, "full_name": "Megan Sterelwald"},
        {**HOME, "full_name": "Eric Sterelwald"},
    ),
    "family in one mailbox": (
        {"full_name": "Megan Sterelwald", "email": "sterelwaldfamily7@gmail.com"},
        {"full_name": "Eric Sterelwald", "email": "sterelwaldfamily7@gmail.com"},
    ),
    "family in a mailbox that does not say so": (
        {**HOME, "full_name": "Megan Sterelwald", "email": "sterel@gmail.com"},
        {**HOME, "full_name": "Eric Sterelwald", "email": "sterel@gmail.com"},
    ),
    "namesakes with neighbouring numbers at two companies": (
        {
            "full_name": "Jonas Okafor",
            "email": "jonas@okafor-north.com",
            "phone": "+1 650 253 1061",
            "company": "Okafor North Inc.",
        },
        {
            "full_name": "Jonas Okafor",
            "email": "jonas@okafor-south.com",
            "phone": "+1 650 253 1001",
            "company": "Okafor South Inc.",
        },
    ),
    "namesakes at companies that differ by a number": (
        {
            "full_name": "Jonas Okafor",
            "email": "jonas@works9000001.com",
            "phone": "+1 650 253 1061",
            "company": "Okafor Works 9000001 Inc.",
        },
        {
            "full_name": "Jonas Okafor",
            "email": "jonas@works9000061.com",
            "phone": "+1 650 253 1001",
            "company": "Okafor Works 9000061 Inc.",
        },
    ),
    "father and junior": (
        {**HOME, "full_name": "William Delgado", "last_name": "Delgado", "first_name": "William"},
        {**HOME, "full_name": "William Delgado Jr.", "last_name": "Delgado Jr."},
    ),
    "namesakes": (
        {"full_name": "John Smith", "email": "john.smith4@gmail.com", "city": "Austin"},
        {"full_name": "John Smith", "email": "jsmith@yahoo.com", "city": "Boston"},
    ),
    "namesakes in one city": (
        {"full_name": "John Smith", "email": "john.smith4@gmail.com", "city": "Austin"},
        {"full_name": "John Smith", "email": "jsmith@yahoo.com", "city": "Austin"},
    ),
    "namesakes of a common name at one company": (
        {**ACME, "full_name": "John Smith", "city": ""},
        {**ACME, "full_name": "John Smith", "city": ""},
    ),
    "two names one slip apart in one mailbox": (
        {"full_name": "Mary Verrick", "email": "verrick.m@gmail.com"},
        {"full_name": "Mark Verrick", "email": "verrick.m@gmail.com"},
    ),
    "recycled number": (
        {"full_name": "Anna Chantan", "phone": "+1 615 474 5151", "email": "annac@gmail.com"},
        {"full_name": "Paul Verrick", "phone": "615.474.5151", "email": "pverrick@yahoo.com"},
    ),
    "junk contacts": (
        {"full_name": "Anna Chantan", "email": "test@test.com", "phone": "000-000-0000"},
        {"full_name": "Paul Verrick", "email": "test@test.com", "phone": "000-000-0000"},
    ),
    "nothing known": ({}, {}),
    "only a company": (dict(ACME), dict(ACME)),
    "only a first name": ({"full_name": "Anna"}, {"full_name": "Anna"}),
}

TWO_PEOPLE = (
    "colleagues", "colleagues of one family name", "two of one first name at one company",
    "switchboard", "role mailbox", "namesakes", "recycled number", "junk contacts",
    "nothing known", "only a company", "only a first name",
)  # fmt: skip
"""So plainly two that nobody is asked either, or asked at most."""


@pytest.mark.parametrize("case", APART)
def test_trap_is_never_certain(case: str) -> None:
    """Neither way round is it merged without a person."""
    left, right = APART[case]

    assert compared(left, right).band != "certain"
    assert compared(right, left).band != "certain"


@pytest.mark.parametrize("case", [c for c in TWO_PEOPLE if "first name at" not in c])
def test_plainly_two_people_are_not_asked_about(case: str) -> None:
    """A question that has only one answer costs people time and is not put."""

    assert compared(*APART[case]).band == "no"


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("switchboard, one first name", "the names conflict"),
        ("father and junior", "father and son may share name and phone"),
        ("namesakes in one city", "namesakes have nothing else in common"),
    ],
)
def test_what_kept_a_likely_pair_from_merging_is_said(case: str, says: str) -> None:
    """Whoever decides reads why Baton did not."""
    comparison = compared(*APART[case])

    if comparison.band == "review":
        assert says in comparison.reasons[-1]
    assert comparison.band in ("review", "no")
