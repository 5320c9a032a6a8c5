"""What every source that delivers over HTTP promises alike (I1, I2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from handlers.intake.sources import SOURCES
from tests.bot.serving import (
    FORM,
    JSON,
    Answer,
    Site,
    a_program,
    answer_on,
    head,
    is_closed,
    policy_with,
    serving,
)
from tests.flows.builders import the_lead
from tests.intake.builders import OTHER_SECRET, SECRET, signed
from tests.intake.mail.builders import a_message
from tests.support.databases import SqliteDatabases

FURTHER = """
  - {id: referrals, kind: partner, key: tested, name: Referrals, secret_env: TESTED_PARTNER}
  - {id: inbox, kind: email, key: tested, name: Inbox, secret_env: TESTED_MAILBOX}
  - {id: form, kind: web, key: tested, name: Form}
"""
Headers = dict[str, str]


@dataclass(frozen=True)
class Sender:
    """Somebody who knows how to deliver to one kind of source, called `tested` by policy.

    `seal` gives the headers with which this body is that sender's delivery of this id; `media`
    are the types of body it may send, `wrong` headers that make it a stranger.
    """

    kind: str
    media: tuple[str, ...]
    lead: Callable[[str], bytes]
    seal: Callable[[bytes, str], Headers]
    wrong: tuple[Headers, ...] = ()
    secret: tuple[str, str] | None = None

    @property
    def path(self) -> str:
        return f"/intake/{self.kind}/tested"

    def sealed(self, body: bytes, delivery: str = "1", media: str | None = None) -> Headers:
        return self.seal(body, delivery) | {"Content-Type": media or self.media[0]}

    def send(self, site: Site, delivery: str = "1", who: str = "jane", path: str = "") -> Answer:
        body = self.lead(f"{who} {delivery}" if self.kind == "email" else who)
        return site.ask("POST", path or self.path, body, self.sealed(body, delivery))


def _json_lead(who: str) -> bytes:
    return json.dumps({"name": "Jane Roe", "email": f"{who}@acme-widgets.com"}).encode()


def _mail(who_and_delivery: str) -> bytes:
    who, _, delivery = who_and_delivery.partition(" ")
    return a_message(sender=f"Jane Roe <{who}@acme-widgets.com>", message_id=f"<{delivery}@x.com>")


def _signed(body: bytes, delivery: str, secret: str = SECRET, minutes: int = 0) -> Headers:
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    headers = signed(body, webhook_id=delivery, at=at, secret=secret)
    return {name: value for name, value in headers.items() if name != "content-type"}


SENDERS = {
    "web": Sender(
        "web", (JSON, FORM), _json_lead, lambda _body, delivery: {"Idempotency-Key": delivery}
    ),
    "partner": Sender(
        "partner",
        (JSON,),
        _json_lead,
        _signed,
        wrong=(
            _signed(b"another body", "1"),
            {"webhook-timestamp": "0"},
            {"webhook-signature": ""},
            {"webhook-id": ""},
        ),
        secret=("TESTED_PARTNER", SECRET),
    ),
    "email": Sender(
        "email",
        ("message/rfc822", "multipart/form-data; boundary=b"),
        _mail,
        lambda _body, _delivery: {"Authorization": "Bearer open-sesame"},
        wrong=(
            {"Authorization": ""},
            {"Authorization": "Bearer open"},
            {"Authorization": "Basic open-sesame"},
        ),
        secret=("TESTED_MAILBOX", "open-sesame"),
    ),
}
every_source = pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
every_closed_source = pytest.mark.parametrize(
    "sender", [s for s in SENDERS.values() if s.secret], ids=lambda sender: sender.kind
)


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for sender in SENDERS.values():
        if sender.secret:
            monkeypatch.setenv(*sender.secret)


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return policy_with(tmp_path_factory.mktemp("sources"), FURTHER)


@pytest.fixture
def site(sqlite_databases: SqliteDatabases, policy: Path) -> Iterator[Site]:
    with serving(a_program(sqlite_databases.fresh(), policy=policy)) as site:
        yield site


@pytest.fixture(scope="module")
def shared(sqlite_databases: SqliteDatabases, policy: Path) -> Iterator[Site]:
    """One site for all tests that do not look at what others left there."""
    with serving(a_program(sqlite_databases.fresh(), policy=policy)) as site:
        yield site


@pytest.fixture
def hasty(sqlite_databases: SqliteDatabases, policy: Path) -> Iterator[Site]:
    """A site that waits a third of a second for a body."""
    with serving(a_program(sqlite_databases.fresh(), policy=policy), read_seconds=0.3) as site:
        yield site


@pytest.fixture
def either(database_url: str, policy: Path) -> Iterator[Site]:
    """A site on each kind of database."""
    with serving(a_program(database_url, policy=policy)) as site:
        yield site


def refused(answer: Answer, status: int) -> str:
    """The problem's words, of an answer that is one of this status."""
    assert (answer.status, answer.media) == (status, "application/problem+json")
    assert answer.json["status"] == status
    return str(answer.json["detail"])


