"""Ask the providers what a lead's company is, and fill in what they know (I8, R5, G6).

Providers are asked outside any transaction. Whatever they do, the lead goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import EnrichmentFailedError, Ports
from routing.enrichment import Answer, filled, flagged, open_fields, read, read_again
from routing.lead import Lead
from routing.policy.model import Policy
from routing.policy.tables.enrichment import ENRICHED_FIELDS, Provider
from storage.audit import Actor
from storage.records.enrichments import Enrichment
from storage.unit_of_work import UnitOfWork

FILLED = (*ENRICHED_FIELDS, "company_key", "phone", "phone_ext")
"""The fields that a run may change."""
READ_AGAIN = "normalise"
"""Who filled in what the sender gave and only a country makes readable."""
OUT_OF_TIME = "out_of_time"
"""Why a provider was not asked: the others had spent what one lead may spend."""


@dataclass(frozen=True)
class Failure:
    provider: Provider
    reason: str


@dataclass(frozen=True)
class Gathered:
    """What one run found out: answers to fill in, those that are new, and who failed."""

    domain: str | None = None
    answers: tuple[Answer, ...] = ()
    to_keep: tuple[Enrichment, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def asked_anybody(self) -> bool:
        return bool(self.answers or self.failures)


def gather(ports: Ports, lead_id: str, now: datetime) -> Gathered:
    """Ask about the lead's company whom nobody asked lately; nothing when enrichment is off."""
    with ports.database.reading() as work:
        lead = work.leads.get(lead_id)
        if lead is None or lead.domain is None or not work.switches.is_on("enrichment"):
            return Gathered()
        policy, about = ports.policies.active(work).policy, Gathered(lead.domain)
        inquiry = _Inquiry(ports, policy, lead.domain, now, about)
        known = work.enrichments.of_domain(lead.domain)
    for provider in policy.enrichment.providers:
        if open_fields(lead, policy.enrichment.fields, provider, now):
            lead = inquiry.consult(provider, lead, known.get(provider.id))
    return inquiry.gathered


@dataclass
class _Inquiry:
    """One lead's way through the providers; `left` is its budget in seconds."""

    ports: Ports
    policy: Policy
    domain: str
    now: datetime
    gathered: Gathered

    def consult(self, provider: Provider, lead: Lead, known: Enrichment | None) -> Lead:
        """The lead as it would be with the provider's answer: the next one is asked the rest."""
        if known is None or not self._is_fresh(provider, known):
            known = self._ask(provider) or known
        if known is None:
            return lead
        answer = Answer(provider, known.fetched_at, known.found)
        self.gathered = replace(self.gathered, answers=(*self.gathered.answers, answer))
        reading = read(answer, lead, self.policy.enrichment, self.policy.vocabularies)
        return filled(lead, reading)

    def _is_fresh(self, provider: Provider, known: Enrichment) -> bool:
        """A file costs nothing to ask and may have changed; a service is asked when it is time."""
        age = provider.max_age if known.found else provider.max_age_of_nothing
        return provider.http is not None and self.now < known.fetched_at + age

    def _ask(self, provider: Provider) -> Enrichment | None:
        # The one place where a flow looks at the clock again: the budget is spent while it runs.
        spent = (self.ports.clock.now() - self.now).total_seconds()
        left = self.policy.enrichment.budget_seconds - max(spent, 0)
        if left <= 0:
            self._failed(provider, OUT_OF_TIME)
            return None
        try:
            found = self.ports.enrichers.ask(provider, self.domain, seconds=left)
        except EnrichmentFailedError as failure:
            self._failed(provider, failure.reason)
            return None
        answer = Enrichment(
            provider=provider.id, domain=self.domain, fetched_at=self.now, found=dict(found)
        )
        if provider.http is not None:
            self.gathered = replace(self.gathered, to_keep=(*self.gathered.to_keep, answer))
        return answer

    def _failed(self, provider: Provider, reason: str) -> None:
        failures = (*self.gathered.failures, Failure(provider, reason))
        self.gathered = replace(self.gathered, failures=failures)


def keep(work: UnitOfWork, gathered: Gathered) -> None:
    """Store what was paid for, whatever became of the lead meanwhile."""
    for answer in gathered.to_keep:
        work.enrichments.keep(answer)


@dataclass(frozen=True)
class Enriching:
    """Where answers are filled in: one transaction, under one policy, at one moment (UTC)."""

    work: UnitOfWork
    active: ActivePolicy
    now: datetime

    def enrich(self, lead: Lead, gathered: Gathered) -> Lead:
        """The lead with what the answers add, flagged where they or their providers failed.

        Answers about a domain that is the lead's no longer are left out.
        """
        if gathered.domain != lead.domain:
            gathered = Gathered()
        policy, flags = self.active.policy, list[str]()
        for answer in gathered.answers:
            reading = read(answer, lead, policy.enrichment, policy.vocabularies)
            flags += reading.flags
            lead = self._recorded(lead, filled(lead, reading), answer.provider.id)
        again = read_again(lead, policy.vocabularies, self.now)
        lead = self._recorded(lead, again, READ_AGAIN)
        for failure in gathered.failures:
            self._record_failure(lead, failure)
        missing = {field for field in policy.enrichment.fields if getattr(lead, field) is None}
        if missing and not gathered.asked_anybody:
            return lead
        failed = any(missing & set(failure.provider.gives) for failure in gathered.failures)
        return flagged(lead, flags, failed=failed)

    def _recorded(self, before: Lead, after: Lead, by: str) -> Lead:
        """The lead as it is now; audited with what was there, so that it can be undone."""
        changed = [name for name in FILLED if getattr(before, name) != getattr(after, name)]
        if changed:
            self.work.audit.append(
                f"lead:{after.id}",
                "lead.enriched",
                actor=Actor(kind="system", id=by),
                now=self.now,
                correlation_id=after.id,
                policy_version=self.active.version,
                before=_values(before, changed),
                after=_values(after, changed),
            )
        return after

    def _record_failure(self, lead: Lead, failure: Failure) -> None:
        self.work.audit.append(
            f"lead:{lead.id}",
            "lead.enrichment_failed",
            actor=Actor(kind="system", id=failure.provider.id),
            now=self.now,
            correlation_id=lead.id,
            policy_version=self.active.version,
            reason=failure.reason,
        )


def _values(lead: Lead, names: Sequence[str]) -> dict[str, object]:
    """The fields with their provenance, as the audit keeps them."""
    shown = lead.model_dump(mode="json", include={*names, "provenance"})
    origins = {name: shown["provenance"][name] for name in names if name in lead.provenance}
    return {name: shown[name] for name in names} | ({"provenance": origins} if origins else {})
