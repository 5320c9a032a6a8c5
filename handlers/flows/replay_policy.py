"""Stored decisions are made again: the same, or by another policy (R7, G2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.flows.ports import Ports
from routing.decide.decide import decide
from routing.policy.model import Policy
from routing.replay.impact import Impact, ImpactCount
from routing.replay.replay import Replay
from storage.assignments import BEGINNING, StoredDecision

BATCH = 500
NAMED = 100
"""Decisions that are named when they come out otherwise."""


@dataclass
class Repeated:
    """How many decisions were made again, how many came out otherwise, and the first of these."""

    decisions: int = 0
    differed: int = 0
    differing: list[str] = field(default_factory=list)


def replay_same(ports: Ports, limit: int | None = None) -> Repeated:
    """Make each stored decision of the policy again, by its own version, from its stored facts."""
    done, policies = Repeated(), dict[int, Policy]()
    for made, _ in past_decisions(ports, limit):
        if made.policy_version not in policies:
            with ports.database.reading() as work:
                policies[made.policy_version] = ports.policies.version(work, made.policy_version)
        done.decisions += 1
        if decide(policies[made.policy_version], made.facts) != made.decision:
            done.differed += 1
            if len(done.differing) < NAMED:
                done.differing.append(
                    f"{made.id} about {made.lead_id}, policy version {made.policy_version}"
                )
    return done


def replay_by(ports: Ports, policy: Policy, version: int, limit: int | None = None) -> Impact:
    """What this policy would have made of the past leads, against what was decided."""
    count, replay = ImpactCount(), Replay(policy, version)
    for made, is_last in past_decisions(ports, limit):
        decision = replay.decide(made.facts, made.decision)
        if is_last:
            count.add(made.lead_id, made.decision, decision)
    return count.result()


def past_decisions(ports: Ports, limit: int | None) -> Iterator[tuple[StoredDecision, bool]]:
    """The policy's decisions, or the newest so many, oldest first; a batch in memory at a time."""
    moment = BEGINNING
    if limit is not None:
        with ports.database.reading() as work:
            moment = work.assignments.moment_before(limit)
    while True:
        with ports.database.reading() as work:
            batch = work.assignments.by_policy(moment, BATCH)
        if not batch:
            return
        yield from batch
        moment = (batch[-1][0].decided_at, batch[-1][0].id)
