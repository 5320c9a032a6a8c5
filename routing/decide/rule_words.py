"""What a rule says, with the names people know instead of ids."""

from __future__ import annotations

from routing.decide.decision import Step
from routing.policy.model import ANY, Policy, Rule, Target


def rule_sentence(step: Step, policy: Policy) -> str:
    """The sentence of a trace's rule step; its own where the rule has left the policy."""
    rule = next((rule for rule in policy.rules if rule.id == step.outcome), None)
    if rule is None:
        return step.reason
    return f"Rule {rule.id} sends {leads_of(rule, policy)} to {target_words(rule.send_to, policy)}."


def leads_of(rule: Rule, policy: Policy) -> str:
    """`leads of territory emea-north, segment Enterprise, high score, from Website form`."""
    segments = {segment.id: segment.name for segment in policy.segments}
    parts = (
        (rule.territory, f"of territory {rule.territory}"),
        (rule.segment, f"of segment {segments.get(rule.segment, rule.segment)}"),
        (rule.band, f"with a {rule.band} score"),
        (rule.source, f"from {policy.source_name(rule.source)}"),
    )
    stated = [words for value, words in parts if value != ANY]
    return f"leads {', '.join(stated)}" if stated else "every lead"


def target_words(target: Target, policy: Policy) -> str:
    """`pool EMEA SDRs`, `queue Holding` or `nurture`."""
    if target.kind == "nurture":
        return "nurture, with no person assigned"
    entries = policy.pools if target.kind == "pool" else policy.queues
    names = {entry.id: entry.name for entry in entries}
    return f"{target.kind} {names.get(str(target.id), str(target.id))}"
