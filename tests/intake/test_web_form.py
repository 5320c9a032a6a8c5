"""A form's POST becomes a draft, by the mapping that policy states (I1)."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.policy_folder import read_policy_folder
from handlers.flows.draft import LeadDraft
from handlers.intake.fields import LEAD_FIELDS, MAX_KEY, MAX_SOURCE_ID
from handlers.intake.problem import FieldProblem, RefusedError
from handlers.intake.sources import named
from handlers.intake.web_form import parse
from routing.normalise.lead import RawLead, normalise
from routing.policy.model import Policy
from routing.policy.reading.load import load_policy
from tests.conftest import POLICY as POLICY_FOLDER
from tests.intake.builders import a_source, an_arrival

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The example policy: `website` calls the name `full_name`, `demo-request` the title `role`."""
    return load_policy(read_policy_folder(POLICY_FOLDER))


def draft(policy: Policy, fields: object, form: str = "website", **headers: str) -> LeadDraft:
    sent = {"content-type": JSON} | {k.replace("_", "-"): v for k, v in headers.items()}
    return delivered(policy, form, sent, json.dumps(fields).encode())


def delivered(policy: Policy, form: str, headers: dict[str, str], body: bytes) -> LeadDraft:
    return parse(named("web", policy, form), an_arrival(body, headers, key=form))


def refused(policy: Policy, fields: object, form: str = "website", **headers: str) -> RefusedError:
    with pytest.raises(RefusedError) as refusal:
        draft(policy, fields, form, **headers)
    return refusal.value


def test_plain_names_are_lead_fields(policy: Policy) -> None:
    """A form that uses Baton's own names needs no mapping; what is no lead field stays raw."""
    fields = {name: f"the {name}" for name in LEAD_FIELDS}
    found = draft(policy, fields | {"utm_source": "ads"})

    assert found.raw == RawLead(**fields)
    assert b"utm_source" in found.payload
    assert found.source.id == "website"


@pytest.mark.parametrize(
    ("form", "sent", "field", "value"),
    [
        ("website", {"full_name": "Jane Roe"}, "name", "Jane Roe"),
        ("website", {"full_name": "Jane Roe", "name": "x"}, "name", "Jane Roe"),
        ("website", {"full_name": "", "name": "Jane Roe"}, "name", "Jane Roe"),
        ("website", {"full_name": " \t", "name": "Jane Roe"}, "name", "Jane Roe"),
        ("website", {"full_name": None, "name": "Jane Roe"}, "name", "Jane Roe"),
        ("website", {"role": "CTO"}, "job_title", None),
        ("demo-request", {"role": "CTO"}, "job_title", "CTO"),
        ("demo-request", {"job_title": "CTO"}, "job_title", "CTO"),
        ("demo-request", {"employees": 1200}, "company_size", "1200"),
        ("demo-request", {"employees": 0}, "company_size", "0"),
        ("demo-request", {"full_name": "Jane Roe"}, "name", None),
    ],
)
def test_fields_are_mapped_by_the_source(
    policy: Policy, form: str, sent: dict[str, object], field: str, value: str | None
) -> None:
    """The source's own name for a field comes first; a blank one does not hide the plain name."""

    assert getattr(draft(policy, sent, form).raw, field) == value


@pytest.mark.parametrize("fields", [{}, {"email": ""}, {"email": None}, {"x": "y"}])
def test_missing_fields_are_no_error(policy: Policy, fields: dict[str, object]) -> None:
    """A lead with nothing in it is still a lead: it gets flags, not a refusal."""

    assert draft(policy, fields).raw == RawLead()


def test_form_encoding_gives_the_same_draft(policy: Policy) -> None:
    """JSON and a form of the same fields are the same lead."""
    sent = delivered(
        policy, "website", {"content-type": FORM}, b"full_name=Zo%C3%AB+Roe&phone=%2B1"
    )

    assert sent.raw == draft(policy, {"full_name": "Zoë Roe", "phone": "+1"}).raw


def test_raw_payload_is_kept_as_it_came(policy: Policy) -> None:
    """The body is kept byte for byte, with the media type it was sent under."""
    body = b' {"name" : "Jane\\u0020Roe" , "x": 1e400 } '
    found = delivered(policy, "website", {"content-type": JSON + ";charset=utf-8"}, body)

    assert found.payload == body
    assert found.content_type == "application/json;charset=utf-8"


def test_endless_content_type_is_cut(policy: Policy) -> None:
    """No header is longer than its column."""
    found = draft(policy, {}, content_type=JSON + ";x=" + "y" * 5_000)

    assert len(found.content_type) == 200


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("abc", "abc"),
        ('"abc"', "abc"),
        ("  abc  ", "abc"),
        (' "abc" ', "abc"),
        ('"a b"', "a b"),
        ('"abc', '"abc'),
        ('abc"', 'abc"'),
        ('"', '"'),
        ('""', None),
        ("", None),
        ("   ", None),
        ("é", "é"),
        ("k" * MAX_KEY, "k" * MAX_KEY),
        (f'"{"k" * MAX_KEY}"', "k" * MAX_KEY),
    ],
)
def test_idempotency_key_with_or_without_quotes(
    policy: Policy, header: str, key: str | None
) -> None:
    """The draft standard writes the key in quotes, most senders do not: it is the same key."""

    assert draft(policy, {}, idempotency_key=header).delivery_key == key


