"""The Messenger against a server that answers like Slack, through the real client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot.connectors.slack import Pace, SlackMessenger
from handlers.flows.ports import (
    MessagePlace,
    MessageRefusedError,
    MessageUnclearError,
    Messenger,
    RetryLater,
)
from handlers.flows.telling.messages import TextMessage
from tests.slack.builders import a_lead_card
from tests.slack.stub_slack import Answer, StubSlack

HELLO = TextMessage(text="hello <!channel>", mentions=("U0ANNA",))
POSTED = {"ok": True, "channel": "D0ANNA", "ts": "17.5"}
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
UNCLEAR = [
    pytest.param(Answer(None), id="line cut"),
    pytest.param(Answer(b"oops", 500), id="500"),
    pytest.param(Answer({"ok": False, "error": "some_code"}, 503), id="503"),
    pytest.param(Answer(b"<html>proxy</html>"), id="not JSON"),
    pytest.param(Answer(b"[1]"), id="not an object"),
    pytest.param(Answer(b""), id="nothing"),
    pytest.param(Answer(b"\xff\xfe"), id="not text"),
    pytest.param(Answer({"ok": False, "error": "internal_error"}), id="internal_error"),
    pytest.param(Answer({"ok": False}), id="no code"),
]


@pytest.fixture
def stub() -> Iterator[StubSlack]:
    server = StubSlack()
    server.answers("conversations.open", {"ok": True, "channel": {"id": "D0ANNA"}})
    server.answers("chat.postMessage", POSTED)
    server.answers("chat.postEphemeral", {"ok": True, "message_ts": "1.1"})
    server.answers("chat.update", {"ok": True})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def messenger(stub: StubSlack) -> SlackMessenger:
    client = WebClient(token="xoxb-x", base_url=stub.api_url, retry_handlers=[], timeout=2)
    return SlackMessenger(client)


def post(messenger: Messenger, recipient: str = "U0ANNA") -> MessagePlace:
    return messenger.post(recipient, HELLO, message_id="msg_1", thread=None)


def test_a_post_is_marked_and_inert(stub: StubSlack, messenger: SlackMessenger) -> None:
    """A message carries its outbox id and nothing personal, unfurls nothing, parses nothing."""

    place = post(messenger)

    sent = stub.asked("chat.postMessage")[0]
    assert place == MessagePlace("D0ANNA", "17.5")
    assert sent["channel"] == "D0ANNA"
    assert sent["metadata"] == {
        "event_type": "baton_message",
        "event_payload": {"message_id": "msg_1"},
    }
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)
    assert (sent["link_names"], sent["parse"]) == (False, "none")
    assert sent["text"] == "hello &lt;!channel&gt;"
    assert "thread_ts" not in sent


def test_a_card_arrives_whole(stub: StubSlack, messenger: SlackMessenger) -> None:
    """The blocks go out as the card renders them."""

    messenger.post("C0DESK", a_lead_card(), message_id="msg_1", thread=None)

    sent = stub.asked("chat.postMessage")[0]
    assert sent["channel"] == "C0DESK"
    assert [block["type"] for block in sent["blocks"]][:2] == ["header", "section"]


def test_a_direct_message_is_opened_once(stub: StubSlack, messenger: SlackMessenger) -> None:
    """The channel of a person is remembered; a channel needs no opening."""

    post(messenger)
    post(messenger)
    post(messenger, "C0DESK")

    assert stub.asked("conversations.open") == [{"users": "U0ANNA"}]


def test_a_reply_goes_to_its_thread(stub: StubSlack, messenger: SlackMessenger) -> None:
    """The thread's own channel and ts are used."""

    messenger.post("U0ANNA", HELLO, message_id="msg_2", thread=MessagePlace("D0X", "1.2"))

    sent = stub.asked("chat.postMessage")[0]
    assert (sent["channel"], sent["thread_ts"]) == ("D0X", "1.2")


