"""Text from outside, made inert: cleaned, cut to Slack's limits, escaped (A4).

Slack stores `&`, `<` and `>` as entities in every text and may count them so; astral characters
may count twice. Lengths here are the longest Slack can find, so a cut text always fits.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from slack_sdk.models.blocks import MarkdownTextObject, PlainTextObject

SECTION = 3000
FIELD = 2000
HEADER = 150
OPTION = 75
FALLBACK = 3000

_ELLIPSIS = "…"
_NOTHING = "—"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Control characters, and the bidirectional ones that let a text reorder what follows it.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def clean(text: str) -> str:
    """The text without what cannot be sent or misleads the eye; lines stay lines."""
    text = _SURROGATES.sub("\ufffd", _LINE_ENDS.sub("\n", text))
    return _UNSEEN.sub("", text).strip()


def one_line(text: str) -> str:
    """Cleaned, with every run of white space a single space."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """For `mrkdwn` and fallback texts: nothing left that Slack would take for markup of its own."""
    return re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)


def size(text: str) -> int:
    """The most characters Slack may count in this text, before or after escaping it."""
    return sum(map(_weight, text))


def _weight(character: str) -> int:
    return len(_ENTITIES.get(character, "")) or (2 if character > "\uffff" else 1)


def cut(text: str, limit: int) -> str:
    """The text, or as much of its start as fits with `…` behind it."""
    sizes = list(accumulate(map(_weight, text[: limit + 1])))
    if len(text) <= limit and (not sizes or sizes[-1] <= limit):
        return text
    return text[: bisect_right(sizes, limit - len(_ELLIPSIS))].rstrip() + _ELLIPSIS


def packed(lines: Sequence[str]) -> list[str]:
    """The lines packed into texts that each fit a section; each line fits one."""
    texts: list[list[str]] = [[]]
    room = SECTION
    for line in lines:
        if size(line) + 1 > room:
            texts.append([])
            room = SECTION
        texts[-1].append(line)
        room -= size(line) + 1
    return ["\n".join(text) for text in texts if text]


def plain(text: str, limit: int = SECTION) -> PlainTextObject:
    """A text shown exactly as it is: no formatting, mentions, links or emoji codes."""
    return PlainTextObject(text=cut(clean(text), limit) or _NOTHING, emoji=False)


def fallback(text: str) -> str:
    """What notifications and screen readers get."""
    return escape(cut(one_line(text), FALLBACK)) or _NOTHING


def mentions(slack_users: tuple[str, ...]) -> MarkdownTextObject:
    """Mentions of user ids that Baton holds, the only markup there is; all else is left out."""
    known = [user for user in slack_users if re.fullmatch("[UW][A-Z0-9]{1,30}", user)]
    return MarkdownTextObject(text=" ".join(f"<@{user}>" for user in known[:20]), verbatim=True)
