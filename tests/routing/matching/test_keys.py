"""Candidate keys (I5): what must meet meets, and what says nothing is no key."""

from __future__ import annotations

import pytest

from routing.matching.candidates import candidate_pairs
from routing.matching.keys import BLOCK, KINDS, key_values, keys
from tests.routing.matching.builders import a_person, a_record

FULL = {"source": "form", "source_id": "7", "company": "Acme Inc.", "postal_code": "78701"}


def test_every_kind_of_key_is_made() -> None:
    """A record that says everything has a key of each of the twelve kinds."""

    assert {kind for kind, _ in key_values(a_person(**FULL))} == set(KINDS)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"full_name": "Bob Verrick"}, {"full_name": "Robert Verrick"}),
        ({"full_name": "Verrick Robert"}, {"full_name": "Robert Verrick"}),
        ({"full_name": "Robrt Verrick", "company": "Acme Inc"},
         {"full_name": "Robert Verrick", "company": "ACME, LLC"}),
        ({"full_name": "Anna", "email": "anna@acme.com"},
         {"full_name": "Anna Verrick", "company": "Acme Ltd."}),
        ({"email": "x.y+a@gmail.com"}, {"email": "xy@googlemail.com"}),
        ({"phone": "0571 5337462", "country": "DE"}, {"phone": "+49 571 5337462"}),
        ({"full_name": "Anna Vericck", "city": "Austin"},
         {"full_name": "Ann Verick", "city": "Austin, TX"}),
    ],
)  # fmt: skip
def test_spellings_of_one_person_share_a_key(left: dict[str, str], right: dict[str, str]) -> None:
    """They are at least compared."""

    assert set(keys(a_record("a", **left))) & set(keys(a_record("b", **right)))


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"email": "test@test.com"},
        {"email": "info@acme.com"},
        {"phone": "000-000-0000"},
        {"phone": "1234567890"},
        {"phone": "n/a"},
        {"full_name": "test test"},
        {"city": "Austin"},
        {"company": "Acme Inc."},
    ],
)
def test_junk_and_what_many_share_is_no_key(cells: dict[str, str]) -> None:
    """Placeholders and role mailboxes bring strangers together; they are left out."""

    assert keys(a_record(**cells)) == ()


def test_keys_do_not_repeat() -> None:
    """An index over (key, lead) may be unique."""
    found = keys(a_person(**FULL))

    assert len(found) == len(set(found))


def test_key_that_too_many_share_brings_no_candidates() -> None:
    """One more than the block's limit, and the key says nothing any more."""
    crowd = [a_record(str(at), full_name="John Smith") for at in range(BLOCK + 1)]

    assert list(candidate_pairs(crowd)) == []
    assert len(list(candidate_pairs(crowd[:BLOCK]))) == BLOCK * (BLOCK - 1) // 2


def test_candidates_come_once_and_in_order() -> None:
    """A pair that shares seven keys is compared once."""
    pairs = list(candidate_pairs([a_person(str(at), **FULL) for at in range(4)]))

    assert pairs == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
