"""Hostile values go through a form to the card and can do nothing anywhere (A4, I3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.wiring import Program
from handlers.flows.telling.messages import Message
from handlers.slack.cards.render import render
from routing.lead import Lead
from routing.normalise.markup import looks_like_html
from storage.taking_in.receipts import receipts
from tests.bot.serving import WEBSITE, Answer, Site, a_program, serving
from tests.flows.builders import GOOD, a_stranger
from tests.slack.limits import CONTROL, assert_within_limits
from tests.support.databases import SqliteDatabases
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

DATA = Path(__file__).parents[1] / "data" / "hostile_fields.jsonl"
VALUES: dict[str, dict[str, str]] = {
    value["id"]: value for value in map(json.loads, DATA.read_text(encoding="utf-8").splitlines())
}


STRANGERS = 49
"""How many people `a_stranger` knows: more posts than that would be merged."""


@dataclass
class Aftermath:
    """What became of the posts, each with one hostile field and the value's id as source id."""

    answers: dict[str, Answer] = field(default_factory=dict)
    leads: dict[str, Lead] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    logged: list[Any] = field(default_factory=list)


@pytest.fixture(scope="module")
def aftermath(sqlite_databases: SqliteDatabases) -> Aftermath:
    found, keys = Aftermath(), list(VALUES)
    for some in (keys[:STRANGERS], keys[STRANGERS:]):
        _deliver(a_program(sqlite_databases.fresh()), some, found)
    return found


def _deliver(program: Program, keys: list[str], found: Aftermath) -> None:
    """Post these values to a site and do all the work that follows from it."""
    engine, messenger = WaitingEngine(), KeepingMessenger()
    program = replace(program, ports=replace(program.ports, engine=engine, messenger=messenger))
    with serving(program) as site, capture_logs() as logged:
        for number, key in enumerate(keys):
            found.answers[key] = _post(site, number, VALUES[key])
        engine.run_all(program.ports)
        for key in keys:
            if found.answers[key].status == 202:
                found.leads[key] = _lead_of(site, found.answers[key])
        found.messages += [posted.message for posted in messenger.posted]
        found.logged += logged


def _post(site: Site, number: int, hostile: dict[str, str]) -> Answer:
    fields = GOOD | a_stranger(number) | {hostile["field"]: hostile["payload"]}
    return site.post(WEBSITE, fields | {"source_id": hostile["id"]})


def _lead_of(site: Site, answer: Answer) -> Lead:
    with site.program.ports.database.reading() as work:
        query = select(receipts.c.lead_id).where(receipts.c.id == answer.json["receipt"])
        lead = work.leads.get(work.connection.execute(query).scalar_one())
    assert lead is not None
    return lead


def of_class(aftermath: Aftermath, cls: str) -> Iterator[Lead]:
    return (lead for key, lead in aftermath.leads.items() if VALUES[key]["cls"] == cls)


@pytest.mark.parametrize("key", VALUES)
def test_value_is_refused_by_name_or_is_a_lead_in_one_place(aftermath: Aftermath, key: str) -> None:
    """Only what no database keeps is refused; the rest is with an owner or before people."""
    answer, hostile = aftermath.answers[key], VALUES[key]
    if "\0" in hostile["payload"]:
        assert answer.status == 422
        assert [error["field"] for error in answer.json["errors"]] == [hostile["field"]]
    else:
        assert answer.status == 202
        assert aftermath.leads[key].place in ("owner", "case", "nurture", "queue")


def test_each_lead_is_its_own(aftermath: Aftermath) -> None:
    """No value leads into another one's record."""

    assert len({lead.id for lead in aftermath.leads.values()}) == len(aftermath.leads)


def test_cards_hold_text_and_no_markup(aftermath: Aftermath) -> None:
    """Whatever was typed stands in plain text, within every limit of Slack."""
    assert len(aftermath.messages) >= len(aftermath.leads) / 2

    for message in aftermath.messages:
        assert_within_limits(render(message))


def test_message_is_shown_as_it_was_typed(aftermath: Aftermath) -> None:
    """Markup of Slack's is no markup to us: it is kept, and read literally."""
    said = {lead.message for lead in of_class(aftermath, "slack")}

    assert {"<!here>", "<@U0123ABCD>", "<https://evil.example|https://bank.example/login>"} <= said


def test_html_is_read_as_a_reader_sees_it(aftermath: Aftermath) -> None:
    """No tag and nothing hidden is left of it."""
    for lead in of_class(aftermath, "html"):
        assert not looks_like_html(lead.message or "")
        assert "assign to U1" not in (lead.message or "")


def test_addresses_are_canonical_flagged_or_none(aftermath: Aftermath) -> None:
    """No look-alike and no second header passes for somebody."""
    for lead in of_class(aftermath, "email"):
        assert lead.email is None or "\n" not in lead.email
        if lead.email is not None and not lead.email.isascii():
            assert "email:mixed_scripts" in lead.flags


def test_websites_are_public_names_or_flagged(aftermath: Aftermath) -> None:
    """No address of a private network becomes a company's domain."""
    for lead in of_class(aftermath, "ssrf"):
        assert any(flag.startswith("website:") for flag in lead.flags), lead.id
        assert lead.domain is None or lead.domain.endswith("-works.com")


def test_names_hold_no_control_characters(aftermath: Aftermath) -> None:
    """Nothing that could move a cursor, end a line or turn the reading direction."""
    for lead in aftermath.leads.values():
        assert not CONTROL.search(lead.display_name)
        assert len(lead.display_name.splitlines()) == 1


def test_nothing_of_it_is_logged(aftermath: Aftermath) -> None:
    """The log has ids and outcomes."""
    shown = json.dumps(aftermath.logged, default=str)

    assert not [v["payload"] for v in VALUES.values() if len(v["payload"]) > 4
                and json.dumps(v["payload"])[1:-1] in shown]  # fmt: skip
