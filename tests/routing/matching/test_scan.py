"""The scan of many leads (I5, D1): pairs by the same comparison, closed with care."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from routing.matching.clusters import Clusters
from routing.matching.record import Record
from routing.matching.rows import record_of_row
from routing.matching.scan import CHAINED, Scan, scan
from routing.policy.tables.matching import Matching
from tests.routing.matching.builders import a_record

LEADS = Path(__file__).parents[2] / "data" / "leads_with_truth.csv"
MAIL, NUMBER = "rostanmont.k@gmail.com", "512 291 0230"
WHOLE = {"full_name": "Kathleen Rostanmont"}


def chain() -> list[Record]:
    """Three of one person: the first and the last share a name and nothing else."""
    return [
        a_record("1", **WHOLE, email=MAIL),
        a_record("2", **WHOLE, email=MAIL, phone=NUMBER),
        a_record("3", **WHOLE, phone=NUMBER, city="Austin"),
    ]


def test_certain_pairs_are_followed_to_their_end() -> None:
    """If 1 is 2 and 2 is 3, then 1 is 3, and nobody is asked about it."""
    found = scan(chain())

    assert [(one.left, one.right) for one in found.certain] == [("1", "2"), ("1", "3"), ("2", "3")]
    assert found.certain[1].reasons == (CHAINED,)
    assert found.review == ()


def test_chain_over_conflicting_names_is_cut() -> None:
    """A record without a name does not make two people one: the second link becomes a question."""
    records = [
        a_record("1", **WHOLE, email=MAIL),
        a_record("2", full_name="K. Rostanmont", email=MAIL, source="s", source_id="9"),
        a_record("3", full_name="Karen Rostanmont", source="s", source_id="9"),
    ]
    found = scan(records)
    certain = {(one.left, one.right) for one in found.certain}

    assert ("1", "3") not in certain
    assert len(certain) <= 1


def test_cluster_stays_within_its_limit() -> None:
    """However many pairs are certain, no group outgrows the policy; the rest are questions."""
    records = [a_record(str(at), **WHOLE, email=MAIL) for at in range(6)]
    found = scan(records, Matching(largest_cluster=3))

    clusters = Clusters(records, 3)
    clusters.join((one.probability, int(one.left), int(one.right)) for one in found.certain)
    assert max(len(group) for group, _ in clusters.groups()) == 3
    assert found.review
    assert "the group would be too large" in found.review[0].reasons[-1]


def test_one_question_is_asked_once() -> None:
    """Two groups of certainly one person each: one question joins or parts them."""
    work = {**WHOLE, "email": "kathleen@acmenetworks.com", "company": "Acme Networks"}
    home = {**WHOLE, "email": MAIL, "company": "Acme Networks", "phone": "615 474 5151"}
    records = [a_record(str(at), **(work if at < 3 else home)) for at in range(6)]
    records = [*records, a_record("6", **WHOLE, city="Austin", postal_code="78701")]
    found = scan(records)

    asked = [frozenset((one.left, one.right)) for one in found.review]
    assert len(asked) == len(set(asked))
    assert len(found.review) + found.folded + len(found.certain) >= found.folded


def the_leads() -> list[Record]:
    with LEADS.open(encoding="utf-8") as file:
        return [record_of_row(row, row["lead_id"]) for row in csv.DictReader(file)]


def said(found: Scan) -> set[tuple[frozenset[str], str, float]]:
    return {
        (frozenset((one.left, one.right)), one.band, one.probability)
        for one in (*found.certain, *found.review)
    }


def test_scan_is_the_same_every_time_and_in_any_order() -> None:
    """The order of the rows changes the order of the pairs, not the pairs."""
    records = the_leads()
    found = scan(records)

    assert found == scan(records)
    assert said(found) == said(scan(records[::-1]))


def test_certain_pairs_of_known_leads_are_right_and_most() -> None:
    """On leads whose truth is known no certain pair is wrong, and three of four are found."""
    with LEADS.open(encoding="utf-8") as file:
        people = {row["lead_id"]: row["entity_id"] for row in csv.DictReader(file)}
    number = Counter(people.values())
    true = sum(n * (n - 1) // 2 for n in number.values())
    found = scan(the_leads())
    right = [people[one.left] == people[one.right] for one in found.certain]

    assert all(right)
    assert len(right) >= 0.75 * true > 50
    assert len(found.review) <= len(people) / 10


@pytest.mark.parametrize("records", [[], [a_record("1", full_name="Anna Verrick")]])
def test_nothing_to_compare_is_no_pair(records: list[Record]) -> None:
    """An empty file and a lone lead are fine."""
    found = scan(records)

    assert (found.certain, found.review, found.compared, found.folded) == ((), (), 0, 0)


def test_progress_is_told_in_steps() -> None:
    """Whoever waits is told how many pairs were compared."""
    told: list[int] = []
    records = [a_record(str(at), email=f"m{at // 30}@x.com") for at in range(900)]
    found = scan(records, progress=told.append)

    assert told == list(range(10_000, found.compared + 1, 10_000))
    assert told
