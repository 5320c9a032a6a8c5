"""Providers of policy: given a rest when they fail, asked at their rate, counted (I8, G6)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.connectors.enrichment.breaker import LONGEST_REST, CircuitBreaker
from bot.connectors.enrichment.enrichers import PolicyEnrichers
from bot.token_bucket import TokenBucket
from handlers.flows.ports import EnrichmentFailedError
from routing.policy.tables.enrichment import Provider
from tests.bot.enrichment.server import HOST, Service, http, running
from tests.conftest import POLICY


class Seconds:
    """A clock in seconds that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def service() -> Iterator[Service]:
    with running(http({"name": "Acme"})) as service:
        yield service


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def enrichers(seconds: Seconds) -> Iterator[PolicyEnrichers]:
    one = PolicyEnrichers(POLICY, secret_of=lambda name: None, clock=seconds)
    yield one
    one.close()


def provider(service: Service, **changes: Any) -> Provider:
    stated: dict[str, Any] = {
        "url": service.url,
        "fields": {"company": "name"},
        "ports": [service.port],
        "allow_http": True,
        "allow_private": [HOST],
        "breaker": {"failures": 2, "retry_after": "1m"},
    }
    return Provider.model_validate({"id": "data", "http": stated | changes})


def outcome(enrichers: PolicyEnrichers, one: Provider) -> str:
    try:
        return "found" if enrichers.ask(one, "acme.com", seconds=5) else "nothing"
    except EnrichmentFailedError as failure:
        return failure.reason


def test_failing_provider_is_given_a_rest_and_then_tried_once(
    enrichers: PolicyEnrichers, service: Service, seconds: Seconds
) -> None:
    """Two failures, a minute of rest without a call, one trial; when that works all is well."""
    one = provider(service)
    service.answering = http({}, "500 Oh no")
    assert [outcome(enrichers, one) for _ in range(4)] == ["status_500"] * 2 + ["resting"] * 2
    assert len(service.requests) == 2

    seconds.now += 61
    assert [outcome(enrichers, one) for _ in range(2)] == ["status_500", "resting"]

    seconds.now += 61
    service.answering = http({"name": "Acme"})
    assert [outcome(enrichers, one) for _ in range(2)] == ["found", "found"]
    assert enrichers.counts() == {
        ("data", "status_500"): 3,
        ("data", "resting"): 3,
        ("data", "found"): 2,
    }


def test_provider_that_asks_for_patience_gets_it(
    enrichers: PolicyEnrichers, service: Service, seconds: Seconds
) -> None:
    """429 with Retry-After: at once nobody asks until then."""
    one = provider(service)
    service.answering = http({}, "429 Slow", "Retry-After: 300")
    assert [outcome(enrichers, one) for _ in range(2)] == ["status_429", "resting"]

    seconds.now += 299
    assert outcome(enrichers, one) == "resting"
    seconds.now += 2
    service.answering = http({"name": "Acme"})
    assert outcome(enrichers, one) == "found"


def test_question_that_a_provider_cannot_read_is_not_its_fault(
    enrichers: PolicyEnrichers, service: Service
) -> None:
    """Odd domains do not shut the provider to the others."""
    service.answering = http({}, "422 Odd")

    assert [outcome(enrichers, provider(service)) for _ in range(4)] == ["status_422"] * 4


def test_rate_of_policy_is_kept_without_waiting(
    enrichers: PolicyEnrichers, service: Service, seconds: Seconds
) -> None:
    """More than the rate is refused at once: the lead does not wait for its turn."""
    one = provider(service, per_second=2)
    assert [outcome(enrichers, one) for _ in range(3)] == ["found", "found", "rate_exhausted"]

    seconds.now += 1
    assert outcome(enrichers, one) == "found"


def test_changed_policy_begins_anew(enrichers: PolicyEnrichers, service: Service) -> None:
    """A provider that was mended in policy is asked at once, its rest forgotten."""
    service.answering = http({}, "403 No")
    assert [outcome(enrichers, provider(service)) for _ in range(3)][-1] == "resting"

    service.answering = http({"title": "Acme"})
    assert outcome(enrichers, provider(service, fields={"company": "title"})) == "found"


def test_file_that_is_not_there_is_a_failure_of_its_provider(enrichers: PolicyEnrichers) -> None:
    """A directory policy names and nobody put there does not stop a lead."""
    assert outcome(enrichers, Provider(id="d", file="missing.csv")) == "directory_unusable"
    assert outcome(enrichers, Provider(id="d", file="missing.sqlite")) == "directory_unusable"


def test_embedded_directory_answers(enrichers: PolicyEnrichers) -> None:
    """The file of the example policy is found in its folder."""
    one = Provider(id="directory", file="directory.csv")

    assert enrichers.ask(one, "bewoodtech.co", seconds=1)["company_size"] == 7600


def test_one_of_many_tries_after_a_rest() -> None:
    """Threads that come at the same moment do not all call a provider that may still be down."""
    breaker = CircuitBreaker(failures=1, rest=10)
    breaker.failed(0)
    with ThreadPoolExecutor(8) as threads:
        let_through = list(threads.map(lambda _: breaker.may_call(11), range(50)))

    assert let_through.count(True) == 1


def test_rest_has_a_limit() -> None:
    """A provider cannot be away for more than an hour by its own word."""
    breaker = CircuitBreaker(failures=1, rest=10)
    breaker.failed(0, after=10**9)

    assert not breaker.may_call(LONGEST_REST - 1)
    assert breaker.may_call(LONGEST_REST + 1)


def test_success_forgets_failures() -> None:
    """Only failures in a row count."""
    breaker = CircuitBreaker(failures=2, rest=10)
    breaker.failed(0)
    breaker.succeeded()
    breaker.failed(1)

    assert breaker.may_call(2)


def test_bucket_refills_evenly_and_never_overflows() -> None:
    """After a pause there is one burst, not the sum of the pause; a clock behind gives nothing."""
    bucket = TokenBucket(3, 60)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(20), bucket.take(20)] == [True, False]
    assert [bucket.take(5), bucket.take(39), bucket.take(40)] == [False, False, True]
    assert [bucket.take(10_000) for _ in range(4)] == [True, True, True, False]
