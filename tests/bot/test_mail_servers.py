"""What mail servers do to a client, and the word each fault is told by (I1)."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

from bot.connectors.mailbox import ImapServers
from handlers.jobs.mail_room import Fetched, MailboxError
from routing.policy.tables.mail import ImapPolicy
from tests.bot.enrichment.certificates import contexts_for
from tests.support.imap_server import PASSWORD, USER, Folder, closed_port, imap_server
from tests.support.mailroom import SECRETS, SMALL, a_mail

HASTY = ImapServers(
    SECRETS.get, replace(SMALL, connect_seconds=2, read_seconds=0.2, command_seconds=0.25)
)


def a_policy(port: int, **changes: object) -> ImapPolicy:
    fields = {"host": "127.0.0.1", "port": port, "tls": "none", "user_env": "MAIL_USER",
              "password_env": "MAIL_PASSWORD"}  # fmt: skip
    return ImapPolicy.model_validate(fields | changes)


def problem(imap: ImapPolicy, servers: ImapServers | None = None) -> str:
    """The word that reading this folder to its end fails with."""
    with (
        pytest.raises(MailboxError) as raised,
        (servers or ImapServers(SECRETS.get, SMALL)).open(imap) as folder,
    ):
        for uid in folder.uids_above(0):
            folder.fetch(uid)
    return raised.value.reason


@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
def test_a_server_that_hangs_is_given_up(command: str) -> None:
    """At whatever point it falls silent, the read has a limit."""
    folder = Folder(hang_at=command)
    folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        assert problem(a_policy(port), HASTY) == "timeout"


@pytest.mark.parametrize("command", ["LOGIN", "UID SEARCH", "UID FETCH"])
def test_a_server_that_drips_is_given_up(command: str) -> None:
    """A byte now and then keeps every read alive; the command as a whole has a limit."""
    folder = Folder(drip_at=command)
    folder.put(a_mail("ann"))
    began = time.monotonic()
    with imap_server(folder) as port:
        assert problem(a_policy(port), HASTY) == "timeout"

    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("command", "reason"),
    [("LOGIN", "login_refused"), ("EXAMINE", "folder_refused"), ("UID FETCH", "message_refused")],
)
def test_a_refusal_is_told_by_what_was_refused(command: str, reason: str) -> None:
    """An operator reads from the word what to mend."""
    folder = Folder(refuse={command})
    folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        assert problem(a_policy(port)) == reason


def test_a_wrong_password_is_refused_and_quoted_by_nobody() -> None:
    """Neither the address nor the password stands in the error or in what a traceback shows."""
    servers = ImapServers({"MAIL_USER": USER, "MAIL_PASSWORD": "wrong"}.get, SMALL)
    with imap_server(Folder()) as port, pytest.raises(MailboxError) as raised:
        servers.open(a_policy(port)).__enter__()

    assert str(raised.value) == "login_refused"
    assert "is not known" not in "".join(traceback.format_exception(raised.value))


def test_a_missing_secret_is_named() -> None:
    """The variable that has to be set; nobody is connected to."""
    servers = ImapServers({"MAIL_USER": USER}.get, SMALL)

    assert problem(a_policy(closed_port()), servers) == "not_set_up:MAIL_PASSWORD"


def test_nobody_listens_or_nobody_has_the_name() -> None:
    """A refused connection and an unknown host are told apart."""
    assert problem(a_policy(closed_port())) == "unreachable"
    assert problem(a_policy(1, host="nowhere.invalid", tls="implicit")) == "unknown_host"


def test_a_server_without_uids_is_refused() -> None:
    """Without UIDVALIDITY there is no watermark to go by."""
    with imap_server(Folder(uid_validity=None)) as port:
        assert problem(a_policy(port)) == "no_uids"


def test_a_connection_lost_inside_a_message() -> None:
    """Half a literal is no message."""
    folder = Folder(drop_in=1)
    folder.put(a_mail("ann"))
    with imap_server(folder) as port:
        assert problem(a_policy(port)) == "connection_lost"


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_mail_is_fetched_over_tls(tls: str, tmp_path: Path) -> None:
    """Nothing is said in the clear but the wish for TLS; a stranger's certificate is refused."""
    server, client = contexts_for("localhost", tmp_path)
    folder = Folder()
    folder.put(a_mail("ann"))
    trusting = ImapServers(SECRETS.get, SMALL, trust=lambda: client)
    is_implicit = tls == "implicit"
    with imap_server(folder, server, is_implicit=is_implicit) as port:
        policy = a_policy(port, host="localhost", tls=tls)
        assert problem(policy) == "certificate"
        assert folder.logins == []
        with trusting.open(policy) as opened:
            found = opened.fetch(1)

    assert found == Fetched(a_mail("ann"), is_whole=True)
    assert folder.logins == [(USER, PASSWORD)]


