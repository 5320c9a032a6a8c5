"""Every input element, filled through the driver and in the browser, and what the app is told."""

from typing import Any

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from sandbox import DriverError, PersonDriver, SandboxServer
from tests.sandbox.conftest import Visit
from tests.sandbox.sample_app import SampleApp, option, plain

Json = dict[str, Any]
NOON_IN_MADRID = 1_795_431_600


def field(label: str, kind: str, **more: Any) -> Json:
    element = {"type": kind, "action_id": "value", **more}
    return {"type": "input", "block_id": kind, "label": plain(label), "element": element}


def asked(label: str, kind: str) -> Json:
    block = field(label, kind, min_query_length=0)
    block["element"]["action_id"] = "account"
    return block


FIELDS = [
    field("Talk", "conversations_select"),
    field("Talks", "multi_conversations_select"),
    field("Channel", "channels_select"),
    field("Channels", "multi_channels_select"),
    field("Helpers", "multi_users_select", max_selected_items=2),
    field("Tags", "multi_static_select", options=[option("Hot", "hot"), option("Old", "old")]),
    asked("Accounts", "multi_external_select"),
    field("Call", "datetimepicker"),
    field("At", "timepicker"),
    field("Seats", "number_input", is_decimal_allowed=False, min_value="1", max_value="50"),
    field("Mail", "email_text_input"),
    field("Site", "url_text_input"),
]
GIVEN = {
    "Talk": "Baton",
    "Talks": ["lead-desk", "Baton"],
    "Channel": "lead-desk",
    "Channels": ["lead-desk"],
    "Helpers": ["Bob Stone"],
    "Tags": ["Hot"],
    "Accounts": ["Acme Ltd", "Zenith"],
    "Call": NOON_IN_MADRID,
    "At": "09:30",
    "Seats": "12",
    "Mail": "ana@example.com",
    "Site": "https://example.com/x",
}
TOLD = {
    "conversations_select": {"selected_conversation": "D1ANA"},
    "multi_conversations_select": {"selected_conversations": ["C1DESK", "D1ANA"]},
    "channels_select": {"selected_channel": "C1DESK"},
    "multi_channels_select": {"selected_channels": ["C1DESK"]},
    "multi_users_select": {"selected_users": ["U2BOB"]},
    "multi_static_select": {"selected_options": [option("Hot", "hot")]},
    "multi_external_select": {
        "selected_options": [option("Acme Ltd", "a1"), option("Zenith", "z1")]
    },
    "datetimepicker": {"selected_date_time": NOON_IN_MADRID},
    "timepicker": {"selected_time": "09:30"},
    "number_input": {"value": "12"},
    "email_text_input": {"value": "ana@example.com"},
    "url_text_input": {"value": "https://example.com/x"},
}


@pytest.fixture
def told(server: SandboxServer, app: SampleApp, client: WebClient) -> list[Json]:
    """The values that the app hears of, with a modal of all fields open before Ana."""
    heard: list[Json] = []

    @app.app.view("all")
    def submitted(ack: Any, body: Json) -> None:
        heard.append(body["view"]["state"]["values"])
        ack()

    view = {"type": "modal", "callback_id": "all", "title": plain("All"), "submit": plain("Go")}
    trigger = server.surfaces.new_trigger("U1ANA")
    client.views_open(trigger_id=trigger, view={**view, "blocks": FIELDS})
    return heard


def without_types(values: Json) -> Json:
    """The state of each block's only element, without its type, which is the block's id."""
    found = {}
    for block_id, state in values.items():
        (reported,) = state.values()
        assert reported.pop("type") == block_id
        found[block_id] = reported
    return found


def test_every_input_reports_what_was_chosen(told: list[Json], ana: PersonDriver) -> None:
    """Each element's value has Slack's name and form."""

    assert ana.submit(GIVEN) is None
    assert without_types(told[0]) == TOLD


def test_what_cannot_be_submitted_is_said_at_the_field(told: list[Json], ana: PersonDriver) -> None:
    """Slack's client refuses bad numbers, addresses and too many choices before the app hears."""

    wrong = {"Seats": "51", "Mail": "nobody", "Site": "nowhere", "Helpers": ["U1ANA"] * 3}
    errors = ana.submit({**GIVEN, **wrong})

    assert errors is not None
    assert set(errors) == {
        "number_input", "email_text_input", "url_text_input", "multi_users_select",
    }  # fmt: skip
    assert told == []
    with pytest.raises(DriverError, match="Cold"):
        ana.submit({**GIVEN, "Tags": ["Cold"]})


def test_every_input_is_usable_in_the_browser(told: list[Json], visit: Visit) -> None:
    """The page's controls lead to the same values; a date and time is in the person's zone."""

    page = visit()
    modal = page.get_by_role("dialog")
    for label, value in (("Talk", "Baton"), ("Channel", "#lead-desk")):
        modal.get_by_label(label, exact=True).select_option(label=value)
    for group, labels in (
        ("Talks", ["#lead-desk", "Baton"]), ("Channels", ["#lead-desk"]),
        ("Helpers", ["Bob Stone"]), ("Tags", ["Hot"]),
    ):  # fmt: skip
        for label in labels:
            modal.get_by_role("group", name=group, exact=True).get_by_label(label).check()
    for account in ("Acme Ltd", "Zenith"):
        modal.get_by_role("combobox", name="Accounts").fill(account[:3])
        modal.get_by_role("option", name=account).click()
    for label, value in (
        ("Call", "2026-11-23T12:00"), ("At", "09:30"), ("Seats", "12"),
        ("Mail", "ana@example.com"), ("Site", "https://example.com/x"),
    ):  # fmt: skip
        modal.get_by_label(label, exact=True).fill(value)
    modal.get_by_role("button", name="Go").click()

    expect(modal).to_have_count(0)
    assert without_types(told[0]) == TOLD
