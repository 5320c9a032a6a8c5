"""What people do reaches a real Bolt app over Socket Mode, and its answers come back."""

from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from sandbox import DriverError, PersonDriver, SandboxServer
from tests.sandbox.conftest import ServerMaker, a_manifest
from tests.sandbox.sample_app import SampleApp, card


@pytest.fixture
def posted(client: WebClient, app: SampleApp) -> str:
    """A lead card in Ana's direct message; its ts."""
    return str(client.chat_postMessage(channel="U1ANA", text="New lead", blocks=card())["ts"])


def test_a_click_edits_the_message(app: SampleApp, posted: str, ana: PersonDriver) -> None:
    """A press of the button reaches the listener with Slack's payload, and the card changes."""

    ana.click("Acknowledge")

    assert "_acknowledged_" in ana.dm()[-1].shown
    name, body = app.heard[-1]
    assert name == "acknowledge"
    assert body["user"] == {
        "id": "U1ANA",
        "username": "ana.ruiz",
        "name": "ana.ruiz",
        "team_id": "T0SANDBOX",
    }
    assert body["container"] == {
        "type": "message",
        "message_ts": posted,
        "channel_id": "D1ANA",
        "is_ephemeral": False,
    }
    assert body["channel"] == {"id": "D1ANA", "name": "directmessage"}
    action = body["actions"][0]
    assert (action["value"], action["block_id"], action["type"]) == ("7", "lead", "button")
    assert body["response_url"].startswith("http://127.0.0.1")


def test_a_menu_sends_the_chosen_option(app: SampleApp, posted: str, ana: PersonDriver) -> None:
    """A static select reports the option, in the action and in the message's state."""

    ana.click("Move stage", value="Qualified")

    body = app.heard[-1][1]
    assert body["actions"][0]["selected_option"]["value"] == "qualified"
    state = body["state"]["values"]["lead"]["lead.stage"]
    assert state["selected_option"]["value"] == "qualified"


def test_a_missing_label_is_answered_with_those_there_are(posted: str, ana: PersonDriver) -> None:
    """The driver's error lists the labels a person could have used."""

    with pytest.raises(DriverError, match=r"'Acknowledge', 'Choose owner'"):
        ana.click("Aknowledge")


def test_no_acknowledgement_is_shown_to_the_person(
    server: SandboxServer, posted: str, ana: PersonDriver
) -> None:
    """When the app does not acknowledge in time the click fails visibly."""

    server.delivery.ack_seconds = 0.1

    with pytest.raises(DriverError, match="operation_timeout"):
        ana.click("Slow")


def test_a_command_is_answered_to_its_person_only(
    app: SampleApp, server: SandboxServer, ana: PersonDriver
) -> None:
    """The acknowledgement's text is shown to whoever typed the command, with Slack's form."""

    assert ana.command("/lead why 7", channel="lead-desk") == ["you said why 7"]
    assert server.driver.as_("U2BOB").channel("lead-desk") == []
    body = app.heard[-1][1]
    assert (body["command"], body["text"], body["channel_name"]) == ("/lead", "why 7", "lead-desk")


def test_a_command_can_answer_for_all_and_later(app: SampleApp, ana: PersonDriver) -> None:
    """in_channel answers are messages; response_url answers are shown when they come."""

    assert ana.command("/lead later") == ["later indeed"]
    ana.command("/lead public", channel="lead-desk", wait=0)
    assert [message.text for message in ana.channel("lead-desk")] == ["for all"]


def test_unknown_commands_never_reach_the_app(app: SampleApp, ana: PersonDriver) -> None:
    """A command that the manifest lacks is refused by Slackbot."""

    assert ana.command("/deal why") == ["/deal is not a valid command."]
    assert app.heard == []


def test_a_failed_command_says_so(server: SandboxServer, ana: PersonDriver) -> None:
    """Without an app the person reads Slack's own words."""

    assert ana.command("/lead why") == ['/lead failed with the error "dispatch_failed"']


