"""What changed within an entry, in words, whatever the entry is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from routing.policy.tables.calendars import Window
from routing.policy.tables.rules import Target

KEYS = ("id", "kind", "person", "field")
"""By the first of these that they have, entries of a list are told apart."""
NAMED = 8
"""Values named in one sentence; the others are counted."""


def written(value: object) -> str:
    """A value as people write it in the files."""
    if value is None or value == () or value == {}:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, Window):
        return f"{_clock(value.opens)}-{_clock(value.closes)}"
    if isinstance(value, Target):
        return str(value)
    if isinstance(value, BaseModel):
        return ", ".join(f"{label(k)} {written(v)}" for k, v in value if v is not None)
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {written(v)}" for k, v in value.items())
    if isinstance(value, tuple | list | frozenset):
        return listed([written(one) for one in value])
    return str(value)


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def label(name: object) -> str:
    return str(name).replace("_", " ")


def listed(names: Sequence[str]) -> str:
    """`a, b and 3 more`."""
    shown, more = ", ".join(names[:NAMED]), len(names) - NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _duration(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    if seconds:
        return f"{int(span.total_seconds())}s"
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}" if minutes != 1440 else "24:00"


def changes(old: object, new: object, path: str = "") -> Iterator[str]:
    """One phrase for each value that differs: `age limit is 1d instead of 2d`.

    Lists are compared as sets of their entries.
    """
    if old == new:
        return
    if isinstance(old, BaseModel) and type(old) is type(new) and not isinstance(old, Target):
        yield from _of_fields(dict(old), dict(new), path)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _of_fields(old, new, path)
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield from _of_lists(old, new, path)
    else:
        yield f"{path} is {written(new)} instead of {written(old)}".strip()


def _of_fields(old: Mapping[Any, object], new: Mapping[Any, object], path: str) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        yield from changes(old.get(name), new.get(name), f"{path} {label(name)}".strip())


def _of_lists(old: tuple[Any, ...], new: tuple[Any, ...], path: str) -> Iterator[str]:
    key = next((k for k in KEYS if _tells_apart(k, old) and _tells_apart(k, new)), None)
    if key is None:
        yield from _of_words([written(one) for one in old], [written(one) for one in new], path)
        return
    before = {getattr(one, key): one for one in old}
    after = {getattr(one, key): one for one in new}
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"{path} {name} is gone"
        elif name not in before:
            yield f"{path} {name} is new ({written(after[name])})"
        else:
            yield from changes(before[name], after[name], f"{path} {name}".strip())


def _tells_apart(key: str, entries: tuple[Any, ...]) -> bool:
    names = {getattr(one, key, None) for one in entries}
    return None not in names and len(names) == len(entries)


def _of_words(old: list[str], new: list[str], path: str) -> Iterator[str]:
    added = [word for word in new if word not in old]
    removed = [word for word in old if word not in new]
    if added:
        yield f"{path} gains {listed(added)}"
    if removed:
        yield f"{path} loses {listed(removed)}"
    if not added and not removed and sorted(old) != sorted(new):
        yield f"{path} is {listed(new)} instead of {listed(old)}"
