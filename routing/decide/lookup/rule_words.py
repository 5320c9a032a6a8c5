"""The rule step of a trace, with the names people know instead of ids."""

from __future__ import annotations

from routing.decide.decision import Step
from routing.policy.model import Policy
from routing.policy.words import leads_of, target_of


def rule_sentence(step: Step, policy: Policy) -> str:
    """The sentence of a trace's rule step; its own where the rule has left the policy."""
    rule = next((rule for rule in policy.rules if rule.id == step.outcome), None)
    if rule is None:
        return step.reason
    return f"Rule {rule.id} sends {leads_of(rule, policy)} to {target_of(rule.send_to, policy)}."
