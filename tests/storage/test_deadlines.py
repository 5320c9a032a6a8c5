"""Deadlines fire once, in order, whoever asks (T1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from storage.unit_of_work import Database
from tests.storage.builders import a_deadline, a_lead
from tests.support.clock import MONDAY_NOON


def test_only_due_and_armed_deadlines_are_claimed(database: Database) -> None:
    """What is later, cancelled or fired stays where it is; the oldest comes first."""
    with database.writing() as work:
        lead = a_lead(work)
        second = a_deadline(work, lead, minutes=-1)
        first = a_deadline(work, lead, minutes=-5)
        a_deadline(work, lead, minutes=1)
        a_deadline(work, lead, minutes=-9, subject_id="asg_gone")
        work.deadlines.cancel("asg_gone", ["acknowledge_breach"], MONDAY_NOON)
        fired = a_deadline(work, lead, minutes=-9)
        work.deadlines.fire(fired.id, MONDAY_NOON)

        claimed = work.deadlines.claim_due(MONDAY_NOON)

    assert [deadline.id for deadline in claimed] == [first.id, second.id]


def test_four_workers_fire_each_deadline_once(database: Database) -> None:
    """Two hundred due deadlines, four workers at once: each fires exactly once."""
    with database.writing() as work:
        lead = a_lead(work)
        for _ in range(200):
            a_deadline(work, lead)

    def fire_all(_: int) -> list[str]:
        fired: list[str] = []
        while True:
            with database.writing() as work:
                due = work.deadlines.claim_due(MONDAY_NOON, limit=7)
                for deadline in due:
                    work.deadlines.fire(deadline.id, MONDAY_NOON)
                fired += [deadline.id for deadline in due]
            if not due:
                return fired

    with ThreadPoolExecutor(4) as threads:
        fired = [one for some in threads.map(fire_all, range(4)) for one in some]

    assert len(fired) == len(set(fired)) == 200


def test_cancelling_leaves_other_subjects_alone(database: Database) -> None:
    """Only the clocks of the named assignment and kinds stop."""
    with database.writing() as work:
        lead = a_lead(work)
        a_deadline(work, lead, subject_id="asg_1")
        a_deadline(work, lead, subject_id="asg_1", kind="first_touch_breach")
        a_deadline(work, lead, subject_id="asg_2")

        work.deadlines.cancel("asg_1", ["acknowledge_breach"], MONDAY_NOON)

        left = work.deadlines.claim_due(MONDAY_NOON + timedelta(days=1))
    assert {(d.subject_id, d.kind) for d in left} == {
        ("asg_1", "first_touch_breach"),
        ("asg_2", "acknowledge_breach"),
    }
