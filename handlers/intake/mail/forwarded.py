"""A message somebody passed on: who wrote it first, and what."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.intake.mail.message import Address, Mail, address
from handlers.intake.mail.quoted import FROM, LONGEST, SUBJECT, is_heading_block

_PREFIX = re.compile(r"^(?:fwd?|fw|wg|tr|rv|enc|doorst|vs|vb|i)\s*:\s*", re.I)
_SEPARATOR = re.compile(
    r"^(?:-{3,}\s*(?:forwarded message|weitergeleitete nachricht|message transféré"
    r"|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada"
    r"|mensagem reencaminhada)\s*-{3,}"
    r"|(?:begin forwarded message|anfang der weitergeleiteten nachricht"
    r"|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado"
    r"|inizio messaggio inoltrato"
    r"|begin doorgestuurd bericht|início da mensagem (?:re)?encaminhada)\s?:)$",
    re.I,
)
_MAILTO = re.compile(r"\[\s*mailto:\s*([^\]\s]+)\s*\]", re.I)
_HEADER_LINES = 12


def passes_on(mail: Mail) -> bool:
    """Whether the text holds another message, printed with its headers."""
    return _start(_lines(mail), mail.subject) is not None


def original(mail: Mail) -> Mail | None:
    """The message that this one passes on, None when it passes on none."""
    if mail.attached is not None and mail.attached.sender.email:
        return mail.attached
    lines = _lines(mail)
    at = _start(lines, mail.subject)
    if at is None:
        return None
    head = [line.strip()[:LONGEST] for line in lines[at : at + _HEADER_LINES]]
    sender = _found(FROM, head)
    if sender is None:
        return None
    body = at + next((n for n, line in enumerate(head) if not line), len(head))
    return Mail(
        headers={},
        sender=_address(sender),
        reply_to=Address(),
        subject=_found(SUBJECT, head) or _PREFIX.sub("", mail.subject),
        text="\n".join(lines[body:]).strip(),
    )


def _lines(mail: Mail) -> list[str]:
    """The lines of the text without the marks of a quotation."""
    return [re.sub(r"^(?:>\s?)+", "", line) for line in mail.text.split("\n")]


def _start(lines: Sequence[str], subject: str) -> int | None:
    """The first line of the printed headers, by a separator above or by what the subject says."""
    said = _PREFIX.match(subject)
    for at, line in enumerate(lines):
        if len(line) <= LONGEST and _SEPARATOR.match(line.strip()):
            return next((n for n in range(at + 1, len(lines)) if lines[n].strip()), None)
        if said and is_heading_block(lines, at):
            return at
    return None


def _found(pattern: re.Pattern[str], head: Sequence[str]) -> str | None:
    """What the first line that fits says; the lines up to the first blank one count."""
    for line in head:
        if not line:
            return None
        if match := pattern.match(line):
            return match[match.lastindex or 0].strip(" *_")
    return None


def _address(text: str) -> Address:
    found = address(_MAILTO.sub(r"<\1>", text))
    return found if found.email else Address(name=text.strip(" \"'<>"))
