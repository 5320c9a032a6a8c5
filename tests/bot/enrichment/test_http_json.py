"""A provider over HTTP: mapped by policy, and whatever it sends, the caller gets values or one
error (I8, G6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest

from bot.connectors.enrichment.http_json import HttpEnricher
from bot.connectors.outgoing import Outgoing
from handlers.flows.ports import EnrichmentFailedError
from routing.policy.tables.enrichment import HttpSource
from tests.bot.enrichment.server import HOST, Answering, Service, drip, flood, hang, http, running

GOOD = {"company": {"name": "Acme", "staff": {"count": 120}}, "place": {"iso": "DE"}}
FIELDS = {"company": "company.name", "company_size": "company.staff.count", "country": "place.iso"}
SECRET = "k-3f9a"
MOST = 1.0
"""Seconds a call with a deadline of a quarter of a second may take, on a busy machine."""


@pytest.fixture
def service() -> Iterator[Service]:
    with running(http(GOOD)) as service:
        yield service


def asked(service: Service, **changes: Any) -> Mapping[str, Any]:
    stated: dict[str, Any] = {
        "url": service.url,
        "fields": FIELDS,
        "ports": [service.port],
        "allow_http": True,
        "allow_private": [HOST],
        "deadline_seconds": 5,
    }
    source = HttpSource.model_validate(stated | changes)
    return HttpEnricher("data", source, Outgoing(), lambda name: None).look_up("acme.com")


def failure(service: Service, **changes: Any) -> EnrichmentFailedError:
    with pytest.raises(EnrichmentFailedError) as failed:
        asked(service, **changes)
    return failed.value


def test_values_are_found_by_their_paths(service: Service) -> None:
    """The domain goes into the address; each field comes from where policy says it stands."""
    assert asked(service) == {"company": "Acme", "company_size": 120, "country": "DE"}
    assert service.requests[0].startswith("GET /companies?domain=acme.com HTTP/1.1")


def test_secret_comes_from_the_environment_into_its_header(service: Service) -> None:
    """Policy names the variable and the header; the value stands in neither."""
    source_secret = {"env": "DATA_KEY", "header": "X-Api-Key", "prefix": "Token "}
    stated = {"url": service.url, "fields": FIELDS, "secret": source_secret}
    reach = {"ports": [service.port], "allow_http": True, "allow_private": [HOST]}
    source = HttpSource.model_validate(stated | reach)
    HttpEnricher("data", source, Outgoing(), {"DATA_KEY": SECRET}.get).look_up("acme.com")

    assert f"X-Api-Key: Token {SECRET}\r\n" in service.requests[0]


@pytest.mark.parametrize(
    ("value", "why"),
    [(None, "secret_missing"), ("", "secret_missing"), ("a\nb", "secret_unusable")],
)
def test_without_its_secret_nobody_is_asked(service: Service, value: str | None, why: str) -> None:
    """A missing or broken secret is a failure that says so, and no call."""
    stated = {"url": service.url, "fields": FIELDS, "secret": {"env": "DATA_KEY"}}
    source = HttpSource.model_validate(stated | {"ports": [service.port], "allow_http": True})
    with pytest.raises(EnrichmentFailedError) as failed:
        HttpEnricher("data", source, Outgoing(), lambda name: value).look_up("acme.com")

    assert failed.value.reason == why
    assert service.requests == []


@pytest.mark.parametrize("domain", ["a/../b", "a?x=1", "a b", "ä.de", "a\r\nX: y", "a%2e"])
def test_domain_cannot_leave_its_place_in_the_address(service: Service, domain: str) -> None:
    """Whatever the domain holds, it is one value of one parameter."""
    stated = {"url": service.url, "fields": FIELDS, "ports": [service.port], "allow_http": True}
    source = HttpSource.model_validate(stated | {"allow_private": [HOST]})
    HttpEnricher("data", source, Outgoing(), lambda name: None).look_up(domain)

    target = service.requests[0].split(" ")[1]
    assert target.startswith("/companies?domain=")
    assert not set(target.removeprefix("/companies?domain=")) & set("/?& \r\n")


@pytest.mark.parametrize(
    ("found", "answer", "known"),
    [
        ("status == 'ok'", {"status": "ok"} | GOOD, True),
        ("status == 'ok'", {"status": "unknown"} | GOOD, False),
        ("matches > `0`", {"matches": 2} | GOOD, True),
        ("matches > `0`", {"matches": 0} | GOOD, False),
        ("company", {"company": None}, False),
    ],
)
def test_condition_says_whether_the_answer_counts(
    service: Service, found: str, answer: object, known: bool
) -> None:
    """A service that answers 200 for a stranger is understood to know nothing."""
    service.answering = http(answer)

    assert bool(asked(service, found=found)) is known


def test_not_found_is_an_answer(service: Service) -> None:
    """404: the company is not known there, and the provider is well."""
    service.answering = http({"error": "not found"}, "404 Not Found")

    assert asked(service) == {}


@pytest.mark.parametrize(
    ("status", "after"),
    [
        *(("401 Unauthorized", 0), ("403 Forbidden", 0), ("500 Oh no", 0), ("503 Later", 0)),
        *(("429 Slow", 30), ("302 Found", 0), ("204 No Content", 0), ("400 Bad", 0)),
    ],
)
def test_status_that_is_no_answer_is_a_failure(service: Service, status: str, after: int) -> None:
    """The reason names the status; how long to wait is taken from a plain `Retry-After`."""
    more = [f"Retry-After: {after}"] if after else []
    service.answering = http({}, status, *more)
    failed = failure(service)

    assert failed.reason == f"status_{status[:3]}"
    assert failed.after == timedelta(seconds=after)


@pytest.mark.parametrize("stated", ["Wed, 21 Oct 2026 07:28:00 GMT", "-5", "1e9", "9999999", "٣"])
def test_retry_after_that_is_no_number_counts_as_none(service: Service, stated: str) -> None:
    """Dates and nonsense do not keep the provider out for ever."""
    header = f"Retry-After: {stated}".encode().decode("latin-1")
    service.answering = lambda talk: talk.send(
        f"HTTP/1.1 429 Slow\r\n{header}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    )

    assert failure(service).after == timedelta()


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Sign in</body></html>",
        "",
        "{",
        '{"company": {"name": "Acme"}',
        '{"company": {"name": "A"}, "company": {"name": "B"}}',
        '{"company": {"name": NaN}}',
        '{"a": Infinity}',
        "[]",
        '"Acme"',
        "null",
        "[" * 100_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000,
        b"\xff\xfe{}",
        '{"n": ' + "9" * 10_000 + "}",
    ],
)
def test_answer_that_is_no_sound_json_object_is_unreadable(
    service: Service, body: bytes | str
) -> None:
    """HTML, half an object, a key twice, no number, endless depth: one error, no crash."""
    service.answering = http(body)

    assert failure(service).reason == "unreadable"


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, {}, {"a": 1}, [], ["Acme"], 1.5, 1e300, "", "x" * 301, 10**16),
        -(10**16),
    ],
)
def test_value_of_another_kind_is_left_out(service: Service, value: object) -> None:
    """A list for a name is no name; the other fields are taken."""
    service.answering = http({"company": {"name": value, "staff": {"count": 5}}})

    assert asked(service) == {"company_size": 5}


def test_whole_number_written_as_a_fraction_is_whole(service: Service) -> None:
    """`120.0` employees are 120."""
    service.answering = http('{"company": {"staff": {"count": 120.0}}}')

    assert asked(service) == {"company_size": 120}


@pytest.mark.parametrize("path", ["sum(company)", "company.name > `1` || abs(company)"])
def test_path_that_does_not_fit_the_answer_is_a_failure(service: Service, path: str) -> None:
    """A function over the wrong type says so instead of giving a value."""
    assert failure(service, fields={"company": path}).reason == "unmapped"


@pytest.mark.parametrize(
    ("answering", "why"), [(hang, "timeout"), (drip, "timeout"), (flood, "too_large")]
)
def test_rude_provider_is_left_in_time(service: Service, answering: Answering, why: str) -> None:
    """It hangs, it drips, it sends thirty megabytes: the caller goes on."""
    service.answering = answering
    started = monotonic()
    seconds = 0.25 if why == "timeout" else 5

    assert failure(service, deadline_seconds=seconds).reason == why
    assert monotonic() - started < MOST


def test_redirect_to_a_private_address_is_a_failure(service: Service) -> None:
    """A provider cannot send Baton anywhere."""
    with running(http(GOOD)) as inside:
        service.answering = http(
            {}, "302 Found", f"Location: http://{HOST}:{inside.port}/latest/meta-data"
        )

        assert failure(service).reason == "status_302"
        assert inside.requests == []


def test_address_that_is_not_public_is_refused_unless_policy_names_it(service: Service) -> None:
    """Loopback needs its place in `allow_private`."""
    assert failure(service, allow_private=[]).reason == "address_refused"
    assert service.requests == []
