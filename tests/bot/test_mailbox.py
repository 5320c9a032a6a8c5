"""Polling a mailbox: every message is a lead once, whatever breaks in between (I1, I2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from handlers.flows.ports import Ports
from handlers.jobs.fetch_mail import CLAIM, PATIENT_RUNS, fetch_mail
from tests.support.imap_server import Folder, imap_server
from tests.support.mailroom import (
    KilledError,
    a_mail,
    a_room,
    a_source,
    adopt,
    dying,
    fetch,
    flags,
    later,
    leads,
    mailbox,
    payloads,
)


def test_each_message_becomes_a_lead_once(ports: Ports) -> None:
    """What is there, and what comes later, oldest first; a quiet run fetches nothing."""
    folder, seen = Folder(), list[bytes]()
    folder.put(a_mail("ann"))
    folder.put(a_mail("bob"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        first = fetch(ports, source, a_room(seen.append))
        later(ports)
        quiet = fetch(ports, source)
        folder.put(a_mail("eve"))
        later(ports)
        last = fetch(ports, source)

    assert (first.stored, quiet.handled, last.stored) == (2, 0, 1)
    assert seen == [a_mail("ann"), a_mail("bob")]
    assert sorted(payloads(ports)) == sorted([a_mail("ann"), a_mail("bob"), a_mail("eve")])
    assert leads(ports) == 3
    assert folder.count("UID FETCH") == 3
    assert mailbox(ports).last_uid == 3


def test_it_is_looked_at_as_often_as_policy_says(ports: Ports) -> None:
    """Before the time is up nobody connects."""
    with imap_server(folder := Folder()) as port:
        (source,) = adopt(ports, a_source(port, every="5m"))
        fetch(ports, source)
        later(ports, timedelta(minutes=4))
        early = fetch_mail(ports, a_room(), source)
        later(ports, timedelta(minutes=1))
        fetch(ports, source)

    assert early is None
    assert folder.count("EXAMINE") == 2


def test_backlog_none_leaves_what_was_there(ports: Ports) -> None:
    """The first look only takes the mark; what comes after it is a lead."""
    folder = Folder()
    folder.put(a_mail("old"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port, backlog="none"))
        first = fetch(ports, source)
        folder.put(a_mail("new"))
        later(ports)
        second = fetch(ports, source)

    assert (first.handled, second.stored) == (0, 1)
    assert payloads(ports) == [a_mail("new")]


def test_a_server_that_does_not_say_the_next_uid(ports: Ports) -> None:
    """The mark is taken from the newest message there is."""
    folder = Folder(says_uid_next=False)
    folder.put(a_mail("old"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port, backlog="none"))
        fetch(ports, source)

    assert mailbox(ports).last_uid == 1


@pytest.mark.parametrize("left", range(8))
def test_a_crash_anywhere_loses_and_doubles_nothing(ports: Ports, left: int) -> None:
    """The process dies before any of its transactions: the next start has both leads, once."""
    folder = Folder()
    folder.put(a_mail("ann"))
    folder.put(a_mail("bob"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        if left < 7:
            with pytest.raises(KilledError):
                fetch(dying(ports, left), source)
        else:
            fetch(dying(ports, left), source)
            later(ports)
        again = fetch(ports, source)

    was_between = left in (3, 5)
    assert again.duplicates == int(was_between)
    assert leads(ports) == len(payloads(ports)) == 2
    assert mailbox(ports).last_uid == 2


def test_a_crash_at_the_first_look_loses_nothing_that_came_after_it(ports: Ports) -> None:
    """With backlog none the mark is stored whole or not at all."""
    folder = Folder()
    folder.put(a_mail("old"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port, backlog="none"))
        with pytest.raises(KilledError):
            fetch(dying(ports, 2), source)
        folder.put(a_mail("new"))
        fetch(ports, source)

    assert payloads(ports) == [a_mail("new")]


def test_new_uid_validity_starts_over(ports: Ports) -> None:
    """The server counts anew: all is fetched again, known messages are duplicates."""
    folder = Folder()
    for name in ("ann", "bob", "eve"):
        folder.put(a_mail(name))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        fetch(ports, source)
        del folder.messages[0]
        folder.put(a_mail("new"))
        folder.renumber(uid_validity=8)
        later(ports)
        done = fetch(ports, source)
        later(ports)
        quiet = fetch(ports, source)

    assert done.started_over
    assert (done.stored, done.duplicates, quiet.handled) == (1, 2, 0)
    assert leads(ports) == 4
    assert (mailbox(ports).uid_validity, mailbox(ports).last_uid) == (8, 3)


def test_new_uid_validity_brings_no_backlog_that_was_not_wanted(ports: Ports) -> None:
    """With backlog none it starts over at what came since the first look."""
    folder = Folder()
    for _ in range(3):
        folder.put(a_mail("old"), date(2026, 3, 1))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port, backlog="none"))
        fetch(ports, source)
        folder.put(a_mail("ann"))
        later(ports)
        fetch(ports, source)
        folder.put(a_mail("bob"))
        folder.renumber(uid_validity=8)
        later(ports)
        done = fetch(ports, source)

    assert (done.stored, done.duplicates) == (1, 1)
    assert leads(ports) == 2


def test_a_folder_put_back_to_an_earlier_state_starts_over(ports: Ports) -> None:
    """UIDs below the watermark under the same UIDVALIDITY would be passed over for ever."""
    folder = Folder()
    for name in ("ann", "bob", "eve"):
        folder.put(a_mail(name))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        fetch(ports, source)
        del folder.messages[1:]
        folder.uid_next = 2
        folder.put(a_mail("new"))
        later(ports)
        done = fetch(ports, source)

    assert done.started_over
    assert (done.stored, done.duplicates) == (1, 1)


def test_another_folder_under_the_same_source_is_a_first_look(ports: Ports) -> None:
    """A watermark belongs to one folder of one account, even where UIDVALIDITY is the same."""
    folder = Folder()
    folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        fetch(ports, source)
        folder.messages.clear()
        folder.uid_next = 1
        folder.put(a_mail("bob"))
        (source,) = adopt(ports, a_source(port, folder="Anfragen für uns"))
        later(ports)
        done = fetch(ports, source)

    assert (done.stored, done.started_over) == (1, False)
    assert 'EXAMINE "Anfragen f&APw-r uns"' in folder.commands


def test_mark_seen_marks_what_is_stored(ports: Ports) -> None:
    """A message is marked once it is on record."""
    folder = Folder()
    stored = folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port, mark_seen="true"))
        fetch(ports, source)

    assert stored.seen
    assert folder.count("SELECT") == 1


def test_without_mark_seen_nothing_changes_on_the_server(ports: Ports) -> None:
    """The folder is opened for reading only, and no flag is set."""
    folder = Folder()
    stored = folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        fetch(ports, source)

    assert not stored.seen
    assert folder.count("SELECT") == folder.count("UID STORE") == 0


def test_a_server_that_refuses_marks_keeps_no_lead_back(ports: Ports) -> None:
    """The leads come in, and the mailbox says what did not work."""
    folder = Folder(refuse={"UID STORE"})
    folder.put(a_mail("ann"))
    folder.put(a_mail("bob"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port, mark_seen="true"))
        done = fetch(ports, source)

    assert done.stored == 2
    assert (mailbox(ports).error, mailbox(ports).failures) == ("not_marked", 0)


def test_a_huge_message_is_kept_in_part_and_shown_to_people(ports: Ports) -> None:
    """Headers and the first part, with a flag; what comes after it is not held up."""
    folder = Folder()
    folder.put(a_mail("ann", "Hello. " * 1000))
    folder.put(a_mail("bob", "x" * 3000))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        done = fetch(ports, source)

    assert done.stored == 2
    assert sorted(len(payload) for payload in payloads(ports)) == [1000, len(a_mail("bob")) + 2972]
    assert "suspicious:too_large" in flags(ports)


def test_garbage_is_kept_and_shown_to_people(ports: Ports) -> None:
    """Bytes that are no message, none at all, and half a header each become a lead in a case."""
    folder = Folder()
    garbage = [
        bytes(range(256)) + b"\r\n\r\n\x00\xff",
        b"",
        b"From: \xff\xfe<\x00@\r\n\r\n\x80\x81",
    ]
    for content in garbage:
        folder.put(content)
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        done = fetch(ports, source)

    assert done.handled == 3
    assert sorted(payloads(ports)) == sorted(garbage)
    assert "suspicious:unreadable" in flags(ports)


def test_a_message_whose_reading_fails_is_kept_unread(ports: Ports) -> None:
    """A fault in our reading loses no message and holds up no other."""

    def fail_at_ann(message: bytes) -> None:
        if message == a_mail("ann"):
            raise RecursionError

    folder = Folder()
    folder.put(a_mail("ann"))
    folder.put(a_mail("bob"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        done = fetch(ports, source, a_room(fail_at_ann))

    assert (done.stored, done.unread) == (2, 1)
    assert "suspicious:unreadable" in flags(ports)


def test_a_database_that_fails_for_a_while_costs_no_message(ports: Ports) -> None:
    """The run ends, the watermark stays, and the next run reads the message as usual."""

    def be_away(message: bytes) -> None:
        raise OperationalError("insert", {}, Exception("away"))

    folder = Folder()
    folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        with pytest.raises(OperationalError):
            fetch(ports, source, a_room(be_away))
        assert mailbox(ports).error == "OperationalError"
        later(ports, timedelta(minutes=2))
        done = fetch(ports, source)

    assert (done.stored, done.unread) == (1, 0)


def test_a_message_the_server_keeps_back_is_noted_and_passed(ports: Ports) -> None:
    """It is tried three times; then people get a note of it, and the mailbox goes on."""
    folder = Folder(refuse_uids={1})
    folder.put(a_mail("ann"))
    folder.put(a_mail("bob"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        for _ in range(PATIENT_RUNS):
            assert fetch(ports, source).problem == "message_refused"
            later(ports, timedelta(minutes=15))
        done = fetch(ports, source)

    assert (done.stored, done.unread, done.problem) == (2, 1, None)
    assert any(b"did not hand out message 1" in payload for payload in payloads(ports))


def test_a_message_that_vanishes_is_counted_and_passed(ports: Ports) -> None:
    """Somebody deleted it between the search and the fetch."""
    folder = Folder(vanish={1})
    folder.put(a_mail("ann"))
    folder.put(a_mail("bob"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        done = fetch(ports, source)

    assert (done.gone, done.stored) == (1, 1)


def test_a_connection_lost_inside_a_message_stores_no_half(ports: Ports) -> None:
    """What came before it is on record; the message itself is fetched whole at the next run."""
    folder = Folder(drop_in=2)
    folder.put(a_mail("ann"))
    folder.put(a_mail("bob"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        broken = fetch(ports, source)
        folder.drop_in = None
        later(ports, timedelta(minutes=2))
        done = fetch(ports, source)

    assert (broken.stored, broken.problem) == (1, "connection_lost")
    assert (done.stored, done.duplicates) == (1, 0)
    assert sorted(payloads(ports)) == [a_mail("ann"), a_mail("bob")]


def test_failures_are_on_record_and_tried_again_less_often(ports: Ports) -> None:
    """The pause doubles up to a quarter of an hour; one good run ends it."""
    folder, pauses = Folder(refuse={"LOGIN"}), list[int]()
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        for number in range(1, 7):
            assert fetch(ports, source).problem == "login_refused"
            box = mailbox(ports)
            assert (box.error, box.failures, box.checked_at) == ("login_refused", number, None)
            pause = box.next_at - ports.clock.now()
            pauses.append(pause // timedelta(minutes=1))
            later(ports, pause)
        folder.refuse.clear()
        fetch(ports, source)

    assert pauses == [2, 4, 8, 15, 15, 15]
    assert (mailbox(ports).error, mailbox(ports).failures) == (None, 0)
    assert mailbox(ports).checked_at == ports.clock.now()


def test_a_run_has_an_end_and_the_next_goes_on_at_once(ports: Ports) -> None:
    """A large backlog comes in parts, so that no run holds its claim for long."""
    folder = Folder()
    folder.put(a_mail("ann"))
    for number in range(5):
        folder.put(a_mail("ann", f"Again, number {number}."))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        room = a_room(lambda message: later(ports, timedelta(seconds=20)))
        first = fetch(ports, source, room)
        second = fetch(ports, source, room)

    assert (first.handled, second.handled) == (3, 3)
    assert mailbox(ports).last_uid == 6


def test_two_replicas_do_not_read_one_mailbox_at_once(ports: Ports) -> None:
    """While one has claimed it the other does not even connect."""
    other = replace(ports, replica="other")
    folder, answers = Folder(), list[object]()
    folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        room = a_room(lambda message: answers.append(fetch_mail(other, a_room(), source)))
        fetch(ports, source, room)

    assert answers == [None]
    assert folder.count("LOGIN") == 1


def test_a_replica_that_lost_its_claim_leaves_the_mailbox_to_the_other(ports: Ports) -> None:
    """It was slow, the other took over: one lead, and the watermark is the other's."""
    other = replace(ports, replica="other")

    def let_the_other(message: bytes) -> None:
        later(ports, CLAIM)
        fetch(other, source)

    folder = Folder()
    folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        (source,) = adopt(ports, a_source(port))
        done = fetch(ports, source, a_room(let_the_other))

    assert (done.duplicates, done.problem) == (1, None)
    assert leads(ports) == 1
    assert (mailbox(ports).claimed_by, mailbox(ports).error) == ("other", None)
