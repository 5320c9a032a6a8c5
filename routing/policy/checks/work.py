"""Pools, queues, SLA, stages and exceptions: whether work can go where policy sends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from routing.lead import INCOMING
from routing.policy.checks import names
from routing.policy.checks.people import slack_channel
from routing.policy.conditions import FIELDS
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import Origins
from routing.policy.reading.read_yaml import Path
from routing.policy.tables.pools import Pool
from routing.policy.tables.rules import ANY
from routing.policy.tables.sla import SlaRule
from routing.policy.tables.stages import Lifecycle

POOLS, QUEUES, SLA, STAGES = "pools.yml", "queues.yml", "sla.yml", "stages.yml"
EXCEPTIONS = "exceptions.yml"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, POOLS, [p.id for p in policy.pools])
    for i, pool in enumerate(policy.pools):
        yield from _pool(policy, origins, i, pool)
    yield from _queues(policy, origins)
    yield from _sla(policy, origins)
    yield from _stages(policy.lifecycle, origins)
    yield from _transitions(policy, origins)
    yield from _exceptions(policy, origins)


def _pool(policy: Policy, origins: Origins, i: int, pool: Pool) -> Iterator[PolicyError]:
    if not pool.members:
        yield origins.error(POOLS, (i, "members"), f"pool {pool.id!r} has no members")
    seen: set[str] = set()
    for j, member in enumerate(pool.members):
        at = (i, "members", j, "person")
        yield from origins.unknown(POOLS, at, member.person, names.people(policy))
        if member.person in seen:
            yield origins.error(POOLS, at, f"{member.person!r} is twice in pool {pool.id!r}")
        seen.add(member.person)
    if pool.channel is not None:
        yield from slack_channel(origins, POOLS, (i, "channel"), pool.channel)
    people = [policy.person_by_id.get(m.person) for m in pool.members]
    if people and all(p is not None and not p.active for p in people):
        yield origins.warning(POOLS, (i,), f"nobody in pool {pool.id!r} is active")


def _queues(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, QUEUES, [q.id for q in policy.queues])
    for i, queue in enumerate(policy.queues):
        yield from origins.unknown(QUEUES, (i, "owner"), queue.owner, names.people(policy))
        yield from _positive(origins, QUEUES, (i, "age_limit"), queue.age_limit)
        if queue.id == INCOMING:
            message = f"queue id {INCOMING!r} is kept for leads not yet decided"
            yield origins.error(QUEUES, (i, "id"), message)


def _positive(origins: Origins, file: str, path: Path, span: timedelta) -> Iterator[PolicyError]:
    if span <= timedelta(0):
        yield origins.error(file, path, f"{path[-1]} must be longer than nothing")


def _sla(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, SLA, [r.id for r in policy.sla.rules], ("rules",))
    for i, rule in enumerate(policy.sla.rules):
        yield from _sla_rule(policy, origins, ("rules", i), rule)
    if not any((r.segment, r.band, r.source) == (ANY,) * 3 for r in policy.sla.rules):
        yield origins.warning(SLA, (), "no SLA rule for every lead: some start no clock")


def _sla_rule(policy: Policy, origins: Origins, path: Path, rule: SlaRule) -> Iterator[PolicyError]:
    columns = (
        ("segment", rule.segment, names.segments(policy)),
        ("source", rule.source, names.sources(policy)),
    )
    for column, value, known in columns:
        name = None if value == ANY else value
        yield from origins.unknown(SLA, (*path, column), name, known)
    if rule.band not in (ANY, "high", "medium", "low"):
        bands = ("high", "medium", "low")
        message = f"unknown band {rule.band!r}"
        yield origins.error(SLA, (*path, "band"), message, nearest(rule.band, bands))
    yield from _positive(origins, SLA, (*path, "acknowledge"), rule.acknowledge)
    yield from _positive(origins, SLA, (*path, "first_touch"), rule.first_touch)
    if rule.first_touch < rule.acknowledge:
        message = "first_touch is due before acknowledge"
        yield origins.error(SLA, (*path, "first_touch"), message)


def _stages(lifecycle: Lifecycle, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, STAGES, [s.id for s in lifecycle.stages], ("stages",))
    known = [s.id for s in lifecycle.stages]
    for role in ("initial", "acknowledged", "working"):
        name = getattr(lifecycle, role)
        if name not in known:
            message = f"{role} names the unknown stage {name!r}"
            yield origins.error(STAGES, (role,), message, nearest(name, known))


def _transitions(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    lifecycle, seen = policy.lifecycle, set[tuple[str, str]]()
    for i, move in enumerate(lifecycle.transitions):
        at = ("transitions", i)
        for end, name in (("source", move.source), ("target", move.target)):
            yield from origins.unknown(STAGES, (*at, end), name, names.stages(policy))
        if (move.source, move.target) in seen or move.source == move.target:
            message = f"the move from {move.source!r} to {move.target!r} is stated twice or empty"
            yield origins.error(STAGES, at, message)
        if not move.by:
            yield origins.error(STAGES, at, "nobody may make this move: `by` is empty")
        seen.add((move.source, move.target))
    for source, target in sorted(_needed_moves(lifecycle) - seen):
        message = f"the move from {source!r} to {target!r} is missing: a button makes it"
        yield origins.error(STAGES, ("transitions",), message)


def _needed_moves(lifecycle: Lifecycle) -> set[tuple[str, str]]:
    """Acknowledge and Log first touch, each from where a lead is then; no move, no need."""
    known = {s.id for s in lifecycle.stages}
    first, acknowledged, working = lifecycle.initial, lifecycle.acknowledged, lifecycle.working
    moves = {(first, acknowledged), (acknowledged, working)}
    return {(a, b) for a, b in moves if a != b and {a, b} <= known}


def _exceptions(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    exceptions = policy.exceptions
    yield from _positive(origins, EXCEPTIONS, ("age_limit",), exceptions.age_limit)
    for i, entry in enumerate(exceptions.required_fields):
        for name in entry.split("|"):
            if name not in FIELDS:
                at = ("required_fields", i)
                message = f"unknown field {name!r}"
                yield origins.error(EXCEPTIONS, at, message, nearest(name, FIELDS))
    for i, name in enumerate(exceptions.unrouted):
        at = ("unrouted", i)
        yield from origins.unknown(EXCEPTIONS, at, name, names.territories(policy))
