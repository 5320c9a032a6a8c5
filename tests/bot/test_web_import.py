"""`POST /intake/import/{source}`: a file durable and on record before it is answered (I1, I2)."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bot.web import imports
from handlers.flows.taking_in.import_leads import import_leads
from handlers.flows.working.set_switch import set_switch
from storage.audit import Actor
from tests.bot.serving import TOKEN, Answer, Site, a_program, answer_on, head, serving
from tests.flows.imports import a_file
from tests.support.databases import SqliteDatabases

UPLOAD = "/intake/import/event-list"
BEARER = f"Bearer {TOKEN}"
LEADS = a_file("ann", "bea").encode()


def post(site: Site, body: bytes, path: str = UPLOAD, **headers: str) -> Answer:
    sent = {"authorization": BEARER, "content-type": "text/csv"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return site.ask("POST", path, body, sent)


def runs(site: Site) -> int:
    with site.program.ports.database.reading() as work:
        return len(work.imports.listed())


def test_file_is_on_record_and_its_rows_follow(site: Site) -> None:
    """202 with the import's id; nothing else is needed to take the rows in, on any replica."""
    answer = post(site, LEADS, f"{UPLOAD}?tell=none&name=list.csv")

    assert (answer.status, answer.json["status"]) == (202, "accepted")
    assert site.leads() == 0
    import_leads(site.program.ports, answer.json["receipt"])
    assert site.leads() == 2
    status = site.get(f"{UPLOAD}/{answer.json['receipt']}", authorization=BEARER)
    assert status.status == 200
    assert (status.json["state"], status.json["accepted"]) == ("finished", 2)
    assert (status.json["file_name"], status.json["handling"]["tell"]) == ("list.csv", "none")


def test_same_file_twice_is_one_import(site: Site) -> None:
    """The second upload gets the first one's id."""
    first, second = post(site, LEADS), post(site, LEADS)

    assert second.json == {"receipt": first.json["receipt"], "status": "duplicate"}
    assert runs(site) == 1


def test_form_with_a_file_is_read(site: Site) -> None:
    """A browser's upload: the file's name and its bytes, whatever the field is called."""
    form = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="my leads.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + LEADS + b"\r\n--x--\r\n"
    )

    answer = post(site, form, content_type="multipart/form-data; boundary=x")

    assert answer.status == 202
    with site.program.ports.database.reading() as work:
        assert work.imports.get(answer.json["receipt"]).file_name == "my leads.csv"


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}"])
def test_without_a_secret_nothing_is_read_or_told(shared: Site, given: str) -> None:
    """401 before the body is looked at, for the upload and for its status."""
    assert post(shared, LEADS, authorization=given).status == 401
    assert shared.get(f"{UPLOAD}/imp_0000000000000000", authorization=given).status == 401


def test_without_any_secret_set_uploads_are_shut(sqlite_databases: SqliteDatabases) -> None:
    """403: an unset token is no empty password."""
    with serving(a_program(sqlite_databases.fresh(), token=None)) as site:
        assert post(site, LEADS, authorization="Bearer ").status == 403


@pytest.mark.parametrize(
    ("path", "media", "body", "status"),
    [
        (UPLOAD, "text/csv", b"", 422),
        (UPLOAD, "text/csv", b"colour\nred\n", 422),
        (UPLOAD, "text/csv", b"PK\x03\x04", 422),
        (UPLOAD, "application/json", LEADS, 415),
        (UPLOAD, "", LEADS, 415),
        (UPLOAD, "multipart/form-data", LEADS, 400),
        (UPLOAD, "multipart/form-data; boundary=x", LEADS, 400),
        (UPLOAD, "multipart/form-data; boundary=x", b"--x--\r\n", 400),
        (f"{UPLOAD}?tell=all&route=1", "text/csv", LEADS, 422),
        ("/intake/import/website", "text/csv", LEADS, 404),
        ("/intake/import/nosuch", "text/csv", LEADS, 404),
    ],
)
def test_what_cannot_be_used_is_refused_and_not_stored(
    shared: Site, path: str, media: str, body: bytes, status: int
) -> None:
    """A problem says what to change; nothing is on record."""
    before = runs(shared)
    answer = post(shared, body, path, content_type=media)

    assert (answer.status, answer.media) == (status, "application/problem+json")
    assert runs(shared) == before


def test_wrong_choices_are_named(shared: Site) -> None:
    """Each with what it may be."""
    answer = post(shared, LEADS, f"{UPLOAD}?tell=all&clocks=maybe")

    assert [error["field"] for error in answer.json["errors"]] == ["clocks", "tell"]


def test_too_large_a_file_is_refused_early(shared: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """413 by what it says of itself, and by what arrives when it says nothing."""
    monkeypatch.setattr(imports, "MAX_BYTES", 1000)
    chunked = head("POST", UPLOAD, f"Authorization: {BEARER}", "Content-Type: text/csv",
                   "Transfer-Encoding: chunked")  # fmt: skip

    assert post(shared, b"x" * 1001).status == 413
    with shared.line() as line:
        line.sendall(chunked + b"3e9\r\n" + b"x" * 1001 + b"\r\n")
        assert answer_on(line).status == 413


@pytest.fixture
def impatient(sqlite_databases: SqliteDatabases) -> Iterator[Site]:
    with serving(a_program(sqlite_databases.fresh()), read_seconds=0.2) as site:
        yield site


def test_body_that_stops_coming_is_given_up(impatient: Site) -> None:
    """408 when nothing more arrives; a file that ends early leaves nothing behind."""
    request = head("POST", UPLOAD, f"Authorization: {BEARER}", "Content-Type: text/csv",
                   f"Content-Length: {len(LEADS)}")  # fmt: skip

    with impatient.line() as line:
        line.sendall(request + LEADS[:10])
        assert answer_on(line).status == 408
    with impatient.line() as line:
        line.sendall(request + LEADS[:10])
        line.shutdown(socket.SHUT_WR)
    assert runs(impatient) == 0


def test_import_of_another_source_or_none_is_not_told(site: Site) -> None:
    """404, whatever stands in the address."""
    for given in ("imp_0000000000000000", "x", "%00", "..%2f"):
        assert site.get(f"{UPLOAD}/{given}", authorization=BEARER).status == 404


def test_switched_off_imports_are_asked_for_later(site: Site) -> None:
    """503 with a time to come back at."""
    actor = Actor(kind="system", id="test")
    set_switch(site.program.ports, "imports", is_on=False, actor=actor, reason="test")

    answer = post(site, LEADS)

    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
