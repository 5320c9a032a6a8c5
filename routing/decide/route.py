"""How far policy gets without looking at people: a target, a known owner, or a case."""

from __future__ import annotations

from dataclasses import dataclass, field

from routing.decide.compiled import CompiledPolicy, compiled
from routing.decide.decision import Route, Step, StepName
from routing.decide.lookup.rules import Query
from routing.lead import ENRICHMENT_FAILED, SUSPICIOUS, LeadFacts
from routing.policy.conditions import fact, is_present
from routing.policy.model import Policy
from routing.policy.tables.exceptions import CaseKind
from routing.policy.tables.rules import ANY, Rule

NOT_SUPPRESSED = Step(step="suppression", outcome="none", reason="The lead is not suppressed.")
NO_DUPLICATE = Step(step="duplicate", outcome="none", reason="No other lead may be the same one.")
NO_OWNER = Step(
    step="known_owner", outcome="none", reason="Nobody owns this lead or its account yet."
)
COMPLETE = Step(step="required_fields", outcome="complete", reason="Every required field is there.")


@dataclass(slots=True)
class _Way:
    """A route being found: the steps so far and what they found."""

    policy: Policy
    tables: CompiledPolicy
    lead: LeadFacts
    steps: list[Step] = field(default_factory=list)
    territory: str | None = None
    segment: str | None = None
    band: str | None = None

    def note(self, step: StepName, outcome: str, reason: str) -> None:
        self.steps.append(Step(step=step, outcome=outcome, reason=reason))

    def end(self, reason: str) -> Route:
        return Route(
            target=None,
            reason=reason,
            territory=self.territory,
            segment=self.segment,
            band=self.band,
            steps=tuple(self.steps),
        )

    def case(self, kind: CaseKind, reason: str) -> Route:
        return self.end(reason)._replace(case=kind)


def route(policy: Policy, lead: LeadFacts) -> Route:
    """The route of a lead: suppression, suspicion, duplicate, known owner, required fields,
    territory, segment, band, rule, in this order; the first that decides ends it."""
    way = _Way(policy, compiled(policy), lead)
    if lead.suppressed:
        reason = "The lead is suppressed: nobody contacts it."
        way.note("suppression", "suppressed", reason)
        return way.end(reason)
    way.steps.append(NOT_SUPPRESSED)
    return (
        _suspicion(way)
        or _duplicate(way)
        or _known_owner(way)
        or _required_fields(way)
        or _by_table(way)
    )


def _suspicion(way: _Way) -> Route | None:
    """What its source found odd about the lead; nobody works it before a person has looked."""
    if not way.lead.flags:
        return None
    flags = (flag.partition(":") for flag in way.lead.flags)
    odd = [why.replace("_", " ") for kind, _, why in flags if kind == SUSPICIOUS]
    if not odd:
        return None
    reason = f"Something about this lead is suspicious: {', '.join(odd)}."
    way.note("suspicion", "suspicious", reason)
    return way.case("suspicious_input", reason)


def _duplicate(way: _Way) -> Route | None:
    """Nobody works a lead that somebody else may be working already, until a person has said."""
    other = way.lead.possible_duplicate
    if other is None:
        way.steps.append(NO_DUPLICATE)
        return None
    why = "; ".join(way.lead.duplicate_reasons)
    reason = f"It may be the same as {other}: {why}." if why else f"It may be the same as {other}."
    way.note("duplicate", "unsure", reason)
    return way.case("uncertain_duplicate", reason)


def _known_owner(way: _Way) -> Route | None:
    owner = way.lead.known_owner
    if owner is None:
        way.steps.append(NO_OWNER)
        return None
    person = way.policy.person_by_id.get(owner)
    if person is None or not person.active:
        name, why = (person.name, "is no longer active") if person else (owner, "is not known here")
        way.note("known_owner", "skipped", f"{name} owned this lead or its account but {why}.")
        return None
    if way.lead.owner_away is not None:
        why = f"is away ({way.lead.owner_away})" if way.lead.owner_away else "is away"
        reason = f"{person.name} owns this lead or its account but {why}: the rules decide."
        way.note("known_owner", "skipped", reason)
        return None
    reason = f"{person.name} already owns this lead or its account."
    way.note("known_owner", owner, reason)
    return way.end(reason)._replace(known_owner=owner)


