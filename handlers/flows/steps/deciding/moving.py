"""Move one lead to somebody else, or to whom policy chooses, in the caller's transaction (R4)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.flows.refusals import NotAllowedError, TooLateError
from handlers.flows.steps.deciding.by_hand import given_by_hand, require_active, require_here
from handlers.flows.steps.deciding.decide_lead import decided, stands
from handlers.flows.steps.deciding.endings import end_assignment, resolve
from handlers.flows.steps.deciding.pool_states import hold_pools_of
from handlers.flows.steps.deciding.settle import settle
from handlers.flows.steps.settlement import Settlement
from handlers.flows.telling.wording import place_in_words
from routing.decide.decision import Decision
from routing.lead import INCOMING, Lead
from routing.policy.model import Policy
from routing.values import Value
from storage.deciding.assignments import StoredDecision
from storage.deciding.cases import ExceptionCase
from storage.unit_of_work import UnitOfWork

ACTION = "lead.reassigned"


@dataclass(frozen=True)
class MoveOrder:
    """Whom leads go to and why. `to` is a person's id; None stands for whoever policy chooses, but
    not who has the lead. `is_away_meant`: they get it although they are away.
    """

    to: str | None
    reason: str
    is_away_meant: bool = False


class Moved(Value):
    """What became of one lead. `before` and `after` are phrases such as `with Ana Reyes`; `why` is
    the reason of the decision, or what kept the lead from moving.
    """

    lead: str
    name: str
    moved: bool
    before: str
    after: str
    why: str


def require_target(s: Settlement, order: MoveOrder) -> None:
    """Raises NotFoundError, NotAllowedError or AwayError unless leads may go there now."""
    if order.to is None:
        if not s.work.switches.is_on("routing"):
            raise NotAllowedError("Routing is switched off: name a person, or turn it on again.")
        return
    owner = require_active(s.active.policy, order.to)
    if not order.is_away_meant:
        require_here(s, owner)


def require_movable(policy: Policy, lead: Lead, to: str | None) -> None:
    """Raises TooLateError with why this lead stays where it is."""
    if lead.place == "suppressed":
        raise TooLateError("It is suppressed: nobody contacts it.")
    if lead.stage in policy.done_stages:
        raise TooLateError(f"It is closed ({policy.stage_name(lead.stage)}).")
    if to is not None and (lead.place, lead.owner) == ("owner", to):
        raise TooLateError(f"{policy.person(to).name} has it already.")
    if to is None and (lead.place, lead.queue) == ("queue", INCOMING):
        raise TooLateError("Policy is about to decide it anyway.")


def move(s: Settlement, lead: Lead, order: MoveOrder, about: str) -> StoredDecision:
    """Move the lead, which the caller holds, on record under the id `about`.

    Raises TooLateError when it stays where it is, and why; the transaction is to be taken back.
    """
    require_movable(s.active.policy, lead, order.to)
    case = s.work.cases.open_of(lead.id) if lead.place == "case" else None
    before = {"place": lead.place, "owner": lead.owner, "queue": lead.queue}
    if lead.place == "owner":
        end_assignment(s, lead.id)
    stored = _to_policy(s, lead, case) if order.to is None else _to_person(s, lead, order)
    if case is not None:
        _close(s, case, stored.decision, order.reason)
    s.work.assignments.add_decision(stored)
    after = {name: getattr(stored.decision, name) for name in ("place", "owner", "queue", "case")}
    s.on_record(lead.id, ACTION, about=about, reason=order.reason, before=before, after=after)
    settle(s, lead, stored)
    return stored


def _to_person(s: Settlement, lead: Lead, order: MoveOrder) -> StoredDecision:
    owner = require_active(s.active.policy, order.to or "")
    hold_pools_of(s.work, s.active.policy, [owner.id])
    last = s.work.assignments.last_decision(lead.id)
    return given_by_hand(s, lead, owner, last.decision if last else None, order.reason)


def _to_policy(s: Settlement, lead: Lead, case: ExceptionCase | None) -> StoredDecision:
    owners = [lead.owner] if lead.place == "owner" and lead.owner else []
    stored = decided(s, lead, owners)
    if not owners and stands(lead, case.kind if case else None, stored.decision):
        raise TooLateError(f"Policy leaves it where it is: {stored.decision.reason}")
    return stored


def _close(s: Settlement, case: ExceptionCase, decision: Decision, reason: str) -> None:
    """The case ends with the move and its reason."""
    resolution = f"{_resolution(s.active.policy, decision)} ({reason})"
    if not resolve(s, case, resolution, reason=reason, after={"owner": decision.owner}):
        raise TooLateError("Somebody else has just resolved its case.")


def _resolution(policy: Policy, decision: Decision) -> str:
    return f"Assigned to {policy.person(decision.owner).name}" if decision.owner else "Routed again"


def place_now(work: UnitOfWork, policy: Policy, lead: Lead) -> str:
    """Where the lead is, as one phrase."""
    case = work.cases.open_of(lead.id) if lead.place == "case" else None
    return place_in_words(policy, lead.place, lead.owner, case.kind if case else None, lead.queue)