def test_every_source_is_tried_here() -> None:
    """A source without a sender would promise what nobody has seen."""

    assert {source.kind for source in SOURCES} == SENDERS.keys()


@every_source
def test_delivery_is_stored_before_it_is_answered(site: Site, sender: Sender) -> None:
    """202 with a receipt that stands in the database beside its lead and its bytes."""
    answer = sender.send(site)

    assert (answer.status, answer.json["status"]) == (202, "accepted")
    lead = the_lead(site.program.ports)
    with site.program.ports.database.reading() as work:
        assert [r for r, _ in work.receipts.of_lead(lead.id)] == [answer.json["receipt"]]
    assert (lead.email, lead.full_name) == ("jane@acme-widgets.com", "Jane Roe")


@every_source
def test_replay_gives_the_same_receipt(site: Site, sender: Sender) -> None:
    """The same delivery again is answered alike, stored once, and says so."""
    first, again = sender.send(site), sender.send(site)

    assert again.status == 202
    assert again.json == {"receipt": first.json["receipt"], "status": "duplicate"}
    assert (site.receipts(), site.leads()) == (1, 1)


@every_source
def test_parallel_deliveries_are_one(either: Site, sender: Sender) -> None:
    """Twelve at once: one lead, one receipt for all, one of them accepted."""
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: sender.send(either), range(12)))

    assert {answer.status for answer in answers} == {202}
    assert len({answer.json["receipt"] for answer in answers}) == 1
    assert [answer.json["status"] for answer in answers].count("accepted") == 1
    assert (either.receipts(), either.leads()) == (1, 1)


@every_source
def test_order_does_not_matter(site: Site, sender: Sender) -> None:
    """Later deliveries first, replays between: each has its receipt, all are one lead."""
    receipts = [sender.send(site, delivery).json["receipt"] for delivery in ("3", "1", "3", "2")]

    assert receipts[0] == receipts[2]
    assert len(set(receipts)) == 3
    assert (site.receipts(), site.leads()) == (3, 1)


@every_closed_source
def test_stranger_is_turned_away(site: Site, sender: Sender) -> None:
    """401 in the one form, with nothing stored and no word on what was wrong."""
    body = sender.lead("jane 1")
    details = {
        refused(site.ask("POST", sender.path, body, sender.sealed(body) | wrong), 401)
        for wrong in (*sender.wrong, dict.fromkeys(sender.seal(body, "1"), "x"))
    }

    assert len(details) == 1
    assert site.receipts() == 0


def test_old_signature_and_old_secret_are_turned_away(site: Site) -> None:
    """A recording of yesterday is no delivery; nor is one by a secret that was replaced."""
    body = _json_lead("jane")
    for headers in (
        _signed(body, "1", minutes=-6),
        _signed(body, "1", minutes=6),
        _signed(body, "1", OTHER_SECRET),
    ):
        refused(site.ask("POST", "/intake/partner/tested", body, headers), 401)


