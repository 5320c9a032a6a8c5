"""What nobody else answers, and what goes wrong (S6, G6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt import App
from structlog.testing import capture_logs

from handlers.flows.refusals import NotFoundError
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue, needed, parse_button_value
from handlers.slack.edge import SlackEdge
from handlers.slack.listeners import register_listeners
from tests.slack.conftest import Desk


def a_button(action: str, value: str) -> list[dict[str, Any]]:
    text = {"type": "plain_text", "text": "Press"}
    button = {"type": "button", "action_id": action, "value": value, "text": text}
    return [{"type": "actions", "block_id": "b1", "elements": [button]}]


@pytest.mark.parametrize(
    ("action", "value", "told"),
    [
        ("lead.of_old", "{}", "another version of Baton"),
        (ids.LEAD_ACKNOWLEDGE, "{}", "cannot read this button"),
        (ids.LEAD_ACKNOWLEDGE, '{"lead": 7}', "cannot read this button"),
        (ids.CASE_CHOOSE_OWNER, '{"case": "case_gone"}', "does not know this case"),
        (ids.LEAD_MOVE_STAGE, '{"lead": "lead_gone"}', "does not know this lead"),
    ],
)
def test_old_and_odd_buttons_are_answered_kindly(
    desk: Desk, action: str, value: str, told: str
) -> None:
    """A button Baton cannot make sense of is acknowledged, and the person is told."""

    renata = desk.person("Renata Duarte")
    desk.server.workspace.post("C0LEADDESK", "U0BATON", "x", blocks=a_button(action, value))

    renata.click("Press")
    desk.server.driver.wait_for(lambda: desk.engine.waiting, what="the word")
    desk.send()

    assert told in renata.channel("lead-desk")[-1].shown


def test_an_error_is_confessed(desk: Desk) -> None:
    """A listener that breaks says so to the person, wherever they are; the log has ids only."""

    lead = desk.lead_of("anna", stage="working")
    anna = desk.person("Anna Kowalczyk")
    anna.click("Move stage")
    anna.wait_for_modal("Move stage")
    with desk.ports.database.writing() as work:
        work.connection.exec_driver_sql("ALTER TABLE leads RENAME TO leads_away")

    with capture_logs() as logs:
        errors = anna.submit({"Stage": "Qualified"})
        (command,) = anna.command("/lead find jane")
        anna.click("Log first touch", anna.dm()[0])
    with desk.ports.database.writing() as work:
        work.connection.exec_driver_sql("ALTER TABLE leads_away RENAME TO leads")
    desk.send()

    sorry = "Something went wrong on Baton's side. Nothing was lost"
    assert errors is not None
    assert errors["lead.stage"].startswith(sorry)
    assert command.startswith(sorry)
    assert anna.dm()[-1].shown.startswith(sorry)
    assert desk.stage(lead) == "working"
    assert [entry["action"] for entry in logs] == [
        ids.LEAD_STAGE_CHOSEN,
        None,
        ids.LEAD_FIRST_TOUCH,
    ]
    assert "jane" not in str(logs).lower()


def test_a_button_value_carries_ids_and_nothing_else() -> None:
    """What is written is read again; anything else is refused."""

    value = ButtonValue(lead="lead_1", case="case_1")

    assert value.to_text() == '{"lead":"lead_1","case":"case_1"}'
    assert parse_button_value(value.to_text()) == value
    for text in (None, "", "7", "[]", '{"nosuch": "x"}', '{"lead": "a b"}', "\ud800", "x" * 5000):
        with pytest.raises(NotFoundError):
            parse_button_value(text)
    with pytest.raises(NotFoundError):
        needed(value.assignment)


@dataclass
class Registrations:
    """Keeps what is registered, in the place of Bolt's App."""

    actions: list[object] = field(default_factory=list)
    views: list[object] = field(default_factory=list)
    commands: list[object] = field(default_factory=list)
    events: list[object] = field(default_factory=list)
    errors: int = 0

    def action(self, constraint: object) -> Callable[..., None]:
        self.actions.append(constraint)
        return lambda *args, **kwargs: None

    def view(self, constraint: object) -> Callable[..., None]:
        self.views.append(constraint)
        return lambda *args, **kwargs: None

    def command(self, name: object) -> Callable[..., None]:
        self.commands.append(name)
        return lambda *args, **kwargs: None

    def event(self, name: object) -> Callable[..., None]:
        self.events.append(name)
        return lambda *args, **kwargs: None

    def error(self, handler: object) -> None:
        self.errors += 1


def test_every_id_has_its_listener() -> None:
    """Each id that is listened to is registered once, and the fallback is last."""

    app = Registrations()
    edge: SlackEdge = SlackEdge(ports=None)  # type: ignore[arg-type]

    as_app: App = app  # type: ignore[assignment]
    register_listeners(as_app, edge)

    assert sorted(map(str, app.actions[:-1])) == sorted(ids.ACTIONS)
    assert sorted(map(str, app.views[:-1])) == sorted(ids.VIEWS)
    assert app.commands == list(ids.COMMANDS)
    assert app.events == list(ids.EVENTS)
    assert app.actions[-1] == app.views[-1]
    assert app.errors == 1