@pytest.mark.parametrize("header", ["k" * (MAX_KEY + 1), f'"{"k" * (MAX_KEY + 1)}"', "k" * 100_000])
def test_too_long_a_key_is_refused(policy: Policy, header: str) -> None:
    """A cut key could be another delivery's: it is refused, naming the header."""
    refusal = refused(policy, {}, idempotency_key=header)

    assert refusal.status == 422
    assert refusal.problems == (
        FieldProblem("Idempotency-Key", f"at most {MAX_KEY} characters"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "source_id"),
    [
        ("crm-7", "crm-7"),
        (" crm-7\n", "crm-7"),
        (42, "42"),
        (10**30, str(10**30)),
        (True, "true"),
        ("", None),
        ("   ", None),
        (None, None),
        ("s" * MAX_SOURCE_ID, "s" * MAX_SOURCE_ID),
    ],
)
def test_source_id_is_text(policy: Policy, sent: object, source_id: str | None) -> None:
    """The record's id in the source, whether it was a number there or not."""

    assert draft(policy, {"source_id": sent}).source_id == source_id


def test_too_long_a_source_id_is_refused(policy: Policy) -> None:
    """Two records with the same beginning are not one lead."""
    refusal = refused(policy, {"source_id": "s" * (MAX_SOURCE_ID + 1)})

    assert (refusal.status, refusal.problems[0].field) == (422, "source_id")


@pytest.mark.parametrize(
    "form", ["", "nosuch", "WEBSITE", "website ", "../website", "event-list", "\x00", "é" * 999]
)
def test_form_that_policy_does_not_name_is_not_found(policy: Policy, form: str) -> None:
    """Only forms named in sources.yml take leads; a source of another kind is no form."""

    assert refused(policy, {}, form).status == 404


def test_unicode_is_made_normal(policy: Policy) -> None:
    """One name written in two ways is one name: the draft is raw, normalising makes it NFC."""
    composed = draft(policy, {"name": "Zoë Müller", "city": "Köln"})
    apart = draft(policy, {"name": "Zoe\u0308 Mu\u0308ller", "city": "Ko\u0308ln"})

    assert composed.raw != apart.raw
    assert normalise(composed.raw).full_name == normalise(apart.raw).full_name == "Zoë Müller"
    assert normalise(apart.raw).city == "Köln"


def suspicions(sent: dict[str, object], **stated: object) -> tuple[str, ...]:
    """What a form with this policy finds odd about these fields from our page."""
    headers = {"content-type": JSON, "origin": "https://www.ours.example"}
    arrival = an_arrival(json.dumps(sent).encode(), headers)
    return parse(a_source("web", **stated), arrival).suspicions


@pytest.mark.parametrize("value", ["http://spam.example", "0", 0, False, "\u200b"])
def test_whatever_fills_the_honeypot_is_suspicious(value: object) -> None:
    """A field that people do not see; a machine does not leave it alone."""

    assert suspicions({"url2": value}, honeypot="url2") == ("honeypot",)
    assert suspicions({"url2": value}) == ()


@pytest.mark.parametrize("value", ["", " \t", None])
def test_honeypot_left_alone_is_nothing(value: object) -> None:
    """A browser sends it empty, a script leaves it out."""

    assert suspicions({"url2": value}, honeypot="url2") == suspicions({}, honeypot="url2") == ()


@pytest.mark.parametrize(
    ("origins", "odd"),
    [
        ([], ()),
        (["*"], ()),
        (["https://www.ours.example"], ()),
        (["https://ours.example"], ("origin",)),
        (["http://www.ours.example"], ("origin",)),
        (["https://www.ours.example:8443"], ("origin",)),
    ],
)
def test_page_is_known_by_its_whole_origin(origins: list[str], odd: tuple[str, ...]) -> None:
    """Scheme, host and port; a form without origins is for every page."""

    assert suspicions({}, origins=origins) == odd


TYPES = st.one_of(
    st.sampled_from([JSON, FORM, JSON + "; charset=utf-8", FORM + ";x", "text/plain", ""]),
    st.text(max_size=40),
)
TEXTS = st.text(st.characters(codec=None), max_size=20)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
NAMES = st.one_of(st.sampled_from([*LEAD_FIELDS, "source_id", "full_name", "role"]), TEXTS)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(NAMES, SCALARS))
BODIES = st.one_of(
    st.binary(max_size=200),
    st.dictionaries(NAMES, VALUES, max_size=8).map(lambda fields: json.dumps(fields).encode()),
    st.lists(st.tuples(st.sampled_from(LEAD_FIELDS), st.binary(max_size=12)), max_size=6).map(
        lambda pairs: b"&".join(name.encode() + b"=" + text for name, text in pairs)
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(["idempotency-key", "content-length", "x-other"]), st.text(max_size=300)
)


def outcome(
    policy: Policy, headers: dict[str, str], body: bytes
) -> tuple[LeadDraft | None, RefusedError | None]:
    try:
        return delivered(policy, "website", headers, body), None
    except RefusedError as refusal:
        return None, refusal


@settings(max_examples=300, deadline=None)
@example(JSON, b"[" * 100_000, {})
@example(JSON, b'{"company_size": 1e999999}', {})
@example(JSON, b'{"company_size": ' + b"9" * 5_000 + b"}", {})
@example(FORM, b"&" * 10_000, {})
@given(content_type=TYPES, body=BODIES, headers=HEADERS)
def test_every_delivery_is_a_draft_or_a_refusal(
    policy: Policy, content_type: str, body: bytes, headers: dict[str, str]
) -> None:
    """Whatever arrives, nothing but a draft or a RefusedError comes out, and both can be kept."""
    found, refusal = outcome(policy, headers | {"content-type": content_type}, body)

    if refusal is not None:
        assert 400 <= refusal.status < 500
        assert json.dumps(refusal.as_json(), ensure_ascii=False).encode()
    else:
        assert found is not None
        assert found.payload == body
        assert "\0" not in "".join(getattr(found.raw, name) or "" for name in LEAD_FIELDS)
        assert repr(found.raw).encode()
        normalise(found.raw)