def test_a_whisper_is_seen_by_one(stub: StubSlack, messenger: SlackMessenger) -> None:
    """A whisper is ephemeral, and its text is shown literally."""

    messenger.whisper("C0DESK", "U0ANNA", "*no* <!here>")

    sent = stub.asked("chat.postEphemeral")[0]
    assert (sent["channel"], sent["user"]) == ("C0DESK", "U0ANNA")
    assert sent["text"] == "*no* &lt;!here&gt;"
    assert sent["blocks"][0]["text"]["type"] == "plain_text"


def test_an_update_keeps_the_mark(stub: StubSlack, messenger: SlackMessenger) -> None:
    """An edit replaces text and blocks and does not touch the metadata."""

    messenger.update(MessagePlace("D0ANNA", "17.5"), HELLO)

    sent = stub.asked("chat.update")[0]
    assert (sent["channel"], sent["ts"]) == ("D0ANNA", "17.5")
    assert "metadata" not in sent


@pytest.mark.parametrize("answer", UNCLEAR)
def test_a_broken_answer_to_a_post_is_unclear(
    stub: StubSlack, messenger: SlackMessenger, answer: Answer
) -> None:
    """The message may have arrived: nobody may post it again without a look."""

    stub.answers("chat.postMessage", answer)

    with pytest.raises(MessageUnclearError):
        post(messenger)
    assert len(stub.asked("chat.postMessage")) == 1


@pytest.mark.parametrize("answer", UNCLEAR)
def test_a_broken_answer_to_an_update_is_tried_again(
    stub: StubSlack, messenger: SlackMessenger, answer: Answer
) -> None:
    """An edit done twice is the same edit."""

    stub.answers("chat.update", answer)

    with pytest.raises(RetryLater) as raised:
        messenger.update(MessagePlace("D0ANNA", "17.5"), HELLO)
    assert raised.value.after > timedelta()


def test_a_time_out_is_unclear(stub: StubSlack) -> None:
    """An answer that does not come in time tells nothing about the message."""

    stub.answers("chat.postMessage", Answer(POSTED, seconds=5))
    client = WebClient(token="xoxb-x", base_url=stub.api_url, retry_handlers=[], timeout=0.2)  # type: ignore[arg-type]

    with pytest.raises(MessageUnclearError):
        post(SlackMessenger(client), "C0DESK")


def test_an_address_where_nobody_is_gives_no_certainty() -> None:
    """A refused connection is treated as the line breaking: looked up first, then sent."""

    client = WebClient(token="xoxb-x", base_url="http://127.0.0.1:9/api/", retry_handlers=[])

    with pytest.raises(MessageUnclearError):
        post(SlackMessenger(client), "C0DESK")


@pytest.mark.parametrize("code", ["invalid_blocks", "channel_not_found", "not_in_channel"])
def test_a_refusal_is_certain(stub: StubSlack, messenger: SlackMessenger, code: str) -> None:
    """Slack's code says why the message was not posted."""

    stub.answers("chat.postMessage", {"ok": False, "error": code})

    with pytest.raises(MessageRefusedError, match=f"^{code}$"):
        post(messenger)


@pytest.mark.parametrize(
    ("headers", "seconds"), [({"Retry-After": "7"}, 7), ({}, 30), ({"retry-after": "soon"}, 30)]
)
def test_slack_is_given_the_time_it_asks_for(
    stub: StubSlack, messenger: SlackMessenger, headers: dict[str, str], seconds: int
) -> None:
    """429 is no failure: come back after Retry-After, and meanwhile ask nothing of the channel."""

    limited = Answer({"ok": False, "error": "ratelimited"}, 429, headers=headers)
    stub.answers("chat.postMessage", limited)

    with pytest.raises(RetryLater) as raised:
        post(messenger)
    with pytest.raises(RetryLater) as again:
        post(messenger)

    assert raised.value.after == timedelta(seconds=seconds)
    assert timedelta(seconds=seconds - 1) < again.value.after <= timedelta(seconds=seconds)
    assert len(stub.asked("chat.postMessage")) == 1