def _required_fields(way: _Way) -> Route | None:
    missing = [names for names in way.tables.required if not _has(way.lead, names)]
    if not missing:
        way.steps.append(COMPLETE)
        return None
    wanted = ", ".join(" or ".join(names).replace("_", " ") for names in missing)
    reason = f"Required fields are missing: {wanted}."
    way.note("required_fields", "missing", reason)
    asked = {name for names in missing for name in names}
    starved = _failed_to_enrich(way) & asked
    return way.case("enrichment_failed" if starved else "missing_fields", reason)


def _has(lead: LeadFacts, names: tuple[str, ...]) -> bool:
    """Whether one of these fields is present."""
    return any(is_present(fact(lead, name)) for name in names)


def _by_table(way: _Way) -> Route:
    territories, step = way.tables.territories.match(way.lead)
    way.steps.append(step)
    if len(territories) > 1:
        pools = _pools_of(way, territories)
        return way.case("ambiguous_territory", step.reason)._replace(candidate_pools=pools)
    way.territory = territories[0] if territories else None
    way.segment, step = way.tables.segments.find(way.lead)
    way.steps.append(step)
    return _band(way) or _by_rule(way)


def _pools_of(way: _Way, territories: tuple[str, ...]) -> tuple[str, ...]:
    """The pools the rules would choose if the lead were in each of these territories."""
    segment, _ = way.tables.segments.find(way.lead)
    pools: list[str] = []
    for territory in territories:
        rule = way.tables.ends[Query(territory, segment, _band_of(way), way.lead.source)].rule
        if rule and rule.send_to.kind == "pool" and rule.send_to.id not in (None, *pools):
            pools.append(str(rule.send_to.id))
    return tuple(pools)


def _band_of(way: _Way) -> str | None:
    score = way.lead.score
    return None if score is None else way.policy.scoring.band(score)


def _band(way: _Way) -> Route | None:
    score = way.lead.score
    if score is None:
        reason = "The lead could not be scored: a person looks at it."
        way.note("band", "none", reason)
        return way.case("score_failed", reason)
    way.band, step = way.tables.bands[score]
    way.steps.append(step)
    return None


def _by_rule(way: _Way) -> Route:
    end = way.tables.ends[Query(way.territory, way.segment, way.band, way.lead.source)]
    way.steps.append(end.step)
    starved = _starved(way, end.rule)
    if starved:
        return _enrichment_failed(way, starved)
    return end.way.after(way.steps)


def _failed_to_enrich(way: _Way) -> set[str]:
    """The fields that are empty although policy wants them enriched, because a provider failed."""
    if ENRICHMENT_FAILED not in way.lead.flags:
        return set()
    return {name for name in way.policy.enrichment.fields if not is_present(fact(way.lead, name))}


def _starved(way: _Way, rule: Rule | None) -> list[str]:
    """The routing fields for want of which the lead found no rule, or one that sends it to wait.

    The country leads to the territory, size and industry to the segment. A lead that found
    people goes to them with what there is.
    """
    failed = _failed_to_enrich(way)
    if not failed or (rule is not None and rule.send_to.kind != "queue"):
        return []
    by_place = rule is None or rule.territory != ANY
    by_segment = _some_segment_has_a_rule(way) if rule is None else rule.segment != ANY
    looked_at = {"country": by_place, "company_size": by_segment, "industry": by_segment}
    return [name for name, looked in looked_at.items() if looked and name in failed]


def _some_segment_has_a_rule(way: _Way) -> bool:
    source, segments = way.lead.source, way.policy.segments
    queries = (Query(way.territory, segment.id, way.band, source) for segment in segments)
    return any(way.tables.ends[query].rule is not None for query in queries)


def _enrichment_failed(way: _Way, starved: list[str]) -> Route:
    names = " and ".join(name.replace("_", " ") for name in starved)
    reason = f"Enrichment failed, and without {names} the rules cannot place the lead."
    way.note("enrichment", "failed", reason)
    return way.case("enrichment_failed", reason)
