"""Where leads may go, for the forms that move them."""

from __future__ import annotations

from handlers.flows.steps.deciding.absences import absent_reasons
from handlers.flows.steps.deciding.moving import MoveOrder
from handlers.slack import ids
from handlers.slack.cards.move_modal import BY_POLICY
from handlers.slack.cards.owner_modal import TO, TO_AWAY
from handlers.slack.payload import Json, option_in, text_in
from routing.people import Person
from routing.policy.model import Policy
from routing.values import Instant
from storage.unit_of_work import UnitOfWork


def possible_owners(policy: Policy) -> list[tuple[str, list[Person]]]:
    """Active people who can own leads, under the first pool they are in, in policy's order."""
    groups: list[tuple[str, list[Person]]] = []
    seen: set[str] = set()
    for pool in policy.pools:
        members = [policy.person_by_id[m.person] for m in pool.members if m.person not in seen]
        seen |= {person.id for person in members}
        groups.append((pool.name, [person for person in members if person.active]))
    rest = [p for p in policy.people if p.id not in seen and p.active and not p.may_decide]
    return [(name, people) for name, people in [*groups, ("In no pool", rest)] if people]


def targets(policy: Policy, but: str | None = None) -> list[tuple[str, list[Person]]]:
    """Everybody who can own leads, by pool, without the one who leaves."""
    groups = [
        (name, [person for person in people if person.id != but])
        for name, people in possible_owners(policy)
    ]
    return [(name, people) for name, people in groups if people]


def away_now(work: UnitOfWork, policy: Policy, now: Instant) -> dict[str, str]:
    """Why people receive nothing now, by their ids."""
    return absent_reasons(work, policy, [p.id for p in policy.people if p.active], now)


def order_in(body: Json) -> MoveOrder:
    """The order of a submitted form. Raises NotFoundError when nobody was chosen."""
    chosen, reason = option_in(body, ids.OWNER_INPUT), text_in(body, ids.REASON_INPUT) or ""
    if chosen == BY_POLICY:
        return MoveOrder(None, reason)
    to, is_away_meant = person_in(chosen)
    return MoveOrder(to, reason, is_away_meant)


def person_in(chosen: str) -> tuple[str, bool]:
    """The person's id, and whether they stood as away in the list."""
    is_away = chosen.startswith(TO_AWAY)
    return chosen.removeprefix(TO_AWAY if is_away else TO), is_away
