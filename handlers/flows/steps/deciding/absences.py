"""Who of some people is away, from policy and from what was entered (R4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from routing.availability import absent_reason
from routing.policy.model import Policy
from storage.unit_of_work import UnitOfWork


def absent_reasons(
    work: UnitOfWork, policy: Policy, people: Collection[str], now: datetime
) -> dict[str, str]:
    """Why each of these people receives nothing now; who does receive leads is left out."""
    entered = work.availability.away_at(now, people)
    found = {who: absent_reason(policy, policy.person(who), entered, now) for who in people}
    return {who: reason for who, reason in found.items() if reason is not None}
