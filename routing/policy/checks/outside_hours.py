"""What pools do outside their hours: whether a lead arrives somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.checks import names
from routing.policy.checks.people import time_zone
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins
from routing.policy.tables.pools import Pool

FILE = "pools.yml"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    for i, pool in enumerate(policy.pools):
        yield from origins.unknown(FILE, (i, "calendar"), pool.calendar, names.calendars(policy))
        if pool.time_zone is not None:
            yield from time_zone(origins, FILE, (i, "time_zone"), pool.time_zone)
            if pool.calendar is None:
                message = "time_zone without a calendar: each owner's own hours hold"
                yield origins.warning(FILE, (i, "time_zone"), message)
        other, at = pool.outside_hours.pool, (i, "outside_hours")
        yield from origins.unknown(FILE, at, other, names.pools(policy))
        if pool.outside_hours.kind == "wait":
            at = (i, "waits_in" if "waits_in" in pool.model_fields_set else "outside_hours")
            yield from origins.unknown(FILE, at, pool.waits_in, names.queues(policy))
    yield from _circles(policy, origins)


def _circles(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Each circle once, at the first of its pools."""
    reported: set[str] = set()
    for i, pool in enumerate(policy.pools):
        circle = _circle(policy, pool)
        if circle and reported.isdisjoint(circle):
            reported.update(circle)
            chain = " -> ".join([*circle, circle[0]])
            message = f"pools send leads in a circle outside their hours: {chain}"
            yield origins.error(FILE, (i, "outside_hours"), message)


def _circle(policy: Policy, start: Pool) -> list[str]:
    """The pools from `start` on back to `start`, or nothing."""
    chain: list[str] = []
    pool: Pool | None = start
    while pool and pool.id not in chain:
        chain.append(pool.id)
        pool = policy.pool_by_id.get(pool.outside_hours.pool or "")
    return chain if pool and pool.id == start.id else []
