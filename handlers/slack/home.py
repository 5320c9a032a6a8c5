"""The app's Home: drawn anew whenever somebody opens it, and by its button Refresh (S5)."""

from __future__ import annotations

from slack_bolt import Ack, App

from handlers.flows.looking.home import home_of
from handlers.flows.ports import Ports
from handlers.slack import ids
from handlers.slack.cards.home_view import home_view, not_for_you
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, user_of
from handlers.slack.refuse import REFUSALS
from handlers.slack.who import person_of


def register(app: App, slack: SlackEdge) -> None:
    def on_home_opened(event: Json) -> None:
        if event.get("tab") == "home":
            publish_home(app, slack.ports, str(event["user"]))

    def on_refresh(ack: Ack, body: Json) -> None:
        publish_home(app, slack.ports, user_of(body))
        ack()

    app.event(ids.HOME_OPENED)(on_home_opened)
    app.action(ids.HOME_REFRESH)(on_refresh)


def publish_home(app: App, ports: Ports, user: str) -> None:
    """Draw the Home of this Slack user as things are now."""
    app.client.views_publish(user_id=user, view=_view(ports, user))


def _view(ports: Ports, user: str) -> Json:
    try:
        person = person_of(ports, user)
    except REFUSALS as refusal:
        return not_for_you(str(refusal))
    with ports.database.reading() as work:
        return home_view(home_of(work, ports.policies, person, ports.clock.now()))
