"""The names a policy defines, and checks that every list of names shares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args

from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Names, Origins
from routing.policy.reading.read_yaml import Path
from routing.values import Band


class At(NamedTuple):
    """Where something is written."""

    file: str
    path: Path


WELL_FORMED = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def people(policy: Policy) -> Names:
    return Names("person", "people.csv", policy.person_by_id)


def pools(policy: Policy) -> Names:
    return Names("pool", "pools.yml", policy.pool_by_id)


def queues(policy: Policy) -> Names:
    return Names("queue", "queues.yml", {q.id for q in policy.queues})


def territories(policy: Policy) -> Names:
    return Names("territory", "territories.csv", {row.territory for row in policy.territories})


def segments(policy: Policy) -> Names:
    return Names("segment", "segments.yml", {s.id for s in policy.segments})


def sources(policy: Policy) -> Names:
    return Names("source", "sources.yml", {s.id for s in policy.sources})


def bands(_: Policy) -> Names:
    return Names("band", "rules.csv", get_args(Band))


def calendars(policy: Policy) -> Names:
    return Names("calendar", "calendars.yml", policy.calendar_by_id)


def stages(policy: Policy) -> Names:
    return Names("stage", "stages.yml", policy.stage_by_id)


def ids(
    origins: Origins, file: str, names: Sequence[str], within: Path = ()
) -> Iterator[PolicyError]:
    """Ids that are not well-formed, and every id after the first of its kind."""
    seen: set[str] = set()
    for i, name in enumerate(names):
        at = (*within, i, "id")
        if not WELL_FORMED.fullmatch(name):
            rule = "lower-case letters, digits, - and _ (at most 60)"
            yield origins.error(file, at, f"id {name!r} must be made of {rule}")
        if name in seen:
            yield origins.error(file, at, f"id {name!r} appears twice")
        seen.add(name)
