"""Skills that rules ask for: whether anybody has them, and has them all."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Names, Origins
from routing.policy.tables.rules import Rule

FILE = "rules.csv"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    known = Names("skill", "people.csv", {s for p in policy.people for s in p.skills})
    for i, rule in enumerate(policy.rules):
        for skill in rule.skills:
            yield from origins.unknown(FILE, (i,), skill, known)
        if rule.skills and set(rule.skills) <= set(known.known):
            yield from _target(policy, origins, i, rule)


def _target(policy: Policy, origins: Origins, i: int, rule: Rule) -> Iterator[PolicyError]:
    """Skills that nobody who could get the lead has together, or that nothing asks about."""
    if rule.send_to.kind != "pool":
        message = f"rule {rule.id!r} asks for skills, but sends to {rule.send_to}: no person"
        yield origins.warning(FILE, (i,), message)
        return
    pool = policy.pool_by_id.get(rule.send_to.id or "")
    people = [policy.person_by_id.get(m.person) for m in pool.members] if pool else []
    if pool and not any(p and p.active and set(rule.skills) <= set(p.skills) for p in people):
        skills = " and ".join(rule.skills)
        message = f"nobody active in pool {pool.id!r} has {skills}: rule {rule.id!r} opens cases"
        yield origins.warning(FILE, (i,), message)
