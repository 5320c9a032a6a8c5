"""How far policy gets without looking at people: a target, a known owner, or a case."""

from __future__ import annotations

from dataclasses import dataclass, field

from routing.decide.compiled import compiled
from routing.decide.decision import Route, Step, StepName
from routing.decide.rules import Query
from routing.decide.segment import find_segment
from routing.lead import LeadFacts
from routing.policy.conditions import is_present
from routing.policy.model import CaseKind, Policy, fact

NOT_SUPPRESSED = Step(step="suppression", outcome="none", reason="The lead is not suppressed.")
NO_OWNER = Step(
    step="known_owner", outcome="none", reason="Nobody owns this lead or its account yet."
)
COMPLETE = Step(step="required_fields", outcome="complete", reason="Every required field is there.")


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
            "target": None,
            "reason": reason,
            "territory": self.territory,
            "segment": self.segment,
            "band": self.band,
            "steps": tuple(self.steps),
        }
        return Route.model_validate(stated | found)

    def case(self, kind: CaseKind, reason: str, **found: object) -> Route:
        return self.end(reason, case=kind, **found)


def route(policy: Policy, lead: LeadFacts) -> Route:
    """The route of a lead: suppression, known owner, required fields, territory, segment, band,
    rule, in this order; the first that decides ends it."""
    way = _Way(policy, lead)
    if lead.suppressed:
        reason = "The lead is suppressed: nobody contacts it."
        way.note("suppression", "suppressed", reason)
        return way.end(reason)
    way.steps.append(NOT_SUPPRESSED)
    return _known_owner(way) or _required_fields(way) or _by_table(way)


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
    return way.case("missing_fields", reason)


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
    way.segment, step = find_segment(way.policy.segments, way.lead)
    way.steps.append(step)
    return _band(way) or _by_rule(way)


def _pools_of(way: _Way, territories: tuple[str, ...]) -> tuple[str, ...]:
    """The pools the rules would choose if the lead were in each of these territories."""
    segment, _ = find_segment(way.policy.segments, way.lead)
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
    way.band = _band_of(way)
    if way.band is None:
        reason = "The lead could not be scored: a person looks at it."
        way.note("band", "none", reason)
        return way.case("score_failed", reason)
    way.note("band", way.band, f"A score of {way.lead.score} is {way.band}.")
    return None


def _by_rule(way: _Way) -> Route:
    query = Query(way.territory, way.segment, way.band, way.lead.source)
    rule, step = compiled(way.policy).rules.find(query)
    way.steps.append(step)
    if rule is None:
        return way.case("no_rule", step.reason)
    target = rule.send_to
    pools = (target.id,) if target.kind == "pool" else ()
    return way.end(step.reason, target=target, rule=rule.id, candidate_pools=pools)
