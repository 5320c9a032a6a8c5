"""What goes into a decision and what comes out of it: plain data, stored whole."""

from __future__ import annotations

from typing import Literal

from routing.lead import LeadFacts
from routing.policy.model import CaseKind, Target
from routing.values import Instant, Value

StepName = Literal[
    "suppression",
    "suspicion",
    "duplicate",
    "known_owner",
    "required_fields",
    "territory",
    "segment",
    "band",
    "rule",
    "enrichment",
    "pool",
    "hours",
    "choice",
    "approval",
]


class MemberState(Value):
    """One member of a pool at the moment of the decision.

    `assigned` counts leads given by this pool, `calibration` what fairness adds for absence and
    joining, `open_leads` the person's leads in active stages over all pools, `today` and
    `this_week` those assigned in the person's own day and week (0 where no cap asks for them).
    `last_turn` is the pool's turn number of the last assignment, 0 for never. `absent_reason` is
    None when available.
    """

    person: str
    assigned: int = 0
    calibration: int = 0
    open_leads: int = 0
    today: int = 0
    this_week: int = 0
    last_turn: int = 0
    absent_reason: str | None = None


class PoolState(Value):
    pool: str
    turn: int = 0
    members: tuple[MemberState, ...] = ()


class RoutingFacts(Value):
    """The complete facts of one decision: the same facts and policy give the same decision (R7)."""

    lead: LeadFacts
    policy_version: int
    now: Instant
    pools: tuple[PoolState, ...] = ()


class Step(Value):
    """One line of the trace: what was asked, what came out, and why."""

    step: StepName
    outcome: str
    """A short value: a territory id, a segment id, a rule id, `none`, `skipped` ..."""
    reason: str
    """One sentence a rep understands."""
    matched: tuple[str, ...] = ()
    """Ids of the policy rows that matched."""
    rejected: tuple[str, ...] = ()
    """`id: reason` of rows that were tried before and did not match."""


class Candidate(Value):
    """One person looked at, with the reason for being taken or left."""

    person: str
    taken: bool
    reason: str
    rank: int | None = None
    """Place in the order of choice, 1 is first; None for people who were not eligible."""


class Suggestion(Value):
    """Whom people may take with one press; it decides nothing by itself."""

    person: str
    reason: str


class Trace(Value):
    steps: tuple[Step, ...] = ()
    candidates: tuple[Candidate, ...] = ()


class Route(Value):
    """How far policy gets without looking at people: a target, or a case."""

    target: Target | None
    case: CaseKind | None = None
    reason: str
    territory: str | None = None
    segment: str | None = None
    band: str | None = None
    rule: str | None = None
    skills: tuple[str, ...] = ()
    """What the rule asks of the lead's owner."""
    known_owner: str | None = None
    candidate_pools: tuple[str, ...] = ()
    """Pools whose state `decide` needs: the target's, or those a suggestion may come from."""
    steps: tuple[Step, ...] = ()


class Decision(Value):
    """The result: exactly one of owner, case, queue, nurture or suppressed."""

    place: Literal["owner", "case", "queue", "nurture", "suppressed"]
    reason: str
    """One sentence: why the lead went there."""
    owner: str | None = None
    pool: str | None = None
    queue: str | None = None
    case: CaseKind | None = None
    wait_until: Instant | None = None
    """When a lead in a queue is routed again by itself."""
    waits_for: str | None = None
    """Whose free place lets it go earlier: see `routing.decide.waiting.waiting_key`."""
    suggestion: Suggestion | None = None
    territory: str | None = None
    segment: str | None = None
    band: str | None = None
    rule: str | None = None
    trace: Trace = Trace()
