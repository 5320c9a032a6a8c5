"""A small Bolt app that uses every element and surface the sandbox has."""

from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def card(status: str = "new") -> list[Json]:
    """A lead card with the usual buttons and menus."""
    return [
        {"type": "header", "text": plain("New lead: Grace Hopper")},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"*Acme Ltd* is _{status}_"},
            "fields": [{"type": "mrkdwn", "text": "*Country*\nSpain"}],
            "accessory": {
                "type": "overflow",
                "action_id": "lead.more",
                "options": [option("Add note", "note"), option("Snooze", "snooze")],
            },
        },
        {"type": "divider"},
        {
            "type": "actions",
            "block_id": "lead",
            "elements": [
                button("Acknowledge", "lead.acknowledge", value="7", style="primary"),
                button("Choose owner", "lead.choose"),
                button("Slow", "lead.slow"),
                {
                    "type": "static_select",
                    "action_id": "lead.stage",
                    "placeholder": plain("Move stage"),
                    "options": [option("Qualified", "qualified"), option("Lost", "lost")],
                },
            ],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "from the website form"}]},
    ]


def owner_modal(title: str = "Choose owner") -> Json:
    return {
        "type": "modal",
        "callback_id": "owner",
        "title": plain(title),
        "submit": plain("Assign"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "private_metadata": "lead 7",
        "blocks": [
            {
                "type": "input",
                "block_id": "owner",
                "label": plain("Owner"),
                "element": {"type": "users_select", "action_id": "value"},
            },
            {
                "type": "input",
                "block_id": "reason",
                "label": plain("Reason"),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "value",
                    "multiline": True,
                    "initial_value": "because",
                },
            },
            {
                "type": "input",
                "block_id": "account",
                "label": plain("Account"),
                "optional": True,
                "element": {
                    "type": "external_select",
                    "action_id": "account",
                    "min_query_length": 0,
                },
            },
            {
                "type": "input",
                "block_id": "extras",
                "label": plain("Extras"),
                "optional": True,
                "element": {
                    "type": "checkboxes",
                    "action_id": "value",
                    "options": [option("Tell them", "tell"), option("Urgent", "urgent")],
                },
            },
        ],
    }


class SampleApp:
    """The Bolt app, with all it heard in `heard` as (name, body)."""

    def __init__(self, api_url: str) -> None:
        self.heard: list[tuple[str, Json]] = []
        self.client = WebClient(token=BOT_TOKEN, base_url=api_url, retry_handlers=[])
        self.app = App(
            client=self.client, signing_secret=SIGNING_SECRET, process_before_response=True
        )
        self._api_url = api_url
        self._register()

    def connect(self) -> SocketModeHandler:
        """Open one Socket Mode connection."""
        web = WebClient(token=APP_TOKEN, base_url=self._api_url, retry_handlers=[])
        handler = SocketModeHandler(self.app, APP_TOKEN, web_client=web, ping_interval=1)
        handler.connect()
        return handler

    def names(self) -> list[str]:
        return [name for name, _ in self.heard]

    def latest(self, wanted: str) -> Json:
        """The body of what was heard last under this name."""
        return next(body for name, body in reversed(self.heard) if name == wanted)

    def _register(self) -> None:
        app, heard = self.app, self.heard

        @app.command("/lead")
        def lead(ack: Any, body: Json, client: WebClient, respond: Any) -> None:
            heard.append(("command", body))
            word = body["text"]
            if word == "modal":
                client.views_open(trigger_id=body["trigger_id"], view=owner_modal())
                ack()
            elif word == "public":
                ack(text="for all", response_type="in_channel")
            elif word == "later":
                ack()
                respond("later indeed")
            else:
                ack(f"you said {word}")

        @app.action("lead.acknowledge")
        def acknowledge(ack: Any, body: Json, client: WebClient) -> None:
            heard.append(("acknowledge", body))
            client.chat_update(
                channel=body["channel"]["id"],
                ts=body["message"]["ts"],
                text="Acknowledged",
                blocks=card("acknowledged")[:3],
            )
            ack()

        @app.action("lead.choose")
        def choose(ack: Any, body: Json, client: WebClient) -> None:
            heard.append(("choose", body))
            client.views_open(trigger_id=body["trigger_id"], view=owner_modal())
            ack()

        @app.action("lead.slow")
        def slow(body: Json) -> None:
            heard.append(("slow", body))

        @app.action({"action_id": "lead.stage"})
        @app.action({"action_id": "lead.more"})
        def chosen(ack: Any, body: Json) -> None:
            heard.append(("chosen", body))
            ack()

        @app.options("account")
        def accounts(ack: Any, payload: Json) -> None:
            heard.append(("options", payload))
            found = [
                o
                for o in [option("Acme Ltd", "a1"), option("Zenith", "z1")]
                if payload["value"].lower() in o["text"]["text"].lower()
            ]
            ack(options=found)

        @app.view("owner")
        def submitted(ack: Any, body: Json) -> None:
            heard.append(("submit", body))
            reason = body["view"]["state"]["values"]["reason"]["value"]["value"]
            if reason == "bad":
                ack(response_action="errors", errors={"reason": "Not good enough"})
            elif reason == "wrong":
                ack(response_action="errors", errors={"nowhere": "No such field"})
            elif reason in ("update", "push"):
                ack(response_action=reason, view=owner_modal(f"After {reason}"))
            elif reason == "clear":
                ack(response_action="clear")
            else:
                ack()

        @app.view_closed("owner")
        def closed(ack: Any, body: Json) -> None:
            heard.append(("closed", body))
            ack()

        @app.event("app_home_opened")
        def home(event: Json, client: WebClient) -> None:
            heard.append(("home", event))
            blocks = [{"type": "actions", "elements": [button("Refresh", "lead.more")]}]
            if event["tab"] == "home":
                client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

        @app.event("message")
        def message(event: Json, body: Json) -> None:
            heard.append(("message", body))

        @app.event("app_mention")
        def mention(event: Json) -> None:
            heard.append(("mention", event))