def test_a_password_is_not_sent_where_starttls_is_missing() -> None:
    """A server, or somebody between, that does not offer TLS gets no login."""
    with imap_server(folder := Folder()) as port:
        assert problem(a_policy(port, tls="starttls")) == "no_starttls"

    assert folder.logins == []


def test_a_password_beyond_ascii_is_sent_as_utf_8() -> None:
    """LOGIN has no way to say it; AUTHENTICATE PLAIN has."""
    servers = ImapServers({"MAIL_USER": USER, "MAIL_PASSWORD": "pässword"}.get, SMALL)
    with imap_server(folder := Folder()) as port, servers.open(a_policy(port)):
        pass

    assert folder.logins == [("PLAIN", "AGxlYWRzAHDDpHNzd29yZA==")]


@pytest.mark.parametrize("length", [0, 1, 999, 1000, 1001, 2000, 5000])
def test_a_message_comes_whole_whatever_its_length(length: int) -> None:
    """Pieces are put together again byte for byte, 8-bit bytes too."""
    content = (bytes(range(256)) * 20)[:length]
    folder = Folder(lies={1: 3})
    folder.put(content)
    with (
        imap_server(folder) as port,
        ImapServers(SECRETS.get, SMALL).open(a_policy(port)) as opened,
    ):
        assert opened.fetch(1) == Fetched(content, is_whole=True)


@pytest.mark.parametrize("told", [0, 6000])
def test_a_message_that_is_too_large_is_cut(told: int) -> None:
    """Whether the server says so or not; what it says first spares the rest."""
    folder = Folder(lies={1: told})
    folder.put(b"a" * 6000)
    with (
        imap_server(folder) as port,
        ImapServers(SECRETS.get, SMALL).open(a_policy(port)) as opened,
    ):
        assert opened.fetch(1) == Fetched(b"a" * 1000, is_whole=False)

    assert folder.count("UID FETCH") == (1 if told else 6)


def test_a_server_that_knows_no_parts_sends_all() -> None:
    """It is taken as it comes, and nothing is asked twice."""
    folder = Folder(is_whole_always=True)
    folder.put(b"a" * 3000)
    with (
        imap_server(folder) as port,
        ImapServers(SECRETS.get, SMALL).open(a_policy(port)) as opened,
    ):
        assert opened.fetch(1) == Fetched(b"a" * 3000, is_whole=True)


def test_a_large_folder_is_searched_by_parts() -> None:
    """The answer to a search is one line, which clients read to a limit only."""
    folder = Folder(uid_next=95)
    for _ in range(20):
        folder.put(b"x")
    limits = replace(SMALL, window=10)
    with (
        imap_server(folder) as port,
        ImapServers(SECRETS.get, limits).open(a_policy(port)) as opened,
    ):
        assert opened.uids_above(0) == list(range(95, 101))
        assert opened.uids_above(100) == list(range(101, 111))
        assert opened.uids_above(114) == []
