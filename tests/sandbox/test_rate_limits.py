"""Slack's rate tiers, by a clock that the test moves."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.connectors.slack import Pace
from handlers.flows.ports import RetryLater
from sandbox import BOT_TOKEN, SandboxServer
from sandbox.rate_limits import RateLimits
from sandbox.web_api import METHODS
from sandbox.web_api.tiers import HUNDREDS, PER_CHANNEL, TIER_1, TIER_2, TIER_3, TIER_4
from tests.sandbox.conftest import HandClock, ServerMaker

# Of Slack's own list of methods and their tiers (slack_rate_limit_tiers.json).
PUBLISHED = {
    TIER_1: ["apps.connections.open"],
    TIER_2: ["conversations.list", "dnd.teamInfo", "reactions.remove", "users.list"],
    TIER_3: [
        *["chat.update", "chat.delete", "conversations.history", "conversations.info"],
        *["conversations.open", "conversations.replies", "dnd.info", "users.lookupByEmail"],
        *["reactions.add", "reactions.get"],
    ],
    TIER_4: [
        *["chat.postEphemeral", "conversations.members", "users.info", "users.profile.get"],
        *["views.open", "views.publish", "views.push", "views.update"],
        *["files.completeUploadExternal", "files.getUploadURLExternal", "files.info"],
    ],
    HUNDREDS: ["auth.test", "chat.getPermalink", "chat.postMessage"],
}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(make_server: ServerMaker, clock: HandClock) -> SandboxServer:
    return make_server(clock=clock)


def limited(client: WebClient, method: str, **arguments: str) -> int:
    """The Retry-After of a call that must be refused."""
    with pytest.raises(SlackApiError) as raised:
        client.api_call(method, params=arguments)
    response = raised.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    return int(response.headers["Retry-After"])


def test_every_method_has_its_published_tier() -> None:
    """The registry's tiers are those of Slack's list, method for method."""

    published = {method: tier for tier, methods in PUBLISHED.items() for method in methods}
    assert {name: method.tier for name, method in METHODS.items()} == published


def test_a_channel_takes_one_message_a_second(client: WebClient, clock: HandClock) -> None:
    """After the burst each further second admits one; the channel's other names count too."""

    for _ in range(PER_CHANNEL.burst):
        client.chat_postMessage(channel="C1DESK", text="x")

    assert limited(client, "chat.postMessage", channel="#lead-desk", text="x") == 1
    client.chat_postMessage(channel="U1ANA", text="elsewhere")
    clock.advance(seconds=1)
    client.chat_postMessage(channel="C1DESK", text="x")
    assert limited(client, "chat.postMessage", channel="C1DESK", text="x") == 1


def test_a_tier_is_counted_by_method(client: WebClient, clock: HandClock) -> None:
    """Twenty a minute after the burst; other methods have their own allowance."""

    for _ in range(TIER_2.burst):
        client.users_list()

    assert limited(client, "users.list") == 3
    client.conversations_list()
    clock.advance(seconds=3)
    client.users_list()


def test_retry_after_is_the_time_to_wait(client: WebClient, clock: HandClock) -> None:
    """Whoever waits as told gets through."""

    for _ in range(TIER_3.burst):
        client.conversations_info(channel="C1DESK")
    clock.advance(seconds=limited(client, "conversations.info", channel="C1DESK"))

    assert client.conversations_info(channel="C1DESK")["ok"]


def test_the_tiers_can_be_switched_off(make_server: ServerMaker, clock: HandClock) -> None:
    """`rate_limits=False` never says 429."""

    server = make_server(clock=clock, rate_limits=False)
    client = WebClient(token=BOT_TOKEN, base_url=server.api_url, retry_handlers=[])

    answers = [
        client.chat_postMessage(channel="C1DESK", text="x") for _ in range(2 * PER_CHANNEL.burst)
    ]
    assert {answer.status_code for answer in answers} == {200}


def test_batons_own_pace_is_admitted(clock: HandClock) -> None:
    """The Messenger's one message a second with ten at once never meets a 429."""

    pace = Pace(monotonic=lambda: clock().timestamp())
    limits = RateLimits(clock, str)
    admitted = 0
    for _ in range(600):
        clock.advance(seconds=0.1)
        try:
            pace.take("C1")
        except RetryLater:
            continue
        admitted += 1
        assert limits.on_call("chat.postMessage", {"channel": "C1"}) is None

    assert 60 <= admitted <= 70
