"""What changed about points and bands, in words."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.differences.conditions import condition_words
from routing.policy.differences.values import capital, changes, label, written
from routing.policy.model import Policy
from routing.policy.tables.scoring import EventPoints, PointRule


def of_scoring(old: Policy, new: Policy) -> Iterator[str]:
    was, now = old.scoring, new.scoring
    for band in ("high", "medium"):
        starts = getattr(was, band), getattr(now, band)
        if starts[0] != starts[1]:
            yield f"{capital(band)} starts at a score of {starts[1]} instead of {starts[0]}."
    yield from _points(old, new)
    yield from _engagement(was.engagement, now.engagement)
    for part in ("weights", "quality"):
        for phrase in changes(getattr(was, part), getattr(now, part), label(part)):
            yield f"{capital(phrase)}."


def _points(old: Policy, new: Policy) -> Iterator[str]:
    before = {one.id: one for one in old.scoring.points}
    after = {one.id: one for one in new.scoring.points}
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            was = before[name]
            yield f"{_subject(was, old)} no longer gives {_count(was.points)}."
        elif name not in before:
            yield f"{_subject(after[name], new)} now gives {_count(after[name].points)}."
        else:
            yield from _point_rule(before[name], after[name], old, new)


def _point_rule(was: PointRule, now: PointRule, old: Policy, new: Policy) -> Iterator[str]:
    if was.when != now.when:
        conditions = condition_words(now.when, new), condition_words(was.when, old)
        yield f"“{now.label}” is now for {conditions[0]} instead of {conditions[1]}."
    if was.points != now.points:
        yield f"{_subject(now, new)} gives {_count(now.points)} instead of {was.points}."
    if was.label != now.label:
        yield f"The points “{was.label}” are called “{now.label}” now."


def _subject(rule: PointRule, policy: Policy) -> str:
    return capital(condition_words(rule.when, policy))


def _count(points: int) -> str:
    return f"{points} point{'' if abs(points) == 1 else 's'}"


def _engagement(old: tuple[EventPoints, ...], new: tuple[EventPoints, ...]) -> Iterator[str]:
    before, after = {one.kind: one for one in old}, {one.kind: one for one in new}
    for kind in dict.fromkeys((*before, *after)):
        if kind not in after:
            was = before[kind]
            yield f"The event “{was.label}” no longer gives {_count(was.points)}."
        elif kind not in before:
            now = after[kind]
            bounds = f"at most {now.cap} in all, half of it left after {written(now.half_life)}"
            yield f"The event “{now.label}” now gives {_count(now.points)}, {bounds}."
        else:
            yield from _event(before[kind], after[kind])


def _event(was: EventPoints, now: EventPoints) -> Iterator[str]:
    if was.points != now.points:
        yield f"The event “{now.label}” gives {_count(now.points)} instead of {was.points}."
    for phrase in changes(was.model_copy(update={"points": now.points}), now):
        yield f"The event “{now.label}”: {phrase}."
