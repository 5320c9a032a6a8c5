"""What a rule says, with the names people know instead of ids."""

from __future__ import annotations

from routing.policy.model import Policy
from routing.policy.tables.rules import ANY, Rule, Target


def leads_of(rule: Rule, policy: Policy) -> str:
    """`leads of territory emea-north, segment Enterprise, with a high score`, or `every lead`."""
    segments = {segment.id: segment.name for segment in policy.segments}
    parts = (
        (rule.territory, f"of territory {rule.territory}"),
        (rule.segment, f"of segment {segments.get(rule.segment, rule.segment)}"),
        (rule.band, f"with a {rule.band} score"),
        (rule.source, f"from {policy.source_name(rule.source)}"),
    )
    stated = [words for value, words in parts if value != ANY]
    return f"leads {', '.join(stated)}" if stated else "every lead"


def target_of(target: Target, policy: Policy) -> str:
    """`pool EMEA SDRs`, `queue Holding`, or `nurture, with no person assigned`."""
    if target.kind == "nurture":
        return "nurture, with no person assigned"
    entries = policy.pools if target.kind == "pool" else policy.queues
    names = {entry.id: entry.name for entry in entries}
    return f"{target.kind} {names.get(str(target.id), str(target.id))}"