def test_a_modal_is_filled_refused_and_accepted(app: SampleApp, ana: PersonDriver) -> None:
    """Required fields, the app's errors, prefilled values and external options all count."""

    ana.command("/lead modal")
    assert ana.submit() == {"owner": "Please complete this required field."}
    assert "submit" not in app.names()
    assert ana.submit({"Owner": "Bob Stone", "Reason": "bad"}) == {"reason": "Not good enough"}
    assert ana.options("Account", "acm") == ["Acme Ltd"]
    assert ana.submit({"Owner": "Bob Stone", "Account": "Zenith", "Extras": ["Urgent"]}) is None

    assert ana.modal() is None
    view = app.heard[-1][1]["view"]
    values = view["state"]["values"]
    assert values["owner"]["value"]["selected_user"] == "U2BOB"
    assert values["reason"]["value"]["value"] == "because"
    assert values["account"]["account"]["selected_option"]["value"] == "z1"
    assert [o["value"] for o in values["extras"]["value"]["selected_options"]] == ["urgent"]
    assert (view["private_metadata"], view["callback_id"]) == ("lead 7", "owner")


@pytest.mark.parametrize(
    ("reason", "title"),
    [("update", "After update"), ("push", "After push"), ("clear", None), ("fine", None)],
)
def test_the_answer_to_a_submission_decides_what_is_shown(
    app: SampleApp, ana: PersonDriver, reason: str, title: str | None
) -> None:
    """update replaces the modal, push covers it, clear and an empty answer close it."""

    ana.command("/lead modal")
    ana.submit({"Owner": "Bob Stone", "Reason": reason})

    view = ana.modal()
    assert (view and view["title"]["text"]) == title


def test_errors_must_name_input_blocks(app: SampleApp, ana: PersonDriver) -> None:
    """Errors for a block that is no input are trouble, as in Slack."""

    ana.command("/lead modal")

    with pytest.raises(DriverError, match="errors must name input blocks"):
        ana.submit({"Owner": "Bob Stone", "Reason": "wrong"})


def test_closing_a_modal_tells_the_app(app: SampleApp, ana: PersonDriver) -> None:
    """view_closed comes when the view asked for it, saying whether all was cleared."""

    ana.command("/lead modal")
    ana.close()

    assert ana.modal() is None
    name, body = app.heard[-1]
    assert (name, body["is_cleared"]) == ("closed", False)


def test_the_home_is_published_when_opened(app: SampleApp, ana: PersonDriver) -> None:
    """Opening the Home sends app_home_opened; its buttons work, with the view in the payload."""

    view = ana.home()
    ana.click("Refresh")

    body = app.heard[-1][1]
    assert body["container"] == {"type": "view", "view_id": view["id"]}
    assert body["view"]["type"] == "home"


def test_messages_become_events(app: SampleApp, ana: PersonDriver) -> None:
    """Subscribed message events and mentions arrive; unsubscribed ones do not."""

    ana.post("hello <b>")
    ana.post("what about @Baton?", channel="lead-desk")
    ana.wait_for(lambda: {"message", "mention"} <= set(app.names()), what="both events")

    heard = dict(app.heard)
    assert heard["message"]["event"]["text"] == "hello &lt;b&gt;"
    assert heard["message"]["event"]["channel_type"] == "im"
    assert heard["message"]["event_id"].startswith("Ev")
    assert heard["mention"]["text"] == "what about <@U0BATON>?"
    assert app.names().count("message") == 1


def test_an_ephemeral_message_can_be_used_and_replaced(
    app: SampleApp, client: WebClient, ana: PersonDriver
) -> None:
    """Its buttons work, its content is not sent back, and its response_url replaces it."""

    client.chat_postEphemeral(channel="C1DESK", user="U1ANA", text="x", blocks=card())
    ana.click("Choose owner")

    body = app.heard[-1][1]
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    answer = WebhookClient(body["response_url"]).send(text="done", replace_original=True)
    assert answer.status_code == 200
    assert [message.shown for message in ana.ephemerals()] == ["done"]


def test_a_response_url_serves_five_times(app: SampleApp, posted: str, ana: PersonDriver) -> None:
    """The sixth use is refused with 404."""

    ana.click("Choose owner")
    webhook = WebhookClient(app.heard[-1][1]["response_url"])

    assert [webhook.send(text=str(n)).status_code for n in range(6)] == [200] * 5 + [404]


def test_interactivity_must_be_in_the_manifest(make_server: ServerMaker, tmp_path: Path) -> None:
    """Without settings.interactivity a click says so and does not reach the app."""

    server = make_server(a_manifest(tmp_path, interactive=False))
    server.workspace.post(
        "C1DESK",
        "U0BATON",
        "x",
        blocks=[
            {
                "type": "actions",
                "block_id": "a",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "b",
                        "text": {"type": "plain_text", "text": "Go"},
                    }
                ],
            }
        ],
    )

    with pytest.raises(DriverError, match="not configured to handle interactive"):
        server.driver.as_("U1ANA").click("Go")
