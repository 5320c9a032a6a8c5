"""What changed about where leads go: territories and rules, in words."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.differences.values import changes, listed
from routing.policy.iso import country_name, region_name
from routing.policy.model import Policy
from routing.policy.tables.rules import ANY, Rule
from routing.policy.tables.territories import TerritoryRow
from routing.policy.words import leads_of, target_of


def of_territories(old: Policy, new: Policy) -> Iterator[str]:
    before, after = _places(old), _places(new)
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, []), after.get(name, [])
        gained = [place for place in now if place not in was]
        lost = [place for place in was if place not in now]
        if not was:
            yield f"Territory {name} is new: {listed(gained)}."
        elif not now:
            yield f"Territory {name} is gone; it held {listed(lost)}."
        else:
            if gained:
                yield f"Territory {name} gains {listed(gained)}."
            if lost:
                yield f"Territory {name} loses {listed(lost)}."


def _places(policy: Policy) -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for row in policy.territories:
        places.setdefault(row.territory, []).append(_place(row))
    return places


def _place(row: TerritoryRow) -> str:
    """`Portland, Oregon, United States`; casefolded as it is compared, shown as it is written."""
    if row.country == ANY:
        return "everywhere else"
    region = row.region and (region_name(row.region) or row.region)
    parts = (row.city, region, country_name(row.country) or row.country)
    return ", ".join(part for part in parts if part)


def of_rules(old: Policy, new: Policy) -> Iterator[str]:
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            rule = before[name]
            target = target_of(rule.send_to, old)
            yield f"Rule {name} is gone; it sent {leads_of(rule, old)} to {target}."
        elif name not in before:
            rule = after[name]
            yield f"Rule {name} is new: it sends {leads_of(rule, new)} to {_to(rule, new)}."
        else:
            yield from _rule(before[name], after[name], old, new)


def _to(rule: Rule, policy: Policy) -> str:
    priority = f", with priority {rule.priority}" if rule.priority else ""
    return target_of(rule.send_to, policy) + priority


def _rule(old: Rule, new: Rule, before: Policy, after: Policy) -> Iterator[str]:
    leads = leads_of(new, after)
    if _columns(old) != _columns(new):
        yield f"Rule {new.id} is now for {leads} instead of {leads_of(old, before)}."
    if old.send_to != new.send_to:
        targets = target_of(new.send_to, after), target_of(old.send_to, before)
        yield f"Rule {new.id} now sends {leads} to {targets[0]} instead of {targets[1]}."
    told = {**_columns(new), "send_to": new.send_to}
    for phrase in changes(old.model_copy(update=told), new):
        yield f"Rule {new.id}: {phrase}."


def _columns(rule: Rule) -> dict[str, str]:
    names = ("territory", "segment", "band", "source")
    return {name: getattr(rule, name) for name in names}
