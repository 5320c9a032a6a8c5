"""`POST /intake/web/{form}`: durable before it is answered, once for each delivery (I1, I2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from handlers.intake.fields import LEAD_FIELDS
from handlers.intake.sources import SOURCES
from tests.bot.serving import (
    FORM,
    JSON,
    WEBSITE,
    Answer,
    Site,
    a_program,
    answer_on,
    head,
    is_closed,
    serving,
)
from tests.flows.builders import GOOD, the_lead
from tests.support.databases import SqliteDatabases

MAX_FORM_BYTES = next(source.max_bytes for source in SOURCES if source.kind == "web")
POST_JSON = ("Content-Type: application/json",)


@pytest.fixture
def hasty(sqlite_databases: SqliteDatabases) -> Iterator[Site]:
    """A site that waits a third of a second for a body."""
    with serving(a_program(sqlite_databases.fresh()), read_seconds=0.3) as site:
        yield site


@pytest.fixture
def either(database_url: str) -> Iterator[Site]:
    """A site on each kind of database."""
    with serving(a_program(database_url)) as site:
        yield site


def assert_problem(answer: Answer, status: int) -> dict[str, object]:
    assert answer.status == status
    assert answer.media == "application/problem+json"
    body: dict[str, object] = answer.json
    assert body["status"] == status
    assert {"type", "title", "detail"} <= body.keys()
    assert body["title"]
    assert body["detail"]
    return body


def test_lead_is_stored_and_answered_with_a_receipt(site: Site) -> None:
    """202 with a receipt that stands in the database beside its lead."""
    answer = site.post(WEBSITE, GOOD)

    assert (answer.status, answer.media) == (202, JSON)
    assert answer.json["status"] == "accepted"
    lead = the_lead(site.program.ports)
    assert lead.email == GOOD["email"]
    with site.program.ports.database.reading() as work:
        assert [r for r, _ in work.receipts.of_lead(lead.id)] == [answer.json["receipt"]]


def test_browser_form_is_taken_alike(site: Site) -> None:
    """A form-encoded POST needs nothing but its fields."""
    body = b"full_name=Zo%C3%AB+Roe&email=zoe%40acme-widgets.com"
    answer = site.ask("POST", WEBSITE, body, {"Content-Type": FORM})

    assert answer.status == 202
    assert the_lead(site.program.ports).full_name == "Zoë Roe"


def test_same_key_gives_the_same_receipt(site: Site) -> None:
    """A delivery repeated under its key, quoted or not, is answered alike and stored once."""
    first = site.post(WEBSITE, GOOD, idempotency_key="k1").json
    again = site.post(WEBSITE, GOOD, idempotency_key='"k1"')

    assert again.status == 202
    assert again.json == {"receipt": first["receipt"], "status": "duplicate"}
    assert site.receipts() == 1


def test_same_key_on_another_form_is_another_delivery(site: Site) -> None:
    """Keys belong to their sender: two forms may count alike."""
    site.post(WEBSITE, GOOD, idempotency_key="1")
    other = site.post("/intake/web/demo-request", GOOD, idempotency_key="1")

    assert other.json["status"] == "accepted"


def test_same_key_with_another_body_is_refused(site: Site) -> None:
    """A key used twice for different leads is told to the sender: the second would be lost."""
    site.post(WEBSITE, GOOD, idempotency_key="k1")
    answer = site.post(WEBSITE, GOOD | {"email": "bob@acme-widgets.com"}, idempotency_key="k1")

    assert "Idempotency-Key" in str(assert_problem(answer, 422)["detail"])
    assert site.leads() == 1


def test_parallel_posts_of_one_key_are_one_delivery(either: Site) -> None:
    """Twenty at once: one receipt, one lead, one of them accepted, nobody turned away."""

    def post(_: int) -> Answer:
        return either.post(WEBSITE, GOOD, idempotency_key="same")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))

    assert [answer.status for answer in answers] == [202] * 20
    assert len({answer.json["receipt"] for answer in answers}) == 1
    assert sorted(answer.json["status"] for answer in answers).count("accepted") == 1
    assert (either.receipts(), either.leads()) == (1, 1)


def test_parallel_posts_of_one_address_are_one_lead(either: Site) -> None:
    """Twenty deliveries without keys are twenty receipts of one lead."""
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: either.post(WEBSITE, GOOD), range(20)))

    assert {(answer.status, answer.json["status"]) for answer in answers} == {(202, "accepted")}
    assert (either.receipts(), either.leads()) == (20, 1)


@pytest.mark.parametrize("fill", ["x", "9", "é ", "a@", "<b>", "\u0301"])
def test_one_huge_field_is_no_harm(shared: Site, fill: str) -> None:
    """Any one field may fill the whole body: a lead with a flag, or a refusal; never a crash."""
    text = (fill * 120_000)[:120_000]
    for field in (*LEAD_FIELDS, "x"):
        body = json.dumps({field: text}, ensure_ascii=False).encode()
        assert shared.ask("POST", WEBSITE, body, {"Content-Type": JSON}).status == 202, field

    assert shared.post(WEBSITE, {"source_id": text[:1000]}).status == 422


EDGES = ["99999999999999999999", "-1", "0", "1e999999", "2147483648", "9999999", "10000000"]


def test_no_number_is_too_large_to_store(either: Site) -> None:
    """A number that no column holds is a flag on the lead, on both databases."""
    for number in EDGES:
        fields = "".join(f', "{name}": {number}' for name in LEAD_FIELDS if name != "email")
        body = f'{{"email": "jane@acme-widgets.com", "source_id": {number}{fields}}}'
        answer = either.ask("POST", WEBSITE, body.encode(), {"Content-Type": JSON})

        assert answer.status == 202, number


@pytest.mark.parametrize(
    ("method", "path", "body", "media", "status"),
    [
        ("POST", "/intake/web/nosuch", b"{}", JSON, 404),
        ("POST", "/intake/web/%00", b"{}", JSON, 404),
        ("POST", "/intake/web/..%2fwebsite", b"{}", JSON, 404),
        ("POST", "/nosuch", b"{}", JSON, 404),
        ("GET", "/", None, None, 404),
        ("GET", "/docs", None, None, 404),
        ("GET", WEBSITE, None, None, 405),
        ("DELETE", "/healthz", None, None, 405),
        ("POST", WEBSITE, b"{", JSON, 400),
        ("POST", WEBSITE, b"[" * 100_000, JSON, 400),
        ("POST", WEBSITE, b"", JSON, 400),
        ("POST", WEBSITE, b"\xff", JSON, 400),
        ("POST", WEBSITE, b'{"a": NaN}', JSON, 400),
        ("POST", WEBSITE, b"name=%FF", FORM, 400),
        ("POST", WEBSITE, b"{}", "text/plain", 415),
        ("POST", WEBSITE, b"{}", None, 415),
        ("POST", WEBSITE, b'{"a": 1, "a": 2}', JSON, 422),
        ("POST", WEBSITE, b'{"a": "\\u0000"}', JSON, 422),
        ("POST", WEBSITE, b'{"a": "\\ud800"}', JSON, 422),
        ("POST", WEBSITE, b'{"\\ud800": "a"}', JSON, 422),
        ("POST", WEBSITE, b'{"a": []}', JSON, 422),
    ],
)
def test_every_refusal_is_a_problem_document(
    shared: Site, method: str, path: str, body: bytes | None, media: str | None, status: int
) -> None:
    """Whatever is refused, by us or by the framework, says so in the one form (RFC 9457)."""
    before = shared.receipts()
    headers = {"Content-Type": media} if media else {}
    problem = assert_problem(shared.ask(method, path, body, headers), status)

    assert ("errors" in problem) == (status == 422)
    assert shared.receipts() == before


def test_405_says_what_is_allowed(shared: Site) -> None:
    """The Allow header of the framework is kept."""

    assert shared.get(WEBSITE).headers["allow"] == "POST"


def test_refusal_names_each_field(shared: Site) -> None:
    """The sender learns of every field at once."""
    answer = shared.post(WEBSITE, {"name": "\0", "city": "\ud800", "email": "fine@acme.com"})

    assert [e["field"] for e in answer.json["errors"]] == ["name", "city"]


def test_largest_body_is_taken(shared: Site) -> None:
    """The limit itself is still within it."""
    body = json.dumps({"message": ""}).encode()
    body = body.replace(b'""', b'"' + b"x" * (MAX_FORM_BYTES - len(body)) + b'"')

    assert len(body) == MAX_FORM_BYTES
    assert shared.ask("POST", WEBSITE, body, {"Content-Type": JSON}).status == 202


@pytest.mark.parametrize("declared", [MAX_FORM_BYTES + 1, 10**12, 10**19])
def test_too_large_a_body_is_refused_by_its_announcement(shared: Site, declared: int) -> None:
    """413 before a byte of it is read, and the line is closed."""
    with shared.line() as line:
        line.sendall(head("POST", WEBSITE, *POST_JSON, f"Content-Length: {declared}"))
        assert_problem(answer_on(line), 413)

        assert is_closed(line)


def test_too_large_a_chunked_body_is_refused_on_the_way(shared: Site) -> None:
    """Without an announced size, 413 comes as soon as the limit is passed."""
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with shared.line() as line:
        line.sendall(head("POST", WEBSITE, *POST_JSON, "Transfer-Encoding: chunked"))
        for _ in range(5):
            line.sendall(chunk)
        assert_problem(answer_on(line), 413)

        assert is_closed(line)


def test_chunked_body_is_taken(shared: Site) -> None:
    """A body in pieces is a body."""
    body = json.dumps(GOOD).encode()
    pieces = [body[n : n + 7] for n in range(0, len(body), 7)]
    with shared.line() as line:
        line.sendall(head("POST", WEBSITE, *POST_JSON, "Transfer-Encoding: chunked"))
        for piece in pieces:
            line.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        line.sendall(b"0\r\n\r\n")

        assert answer_on(line).status == 202


@pytest.mark.parametrize("sent", [b"", b'{"name": "Ja'])
def test_slow_body_is_given_up(hasty: Site, sent: bytes) -> None:
    """408 when the body does not come, and the line is closed: nobody holds a place for ever."""
    with hasty.line() as line:
        line.sendall(head("POST", WEBSITE, *POST_JSON, "Content-Length: 100") + sent)
        assert_problem(answer_on(line), 408)

        assert is_closed(line)
    assert hasty.receipts() == 0


def test_trickled_body_is_given_up(hasty: Site) -> None:
    """The time is for the whole body: a byte now and then does not stretch it."""
    with hasty.line() as line:
        line.settimeout(0.05)
        line.sendall(head("POST", WEBSITE, *POST_JSON, "Content-Length: 100"))
        got = b""
        for _ in range(60):
            line.sendall(b" ")
            try:
                got = line.recv(4096)
                break
            except TimeoutError:
                continue

    assert got.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\n{}\r\n0\r\n\r\n",
        b"-2\r\n{}\r\n0\r\n\r\n",
        b"2\r\n{}xx0\r\n\r\n",
        b"\x00\x00\r\n",
    ],
)
def test_broken_chunks_are_refused(shared: Site, body: bytes) -> None:
    """A body whose pieces do not fit is no delivery; the next sender is served."""
    before = shared.receipts()
    with shared.line() as line:
        line.sendall(head("POST", WEBSITE, *POST_JSON, "Transfer-Encoding: chunked") + body)
        assert answer_on(line).status == 400

    assert shared.receipts() == before
    assert shared.post(WEBSITE, GOOD).status == 202


@pytest.mark.parametrize(
    "fields",
    [
        ("Content-Length: ten",),
        ("Content-Length: -1",),
        ("Content-Length: \u00b2",),
        ("Content-Length: " + "9" * 5_000,),
        ("Content-Length: 2", "Content-Length: 3"),
        ("Content-Length : 2",),
        ("Idempotency-Key: a\x00b", "Content-Length: 2"),
    ],
)
def test_broken_headers_are_refused(shared: Site, fields: tuple[str, ...]) -> None:
    """What no two servers would read alike is a 400 of the server itself."""
    before = shared.receipts()
    with shared.line() as line:
        line.sendall(head("POST", WEBSITE, *POST_JSON, *fields) + b"{}")
        assert answer_on(line).status == 400

    assert shared.receipts() == before


def test_sender_that_hangs_up_is_no_harm(site: Site) -> None:
    """A line that breaks in the middle stores nothing and does not disturb the next sender."""
    for sent in (b"", b"{", json.dumps(GOOD).encode()[:-1]):
        with site.line() as line:
            line.sendall(head("POST", WEBSITE, *POST_JSON, "Content-Length: 5000") + sent)

    assert site.post(WEBSITE, GOOD).status == 202
    assert site.receipts() == 1


def test_line_is_kept_for_the_next_lead(shared: Site) -> None:
    """One connection carries many leads, refused ones between them."""
    with shared.line() as line:
        for body, status in ((b"{}", 202), (b"{", 400), (b"{}", 202)):
            length = f"Content-Length: {len(body)}"
            line.sendall(head("POST", WEBSITE, *POST_JSON, length) + body)
            assert answer_on(line).status == status


def test_locked_database_asks_to_come_again(site: Site) -> None:
    """503 with Retry-After: the sender keeps the lead until it can be stored."""

    def refuse(*_: object) -> None:
        raise OperationalError("INSERT", {"email": "jane@acme-widgets.com"}, Exception("locked"))

    engine = site.program.ports.database.engine
    event.listen(engine, "before_cursor_execute", refuse)
    answer = site.post(WEBSITE, GOOD)
    event.remove(engine, "before_cursor_execute", refuse)

    problem = assert_problem(answer, 503)
    assert answer.headers["retry-after"].isdigit()
    assert "jane" not in json.dumps(problem)
    assert site.post(WEBSITE, GOOD).status == 202


def test_lost_table_asks_to_come_again(either: Site) -> None:
    """A database that is there but cannot store is no different from one that is away."""
    with either.program.ports.database.writing() as work:
        work.connection.exec_driver_sql("ALTER TABLE receipts RENAME TO gone")
    answer = either.post(WEBSITE, GOOD)

    assert_problem(answer, 503)
    assert answer.headers["retry-after"].isdigit()


def test_before_the_policy_is_read_senders_wait(sqlite_databases: SqliteDatabases) -> None:
    """A program that has not read its policy yet takes nothing, and says when to come again."""
    with serving(a_program(sqlite_databases.fresh(), adopted=False)) as site:
        answer = site.post(WEBSITE, GOOD)

        assert_problem(answer, 503)
        assert answer.headers["retry-after"].isdigit()


def test_unforeseen_error_says_and_logs_nothing_of_the_lead(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug is a 500 in the one form; its message, which may quote a lead, goes nowhere."""

    def fail(*_: object) -> None:
        raise RuntimeError("jane@acme-widgets.com")

    engine = site.program.ports.database.engine
    event.listen(engine, "before_cursor_execute", fail)
    answer = site.post(WEBSITE, GOOD)
    event.remove(engine, "before_cursor_execute", fail)

    assert b"jane" not in answer.body
    assert_problem(answer, 500)
    shown = capsys.readouterr()
    assert "jane" not in shown.out + shown.err
    assert "RuntimeError" in shown.out + shown.err
