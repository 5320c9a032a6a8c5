"""The providers that policy names: made when first asked, each with its own rest and rate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic

import structlog

from bot.connectors.enrichment.breaker import CircuitBreaker
from bot.connectors.enrichment.directory import DirectoryEnricher, DirectoryError
from bot.connectors.enrichment.http_json import HttpEnricher, ReadSecret
from bot.connectors.enrichment.large_directory import LargeDirectoryEnricher
from bot.connectors.outgoing import Outgoing
from bot.token_bucket import TokenBucket
from handlers.flows.ports import Enricher, EnrichmentFailedError
from routing.policy.tables.enrichment import HttpSource, Provider

log = structlog.get_logger(__name__)

MINUTE = 60.0
NOT_ITS_FAULT = frozenset({"status_400", "status_422"})
"""Failures that lie in what was asked: the provider is well."""


@dataclass
class _Service:
    """One HTTP provider as policy describes it now, and how it has behaved in this process."""

    source: HttpSource
    enricher: HttpEnricher
    breaker: CircuitBreaker
    buckets: list[TokenBucket] = field(default_factory=list)


class PolicyEnrichers:
    """Asks the providers of the policy in force; safe to share between threads."""

    def __init__(
        self,
        folder: Path,
        *,
        secret_of: ReadSecret,
        outgoing: Outgoing | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`folder` is the policy's: the files of providers lie there."""
        self._folder = folder
        self._secret_of = secret_of
        self._outgoing = outgoing or Outgoing()
        self._clock = clock
        self._directories: dict[str, Enricher] = {}
        self._services: dict[str, _Service] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def ask(self, provider: Provider, domain: str, *, seconds: float) -> Mapping[str, str | int]:
        """What the provider says. Raises EnrichmentFailedError."""
        try:
            found = self._ask(provider, domain, seconds)
        except EnrichmentFailedError as failure:
            self._count(provider, failure.reason)
            log.warning("enrichment_failed", provider=provider.id, reason=failure.reason)
            raise
        self._count(provider, "found" if found else "nothing")
        return found

    def counts(self) -> Mapping[tuple[str, str], int]:
        """How often each provider was asked in this process, by provider and outcome."""
        with self._lock:
            return dict(self._counts)

    def open_file(self, name: str) -> Enricher:
        """The directory of this file, read once. Raises DirectoryError."""
        with self._lock:
            if name not in self._directories:
                path = self._folder / name
                large = name.endswith(".sqlite")
                kind = LargeDirectoryEnricher if large else DirectoryEnricher
                self._directories[name] = kind(path)
            return self._directories[name]

    def close(self) -> None:
        self._outgoing.close()

    def _count(self, provider: Provider, outcome: str) -> None:
        with self._lock:
            self._counts[provider.id, outcome] += 1

    def _ask(self, provider: Provider, domain: str, seconds: float) -> Mapping[str, str | int]:
        if provider.http is not None:
            return self._ask_service(self._service(provider.id, provider.http), domain, seconds)
        try:
            return self.open_file(str(provider.file)).look_up(domain)
        except DirectoryError as error:
            log.warning("directory_unusable", provider=provider.id, error=str(error))
            raise EnrichmentFailedError("directory_unusable") from None

    def _ask_service(
        self, service: _Service, domain: str, seconds: float
    ) -> Mapping[str, str | int]:
        now = self._clock()
        if not all(bucket.take(now) for bucket in service.buckets):
            raise EnrichmentFailedError("rate_exhausted")
        if not service.breaker.may_call(now):
            raise EnrichmentFailedError("resting")
        try:
            found = service.enricher.look_up_within(domain, seconds)
        except EnrichmentFailedError as failure:
            if failure.reason in NOT_ITS_FAULT:
                service.breaker.succeeded()
            else:
                service.breaker.failed(self._clock(), failure.after.total_seconds())
            raise
        service.breaker.succeeded()
        return found

    def _service(self, name: str, source: HttpSource) -> _Service:
        """The provider's state; a new policy for it begins anew."""
        with self._lock:
            known = self._services.get(name)
            if known is None or known.source != source:
                known = self._services[name] = self._made(name, source)
            return known

    def _made(self, name: str, source: HttpSource) -> _Service:
        rates = ((source.per_second, 1.0), (source.per_minute, MINUTE))
        rest = source.breaker.retry_after.total_seconds()
        return _Service(
            source=source,
            enricher=HttpEnricher(name, source, self._outgoing, self._secret_of),
            breaker=CircuitBreaker(source.breaker.failures, rest),
            buckets=[TokenBucket(calls, seconds) for calls, seconds in rates if calls],
        )
