"""What changed about people and the pools they share leads in, in words."""

from __future__ import annotations

from collections.abc import Iterator

from routing.people import Person
from routing.policy.differences.values import changes, label, written
from routing.policy.model import Policy
from routing.policy.tables.pools import Member, Pool


def of_people(old: Policy, new: Policy) -> Iterator[str]:
    before, after = old.person_by_id, new.person_by_id
    for who in dict.fromkeys((*before, *after)):
        if who not in after:
            yield f"{before[who].name} is no longer in the table of people."
        elif who not in before:
            yield f"{_introduced(after[who], new)}."
        else:
            yield from _person(before[who], after[who], old, new)


def _introduced(person: Person, policy: Policy) -> str:
    manager = f", manager {policy.person(person.manager).name}" if person.manager else ""
    return f"{person.name} is new: {person.role}{manager}, {person.time_zone}"


def _person(old: Person, new: Person, before: Policy, after: Policy) -> Iterator[str]:
    if old.active != new.active:
        yield f"{new.name} {'is active again' if new.active else 'is no longer active'}."
    if old.manager != new.manager:
        names = [
            policy.person(one.manager).name if one.manager else "nobody"
            for policy, one in ((before, old), (after, new))
        ]
        yield f"{new.name} now reports to {names[1]} instead of {names[0]}."
    told = {"active": new.active, "manager": new.manager}
    for phrase in changes(old.model_copy(update=told), new):
        yield f"{new.name}'s {phrase}."


def of_pools(old: Policy, new: Policy) -> Iterator[str]:
    before, after = old.pool_by_id, new.pool_by_id
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"Pool {before[name].name} is gone."
        elif name not in before:
            pool = after[name]
            names = [_weighed(member, new) for member in pool.members]
            yield f"Pool {pool.name} is new ({label(pool.strategy)}): {written(tuple(names))}."
        else:
            yield from _members(before[name], after[name], old, new)
            for phrase in _pool(before[name], after[name], new):
                yield f"Pool {after[name].name}: {phrase}."


def _pool(old: Pool, new: Pool, policy: Policy) -> Iterator[str]:
    if old.outside_hours != new.outside_hours:
        yield f"outside hours {_outside_hours(new, policy)}"
    told_already = old.outside_hours != new.outside_hours and new.outside_hours.kind == "wait"
    if old.waits_in != new.waits_in and not told_already:
        yield f"leads that wait for the next opening wait in {_queue(new, policy)}"
    names = ("members", "outside_hours", "waits_in")
    told = {name: getattr(new, name) for name in names}
    yield from changes(old.model_copy(update=told), new)


def _outside_hours(pool: Pool, policy: Policy) -> str:
    """`goes to Enterprise EMEA`, said of a lead."""
    if pool.outside_hours.kind == "assign":
        return "assigns leads all the same"
    if pool.outside_hours.kind == "wait":
        return f"waits in {_queue(pool, policy)} for the next opening"
    other = policy.pool_by_id.get(str(pool.outside_hours.pool))
    return f"goes to {other.name if other else pool.outside_hours.pool}"


def _weighed(member: Member, policy: Policy) -> str:
    return f"{policy.person(member.person).name} with weight {member.weight}"


def _members(old: Pool, new: Pool, before: Policy, after: Policy) -> Iterator[str]:
    was = {member.person: member for member in old.members}
    now = {member.person: member for member in new.members}
    for who in dict.fromkeys((*was, *now)):
        if who not in now:
            yield f"{before.person(who).name} leaves pool {new.name}."
        elif who not in was:
            yield f"{after.person(who).name} joins pool {new.name} with weight {now[who].weight}."
        else:
            for phrase in changes(was[who], now[who]):
                yield f"{after.person(who).name}'s {phrase} in pool {new.name}."


def _queue(pool: Pool, policy: Policy) -> str:
    queue = policy.queue_by_id.get(pool.waits_in)
    return queue.name if queue else pool.waits_in
