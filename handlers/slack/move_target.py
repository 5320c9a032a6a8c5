"""Where leads may go, for the forms that move them."""

from __future__ import annotations

from handlers.flows.steps.deciding.absences import absent_reasons
from handlers.flows.steps.deciding.moving import MoveOrder
from handlers.slack import ids
from handlers.slack.cards.move_modal import BY_POLICY, TO, TO_AWAY
from handlers.slack.choose_owner import possible_owners
from handlers.slack.payload import Json, option_in, text_in
from routing.people import Person
from routing.policy.model import Policy
from routing.values import Instant
from storage.unit_of_work import UnitOfWork


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
    is_away = chosen.startswith(TO_AWAY)
    return MoveOrder(chosen.removeprefix(TO_AWAY if is_away else TO), reason, is_away)
