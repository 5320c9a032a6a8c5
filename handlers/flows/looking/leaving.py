"""What would become of a person's leads, and what else hangs on that person (R4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from handlers.flows.ports import Ports
from handlers.flows.refusals import TooLateError
from handlers.flows.steps.deciding.forecast import Forecast
from handlers.flows.steps.deciding.moving import (
    Moved,
    MoveOrder,
    place_now,
    require_movable,
    require_target,
)
from handlers.flows.steps.settlement import Settlement
from handlers.flows.telling.wording import CASE_TITLES
from routing.decide.decision import Decision
from routing.lead import Lead
from routing.policy.model import Policy
from routing.values import Value
from storage.audit import Actor
from storage.unit_of_work import UnitOfWork

SHOWN = 10
NOBODY = Actor(kind="system", id="preview")


class Stay(Value):
    """How many open leads are in a stage, by its name."""

    stage: str
    leads: int


class Goal(Value):
    """How many leads would go to a place, written `with Ana Reyes` or `in a case`."""

    place: str
    leads: int


class Leaver(Value):
    """What a hand-over of this person would do. `goes` is empty where it was not asked for."""

    person: str
    name: str
    leads: int
    stages: tuple[Stay, ...]
    hangs: tuple[str, ...]
    """Sentences about what else hangs on the person."""
    goes: tuple[Goal, ...] = ()


def leaver(work: UnitOfWork, policy: Policy, person_id: str) -> Leaver:
    """How many leads of which stages, and what hangs on the person."""
    counts = Counter(lead.stage for lead in work.leads.owned_by(person_id, policy.done_stages))
    return Leaver(
        person=person_id,
        name=policy.person(person_id).name,
        leads=counts.total(),
        stages=tuple(
            Stay(stage=policy.stage_name(stage), leads=counts[stage])
            for stage in [*policy.stage_by_id, *sorted(counts.keys() - policy.stage_by_id.keys())]
            if counts[stage]
        ),
        hangs=tuple(_hangs(work, policy, person_id)),
    )


def leaver_with_goals(ports: Ports, work: UnitOfWork, person_id: str, order: MoveOrder) -> Leaver:
    """As `leaver`, with where each lead would go. Raises as the hand-over itself would."""
    active, now = ports.policies.active(work), ports.clock.now()
    require_target(Settlement(ports, work, active, now, NOBODY), order)
    found = leaver(work, active.policy, person_id)
    leads = work.leads.owned_by(person_id, active.policy.done_stages)
    if order.to is not None:
        places = Counter({f"with {active.policy.person(order.to).name}": len(leads)})
    else:
        forecast = Forecast(ports, work, now)
        places = Counter(_goal(active.policy, forecast.place(lead)) for lead in leads)
    goes = tuple(Goal(place=p, leads=n) for p, n in places.most_common() if n)
    return found.model_copy(update={"goes": goes})


def planned(ports: Ports, work: UnitOfWork, leads: Sequence[Lead], order: MoveOrder) -> list[Moved]:
    """Where each of these leads would go, one after the other, or why it would stay. Raises as
    `reassign` does.
    """
    active, now = ports.policies.active(work), ports.clock.now()
    require_target(Settlement(ports, work, active, now, NOBODY), order)
    forecast = Forecast(ports, work, now)
    return [_planned(work, active.policy, lead, order, forecast) for lead in leads]


def _planned(
    work: UnitOfWork, policy: Policy, lead: Lead, order: MoveOrder, forecast: Forecast
) -> Moved:
    before = place_now(work, policy, lead)
    why = why_not(policy, lead, order)
    if why is not None:
        after, moves = before, False
    elif order.to is not None:
        after, moves, why = f"with {policy.person(order.to).name}", True, order.reason
    else:
        decision = forecast.place(lead)
        after, moves, why = _goal(policy, decision), True, decision.reason
    return Moved(
        lead=lead.id, name=lead.display_name, moved=moves, before=before, after=after, why=why
    )


def why_not(policy: Policy, lead: Lead, order: MoveOrder) -> str | None:
    """What keeps the lead from moving; None when nothing does."""
    try:
        require_movable(policy, lead, order.to)
    except TooLateError as refusal:
        return str(refusal)
    return None


def _goal(policy: Policy, decision: Decision) -> str:
    if decision.owner is not None:
        return f"with {policy.person(decision.owner).name}"
    if decision.queue is not None:
        return f"in the queue {policy.queue_by_id[decision.queue].name}"
    if decision.case is not None:
        return f"in a case: {CASE_TITLES[decision.case].lower()}"
    return "in nurture" if decision.place == "nurture" else "suppressed"


def _hangs(work: UnitOfWork, policy: Policy, person_id: str) -> Iterator[str]:
    """What people have to look after themselves: Baton changes none of it."""
    queues = [queue.name for queue in policy.queues if queue.owner == person_id]
    if queues:
        yield f"Owns the queue{_s(queues)} {_listed(queues)}: name another owner in queues.yml."
    team = [p.name for p in policy.people if p.manager == person_id and p.active]
    if team:
        yield f"Manages {_listed(team)}: name another manager in people.csv."
    pools = [pool.name for pool in policy.pools if _is_alone(policy, pool.id, person_id)]
    if pools:
        yield f"Is the only one in the pool{_s(pools)} {_listed(pools)}: add somebody in pools.yml."
    others = _other_approvers(policy, person_id)
    needed = policy.company.policy_changes.approvals
    if others is not None and others <= needed:
        yield (
            f"Approves changes of the policy, which need {needed} of somebody else: {others} "
            f"other{'' if others == 1 else 's'} may."
        )
    cases = work.cases.suggesting(person_id)
    if cases:
        number = "1 open case suggests" if len(cases) == 1 else f"{len(cases)} open cases suggest"
        yield f"{number} them: {_listed(cases[:SHOWN])}{' …' if len(cases) > SHOWN else ''}."


def _is_alone(policy: Policy, pool_id: str, person_id: str) -> bool:
    people = (policy.person(member.person) for member in policy.pool_by_id[pool_id].members)
    return [person.id for person in people if person.active] == [person_id]


def _other_approvers(policy: Policy, person_id: str) -> int | None:
    """How many others may approve; None when the person may not."""
    roles = policy.company.policy_changes.approvers
    able = [p.id for p in policy.people if p.active and p.role in roles]
    return len(able) - 1 if person_id in able else None


def _s(names: Sequence[str]) -> str:
    return "s" if len(names) > 1 else ""


def _listed(names: Sequence[str]) -> str:
    """`Ana`, `Ana and Ben`, `Ana, Ben and Cleo`."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
