"""The modal behind Choose owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from slack_sdk.models.blocks import Option, OptionGroup

from handlers.slack import ids
from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.form import choice, modal, option, reason_input
from handlers.slack.cards.layout import paragraph
from handlers.slack.cards.text import OPTION, cut, one_line, plain
from routing.people import Person

TO = "to:"
TO_AWAY = "away:"
"""What the value of a person begins with who stood as away in the list: choosing them means it."""
NAME = 50
GROUP = 100
"""Options in a group, and groups in a menu."""
MOST_PEOPLE = 2000
"""Keeps the view under Slack's 250 kB."""

Groups = Sequence[tuple[str, Sequence[Person]]]


def owner_modal(
    value: ButtonValue,
    lead: str,
    groups: Groups,
    *,
    suggested: str | None = None,
    away: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Choose one person of the named groups (at least one); `suggested` is chosen already unless
    they are `away`, which says by id why people receive nothing now.
    """
    people = [(name, person) for name, members in groups for person in members][:MOST_PEOPLE]
    initial = next((p for _, p in people if p.id == suggested and p.id not in away), None)
    return modal(
        "Choose owner",
        "Assign",
        ids.CASE_OWNER_CHOSEN,
        value,
        [
            paragraph(f"Who takes {one_line(lead)}?", 500),
            choice(
                "Owner",
                ids.OWNER_INPUT,
                groups=option_groups(people, lambda person: person_option(person, away)),
                initial=person_option(initial, away) if initial else None,
            ),
            reason_input(None),
        ],
    )


def person_option(person: Person, away: Mapping[str, str]) -> Option:
    """The person, marked when they are `away`."""
    if person.id not in away:
        return option(person.name, TO + person.id)
    why = f": {away[person.id]}" if away[person.id] else ""
    return option(f"{cut(person.name, NAME)} (away{why})", TO_AWAY + person.id)


def option_groups(
    people: Sequence[tuple[str, Person]], shown: Callable[[Person], Option]
) -> list[OptionGroup]:
    """A group for each name, cut in pieces of what one group may hold."""
    names = dict.fromkeys(name for name, _ in people)
    members = {name: [person for group, person in people if group == name] for name in names}
    pieces = [
        (name, members[name][start : start + GROUP])
        for name in names
        for start in range(0, len(members[name]), GROUP)
    ]
    return [
        OptionGroup(
            label=plain(one_line(name), OPTION),
            options=[shown(person) for person in piece],
        )
        for name, piece in pieces[:GROUP]
    ]
