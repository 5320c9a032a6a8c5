"""Leads are found by what they share; verdicts and merges keep what an undo needs (I5, I6)."""

from __future__ import annotations

from itertools import pairwise

from storage.records.matches import Verdict, pair_of
from storage.records.merges import Merge
from storage.unit_of_work import Database, UnitOfWork
from tests.storage.builders import a_decision, a_lead
from tests.support.clock import MONDAY_NOON

BIG = 2**63 - 1


def say(work: UnitOfWork, one: str, other: str, probability: int | None = 500_000) -> Verdict:
    left, right = pair_of(one, other)
    verdict = Verdict(
        left_id=left,
        right_id=right,
        verdict="unsure",
        probability=probability,
        reasons=("same phone",),
        decided_by="matcher",
        decided_at=MONDAY_NOON,
    )
    work.matches.say(verdict)
    return verdict


def test_leads_that_share_a_key_are_candidates(database: Database) -> None:
    """Any one of many keys is enough; the whole range of signed 64 bits is kept."""
    with database.writing() as work:
        one, other, stranger = (a_lead(work).id for _ in range(3))
        work.matches.index(one, (1, -BIG, BIG))
        work.matches.index(other, (BIG, 7))
        work.matches.index(stranger, (8,))

        assert work.matches.candidates((BIG,), block=40) == {one, other}
        assert work.matches.candidates((-BIG, 7, 9), block=40) == {one, other}
        assert work.matches.candidates((), block=40) == set()


def test_a_key_that_many_share_tells_nothing(database: Database) -> None:
    """A crowded key is passed over, the rare ones beside it still count."""
    with database.writing() as work:
        crowd = [a_lead(work).id for _ in range(4)]
        for number, lead_id in enumerate(crowd):
            work.matches.index(lead_id, (1, 100 + number))

        assert work.matches.candidates((1,), block=4) == set(crowd)
        assert work.matches.candidates((1,), block=3) == set()
        assert work.matches.candidates((1, 102), block=3) == {crowd[2]}


def test_new_keys_take_the_place_of_the_old(database: Database) -> None:
    """A lead is found by what it says now."""
    with database.writing() as work:
        lead = a_lead(work).id
        work.matches.index(lead, (1, 2))
        work.matches.index(lead, (2, 3))

        assert work.matches.candidates((1,), block=40) == set()
        assert work.matches.candidates((3,), block=40) == {lead}


def test_the_likeliest_pair_comes_first(database: Database) -> None:
    """Of several leads that it may be, the likeliest leads; what is said anew takes its place."""
    with database.writing() as work:
        rare = say(work, "lead_a", "lead_b", 300_000)
        likely = say(work, "lead_c", "lead_a", 900_000)
        apart = likely.model_copy(update={"verdict": "apart"})

        assert work.matches.of_lead("lead_a") == [likely, rare]
        work.matches.say(apart)
        assert work.matches.of_lead("lead_a") == [apart, rare]
        assert work.matches.unsure(10) == [rare]
        assert rare.other_than("lead_a") == "lead_b"


def test_verdicts_follow_a_lead_into_its_survivor(database: Database) -> None:
    """What was asked about the absorbed lead is asked about the survivor; never about itself."""
    with database.writing() as work:
        say(work, "lead_a", "lead_b")
        say(work, "lead_a", "lead_z")
        work.matches.hand_over("lead_a", "lead_z")

        assert work.matches.of_lead("lead_a") == []
        (said,) = work.matches.of_lead("lead_z")
        assert said.other_than("lead_z") == "lead_b"


def test_children_move_and_come_back(database: Database) -> None:
    """Decisions count on behind those of the survivor, and from one again when they return."""
    with database.writing() as work:
        survivor, absorbed = a_lead(work), a_lead(work)
        ours = a_decision(work, survivor)
        theirs = [a_decision(work, absorbed), a_decision(work, absorbed)]

        moved = work.merges.move_children(absorbed.id, survivor.id)

        order = [decision.id for decision in work.assignments.decisions_of(survivor.id)]
        assert order == [ours.id, *(one.id for one in theirs)]
        assert work.assignments.decisions_of(absorbed.id) == []
        work.merges.give(moved, absorbed.id)
        back = [decision.id for decision in work.assignments.decisions_of(absorbed.id)]
        assert back == [one.id for one in theirs]


def test_an_absorbed_id_leads_to_the_last_survivor(database: Database) -> None:
    """Through merges of merges, as long as they stand."""
    with database.writing() as work:
        leads = [a_lead(work) for _ in range(3)]
        for number, (absorbed, survivor) in enumerate(pairwise(leads)):
            work.merges.add(
                Merge(
                    id=f"mrg_{number}",
                    survivor_id=survivor.id,
                    absorbed_id=absorbed.id,
                    merged_at=MONDAY_NOON,
                    merged_by="matcher",
                    reasons=(),
                    before=survivor,
                    absorbed=absorbed,
                    merged=survivor,
                )
            )

        assert work.merges.survivor_of(leads[0].id) == leads[2].id
        assert work.merges.survivor_of(leads[2].id) is None
        assert work.merges.built_on(work.merges.get("mrg_0")) == "mrg_1"
        assert work.merges.undo("mrg_1", "oscar", (), MONDAY_NOON)
        assert not work.merges.undo("mrg_1", "oscar", (), MONDAY_NOON)
        assert work.merges.survivor_of(leads[0].id) == leads[1].id
