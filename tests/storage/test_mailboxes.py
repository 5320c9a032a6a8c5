"""How far mailboxes were read, and by whom: one reader at a time (I1, I2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from storage.taking_in.mailboxes import Mailbox
from storage.unit_of_work import Database
from tests.support.clock import MONDAY_NOON

MINUTE = timedelta(minutes=1)


def claimed(database: Database, who: str, at: timedelta = timedelta()) -> Mailbox | None:
    now = MONDAY_NOON + at
    with database.writing() as work:
        return work.mailboxes.claim("inbox", who, now, now + MINUTE)


def test_one_of_many_claims_a_mailbox(database: Database) -> None:
    """Eight replicas ask at the same moment, also for the very first time; one gets it."""
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda n: claimed(database, f"replica-{n}"), range(8)))

    assert sum(mailbox is not None for mailbox in got) == 1


def test_a_claim_ends_by_itself(database: Database) -> None:
    """A replica that died keeps a mailbox for as long as its claim; started anew, it has it."""
    claimed(database, "one")

    assert claimed(database, "two") is None
    assert claimed(database, "one") is not None
    assert claimed(database, "two", MINUTE) is not None


def test_a_mailbox_is_kept_whole(database: Database) -> None:
    """What was saved is what is read; a UID may be any unsigned 32-bit number."""
    box = claimed(database, "one")
    assert box is not None
    changed = box.model_copy(
        update={
            "place": "p" * 64,
            "uid_validity": 2**32 - 1,
            "last_uid": 2**32 - 1,
            "since": MONDAY_NOON,
            "checked_at": MONDAY_NOON,
            "failures": 3,
            "error": "timeout",
        }
    )
    with database.writing() as work:
        assert work.mailboxes.save(changed, "one")

    with database.reading() as work:
        assert work.mailboxes.listed() == [changed]


def test_who_lost_the_claim_stores_nothing(database: Database) -> None:
    """Another replica reads on from its own watermark, and nobody sets it back."""
    mine = claimed(database, "one")
    theirs = claimed(database, "two", MINUTE)
    assert mine is not None
    with database.writing() as work:
        saved = work.mailboxes.save(mine.model_copy(update={"last_uid": 5}), "one")

    assert not saved
    with database.reading() as work:
        assert work.mailboxes.listed() == [theirs]


def test_a_mailbox_waits_until_it_is_due(database: Database) -> None:
    """Released for a later time, nobody claims it before."""
    box = claimed(database, "one")
    assert box is not None
    with database.writing() as work:
        changes = {"claimed_until": None, "next_at": MONDAY_NOON + MINUTE}
        work.mailboxes.save(box.model_copy(update=changes), "one")

    assert claimed(database, "one") is None
    assert claimed(database, "two", MINUTE) is not None
