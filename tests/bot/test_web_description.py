"""`/openapi.json` says what the edge does, and the edge does what it says."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.intake.fields import LEAD_FIELDS
from storage.switches import SWITCHES
from tests.bot.serving import FORM, JSON, TOKEN, Answer, Site
from tests.intake.builders import SECRET, signed

CONTRACT = {
    ("/intake/web/{form}", "post"),
    ("/intake/partner/{partner}", "post"),
    ("/intake/email/{mailbox}", "post"),
    ("/intake/import/{source}", "post"),
    ("/intake/import/{source}/{import_id}", "get"),
    ("/switches", "get"),
    ("/switches", "post"),
    ("/healthz", "get"),
    ("/readyz", "get"),
    ("/metrics", "get"),
}


@pytest.fixture(scope="module")
def description(shared: Site) -> dict[str, Any]:
    answer = shared.get("/openapi.json")
    assert (answer.status, answer.media) == (200, JSON)
    described: dict[str, Any] = answer.json
    return described


def operations(description: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (path, method): operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def test_description_has_every_endpoint(description: dict[str, Any]) -> None:
    """Whoever integrates finds each endpoint of the contract, and nothing that is not there."""

    assert operations(description).keys() == CONTRACT


def test_every_refusal_is_described_as_a_problem(description: dict[str, Any]) -> None:
    """Each refusal an endpoint may give is listed with its one form."""
    for (path, _), operation in operations(description).items():
        for status, response in operation["responses"].items():
            if status.startswith("4") or (status == "503" and path != "/readyz"):
                assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_lead_fields_are_described(description: dict[str, Any]) -> None:
    """A form's author finds the plain names of all lead fields, in both encodings."""
    body = operations(description)["/intake/web/{form}", "post"]["requestBody"]

    assert set(body["content"]) == {JSON, FORM}
    for media in body["content"].values():
        assert set(media["schema"]["properties"]) == {*LEAD_FIELDS, "source_id"}


HEADER_TEXT = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f")
)
TEXTS = st.text(st.characters(codec=None), max_size=30)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.sampled_from(SWITCHES)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)
NAMES = st.one_of(
    st.sampled_from([*LEAD_FIELDS, "source_id", "full_name", "on", "reason"]), TEXTS
)  # fmt: skip
BODIES = st.one_of(
    st.none(),
    st.binary(max_size=300),
    st.dictionaries(NAMES, VALUES, max_size=6).map(lambda fields: json.dumps(fields).encode()),
    st.dictionaries(NAMES, st.binary(max_size=9), max_size=4).map(
        lambda fields: b"&".join(
            quote(name.encode("utf-8", "replace")).encode() + b"=" + text
            for name, text in fields.items()
        )
    ),
)
MEDIA = [JSON, FORM, JSON + ";charset=x", "text/plain", "text/csv", "message/rfc822",
         "multipart/form-data; boundary=b"]  # fmt: skip
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.sampled_from(MEDIA) | HEADER_TEXT,
        "Idempotency-Key": HEADER_TEXT,
        "Authorization": st.sampled_from([f"Bearer {TOKEN}", "Bearer x"]) | HEADER_TEXT,
        "webhook-id": HEADER_TEXT,
        "webhook-timestamp": st.integers().map(str) | HEADER_TEXT,
        "webhook-signature": st.just("v1,AAAA") | HEADER_TEXT,
        "Accept": HEADER_TEXT,
        "X-Forwarded-For": HEADER_TEXT,
    },
)
FORMS = st.sampled_from(["website", "acme", "leads", "event-list"]) | st.text(
    st.characters(codec="utf-8"), min_size=1, max_size=20
)


def filled(path: str, name: str) -> str:
    """The path with every placeholder replaced by the same name."""
    return re.sub(r"\{\w+\}", lambda _: quote(name, safe=""), path)


def ask(site: Site, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    sent = {
        name: value.strip().encode("latin-1").decode("latin-1") for name, value in headers.items()
    }
    return site.ask(method.upper(), path, body, sent)


def known(body: bytes | None) -> dict[str, str]:
    """The headers of somebody who knows every secret."""
    seal = signed(body or b"", at=datetime.now(UTC))
    return {name: value for name, value in seal.items() if name != "content-type"} | {
        "Authorization": f"Bearer {TOKEN}"
    }


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example policy's sources are set up."""
    monkeypatch.setenv("ACME_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("LEADS_MAILBOX_SECRET", TOKEN)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.parametrize("knows", [True, False])
@pytest.mark.parametrize(("path", "method"), sorted(CONTRACT))
@given(form=FORMS, body=BODIES, headers=HEADERS)
def test_every_answer_is_described(
    shared: Site,
    description: dict[str, Any],
    path: str,
    method: str,
    knows: bool,
    form: str,
    body: bytes | None,
    headers: dict[str, str],
) -> None:
    """Whatever anybody sends anywhere: no server error, and no answer left undescribed."""
    operation = operations(description)[path, method]
    if knows:
        headers = headers | known(body)
    try:
        answer = ask(shared, method, filled(path, form), body, headers)
    except HTTPException as broken:
        pytest.fail(f"the line broke: {broken!r}")

    assert answer.status < 500
    if answer.body == b"Invalid HTTP request received.":
        return
    described = operation["responses"].get(str(answer.status))
    if described is None:
        # A form's name may be no name at all: then the router finds nothing there, or with a slash
        # in it another endpoint.
        assert answer.status in (404, 405)
        assert not re.fullmatch(r"[\w-]+", form)
        return
    assert answer.media in described["content"]
