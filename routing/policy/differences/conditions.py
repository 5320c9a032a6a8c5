"""One test of a lead fact, as people say it."""

from __future__ import annotations

from collections.abc import Sequence

from routing.policy.differences.values import label, listed
from routing.policy.iso import country_name
from routing.policy.model import Policy
from routing.policy.tables.scoring import Condition

PRESENT = {
    "email": "e-mail address",
    "phone": "phone number",
    "company": "company",
    "role_mailbox": "shared mailbox",
}
CAPITALS = {"vp": "VP", "c_level": "C level"}


def together(conditions: Sequence[Condition], policy: Policy) -> str:
    """`at least 5000 employees and a title of VP`."""
    return " and ".join(condition_words(one, policy) for one in conditions)


def condition_words(when: Condition, policy: Policy) -> str:
    """`at least 5000 employees`, `a title of VP or director`, `no phone number`."""
    stated = (_presence(when), _one_of(when, policy), _bounds(when))
    return " and ".join(words for words in stated if words) or label(when.field)


def _presence(when: Condition) -> str:
    if when.present is None:
        return ""
    name = PRESENT.get(when.field, label(when.field))
    article = "an" if name[0] in "aeio" else "a"
    return f"{article} {name}" if when.present else f"no {name}"


def _one_of(when: Condition, policy: Policy) -> str:
    if not when.is_in:
        return ""
    names = " or ".join(_value(when.field, one, policy) for one in when.is_in[:-1])
    last = _value(when.field, when.is_in[-1], policy)
    names = f"{names} or {last}" if names else last
    forms = {"title_tier": "a title of {}", "mailbox_class": "a {} mailbox"}
    return forms.get(when.field, f"{label(when.field)} {{}}").format(names)


def _value(field: str, value: str, policy: Policy) -> str:
    if field == "source":
        return policy.source_name(value)
    if field == "country":
        return country_name(value.upper()) or value
    return value if field == "domain" else CAPITALS.get(value, label(value))


def _bounds(when: Condition) -> str:
    low, high = when.at_least, when.at_most
    if low is None and high is None:
        return ""
    bound = f"at least {low}" if high is None else f"at most {high}"
    bound = f"{low} to {high}" if low is not None and high is not None else bound
    return f"{bound} employees" if when.field == "company_size" else f"{label(when.field)} {bound}"


def alternatives(lists: Sequence[Sequence[Condition]], policy: Policy) -> str:
    return listed([together(one, policy) for one in lists])
