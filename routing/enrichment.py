"""What a provider's answer means for one lead: which fields are open, which values it gives (I8).

A provider's place belongs together: its region and city are taken only for a lead in the country
it names, and its country only where no region says otherwise. Values are cleaned as a lead's own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from routing.lead import ENRICHMENT_FAILED, Lead
from routing.normalise.aliases import Aliases
from routing.normalise.lead import LONGEST_FLAG, NormalisedLead, RawLead, normalise
from routing.policy.tables.enrichment import ENRICHED_FIELDS, EnrichedField, Enrichment, Provider
from routing.provenance import Provenance, may_replace
from routing.values import Instant

MARK = "enrichment:"
"""Flags of this begin name what a provider said and nobody could read."""

UNREAD = ("region:region_without_country", "phone:phone_invalid")
"""Flags of raw values that a country may make readable."""

Found = Mapping[str, str | int]


@dataclass(frozen=True)
class Answer:
    """What a provider said about a lead's company, and when (UTC)."""

    provider: Provider
    at: Instant
    found: Found

    def provenance(self, field: EnrichedField) -> Provenance:
        return Provenance(
            origin="provider",
            by=self.provider.id,
            at=self.at,
            confidence=self.provider.confidence_of(field),
        )


@dataclass(frozen=True)
class Reading:
    """An answer as one lead takes it: new values and their origins, and flags of the rest."""

    values: dict[str, str | int | None]
    provenance: dict[str, Provenance]
    flags: tuple[str, ...]


def open_fields(
    lead: Lead, wanted: Collection[EnrichedField], provider: Provider, now: Instant
) -> tuple[EnrichedField, ...]:
    """The wanted fields this provider may fill: empty ones, and a provider's grown too old."""
    return tuple(
        field
        for field in wanted
        if field in provider.gives
        and (getattr(lead, field) is None or _is_stale(lead.provenance.get(field), provider, now))
    )


def _is_stale(present: Provenance | None, provider: Provider, now: Instant) -> bool:
    if present is None or present.origin != "provider":
        return False
    return present.at + provider.max_age <= now


def read(answer: Answer, lead: Lead, policy: Enrichment, aliases: Aliases) -> Reading:
    """What of the answer the lead takes; a sender's, person's or CRM's value is never touched."""
    if not answer.found:
        return Reading({}, {}, ())
    clean = _clean(answer.found, aliases)
    doubtful = {flag.field: flag.code for flag in clean.flags}
    offered = {
        field: value
        for field in policy.fields
        if field not in doubtful
        and (value := getattr(clean, field)) is not None
        and _is_free(lead, answer, field)
    }
    taken = _in_its_place(offered, clean, lead)
    values: dict[str, str | int | None] = {field: value for field, value in taken.items()}
    if "company" in taken:
        values["company_key"] = clean.company_key
    missed = [field for field in policy.fields if getattr(lead, field) is None]
    flags = tuple(f"{MARK}{doubtful[field]}" for field in missed if field in doubtful)
    return Reading(values, {field: answer.provenance(field) for field in taken}, flags)


def filled(lead: Lead, reading: Reading) -> Lead:
    """The lead with these values and their origins."""
    origins = lead.provenance | reading.provenance
    return lead.model_copy(update={**reading.values, "provenance": origins})


def _clean(found: Found, aliases: Aliases) -> NormalisedLead:
    raw = {field: str(found[field]) for field in ENRICHED_FIELDS if field in found}
    return normalise(RawLead(**raw), aliases=aliases)


def _is_free(lead: Lead, answer: Answer, field: EnrichedField) -> bool:
    if getattr(lead, field) is None:
        return True
    return may_replace(lead.provenance.get(field), answer.provenance(field))


def _in_its_place(
    offered: dict[EnrichedField, str | int], clean: NormalisedLead, lead: Lead
) -> dict[EnrichedField, str | int]:
    region, kept = offered.get("region", lead.region), dict(offered)
    if "country" in kept and region is not None and str(region)[:2] != kept["country"]:
        del kept["country"]
    if kept.get("country", lead.country) != clean.country:
        kept.pop("region", None)
        kept.pop("city", None)
    return kept


def unread_of(clean: NormalisedLead) -> dict[str, str]:
    """The raw values that could not be read because the lead names no country.

    One that was cut to fit a flag is left out: half a number is another number.
    """
    if clean.country is not None:
        return {}
    flags = (flag for flag in clean.flags if f"{flag.field}:{flag.code}" in UNREAD)
    return {flag.field: flag.raw for flag in flags if len(flag.raw) < LONGEST_FLAG}


def read_again(lead: Lead, aliases: Aliases, now: Instant) -> Lead:
    """The lead with its sender's own words read by the country it has now, if it has one."""
    if lead.country is None or not lead.unread:
        return lead
    clean = normalise(RawLead(country=lead.country, **lead.unread), aliases=aliases)
    values = {field: getattr(clean, field) for field in ("region", "phone", "phone_ext")}
    news = {field: v for field, v in values.items() if v and not getattr(lead, field)}
    origin = _read_by_country(lead, now)
    return lead.model_copy(
        update={
            **news,
            "unread": {raw: text for raw, text in lead.unread.items() if not getattr(clean, raw)},
            "flags": tuple(flag for flag in lead.flags if not _is_read(flag, clean)),
            "provenance": lead.provenance | dict.fromkeys(news, origin),
        }
    )


def _is_read(flag: str, clean: NormalisedLead) -> bool:
    return flag in UNREAD and getattr(clean, flag.partition(":")[0]) is not None


def _read_by_country(lead: Lead, now: Instant) -> Provenance:
    country = lead.provenance.get("country")
    confidence = country.confidence if country else "high"
    return Provenance(origin="sender", by=lead.source, at=now, confidence=confidence)


def flagged(lead: Lead, flags: Collection[str], *, failed: bool) -> Lead:
    """The lead with what this run of enrichment could not do, instead of what the last one did."""
    kept = [flag for flag in lead.flags if not flag.startswith(MARK)]
    marks = (ENRICHMENT_FAILED,) if failed else ()
    return lead.model_copy(update={"flags": tuple(dict.fromkeys((*kept, *flags, *marks)))})
