"""What goes into a decision and what comes out of it: plain data, stored whole."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, PlainSerializer, model_validator

from routing.lead import LeadFacts
from routing.policy.tables.exceptions import CaseKind
from routing.policy.tables.pools import Strategy
from routing.policy.tables.rules import Target
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


Leads = Annotated[
    Fraction,
    BeforeValidator(lambda value: Fraction(value) if isinstance(value, str) else value),
    PlainSerializer(str, return_type=str),
]
"""An exact number of leads, written `3/7` or `-2`."""


class MemberState(Value):
    """One member of a pool at the moment of the decision.

    `assigned` counts leads this pool gave, `owed` is what the pool owes them still (negative when
    they are ahead), `open_leads` the person's leads in active stages over all pools, `today` and
    `this_week` those assigned in the person's own day and week (0 where no cap asks for them).
    `last_turn` is the pool's turn at which they joined or had their last lead. `absent_reason` is
    None when available.
    """

    person: str
    assigned: int = 0
    owed: Leads = Fraction(0)
    open_leads: int = 0
    today: int = 0
    this_week: int = 0
    last_turn: int = 0
    absent_reason: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """Accept facts stored before there were balances: their `calibration` was always 0."""
        if isinstance(value, dict) and "calibration" in value:
            return {key: held for key, held in value.items() if key != "calibration"}
        return value


ARITHMETIC = 2
"""How leads are shared out: 1 was counts with calibration, 2 is a balance for each member. To be
raised where the same facts and policy give another decision or trace than before."""


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
    arithmetic: int = 2
    """The `ARITHMETIC` of the decision. Facts that do not say are of 2, as those stored before the
    number was, or of 1 where the trace is in words."""


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


class Claim(NamedTuple):
    """The claim of somebody who can take the lead. Claims sort as they are, the lower comes first:
    that is the order of choice, criterion by criterion.

    Balances are in parts of a lead, of which `Trace.unit` are one, once the lead is shared out.
    """

    open_leads: int
    """0 where the strategy does not ask."""
    is_ahead: bool
    """Owed nothing, or less."""
    due: int
    """Within how many of the pool's leads the next one is theirs by right: 1 is this very lead. 0
    for those who are ahead."""
    minus_owed: int
    minus_weight: int
    minus_priority: int
    last_turn: int
    person: str


class Refusal(NamedTuple):
    """Why somebody may not receive a lead now."""

    person: str
    reason: str


class Suggestion(Value):
    """Whom people may take with one press; it decides nothing by itself."""

    person: str
    reason: str


IN_WORDS = 0
"""The unit of a trace that compares nobody in numbers."""


class Trace(Value):
    """How a decision came about: the steps, then everybody looked at.

    People are kept as the numbers they were compared by, the first choice first; who reads them
    gets words (`routing.decide.words.candidates`).
    """

    steps: tuple[Step, ...] = ()
    strategy: Strategy | None = None
    unit: int = 1
    claims: tuple[Claim, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    is_taken: bool = False
    """Whether the first claim got the lead."""

    @property
    def is_in_words(self) -> bool:
        """Whether it was stored before there were balances, with everybody's reason in words."""
        return self.unit == IN_WORDS

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """Accept traces stored with everybody's reason in words."""
        if not isinstance(value, dict) or "candidates" not in value:
            return value
        told = [
            (one["person"], ("chosen: " if one["taken"] else "") + one["reason"])
            for one in value["candidates"]
        ]
        return {"steps": value.get("steps", ()), "refusals": told, "unit": IN_WORDS}


class Route(NamedTuple):
    """How far policy gets without looking at people: a target, or a case."""

    target: Target | None
    reason: str
    case: CaseKind | None = None
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

    def after(self, steps: Iterable[Step]) -> Route:
        """The route with these steps."""
        return Route(*self[:-1], tuple(steps))


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
    """Whose free place lets it go earlier: see `routing.decide.choice.waiting.waiting_key`."""
    suggestion: Suggestion | None = None
    territory: str | None = None
    segment: str | None = None
    band: str | None = None
    rule: str | None = None
    trace: Trace = Trace()

    @property
    def balances(self) -> dict[str, Fraction]:
        """What its pool owes each of those who could take the lead, now that one of them has it;
        empty where no pool chose.
        """
        if self.place != "owner":
            return {}
        return {
            claim.person: Fraction(-claim.minus_owed, self.trace.unit)
            - (claim.person == self.owner)
            for claim in self.trace.claims
        }
