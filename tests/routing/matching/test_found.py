"""Who must be found (I5): one person in many spellings, each certain or at least asked about."""

from __future__ import annotations

import pytest

from tests.routing.matching.builders import compared

Cells = dict[str, str]

BASE = {"full_name": "Patricia Chanyarkov", "email": "p.chanyarkov@gmail.com", "city": "Portland"}
PHONE = {"full_name": "Patricia Chanyarkov", "phone": "+1 503 593 7627", "city": "Portland"}
WORK = {**BASE, "company": "Burbarwin Networks LLC", "email": "patricia@burbarwinnetworks.com"}

CERTAIN: dict[str, tuple[Cells, Cells]] = {
    "the same twice": (BASE, BASE),
    "nickname": (BASE, {**BASE, "full_name": "Patty Chanyarkov"}),
    "nickname on one phone": (PHONE, {**PHONE, "full_name": "Pat Chanyarkov"}),
    "typo in the family name": (BASE, {**BASE, "full_name": "Patricia Chanyarkvo"}),
    "swapped names": (
        {**BASE, "first_name": "Patricia", "last_name": "Chanyarkov"},
        {**BASE, "first_name": "Chanyarkov", "last_name": "Patricia"},
    ),
    "plus-addressing": (BASE, {**BASE, "email": "p.chanyarkov+2026@gmail.com"}),
    "Gmail dots": (BASE, {**BASE, "email": "pchan.yarkov@gmail.com"}),
    "googlemail": (BASE, {**BASE, "email": "pchanyarkov@googlemail.com"}),
    "misspelt provider": (BASE, {**BASE, "email": "p.chanyarkov@gmial.com"}),
    "capitals and spaces": (BASE, {**BASE, "email": " P.CHANYARKOV@GMAIL.COM "}),
    "another phone format": (PHONE, {**PHONE, "phone": "(503) 593-7627"}),
    "phone with 00": (PHONE, {**PHONE, "phone": "0015035937627"}),
    "changed employer, same personal mail": (
        {**BASE, "company": "Burbarwin Networks LLC", "job_title": "CFO"},
        {**BASE, "company": "Acme Pharma Inc.", "job_title": "CEO"},
    ),
    "redelivered": (
        {"source": "form", "source_id": "17", "full_name": "Patricia Chanyarkov"},
        {"source": "form", "source_id": "17", "full_name": "Patricia Chanyarkov"},
    ),
}

ASKED: dict[str, tuple[Cells, Cells]] = {
    "company and name": (
        WORK,
        {**WORK, "email": "", "company": "burbarwin networks, inc."},
    ),
    "personal and work mail": (WORK, {**WORK, "email": "p.chanyarkov@gmail.com"}),
    "moved to another city with the number": (
        {**PHONE, "postal_code": "97205"},
        {**PHONE, "city": "Boston", "postal_code": "02156"},
    ),
    "another job with the number": (
        {**PHONE, "job_title": "CFO", "company": "Burbarwin Networks LLC"},
        {**PHONE, "job_title": "Owner", "company": "Strata Build Corporation"},
    ),
    "initial on one phone": (PHONE, {**PHONE, "full_name": "P. Chanyarkov"}),
    "umlaut": (
        {"full_name": "Jürgen Gröning", "phone": "0571 5337462", "country": "DE"},
        {"full_name": "Juergen Groning", "phone": "+49 571 5337462", "country": "DE"},
    ),
    "number that no network has": (
        {"full_name": "Stefan Carov", "phone": "467 454 7786"},
        {"full_name": "Stefan Carov", "phone": "+1 (467) 454-7786"},
    ),
    "family name only in the mailbox": (
        {"full_name": "Raymond", "email": "raymond.chanyarkov@aol.com", "city": "Austin"},
        {"full_name": "Ray Chanyarkov", "phone": "+1 503 593 7627", "city": "Austin",
         "email": "raymond.chanyarkow@aol.com"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CERTAIN)
def test_one_person_is_certain(case: str) -> None:
    """It is merged by itself, either way round."""
    left, right = CERTAIN[case]

    assert compared(left, right).band == "certain"
    assert compared(right, left).band == "certain"


@pytest.mark.parametrize("case", ASKED)
def test_probable_person_is_at_least_asked_about(case: str) -> None:
    """It is not lost: merged, or a person decides."""
    left, right = ASKED[case]

    assert compared(left, right).band in ("certain", "review")
    assert compared(right, left).band in ("certain", "review")


def test_reasons_are_plain_words_without_personal_data() -> None:
    """What is stored with a verdict names what agreed, never the values."""
    comparison = compared(BASE, {**BASE, "full_name": "Patty Chanyarkov"})

    assert "the same e-mail address" in comparison.reasons
    assert "given names that are forms of one name" in comparison.reasons
    assert not any("hanyarkov" in reason or "@" in reason for reason in comparison.reasons)
