"""The matcher holds its promises for any text whatever (I5): total, symmetric, deterministic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.matching.compare import compare
from routing.matching.features import levels
from routing.matching.keys import keys
from routing.matching.model import probability
from routing.matching.record import Record
from routing.matching.rows import COLUMNS, record_of_row
from routing.matching.scan import scan
from tests.routing.matching.builders import a_person

HOSTILE = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "hostile_fields.jsonl").open()
]

WORDS = st.sampled_from(
    [
        *("", "Bob", "Robert", "J.", "Smith", "smith jr", "O'Neill", "Van der Berg", "Müller"),
        *("王小明", "info@acme.com", "bob.smith+x@gmail.com", "b.o.b.smith@googlemail.com", "a@a"),
        *("test@test.com", "512 291 0230 x12", "+49 571 533 7462", "000-000-0000", "Acme Inc."),
        *("acme", "Austin, TX", "78701", "US", "DE", "\ud800", "\0", "\u202e", "=1+1"),
    ]
)
CELLS = WORDS | st.text(max_size=30)


@st.composite
def records(draw: st.DrawFn, lead_id: str = "a") -> Record:
    """A record of any cells, those that look alike more often than chance would have it."""
    row = {column: draw(CELLS) for column in draw(st.sets(st.sampled_from(COLUMNS)))}
    return record_of_row(row, lead_id)


@given(records("a"), records("b"))
def test_comparison_is_the_same_both_ways_round(left: Record, right: Record) -> None:
    """Who came first changes nothing but the names of the two sides."""
    one, other = compare(left, right), compare(right, left)

    assert (one.left, one.right) == (other.right, other.left)
    assert (one.probability, one.band, one.reasons) == (
        other.probability,
        other.band,
        other.reasons,
    )


@given(records("a"), records("b"))
def test_single_look_up_and_scan_agree(left: Record, right: Record) -> None:
    """A pair that shares a key gets the same probability and band from both; others none."""
    alone, found = compare(left, right), scan([left, right])
    said = [*found.certain, *found.review]

    if alone.band == "no" or not set(keys(left)) & set(keys(right)):
        assert said == []
    else:
        assert said == [alone]


@given(records())
def test_certain_is_never_without_an_own_contact_or_name(record: Record) -> None:
    """A record is certain beside its copy only when it says who it is."""
    twin = compare(record, record)

    if twin.band == "certain":
        assert record.source_ref or record.email or (record.given and record.family)


@given(records("a"), records("b"))
def test_probability_is_one_and_only_of_the_levels(left: Record, right: Record) -> None:
    """What people are shown, the levels, is all that the number was made of."""
    comparison = compare(left, right)

    assert 0 <= comparison.probability <= 1
    assert comparison.probability == probability(levels(left, right))


@pytest.mark.parametrize("column", COLUMNS)
def test_hostile_text_in_any_column_is_compared_and_merges_nobody(column: str) -> None:
    """Text made to break programs neither raises nor makes a stranger a certain duplicate."""
    for case in HOSTILE:
        payload = str(case["payload"])
        hostile = record_of_row({"country": "US", column: payload}, "h")
        comparison = compare(hostile, a_person("p"))

        assert comparison.band != "certain", case["id"]
        assert all(-(2**63) <= key < 2**63 for key in keys(hostile)), case["id"]


def test_keys_are_the_same_in_every_process_and_year() -> None:
    """Stored keys stay found: these numbers may change only together with a rebuilt table."""

    assert keys(a_person(email="", phone="", city="")) == (
        -2145222040245240173,
        3813988476910848894,
    )
