"""Baton's voice in Slack: messages posted, changed and found again over the Web API."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPException
from threading import Lock
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.connectors.slack_files import shared_file
from handlers.flows.ports import (
    FileRefusedError,
    MessagePlace,
    MessageRefusedError,
    MessageUnclearError,
    RetryLater,
    SharedFile,
)
from handlers.flows.telling.messages import Message, TextMessage
from handlers.slack.cards.render import render

log = structlog.get_logger(__name__)

EVENT_TYPE = "baton_message"
PAGE = 200
UNCLEAR_PAUSE = timedelta(seconds=5)
LIMITED_PAUSE = timedelta(seconds=30)
"""When Slack asks for patience without saying for how long."""
CLOCK_SKEW = timedelta(hours=1)
"""How far our clock may be ahead of Slack's."""

# Slack says of the first three that part of the call may have been done.
_UNCLEAR = frozenset({"fatal_error", "internal_error", "service_unavailable"})
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_LINE_FAILURES = (OSError, HTTPException, ValueError, AttributeError, LookupError)
"""What the client raises when the line breaks or the answer is not one of Slack's."""


class Pace:
    """About `rate` messages a second for each channel, `burst` of them at once (GCRA).

    `monotonic` gives seconds that never go back. Thread-safe; never sleeps.
    """

    def __init__(
        self,
        *,
        rate: float = 1.0,
        burst: int = 10,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = 1 / rate
        self._slack = (burst - 1) * self._interval
        self._monotonic = monotonic
        self._free_at: dict[str, float] = {}
        self._lock = Lock()

    def take(self, channel: str) -> None:
        """Use one place of the channel. Raises RetryLater with the exact time until the next."""
        with self._lock:
            now = self._monotonic()
            free_at = max(self._free_at.get(channel, now), now)
            wait = free_at - self._slack - now
            if wait > 0:
                raise RetryLater("this channel has had its share", timedelta(seconds=wait))
            self._forget_idle(now)
            self._free_at[channel] = free_at + self._interval

    def hold(self, channel: str, pause: timedelta) -> None:
        """Nothing more in this channel until `pause` is over: Slack itself asked for it."""
        with self._lock:
            until = self._monotonic() + pause.total_seconds() + self._slack
            self._free_at[channel] = max(self._free_at.get(channel, until), until)

    def _forget_idle(self, now: float) -> None:
        if len(self._free_at) > 10_000:
            self._free_at = {c: at for c, at in self._free_at.items() if at > now}


class SlackMessenger:
    """Implements `handlers.flows.ports.Messenger`.

    `client` must have `retry_handlers=[]`: a silent resend would post twice.
    """

    def __init__(self, client: WebClient, pace: Pace | None = None) -> None:
        self._client = client
        self._pace = pace or Pace()
        self._directs: dict[str, str] = {}

    def post(
        self, recipient: str, message: Message, *, message_id: str, thread: MessagePlace | None
    ) -> MessagePlace:
        """Post to a user's DM (`U...`) or a channel, marked with `message_id` in its metadata."""
        channel = thread.channel if thread else self._channel(recipient)
        shown = render(message)
        self._pace.take(channel)
        answer = self._said(
            channel,
            lambda: self._client.chat_postMessage(
                channel=channel,
                text=shown.text,
                blocks=shown.blocks,
                thread_ts=thread.ts if thread else None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"message_id": message_id}},
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
                parse="none",
            ),
        )
        return _place(answer)

    def whisper(self, channel: str, user: str, text: str) -> None:
        """Show one person a line in a channel; `channel` may be that person's id."""
        channel = self._channel(channel)
        shown = render(TextMessage(text=text))
        self._pace.take(channel)
        self._said(
            channel,
            lambda: self._client.chat_postEphemeral(
                channel=channel,
                user=user,
                text=shown.text,
                blocks=shown.blocks,
                link_names=False,
                parse="none",
            ),
        )

    def update(self, place: MessagePlace, message: Message) -> None:
        """Replace what a posted message says; its metadata stays."""
        ts = place.ts
        if ts is None:
            return
        shown = render(message)
        self._pace.take(place.channel)
        self._repeatable(
            lambda: self._client.chat_update(
                channel=place.channel,
                ts=ts,
                text=shown.text,
                blocks=shown.blocks,
                link_names=False,
                parse="none",
            ),
            place.channel,
        )

    def find(
        self, recipient: str, *, message_id: str, since: datetime, thread: MessagePlace | None
    ) -> MessagePlace | None:
        """The message marked with `message_id` posted after `since`, if it arrived."""
        channel = thread.channel if thread else self._channel(recipient)
        window: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{(since - CLOCK_SKEW).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": PAGE,
        }
        if thread is not None and thread.ts is not None:
            return self._search(
                self._client.conversations_replies, window | {"ts": thread.ts}, message_id
            )
        return self._search(self._client.conversations_history, window, message_id)

    def fetch(self, file_id: str, channel: str, *, largest: int) -> SharedFile:
        """A file that was shared in this channel."""
        try:
            answer = self._repeatable(lambda: self._client.files_info(file=file_id))
        except MessageRefusedError as refused:
            raise FileRefusedError(f"Slack does not give the file: {refused}.") from refused
        try:
            return shared_file(
                answer.get("file") or {},
                channel,
                token=self._client.token or "",
                api_url=self._client.base_url,
                largest=largest,
            )
        except _LINE_FAILURES as error:
            raise RetryLater(type(error).__name__, UNCLEAR_PAUSE) from error

    def _search(
        self, method: Callable[..., SlackResponse], window: dict[str, Any], message_id: str
    ) -> MessagePlace | None:
        cursor = ""
        while True:
            paged = window | {"cursor": cursor} if cursor else window
            answer = self._repeatable(partial(method, **paged))
            for message in answer.get("messages") or []:
                if _message_id(message) == message_id:
                    return MessagePlace(window["channel"], str(message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None

    def _channel(self, recipient: str) -> str:
        """The channel to speak in; a person's direct message is opened once and remembered."""
        if not recipient.startswith(("U", "W")):
            return recipient
        if recipient not in self._directs:
            answer = self._repeatable(lambda: self._client.conversations_open(users=recipient))
            self._directs[recipient] = str(answer["channel"]["id"])
        return self._directs[recipient]

    def _said(self, channel: str, call: Callable[[], SlackResponse]) -> SlackResponse:
        """Make a call that must not be made twice; Slack's wish for a pause holds the channel."""
        try:
            return _answered(call)
        except RetryLater as later:
            self._pace.hold(channel, later.after)
            raise

    def _repeatable(
        self, call: Callable[[], SlackResponse], channel: str | None = None
    ) -> SlackResponse:
        """Make a call that may be made again: an unclear answer is no harm."""
        try:
            return self._said(channel, call) if channel else _answered(call)
        except MessageUnclearError as error:
            raise RetryLater(str(error), UNCLEAR_PAUSE) from error


def _answered(call: Callable[[], SlackResponse]) -> SlackResponse:
    """Make the call. Raises RetryLater, MessageRefusedError or MessageUnclearError."""
    try:
        return call()
    except SlackApiError as error:
        raise _meaning(error.response) from error
    except _LINE_FAILURES as error:
        log.warning("slack.no_answer", error=type(error).__name__)
        raise MessageUnclearError(type(error).__name__) from error


def _meaning(answer: SlackResponse) -> Exception:
    """What a refusal, a wish for patience or a broken answer means for the message."""
    status, code = answer.status_code, _code(answer)
    if status == 429 or code in _LIMITED:
        return RetryLater("Slack asks for patience", _retry_after(answer.headers))
    if status >= 500 or code is None or code in _UNCLEAR:
        log.warning("slack.unclear_answer", status=status, code=code)
        return MessageUnclearError(code or f"status {status}")
    log.warning("slack.refused", code=code)
    return MessageRefusedError(code)


def _code(answer: SlackResponse) -> str | None:
    """Slack's error code; None when the answer cannot be read (the client then quotes it)."""
    found = answer.data.get("error") if isinstance(answer.data, dict) else None
    return found if isinstance(found, str) and re.fullmatch("[a-z_]{3,80}", found) else None


def _retry_after(headers: Mapping[str, str]) -> timedelta:
    found = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    seconds = int(found) if found.isascii() and found.isdigit() and len(found) < 6 else 0
    return timedelta(seconds=seconds) if seconds else LIMITED_PAUSE


def _place(answer: SlackResponse) -> MessagePlace:
    channel, ts = answer.get("channel"), answer.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str):
        raise MessageUnclearError("the answer names no place")
    return MessagePlace(channel, ts)


def _message_id(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    found: str | None = (metadata.get("event_payload") or {}).get("message_id")
    return found
