"""The forms behind `/lead reassign` and `/lead handover`: where leads go, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import InputBlock, OptionGroup

from handlers.flows.looking.leaving import Leaver
from handlers.slack import ids
from handlers.slack.button_value import LeaverValue, SeenLeads
from handlers.slack.cards.form import choice, modal, option, reason_input
from handlers.slack.cards.layout import paragraph, quiet
from handlers.slack.cards.owner_modal import MOST_PEOPLE, Groups, option_groups, person_option
from handlers.slack.cards.text import OPTION, cut, one_line, packed, plain

BY_POLICY = "by:policy"
LINE = 200


def reassign_modal(
    value: SeenLeads, lines: Sequence[str], groups: Groups, away: Mapping[str, str]
) -> dict[str, Any]:
    """`lines` say each lead and where it is; `away` why somebody receives nothing now, by id."""
    shown = packed([cut(one_line(line), LINE) for line in lines])
    hint = "It goes on record, and whoever gets the leads reads it."
    asked = [_where(groups, away), reason_input(hint, needed=True)]
    blocks = [*(paragraph(text) for text in shown), *asked]
    return modal("Reassign leads", "Reassign", ids.LEADS_REASSIGNED, value, blocks)


def hand_over_modal(leaver: Leaver, groups: Groups, away: Mapping[str, str]) -> dict[str, Any]:
    """What the person has, where it goes, and what else hangs on them."""
    stages = ", ".join(f"{stay.leads} {one_line(stay.stage)}" for stay in leaver.stages)
    number = {0: "no open leads", 1: "1 open lead"}.get(leaver.leads, f"{leaver.leads} open leads")
    head = f"{one_line(leaver.name)} has {number}{f' ({stages})' if stages else ''}."
    go = ", and these leads go to others" if leaver.leads else ""
    then = f"From now on they receive nothing{go}."
    return modal(
        "Hand over leads",
        "Hand over",
        ids.LEADS_HANDED_OVER,
        LeaverValue(person=leaver.person),
        [
            paragraph(f"{head} {then}"),
            quiet(*(one_line(line) for line in leaver.hangs), limit=500),
            _where(groups, away),
            reason_input("It goes on record, and whoever gets the leads reads it.", needed=True),
        ],
    )


def _where(groups: Groups, away: Mapping[str, str]) -> InputBlock:
    people = [(name, person) for name, members in groups for person in members][:MOST_PEOPLE]
    policy = OptionGroup(
        label=plain("Policy", OPTION), options=[option("Whoever policy chooses", BY_POLICY)]
    )
    shown = option_groups(people, lambda person: person_option(person, away))
    return choice("New owner", ids.OWNER_INPUT, groups=[policy, *shown])
