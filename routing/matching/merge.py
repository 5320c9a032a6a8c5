"""Two records of one lead become one, and two again (I6).

Profile fields go by *Most Complete Wins*: fields that belong together move as one group, and the
fuller group wins; a person's or the CRM's value stands above a sender's, a sender's above a
provider's. Behavioural fields go by *Last Touch Wins*. A tie is the survivor's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from routing.lead import Lead, Place
from routing.values import Value

T = TypeVar("T")

_SURVIVAL: dict[Place, int] = {"owner": 0, "suppressed": 2}

LAST_TOUCH = ("message",)


class Group(Value):
    """Fields that say one thing together, and the names under which a source sends it."""

    fields: tuple[str, ...]
    sent_as: tuple[str, ...]


GROUPS = (
    Group(
        fields=("email", "email_domain", "mailbox_class", "role_mailbox"),
        sent_as=("email",),
    ),
    Group(fields=("phone", "phone_ext"), sent_as=("phone",)),
    Group(fields=("country", "region", "city"), sent_as=("country", "region", "city")),
    Group(fields=("company", "company_key", "domain"), sent_as=("company", "website")),
    Group(
        fields=("full_name", "given_name", "family_name"),
        sent_as=("name", "first_name", "last_name"),
    ),
    Group(fields=("title", "title_tier"), sent_as=("job_title",)),
    Group(fields=("industry",), sent_as=("industry",)),
    Group(fields=("company_size",), sent_as=("company_size",)),
)
_RANK = {"provider": 0, "sender": 1, "crm": 2, "person": 2}


class Conflict(Value):
    """What an undo left alone, because it was changed after the merge. Values are as text."""

    field: str
    before: str | None
    merged: str | None
    now: str | None


@dataclass(frozen=True)
class Restored:
    lead: Lead
    conflicts: tuple[Conflict, ...]


def survivor_first(one: Lead, other: Lead) -> tuple[Lead, Lead]:
    """The survivor and the absorbed: who has an owner, then the one received first, then by id;
    a suppressed lead survives last.
    """
    first, second = sorted(
        (one, other),
        key=lambda lead: (_SURVIVAL.get(lead.place, 1), lead.received_at, lead.id),
    )
    return first, second


def merge(survivor: Lead, absorbed: Lead) -> Lead:
    """The survivor with what the absorbed one knows better. Its place, owner, stage and source
    stay its own."""
    news: dict[str, object] = {}
    taken = [group for group in GROUPS if _knows_better(absorbed, survivor, group)]
    for group in taken:
        news |= {name: getattr(absorbed, name) for name in group.fields}
    if absorbed.received_at >= survivor.received_at:
        news |= {name: value for name in LAST_TOUCH if (value := getattr(absorbed, name))}
    news |= {name: getattr(absorbed, name) for name in LAST_TOUCH if not getattr(survivor, name)}
    news["provenance"] = _followed(survivor.provenance, absorbed.provenance, _fields(taken))
    news["unread"] = _followed(survivor.unread, absorbed.unread, _sent_as(taken))
    news["flags"] = _flags(survivor, absorbed, taken)
    news["received_at"] = min(survivor.received_at, absorbed.received_at)
    return survivor.model_copy(update=news)


def changes(before: Lead, after: Lead) -> dict[str, object]:
    """The fields in which `after` differs, with its values."""
    return {
        name: value
        for name in Lead.model_fields
        if (value := getattr(after, name)) != getattr(before, name)
    }


def unmerge(now: Lead, before: Lead, merged: Lead) -> Restored:
    """The survivor as it was before the merge, keeping what was changed since.

    A group of fields goes back whole or stays whole; what stays is reported.
    """
    back: dict[str, object] = {}
    conflicts: list[Conflict] = []
    returned: list[Group] = []
    for group in (*GROUPS, *(Group(fields=(name,), sent_as=()) for name in LAST_TOUCH)):
        if _said(before, group) == _said(merged, group):
            continue
        if _values(now, group) == _values(merged, group):
            back |= {name: getattr(before, name) for name in group.fields}
            returned.append(group)
        else:
            conflicts += _conflicts(group, before, merged, now)
    back["provenance"] = _followed(now.provenance, before.provenance, _fields(returned))
    back["unread"] = _followed(now.unread, before.unread, _sent_as(returned))
    back["flags"] = _flags_without(now, before, merged, returned)
    if now.received_at == merged.received_at:
        back["received_at"] = before.received_at
    return Restored(now.model_copy(update=back), tuple(conflicts))


def _values(lead: Lead, group: Group) -> list[object]:
    return [getattr(lead, name) for name in group.fields]


def _said(lead: Lead, group: Group) -> tuple[object, ...]:
    """All that stands of a group: its values, whose they are, and what was wrong with them."""
    origins = [lead.provenance.get(name) for name in group.fields]
    unread = [lead.unread.get(name) for name in group.sent_as]
    names = {*group.fields, *group.sent_as}
    return _values(lead, group), origins, unread, {f for f in lead.flags if _about(f) in names}


def _conflicts(group: Group, before: Lead, merged: Lead, now: Lead) -> list[Conflict]:
    changed = [name for name in group.fields if getattr(before, name) != getattr(merged, name)]
    return [_conflict(name, before, merged, now) for name in changed]


def _conflict(name: str, before: Lead, merged: Lead, now: Lead) -> Conflict:
    was, became, stands = (getattr(lead, name) for lead in (before, merged, now))
    return Conflict(field=name, before=_text(was), merged=_text(became), now=_text(stands))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _knows_better(absorbed: Lead, survivor: Lead, group: Group) -> bool:
    return _worth(absorbed, group) > _worth(survivor, group)


def _worth(lead: Lead, group: Group) -> tuple[int, bool, int]:
    """Whose word the group is, and how much of it there is. A shared mailbox is worth less than one
    of the lead's own.
    """
    filled = [name for name in group.fields if getattr(lead, name) not in (None, False)]
    shared = "role_mailbox" in group.fields and lead.role_mailbox
    rank = max((_RANK[_origin(lead, name)] for name in filled), default=-1)
    return rank, bool(filled) and not shared, len(filled)


def _origin(lead: Lead, name: str) -> str:
    known = lead.provenance.get(name)
    return known.origin if known else "sender"


def _fields(groups: Iterable[Group]) -> set[str]:
    return {name for group in groups for name in group.fields}


def _sent_as(groups: Iterable[Group]) -> set[str]:
    return {name for group in groups for name in group.sent_as}


def _followed(ours: dict[str, T], theirs: dict[str, T], names: set[str]) -> dict[str, T]:
    """Ours, with theirs instead for these names."""
    kept = {name: value for name, value in ours.items() if name not in names}
    return kept | {name: value for name, value in theirs.items() if name in names}


def _flags(ours: Lead, theirs: Lead, groups: Iterable[Group]) -> tuple[str, ...]:
    """The flags of each field go with it; those about the lead as a whole are united."""
    followed = _sent_as(groups) | _fields(groups)
    kept = [flag for flag in ours.flags if _about(flag) not in followed]
    came = [f for f in theirs.flags if _about(f) in followed or _about(f) not in _FIELD_NAMES]
    return tuple(dict.fromkeys([*kept, *came]))


def _flags_without(
    now: Lead, before: Lead, merged: Lead, returned: Iterable[Group]
) -> tuple[str, ...]:
    """The flags as they stand, without what the merge brought."""
    followed = _sent_as(returned) | _fields(returned)
    brought = set(merged.flags) - set(before.flags)
    kept = [f for f in now.flags if _about(f) not in followed and f not in brought]
    back = [flag for flag in before.flags if _about(flag) in followed]
    return tuple(dict.fromkeys([*kept, *back]))


def _about(flag: str) -> str:
    return flag.partition(":")[0]


_FIELD_NAMES = frozenset(name for group in GROUPS for name in (*group.sent_as, *group.fields))