def a_page(*message_ids: str, cursor: str = "") -> dict[str, object]:
    messages = [
        {
            "ts": f"9.{number}",
            "metadata": {
                "event_type": "baton_message",
                "event_payload": {"message_id": message_id},
            },
        }
        for number, message_id in enumerate(message_ids)
    ]
    return {
        "ok": True,
        "messages": [{"ts": "1.0", "text": "a person"}, *messages],
        "response_metadata": {"next_cursor": cursor},
    }


def test_a_message_that_arrived_is_found(stub: StubSlack, messenger: SlackMessenger) -> None:
    """All pages since an hour before are read until the mark is seen: our clock may be fast."""

    stub.answers("conversations.history", a_page("msg_0", cursor="next"), a_page("x", "msg_1"))

    found = messenger.find("U0ANNA", message_id="msg_1", since=NOON, thread=None)

    first, second = stub.asked("conversations.history")
    assert found == MessagePlace("D0ANNA", "9.1")
    assert first["oldest"] == f"{(NOON - timedelta(hours=1)).timestamp():.6f}"
    assert json.loads(str(first["include_all_metadata"]).lower())
    assert second["cursor"] == "next"


def test_a_message_that_never_arrived_is_not_found(
    stub: StubSlack, messenger: SlackMessenger
) -> None:
    """None once all there is was read."""

    stub.answers("conversations.history", a_page("msg_0"))

    assert messenger.find("C0DESK", message_id="msg_1", since=NOON, thread=None) is None


def test_a_reply_is_looked_up_in_its_thread(stub: StubSlack, messenger: SlackMessenger) -> None:
    """Replies are not part of a channel's history."""

    stub.answers("conversations.replies", a_page("msg_1"))

    thread = MessagePlace("D0X", "1.2")
    found = messenger.find("U0ANNA", message_id="msg_1", since=NOON, thread=thread)

    assert found == MessagePlace("D0X", "9.0")
    assert stub.asked("conversations.replies")[0]["ts"] == "1.2"


@pytest.mark.parametrize("answer", UNCLEAR)
def test_a_broken_look_up_is_tried_again(
    stub: StubSlack, messenger: SlackMessenger, answer: Answer
) -> None:
    """Looking twice does no harm; taking a broken answer for `not there` would post twice."""

    stub.answers("conversations.history", answer)

    with pytest.raises(RetryLater):
        messenger.find("C0DESK", message_id="msg_1", since=NOON, thread=None)


class HandClock:
    """Seconds that move when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_burst_then_one_a_second() -> None:
    """A few at once, then the steady rate; the wait named is exact, and other channels are free."""

    clock = HandClock()
    pace = Pace(rate=1, burst=3, monotonic=clock)
    for _ in range(3):
        pace.take("C1")

    with pytest.raises(RetryLater) as raised:
        pace.take("C1")
    assert raised.value.after == timedelta(seconds=1)
    pace.take("C2")

    clock.seconds += 0.75
    with pytest.raises(RetryLater) as raised:
        pace.take("C1")
    assert raised.value.after == timedelta(seconds=0.25)

    clock.seconds += 0.25
    pace.take("C1")


def test_the_burst_comes_back_in_quiet_times() -> None:
    """A channel that was silent may burst again, and no further."""

    clock = HandClock()
    pace = Pace(rate=2, burst=4, monotonic=clock)
    for _ in range(4):
        pace.take("C1")
    clock.seconds += 3600
    for _ in range(4):
        pace.take("C1")

    with pytest.raises(RetryLater):
        pace.take("C1")


def test_a_held_channel_opens_again_on_time() -> None:
    """What Slack asks for is kept to, then the steady rate goes on."""

    clock = HandClock()
    pace = Pace(rate=1, burst=10, monotonic=clock)
    pace.hold("C1", timedelta(seconds=20))

    with pytest.raises(RetryLater) as raised:
        pace.take("C1")
    assert raised.value.after == timedelta(seconds=20)

    clock.seconds += 20
    pace.take("C1")