def test_both_secrets_are_taken_while_one_is_replaced(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable holds both, and is read at each delivery: no restart."""
    monkeypatch.setenv("TESTED_PARTNER", f"{OTHER_SECRET} {SECRET}")
    body = _json_lead("jane")
    for delivery, secret in (("1", SECRET), ("2", OTHER_SECRET)):
        headers = _signed(body, delivery, secret) | {"Content-Type": JSON}
        assert site.ask("POST", "/intake/partner/tested", body, headers).status == 202


@every_closed_source
def test_source_without_its_secret_is_shut(
    site: Site,
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """503 with Retry-After, and our log names the variable that the answer does not."""
    assert sender.secret is not None
    variable = sender.secret[0]
    monkeypatch.delenv(variable)
    answer = sender.send(site)

    assert variable not in refused(answer, 503)
    assert answer.headers["retry-after"].isdigit()
    shown = capsys.readouterr()
    assert variable in shown.out + shown.err
    assert site.receipts() == 0


@every_source
@pytest.mark.parametrize("key", ["nosuch", "Tested", "event-list", "%00", "..%2ftested", "%ff"])
def test_source_that_policy_does_not_name_is_not_found(
    shared: Site, sender: Sender, key: str
) -> None:
    """404; a source of another kind is none of this one."""
    refused(sender.send(shared, path=f"/intake/{sender.kind}/{key}"), 404)


GARBAGE = [b"", b"\0", b"{", b"[]", b"null", b"\xff\xfe" * 999, b"{" * 99_999, bytes(range(256))]


@every_source
@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_never_our_error(shared: Site, sender: Sender, body: bytes) -> None:
    """Signed or not, as whatever it is sent: it is refused in the one form, or kept."""
    for media in (*sender.media, "text/html", "x", "multipart/form-data", "application/ld+json"):
        answer = shared.ask("POST", sender.path, body, sender.sealed(body, media, media))
        assert answer.status == 202 or refused(answer, answer.status)
        assert answer.status < 500
        strange = shared.ask("POST", sender.path, body, {"Content-Type": media})
        assert strange.status < 500


@every_source
@pytest.mark.parametrize("media", ["text/plain", "image/png", "", "application/octet-stream"])
def test_other_types_of_body_are_refused(shared: Site, sender: Sender, media: str) -> None:
    """415 that says what to send instead."""
    body = sender.lead("jane 1")
    headers = sender.sealed(body) | {"Content-Type": media}

    assert refused(shared.ask("POST", sender.path, body, headers), 415).startswith("Send ")


def limit_of(sender: Sender) -> int:
    return next(source.max_bytes for source in SOURCES if source.kind == sender.kind)


def fields_of(headers: Headers) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]


@every_source
def test_too_large_a_body_is_refused(shared: Site, sender: Sender) -> None:
    """413 by its announcement, before a byte of it is read, and the line is closed."""
    fields = fields_of(sender.sealed(b""))
    with shared.line() as line:
        length = f"Content-Length: {limit_of(sender) + 1}"
        line.sendall(head("POST", sender.path, *fields, length))

        refused(answer_on(line), 413)
        assert is_closed(line)


@every_source
def test_too_large_a_body_in_pieces_is_refused(shared: Site, sender: Sender) -> None:
    """Without an announcement it is refused as soon as it is too large."""
    piece = b"80000\r\n" + b" " * 0x80000 + b"\r\n"
    fields = fields_of(sender.sealed(b""))
    with shared.line() as line:
        line.sendall(head("POST", sender.path, *fields, "Transfer-Encoding: chunked"))
        for _ in range(limit_of(sender) // 0x80000 + 1):
            line.sendall(piece)

        refused(answer_on(line), 413)


@every_source
def test_slow_body_is_given_up(hasty: Site, sender: Sender) -> None:
    """408, and the line is closed: nobody holds a place for ever."""
    fields = fields_of(sender.sealed(b""))
    with hasty.line() as line:
        line.sendall(head("POST", sender.path, *fields, "Content-Length: 100") + b"{")

        refused(answer_on(line), 408)
        assert is_closed(line)
    assert hasty.receipts() == 0


def test_body_of_a_stranger_is_not_waited_for(shared: Site) -> None:
    """Where the headers tell, 401 comes before the ten megabytes would."""
    with shared.line() as line:
        line.sendall(head("POST", "/intake/email/tested", "Content-Length: 9999999"))

        refused(answer_on(line), 401)


@every_source
def test_database_that_is_locked_asks_to_come_again(site: Site, sender: Sender) -> None:
    """503 with Retry-After and nothing stored; the same delivery is taken later."""

    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {"email": "jane@acme-widgets.com"}, Exception("locked"))

    engine = site.program.ports.database.engine
    event.listen(engine, "before_cursor_execute", refuse)
    answer = sender.send(site)
    event.remove(engine, "before_cursor_execute", refuse)

    assert "jane" not in refused(answer, 503)
    assert answer.headers["retry-after"].isdigit()
    assert sender.send(site).json["status"] == "accepted"


@every_source
def test_database_that_lost_its_tables_asks_to_come_again(either: Site, sender: Sender) -> None:
    """A database that is there but cannot store is no different from one that is away."""
    with either.program.ports.database.writing() as work:
        work.connection.exec_driver_sql("ALTER TABLE receipts RENAME TO gone")

    refused(sender.send(either), 503)
