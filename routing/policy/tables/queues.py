"""`queues.yml`: where leads wait for people (R8)."""

from __future__ import annotations

from routing.values import Duration, Value


class Queue(Value):
    """A named queue people work through (R8).

    Its owner is reminded of what has waited longer than `clock`; after `age_limit` the managers'
    channel hears.
    """

    id: str
    name: str
    owner: str
    clock: Duration | None = None
    age_limit: Duration
