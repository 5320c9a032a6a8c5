"""Raw messages in a few lines each, and the lead that is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.intake.mail.message import read_mail
from handlers.intake.mail.reading import Reading, read_lead
from tests.intake.builders import a_source

JANE = "Jane Roe <jane@acme-widgets.com>"
FROM_US = "Sam Reyes <sam@ours.example>"
OURS: Mapping[str, Any] = {"own_domains": ["ours.example"], "notifiers": ["forms.example"]}


def a_message(
    text: str | bytes = "We want a demo.",
    *,
    sender: str | None = JANE,
    subject: str = "Demo",
    **headers: str,
) -> bytes:
    """A message of these headers; `content_type` is the header Content-Type. Text is UTF-8."""
    named = {"From": sender, "To": "leads@ours.example", "Subject": subject}
    if isinstance(text, str):
        named["Content-Type"] = "text/plain; charset=utf-8"
        text = text.encode()
    named |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in named.items() if value is not None]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + text


def parts(*bodies: tuple[str, str | bytes]) -> bytes:
    """The body of a multipart message with the boundary `=b=`: content type and content each."""
    made = b""
    for content_type, body in bodies:
        content = body.encode() if isinstance(body, str) else body
        made += f"--=b=\r\nContent-Type: {content_type}\r\n\r\n".encode() + content + b"\r\n"
    return made + b"--=b=--\r\n"


def multipart(kind: str) -> str:
    return f'multipart/{kind}; boundary="=b="'


def read(message: bytes, *, region: str | None = "US", **mail: Any) -> Reading:
    """What a mailbox with this mail policy, and with ours where nothing is said, reads."""
    source = a_source("email", default_region=region, mail={**OURS, **mail})
    return read_lead(source, read_mail(message))
