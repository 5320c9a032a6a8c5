"""The rule step of a trace, with the names people know instead of ids."""

from __future__ import annotations

import re

from routing.decide.decision import Step
from routing.policy.model import Policy
from routing.policy.words import leads_of, target_of


def rule_sentence(step: Step, policy: Policy) -> str:
    """The sentence of a trace's rule step; its own where the rule has left the policy."""
    rule = next((rule for rule in policy.rules if rule.id == step.outcome), None)
    if rule is None:
        return step.reason
    return f"Rule {rule.id} sends {leads_of(rule, policy)} to {target_of(rule.send_to, policy)}."


SEGMENT = re.compile(r"(?<=: segment is )(\S+), not (\S+)$")


def passed_over(step: Step, policy: Policy) -> list[str]:
    """What was tried before, with segments by their names where the policy knows them."""
    names = {segment.id: segment.name for segment in policy.segments}
    if step.step == "segment":
        pairs = (line.partition(": ") for line in step.rejected)
        return [f"{names.get(tried, tried)}{colon}{why}" for tried, colon, why in pairs]
    if step.step == "rule":
        return [SEGMENT.sub(lambda found: _not(names, *found.groups()), x) for x in step.rejected]
    return list(step.rejected)


def _not(names: dict[str, str], given: str, wanted: str) -> str:
    return f"{names.get(given, given)}, not {names.get(wanted, wanted)}"
