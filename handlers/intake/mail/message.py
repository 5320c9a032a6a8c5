"""A raw message as plain values: who, what about, the text a reader would see.

The standard library's parser finds the parts; headers are decoded here, for its own decoding
raises on headers that are merely odd. Nothing here raises, whatever the bytes are.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses

from handlers.intake.mail.charsets import decoded, header_text
from handlers.intake.mail.markup import tame
from routing.normalise.markup import visible_text

MAX_HEADER = 2_000
MAX_TEXT = 100_000
MAX_HTML = 200_000
MAX_PARTS = 100

_CELL_END = re.compile(r"</t[dh]\s*>", re.I)


@dataclass(frozen=True, slots=True)
class Address:
    """A display name and an address as the message has them; either may be blank."""

    name: str = ""
    email: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Mail:
    """What a person sees of a message. `headers` maps lower-case names to the first value of each.

    `attached` is a message that was forwarded as an attachment.
    """

    headers: dict[str, str]
    sender: Address
    reply_to: Address
    subject: str
    text: str
    is_report: bool = False
    attached: Mail | None = None

    @property
    def is_readable(self) -> bool:
        """Whether there is anything of a message about it."""
        return bool(self.sender.email or self.reply_to.email or (self.headers and self.text))


class _AsSent(Compat32):
    """Gives headers as they were sent, bytes that are no ASCII as surrogates."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


NOTHING = Mail({}, Address(), Address(), "", "")


def read_mail(raw: bytes) -> Mail:
    """The message in these bytes; what is no message has no sender."""
    try:
        return _mail(email.message_from_bytes(raw, policy=_AsSent()), depth=0)
    except Exception:  # the parser's own faults: the raw message is kept, and people see it
        return NOTHING


def _mail(message: Message, depth: int) -> Mail:
    headers: dict[str, str] = {}
    for name, value in message.items():
        headers.setdefault(name.lower(), str(value)[:MAX_HEADER])
    return Mail(
        headers=headers,
        sender=address(headers.get("from", "")),
        reply_to=address(headers.get("reply-to", "")),
        subject=" ".join(header_text(headers.get("subject", "")).split()),
        text=_text(message),
        is_report=message.get_content_type() == "multipart/report",
        attached=_attached(message, depth),
    )


def address(header: str) -> Address:
    """The first address of a header's value. The name is decoded after the address is found: an
    encoded name may hold anything that looks like another address.
    """
    line = " ".join(header[:MAX_HEADER].split())
    for name, found in getaddresses([line]):
        if "@" in found:
            return Address(header_text(name).strip(), header_text(found).strip())
    return Address()


def _parts(message: Message) -> Iterator[Message]:
    """The parts that stand in this message itself, not those of messages attached to it."""
    if message.get_content_maintype() == "message":
        return
    if not message.is_multipart():
        yield message
    for part in _children(message):
        yield from _parts(part)


def _children(message: Message) -> list[Message]:
    payload = message.get_payload() if message.is_multipart() else []
    parts = payload[:MAX_PARTS] if isinstance(payload, list) else []
    return [part for part in parts if isinstance(part, Message)]


def _text(message: Message) -> str:
    """The plain text, or what a reader sees of the HTML when there is no plain text."""
    inline = [part for part in _parts(message) if part.get_content_disposition() != "attachment"]
    plain = "\n".join(
        _body(part, MAX_TEXT) for part in inline if part.get_content_type() == "text/plain"
    )
    if plain.strip():
        return plain[:MAX_TEXT]
    html = "\n".join(
        _body(part, MAX_HTML) for part in inline if part.get_content_type() == "text/html"
    )
    return visible_text(_CELL_END.sub("\t", tame(html[:MAX_HTML])))[:MAX_TEXT]


def _body(part: Message, limit: int) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    text = decoded(payload[: 4 * limit], part.get_content_charset())
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _attached(message: Message, depth: int) -> Mail | None:
    """The first message that is attached to this one; one inside another is not looked for."""
    if depth:
        return None
    parts = (part for part in _children(message) if part.get_content_type() == "message/rfc822")
    inner = next((children[0] for part in parts if (children := _children(part))), None)
    return _mail(inner, depth + 1) if inner is not None else None
