"""What changed about what is promised and what people decide: clocks and exceptions, in words."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.differences.conditions import alternatives, together
from routing.policy.differences.values import capital, changes, label, written
from routing.policy.model import Policy
from routing.policy.tables.exceptions import HighValue
from routing.policy.tables.rules import ANY
from routing.policy.tables.scoring import Condition
from routing.policy.tables.sla import SlaRule

CLOCKS = ("acknowledge", "first_touch")


def of_sla(old: Policy, new: Policy) -> Iterator[str]:
    before = {rule.id: rule for rule in old.sla.rules}
    after = {rule.id: rule for rule in new.sla.rules}
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"SLA {name} is gone; it was: {_sla_words(before[name])}."
        elif name not in before:
            yield f"SLA {name} is new: {_sla_words(after[name])}."
        else:
            yield from _sla_rule(before[name], after[name])
    shares = old.sla.remind_at_percent, new.sla.remind_at_percent
    if shares[0] != shares[1]:
        yield f"Owners are reminded after {shares[1]}% of the time instead of {shares[0]}%."


def _sla_words(rule: SlaRule) -> str:
    """`band high: acknowledge within 15m, first touch within 2h`."""
    stated = [f"{n} {v}" for n in ("segment", "band", "source") if (v := getattr(rule, n)) != ANY]
    clocks = [f"{label(name)} within {written(getattr(rule, name))}" for name in CLOCKS]
    hours = " round the clock" if rule.hours == "24x7" else ""
    return f"{', '.join(stated) or 'every lead'}: {', '.join(clocks)}{hours}"


def _sla_rule(old: SlaRule, new: SlaRule) -> Iterator[str]:
    for name in CLOCKS:
        spans = getattr(new, name), getattr(old, name)
        if spans[0] != spans[1]:
            within = f"within {written(spans[0])} instead of {written(spans[1])}"
            yield f"SLA {new.id}: {label(name)} {within}."
    told = {name: getattr(new, name) for name in CLOCKS}
    for phrase in changes(old.model_copy(update=told), new):
        yield f"SLA {new.id}: {phrase}."


def of_exceptions(old: Policy, new: Policy) -> Iterator[str]:
    was, now = old.exceptions, new.exceptions
    for field in now.required_fields:
        if field not in was.required_fields:
            yield f"A lead without {_either(field)} is a case for people now."
    for field in was.required_fields:
        if field not in now.required_fields:
            yield f"A lead without {_either(field)} is no longer a case for people."
    yield from _high_value(old, new)
    told = {"required_fields": now.required_fields, "high_value": now.high_value}
    for phrase in changes(was.model_copy(update=told), now):
        yield f"{capital(phrase)}."


def _either(field: str) -> str:
    """`email|phone` as `e-mail or phone`."""
    return label(field).replace("|", " or ").replace("email", "e-mail")


def _high_value(old: Policy, new: Policy) -> Iterator[str]:
    was, now = old.exceptions.high_value, new.exceptions.high_value
    if was is None and now is not None:
        held = alternatives(now.any_of, new)
        yield f"High value: a person approves the owner of leads with {held} now."
        for phrase in changes(HighValue(any_of=now.any_of), now):
            yield f"High value: {phrase}."
    elif was is not None and now is None:
        yield "High value: no owner is approved by a person first any longer."
    elif was is not None and now is not None:
        yield from _conditions(was, now, old, new)
        for phrase in changes(was.model_copy(update={"any_of": now.any_of}), now):
            yield f"High value: {phrase}."


def _conditions(was: HighValue, now: HighValue, old: Policy, new: Policy) -> Iterator[str]:
    gained = [one for one in now.any_of if one not in was.any_of]
    lost = [one for one in was.any_of if one not in now.any_of]
    if len(gained) == len(lost) == 1:
        yield f"High value: {together(gained[0], new)} instead of {_rest(gained[0], lost[0], old)}."
        return
    yield from (f"High value: also {together(one, new)}." for one in gained)
    yield from (f"High value: no longer {together(one, old)}." for one in lost)


def _rest(now: tuple[Condition, ...], was: tuple[Condition, ...], policy: Policy) -> str:
    """What was, or only the number that another has taken the place of."""
    numbers = [one.at_least for one in (*now, *was)]
    if len(numbers) == 2 and None not in numbers and _but_number(was[0]) == _but_number(now[0]):
        return str(was[0].at_least)
    return together(was, policy)


def _but_number(when: Condition) -> Condition:
    return when.model_copy(update={"at_least": None})
