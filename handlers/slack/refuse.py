"""Tell the person who pressed something why it did not happen."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from slack_bolt import Ack
from slack_sdk.errors import SlackApiError

from handlers.flows.refusals import (
    AwayError,
    NoLeadError,
    NotAllowedError,
    NotFoundError,
    TooLateError,
)
from handlers.flows.telling.whisper import whisper
from handlers.slack.cards.text import cut
from handlers.slack.edge import SlackEdge
from handlers.slack.payload import Json, channel_of, user_of
from routing.lifecycle.stages import MoveRefused
from routing.policy.reading.errors import PolicyErrors
from storage.database.base import MissingError

log = structlog.get_logger(__name__)

REFUSALS = (NotAllowedError, NotFoundError, TooLateError, MoveRefused, PolicyErrors)
"""What flows raise on purpose; the text is for the person."""

MEANT = (
    "Choose somebody else, or, if this is meant, close this form and open it again: who stands as "
    "away in its list can be chosen."
)
FIND = "Try /lead find with a name or e-mail."
GONE = "Baton does not know this any more. Look it up with /lead find."
SORRY = "Something went wrong on Baton's side. Nothing was lost; please try again in a moment."
TOO_SLOW = "That took too long for Slack. Please press the button again."


def said(refusal: Exception) -> str:
    """What the person reads, with the way on that Slack has."""
    if isinstance(refusal, AwayError):
        return f"{refusal} {MEANT}"
    return f"{refusal} {FIND}" if isinstance(refusal, NoLeadError) else str(refusal)


UNDER_AN_INPUT = 1000
"""Characters; a refusal may list the errors of a policy."""


def answer_form(ack: Ack, place: str, carry_out: Callable[[], Json | None]) -> None:
    """Carry out a submitted form. What refuses it stands under the input `place`; else the form
    closes, or the view that was given takes its place.
    """
    try:
        view = carry_out()
    except REFUSALS as refusal:
        ack(response_action="errors", errors={place: cut(said(refusal), UNDER_AN_INPUT)})
        return
    if view is None:
        ack()
    else:
        ack(response_action="update", view=view)


@contextmanager
def refusals_told(slack: SlackEdge, body: Json) -> Iterator[None]:
    """Whisper a refusal to the person who clicked; any other error passes on."""
    try:
        yield
    except REFUSALS as refusal:
        whisper(slack.ports, channel_of(body), user_of(body), said(refusal))
    except MissingError:
        whisper(slack.ports, channel_of(body), user_of(body), GONE)


@contextmanager
def everything_told(slack: SlackEdge, body: Json) -> Iterator[None]:
    """For lazy listeners, whose errors never reach Bolt's error handler: nothing passes on."""
    try:
        with refusals_told(slack, body):
            yield
    except Exception as error:
        if _code(error) != "exchanged_trigger_id":  # the click came twice; the first one is served
            log_failure(error, body)
            apologise(slack, body, TOO_SLOW if _code(error) in _EXPIRED else SORRY)


_EXPIRED = ("expired_trigger_id", "trigger_expired")


def _code(error: Exception) -> str | None:
    return error.response.get("error") if isinstance(error, SlackApiError) else None


def apologise(slack: SlackEdge, body: Json, text: str) -> bool:
    """Whisper to the person who clicked; False when not even that can be stored."""
    try:
        whisper(slack.ports, channel_of(body), user_of(body), text)
    except Exception as error:  # most likely the database, which has failed before
        log_failure(error, body)
        return False
    return True


def log_failure(error: Exception, body: Json) -> None:
    """Say what failed and where, by ids: an error's own text may quote a lead."""
    frames = traceback.extract_tb(error.__traceback__)
    actions = body.get("actions") or [{}]
    log.error(
        "slack.listener_failed",
        error=type(error).__name__,
        at=f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else None,
        payload=body.get("type") or body.get("command"),
        action=actions[0].get("action_id") or (body.get("view") or {}).get("callback_id"),
        user=user_of(body),
    )
