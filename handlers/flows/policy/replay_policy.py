"""Stored decisions are made again: the same, or by another policy (R7, G2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.flows.ports import Ports
from handlers.flows.steps.policy.past_decisions import past_decisions
from routing.decide.decide import decide
from routing.decide.decision import ARITHMETIC
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyErrors
from routing.replay.impact import Impact, ImpactCount
from routing.replay.replay import Replay
from storage.database.base import MissingError
from storage.deciding.assignments import StoredDecision

NAMED = 100
"""Decisions that are named when they come out otherwise."""


@dataclass
class Repeated:
    """How many decisions were made again, how many came out otherwise, and the first of these;
    `older` were made by an arithmetic of before and are not made again; `unread` says of versions
    that cannot be read any more why, and `orphans` counts their decisions, which nobody can make
    again.
    """

    decisions: int = 0
    older: int = 0
    differed: int = 0
    differing: list[str] = field(default_factory=list)
    orphans: int = 0
    unread: dict[int, str] = field(default_factory=dict)


def replay_same(ports: Ports, limit: int | None = None) -> Repeated:
    """Make each stored decision of the policy again, by its own version, from its stored facts."""
    done, known = Repeated(), _Versions(ports)
    for made, *_ in past_decisions(ports, limit):
        if is_of_older_arithmetic(made):
            done.older += 1
            continue
        policy = known.of(made)
        if policy is None:
            done.orphans += 1
            continue
        done.decisions += 1
        if decide(policy, made.facts) != made.decision:
            done.differed += 1
            if len(done.differing) < NAMED:
                done.differing.append(
                    f"{made.id} about {made.lead_id}, policy version {made.policy_version}"
                )
    done.unread = known.unread
    return done


def is_of_older_arithmetic(made: StoredDecision) -> bool:
    """Whether leads were shared out otherwise than today when it was made: today's rule would give
    another trace, and perhaps another owner.
    """
    return made.decision.trace.is_in_words or made.facts.arithmetic != ARITHMETIC


def replay_by(ports: Ports, policy: Policy, version: int, limit: int | None = None) -> Impact:
    """What this policy would have made of the past leads, against what was decided."""
    count, replay = ImpactCount(), Replay(policy, version)
    known, rescored = _Versions(ports), dict[int, bool]()
    for past in past_decisions(ports, limit):
        made = past.made
        if made.policy_version not in rescored:
            then = known.of(made)
            rescored[made.policy_version] = then is None or then.scoring != policy.scoring
        changed = rescored[made.policy_version]
        facts = past.scored_by(policy.scoring) if changed else made.facts
        decision = replay.decide(facts, made.decision)
        if past.is_last:
            count.add(made.lead_id, made.decision, decision)
    return count.result()


@dataclass
class _Versions:
    """The policies that past decisions were made by; None for one that cannot be read."""

    ports: Ports
    known: dict[int, Policy | None] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)

    def of(self, made: StoredDecision) -> Policy | None:
        version = made.policy_version
        if version not in self.known:
            self.known[version] = self._read(version)
        return self.known[version]

    def _read(self, version: int) -> Policy | None:
        """A Baton that is stricter than the one before must not stop the look at all the rest."""
        try:
            with self.ports.database.reading() as work:
                return self.ports.policies.version(work, version)
        except PolicyErrors as wrong:
            self.unread[version] = str(wrong)
        except MissingError:
            self.unread[version] = "it is not stored"
        return None
