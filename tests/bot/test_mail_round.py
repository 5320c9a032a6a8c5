"""Going round the mailboxes: each for itself, nothing waits for a slow one (I1)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.connectors.mailbox import ImapServers
from bot.mail_round import MailRound
from bot.web.health import StateCollector
from bot.wiring import Program
from handlers.flows.ports import Ports
from tests.support.imap_server import USER, Folder, closed_port, imap_server
from tests.support.mailroom import SECRETS, SMALL, a_mail, a_source, adopt, later, leads, mailbox
from tests.support.programs import wait_until

HASTY = replace(SMALL, read_seconds=1, command_seconds=2)
"""Gives a server that hangs up, and no server that works."""


@pytest.fixture
def mail(ports: Ports) -> MailRound:
    """Waits far longer for a server that hangs than a test takes."""
    return MailRound(ports, ImapServers(SECRETS.get, SMALL))


def test_a_bad_mailbox_holds_up_no_other(ports: Ports) -> None:
    """One hangs, one is away, one works: its lead comes in, the faults are told by ids only."""
    mail = MailRound(ports, ImapServers(SECRETS.get, HASTY))
    good = Folder()
    good.put(a_mail("ann"))
    with imap_server(good) as port, imap_server(Folder(hang_at="LOGIN")) as hanging:
        entries = {"good": port, "hanging": hanging, "away": closed_port()}
        adopt(ports, *(a_source(number, name) for name, number in entries.items()))
        with capture_logs() as logs:
            mail.tick()
            mail.wait()

    told = {(one["event"], one["source"], one.get("reason")) for one in logs}
    assert leads(ports) == 1
    assert told == {
        ("mail_fetched", "good", None),
        ("mailbox_failed", "hanging", "timeout"),
        ("mailbox_failed", "away", "unreachable"),
    }
    assert not any(word in str(logs) for word in (USER, "ann", "127.0.0.1"))


def test_a_tick_waits_for_nobody(ports: Ports, mail: MailRound) -> None:
    """A mailbox that is being read is not started again; the tick is over before the read is."""
    with imap_server(folder := Folder(hang_at="LOGIN")) as port:
        adopt(ports, a_source(port))
        for _ in range(3):
            mail.tick()
        still_read = list(mail._running)
        wait_until(lambda: bool(folder.count("LOGIN")), 10, "the login has begun")
        mail.stop()

    assert len(still_read) == 1
    assert folder.count("LOGIN") == 1


def test_a_stop_is_no_failure(ports: Ports, mail: MailRound) -> None:
    """Whoever stops Baton in the middle of a run finds no error and no pause at the next start."""
    folder = Folder(hang_at="UID FETCH")
    folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        adopt(ports, a_source(port))
        mail.tick()
        wait_until(lambda: bool(folder.count("UID FETCH")), 10, "the fetch has begun")
        mail.stop()
        still_read = list(mail._running)
        mail.tick()

    assert still_read == []
    box = mailbox(ports)
    assert (box.error, box.failures, box.claimed_until) == (None, 0, None)
    assert box.next_at <= ports.clock.now()


def test_replicas_take_turns(ports: Ports, mail: MailRound) -> None:
    """Two rounds on one database read each message once."""
    other = MailRound(ports.__class__(**{**vars(ports), "replica": "other"}),
                      ImapServers(SECRETS.get, SMALL))  # fmt: skip
    folder = Folder()
    for number in range(5):
        folder.put(a_mail(f"p{number}x"))
    with imap_server(folder) as port:
        adopt(ports, a_source(port))
        for _ in range(3):
            mail.tick()
            other.tick()
            mail.wait()
            other.wait()
            later(ports)

    assert leads(ports) == 5
    assert folder.count("UID FETCH") == 5


def test_without_mailboxes_nothing_is_done(ports: Ports, mail: MailRound) -> None:
    """The example policy names none."""
    mail.tick()

    with ports.database.reading() as work:
        assert work.mailboxes.listed() == []


def test_a_mailbox_that_left_the_policy_is_no_fault(ports: Ports, mail: MailRound) -> None:
    """Its error goes; its watermark stays for the day it comes back."""
    folder = Folder()
    folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        adopt(ports, a_source(port))
        mail.tick()
        mail.wait()
        folder.refuse.add("LOGIN")
        later(ports)
        mail.tick()
        mail.wait()
    assert mailbox(ports).error == "login_refused"
    adopt(ports)
    mail.tick()

    box = mailbox(ports)
    assert (box.error, box.failures, box.last_uid) == (None, 0, 1)


def test_faults_are_shown_to_operators(ports: Ports, mail: MailRound) -> None:
    """The metrics name the mailbox by its source's id, and how often it failed."""
    adopt(ports, a_source(closed_port()))
    mail.tick()
    mail.wait()
    program = SimpleNamespace(ports=ports)
    metrics = {m.name: m for m in StateCollector(cast("Program", program)).collect()}

    (sample,) = metrics["baton_mailbox_failures"].samples
    assert (sample.labels, sample.value) == ({"source": "inbox"}, 1)
