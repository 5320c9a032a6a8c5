"""A partner's signed JSON becomes a draft (I1)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.flows.draft import LeadDraft
from handlers.intake.arrival import NotSetUpError
from handlers.intake.fields import LEAD_FIELDS
from handlers.intake.partner import parse, verify
from handlers.intake.problem import RefusedError
from routing.normalise.lead import RawLead
from tests.intake.builders import OTHER_SECRET, SECRET, a_source, an_arrival, signed

PATHS = {"name": "contact.full_name", "email": "contact.email", "company": "org", "source_id": "id"}


def draft(sent: object, **source: Any) -> LeadDraft:
    body = json.dumps(sent).encode()
    return parse(a_source("partner", **source), an_arrival(body, signed(body)))


def refused(body: bytes, media: str = "application/json", **source: Any) -> RefusedError:
    headers = signed(body) | {"content-type": media}
    with pytest.raises(RefusedError) as refusal:
        parse(a_source("partner", **source), an_arrival(body, headers))
    return refusal.value


def test_plain_names_need_no_mapping() -> None:
    """A partner that speaks Baton's names is read as it is; the rest stays in the payload."""
    fields = {name: f"the {name}" for name in LEAD_FIELDS}
    found = draft(fields | {"utm": {"deep": [1]}, "source_id": 7})

    assert found.raw == RawLead(**fields)
    assert found.source_id == "7"
    assert found.delivery_key == "msg_1"
    assert b"deep" in found.payload


def test_names_may_be_paths_in_an_envelope() -> None:
    """`contact.email` below the member that policy calls the envelope."""
    lead = {"id": "L1", "contact": {"full_name": "Jane", "email": "j@acme.com"}, "org": "Acme"}
    found = draft({"type": "lead", "data": lead}, envelope="data", fields=PATHS)

    assert found.raw == RawLead(name="Jane", email="j@acme.com", company="Acme")
    assert found.source_id == "L1"


def test_name_with_a_dot_comes_before_the_path() -> None:
    """A member that is really called so is meant."""
    sent = {"contact.email": "flat@acme.com", "contact": {"email": "deep@acme.com"}}

    assert draft(sent, fields=PATHS).raw.email == "flat@acme.com"


@pytest.mark.parametrize("contact", [None, "Jane", 7, [], {}, {"email": None}])
def test_path_that_leads_nowhere_is_a_missing_field(contact: object) -> None:
    """A partner may leave things out; that is a lead with flags."""

    assert draft({"contact": contact}, fields=PATHS).raw == RawLead()


@pytest.mark.parametrize("value", [{"email": "x"}, ["x"], [], {}])
def test_field_that_is_no_text_is_refused(value: object) -> None:
    """An object where a field should be is a mistake in the mapping: it is named."""
    refusal = refused(json.dumps({"contact": {"email": value}}).encode(), fields=PATHS)

    assert (refusal.status, refusal.problems[0].field) == (422, "contact.email")


@pytest.mark.parametrize("sent", [{}, {"data": None}, {"data": []}, {"data": "x"}, {"lead": {}}])
def test_missing_envelope_is_refused(sent: object) -> None:
    """Reading the wrong member would lose the lead."""
    refusal = refused(json.dumps(sent).encode(), envelope="data")

    assert (refusal.status, refusal.problems[0].field) == (422, "data")


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"{}", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b"{}", "", 415),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"x":' * 900 + b"1" + b"}" * 900 + b"]", "application/json", 400),
        (b'{"email": "a", "email": "b"}', "application/json", 422),
        (b'{"email": "\\ud800"}', "application/json", 422),
        (b'{"email": "\\u0000"}', "application/json", 422),
        (b'{"source_id": "%s"}' % (b"x" * 201), "application/json", 422),
    ],
)
def test_what_cannot_be_read_is_refused(body: bytes, media: str, status: int) -> None:
    """As strict as the forms are: a signature proves who sends, not what."""

    assert refused(body, media).status == status


def test_numbers_stay_the_text_they_were() -> None:
    """An id of twenty digits is not rounded."""

    assert draft({"source_id": 12345678901234567890}).source_id == "12345678901234567890"


@given(st.binary(max_size=300), st.sampled_from(["data", None]))
def test_any_body_is_a_draft_or_a_refusal(body: bytes, envelope: str | None) -> None:
    """A signed delivery of any bytes never raises anything else."""
    source = a_source("partner", envelope=envelope, fields=PATHS)
    status = 202
    try:
        parse(source, an_arrival(body, signed(body)))
    except RefusedError as refusal:
        status = refusal.status

    assert status in (202, 400, 422)


def test_signature_by_either_secret_is_taken() -> None:
    """The variable may hold two secrets, with blanks or commas between."""
    source, both = a_source("partner"), f"{SECRET},\n {OTHER_SECRET} "
    for secret in (SECRET, OTHER_SECRET):
        verify(source, an_arrival(b"{}", signed(b"{}", secret=secret), secret=both))

    with pytest.raises(RefusedError) as refusal:
        verify(source, an_arrival(b"{}", signed(b"{}", secret=OTHER_SECRET)))
    assert refusal.value.status == 401


@pytest.mark.parametrize("secret", [None, "", " , ", "not base64!", f"{SECRET},not base64!"])
def test_missing_or_unusable_secret_names_its_variable(secret: str | None) -> None:
    """Nobody can be told from anybody: the source is shut, and the log can say what to set."""
    with pytest.raises(NotSetUpError) as refusal:
        verify(a_source("partner"), an_arrival(b"{}", signed(b"{}"), secret=secret))

    assert refusal.value.status == 503
    assert refusal.value.variable == "TESTED_SOURCE_SECRET"
    assert "TESTED" not in refusal.value.detail
