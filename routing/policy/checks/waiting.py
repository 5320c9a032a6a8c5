"""Queues of cases and the clocks of queues: whether they exist, and come in their order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from routing.policy.checks import names
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins

QUEUES, EXCEPTIONS = "queues.yml", "exceptions.yml"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    for i, queue in enumerate(policy.queues):
        if queue.clock is None:
            continue
        if queue.clock <= timedelta(0):
            yield origins.error(QUEUES, (i, "clock"), "clock must be longer than nothing")
        elif queue.clock >= queue.age_limit:
            message = f"the clock of {queue.id!r} must run out before its age_limit"
            yield origins.error(QUEUES, (i, "clock"), message)
    for kind, queue_id in policy.exceptions.queues.items():
        at = ("queues", kind)
        yield from origins.unknown(EXCEPTIONS, at, queue_id, names.queues(policy))
    for kind, limit in policy.exceptions.age_limits.items():
        if limit <= timedelta(0):
            message = "an age limit must be longer than nothing"
            yield origins.error(EXCEPTIONS, ("age_limits", kind), message)
