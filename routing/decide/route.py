"""How far policy gets without looking at people: a target, a known owner, or a case."""

from __future__ import annotations

from dataclasses import dataclass, field

from routing.decide.choice.waiting import chain
from routing.decide.compiled import compiled, made, unset
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
NOWHERE = unset(Route) | {"target": None}


@dataclass
class _Way:
    """A route being found: the steps so far and what they found."""

    policy: Policy
    lead: LeadFacts
    steps: list[Step] = field(default_factory=list)
    territory: str | None = None
    segment: str | None = None
    band: str | None = None

    def note(self, step: StepName, outcome: str, reason: str) -> None:
        self.steps.append(Step(step=step, outcome=outcome, reason=reason))

    def end(self, reason: str, **found: object) -> Route:
        stated = {
            "reason": reason,
            "territory": self.territory,
            "segment": self.segment,
            "band": self.band,
            "steps": tuple(self.steps),
        }
        return made(Route, NOWHERE | stated | found)

    def case(self, kind: CaseKind, reason: str, **found: object) -> Route:
        return self.end(reason, case=kind, **found)


def route(policy: Policy, lead: LeadFacts) -> Route:
    """The route of a lead: suppression, suspicion, duplicate, known owner, required fields,
    territory, segment, band, rule, in this order; the first that decides ends it."""
    way = _Way(policy, lead)
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
    return way.end(reason, known_owner=owner)


def _required_fields(way: _Way) -> Route | None:
    required = way.policy.exceptions.required_fields
    missing = [entry for entry in required if not _has(way.lead, entry)]
    if not missing:
        way.steps.append(COMPLETE)
        return None
    names = ", ".join(entry.replace("|", " or ").replace("_", " ") for entry in missing)
    reason = f"Required fields are missing: {names}."
    way.note("required_fields", "missing", reason)
    asked = {name for entry in missing for name in entry.split("|")}
    starved = _failed_to_enrich(way) & asked
    return way.case("enrichment_failed" if starved else "missing_fields", reason)


def _has(lead: LeadFacts, entry: str) -> bool:
    """Whether one of the fields `a|b` is present."""
    return any(is_present(fact(lead, name)) for name in entry.split("|"))


def _by_table(way: _Way) -> Route:
    match = compiled(way.policy).territories.match(way.lead)
    way.steps.append(match.step)
    if len(match.territories) > 1:
        pools = _pools_of(way, match.territories)
        return way.case("ambiguous_territory", match.step.reason, candidate_pools=pools)
    way.territory = match.territories[0] if match.territories else None
    way.segment, step = compiled(way.policy).segments.find(way.lead)
    way.steps.append(step)
    return _band(way) or _by_rule(way)


def _pools_of(way: _Way, territories: tuple[str, ...]) -> tuple[str, ...]:
    """The pools the rules would choose if the lead were in each of these territories."""
    segment, _ = compiled(way.policy).segments.find(way.lead)
    pools: list[str] = []
    for territory in territories:
        query = Query(territory, segment, _band_of(way), way.lead.source)
        rule, _ = compiled(way.policy).rules.find(query)
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
    way.band, step = compiled(way.policy).band(score)
    way.steps.append(step)
    return None


def _by_rule(way: _Way) -> Route:
    query = Query(way.territory, way.segment, way.band, way.lead.source)
    rule, step = compiled(way.policy).rules.find(query)
    way.steps.append(step)
    starved = _starved(way, rule)
    if starved:
        return _enrichment_failed(way, starved)
    if rule is None:
        return way.case("no_rule", step.reason)
    target = rule.send_to
    pools = chain(way.policy, str(target.id)) if target.kind == "pool" else ()
    found = {"rule": rule.id, "skills": rule.skills, "candidate_pools": pools}
    return way.end(step.reason, target=target, **found)


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
    if rule is not None and rule.send_to.kind != "queue":
        return []
    failed = _failed_to_enrich(way)
    by_place = rule is None or rule.territory != ANY
    by_segment = _some_segment_has_a_rule(way) if rule is None else rule.segment != ANY
    looked_at = {"country": by_place, "company_size": by_segment, "industry": by_segment}
    return [name for name, looked in looked_at.items() if looked and name in failed]


def _some_segment_has_a_rule(way: _Way) -> bool:
    rules, source = compiled(way.policy).rules, way.lead.source
    queries = (Query(way.territory, s.id, way.band, source) for s in way.policy.segments)
    return any(rules.find(query)[0] is not None for query in queries)


def _enrichment_failed(way: _Way, starved: list[str]) -> Route:
    names = " and ".join(name.replace("_", " ") for name in starved)
    reason = f"Enrichment failed, and without {names} the rules cannot place the lead."
    way.note("enrichment", "failed", reason)
    return way.case("enrichment_failed", reason)
