"""The high-value predicate: whether its conditions can hold, and where its cases go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from routing.policy.checks import conditions
from routing.policy.checks.names import At
from routing.policy.checks.people import slack_channel
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins
from routing.policy.tables.scoring import Condition

FILE = "exceptions.yml"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    high_value = policy.exceptions.high_value
    if high_value is None:
        return
    for i, listed in enumerate(high_value.any_of):
        path = ("high_value", "any_of", i)
        if not listed:
            yield origins.error(FILE, path, "this list has no condition: no lead fits it")
        for j, when in enumerate(listed):
            yield from _condition(policy, origins, At(FILE, (*path, j)), when)
    if high_value.channel is not None:
        yield from slack_channel(origins, FILE, ("high_value", "channel"), high_value.channel)
    if high_value.age_limit is not None and high_value.age_limit <= timedelta(0):
        message = "age_limit must be longer than nothing"
        yield origins.error(FILE, ("high_value", "age_limit"), message)


def _condition(policy: Policy, origins: Origins, at: At, when: Condition) -> Iterator[PolicyError]:
    if when.field == "score":
        message = "the score is no condition of high value: use segments or bands"
        yield origins.error(at.file, (*at.path, "field"), message)
    else:
        yield from conditions.problems(policy, origins, at, when)
