"""A person's Home (S5): own leads by due time; the team and its cases for who decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block

from handlers.flows.telling.messages import Home, HomeLead, TeamHome, TeamLine
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.layout import (
    button,
    buttons,
    columns,
    divider,
    header,
    paragraph,
    quiet,
    to_dicts,
)
from handlers.slack.cards.lead_card import clock_text
from handlers.slack.cards.text import cut, one_line

MOST_LEADS = 40
"""Two blocks each: a view holds 100."""

NAME = 150
QUEUES = 9
FACT = 300


def home_view(home: Home) -> dict[str, Any]:
    """The view to publish."""
    return {"type": "home", "blocks": to_dicts(_blocks(home))}


def not_for_you(reason: str) -> dict[str, Any]:
    """The Home of somebody Baton does not serve, with the reason."""
    return {"type": "home", "blocks": to_dicts([header("Baton"), paragraph(reason, FACT * 2)])}


def _blocks(home: Home) -> list[Block | None]:
    return [
        *(_team_blocks(home.team) if home.team else ()),
        header(_title(len(home.leads))),
        quiet(home.hours),
        _availability(home),
        *(block for lead in home.leads[:MOST_LEADS] for block in _lead_blocks(lead)),
        _rest(home.leads),
        divider(),
        buttons(button("Refresh", ids.HOME_REFRESH, ButtonValue())),
        quiet(f"As of {home.as_of}."),
    ]


def _availability(home: Home) -> Block | None:
    """Away, or another end for it; back from what they have said themselves."""
    return buttons(
        button("Away" if home.away == "no" else "Change", ids.HOME_AWAY, ButtonValue()),
        button("Back", ids.HOME_BACK, ButtonValue(), primary=True)
        if home.away == "entered"
        else None,
    )


def _lead_blocks(lead: HomeLead) -> Sequence[Block | None]:
    who = " · ".join(one_line(part)[:NAME] for part in (lead.name, lead.company) if part)
    due = clock_text(lead.clock) if lead.clock else "Nothing due"
    score = f" · score {lead.score}" if lead.score is not None else ""
    return paragraph(f"{who}\n{due}"), quiet(f"{lead.stage}{score} · {lead.lead_id}", limit=FACT)


def _rest(leads: Sequence[HomeLead]) -> Block | None:
    more = len(leads) - MOST_LEADS
    return quiet(f"And {more} more; find them with /lead find.") if more > 0 else None


def _team_blocks(team: TeamHome) -> list[Block | None]:
    waiting = sum(number for _, number in team.cases)
    return [
        header("The team"),
        columns(
            [
                f"Cases that wait for a person: {waiting}",
                f"Missed clocks not met yet: {team.missed}",
            ]
        ),
        _listed("Cases", [f"{title}: {number}" for title, number in team.cases]),
        _listed("Queues", [cut(one_line(line), FACT) for line in team.queues[:QUEUES]]),
        _listed("Switched off", team.switched_off),
        _listed("Load", [_load(line) for line in team.lines]),
        divider(),
    ]


def _load(line: TeamLine) -> str:
    leads = "1 open lead" if line.open_leads == 1 else f"{line.open_leads} open leads"
    late = f"{line.missed} late" if line.missed else ""
    facts = ", ".join(fact for fact in (leads, late, one_line(line.away)) if fact)
    return f"{one_line(line.name)[:NAME]}: {facts}"


def _listed(title: str, lines: Sequence[str]) -> Block | None:
    return paragraph("\n".join([title, *(f"• {line}" for line in lines)])) if lines else None


def _title(number: int) -> str:
    return f"{number or 'No'} open lead{'' if number == 1 else 's'} of yours"
