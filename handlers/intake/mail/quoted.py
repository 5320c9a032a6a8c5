"""What a sender wrote, apart from what the message quotes and from the signature.

Read line by line, each line once: the ready-made parsers that were tried need seconds to minutes
for a long line or a run of blank ones (`docs/decisions/0011-sources.md`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 500
"""A longer line is no heading of a quotation."""

_WROTE = re.compile(
    r"^(?:on|am|le|el|il|op|em|den|w dniu)\s.{3,300}?(?:wrote|schrieb|a écrit|escribió"
    r"|ha scritto|schreef|geschreven|escreveu|skrev|napisał\(?a?\)?)\b[^:]{0,120}:$",
    re.I,
)
_ORIGINAL = re.compile(
    r"^-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine|mensaje original"
    r"|messaggio originale|oorspronkelijk bericht|mensagem original)\s*-{2,}$",
    re.I,
)
FROM = re.compile(r"^[*_]*(?:from|von|de|da|van|från|od)\s?:[*_]*\s*(?P<rest>.*)$", re.I)
_OTHERS = re.compile(
    r"^[*_]*(?:sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|envoyé|à|objet|enviado"
    r"|enviada|fecha|data|para|asunto|assunto|inviato|oggetto|verzonden|aan|onderwerp)"
    r"(?:\s(?:le|el|em))?\s?:",
    re.I,
)
SUBJECT = re.compile(
    r"^[*_]*(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne)\s?:[*_]*\s*(.*)$", re.I
)
_RULE = re.compile(r"^[_=-]{10,}$")


def is_heading_block(lines: Sequence[str], at: int) -> bool:
    """Whether the headers of another message, as mail programs print them, start on this line."""
    if len(lines[at]) > LONGEST or not FROM.match(lines[at].strip()):
        return False
    below = [line.strip()[:LONGEST] for line in lines[at + 1 : at + 6]]
    return sum(bool(_OTHERS.match(line)) for line in below) >= 2


def without_quotes(text: str) -> str:
    """The text without quoted lines and without the message it answers; all of it when nothing
    else is left.
    """
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        taken = _heading_lines(lines, at)
        if taken and not _is_marked(lines, at + taken):
            break  # the rest of the message is the other one
        if not taken and not lines[at].lstrip().startswith(">"):
            kept.append(lines[at])
        at += taken or 1
    while kept and (not kept[-1].strip() or _RULE.match(kept[-1].strip())):
        kept.pop()
    return "\n".join(kept).strip() or text.strip()


def _heading_lines(lines: Sequence[str], at: int) -> int:
    """How many lines announce a quotation here; 0 when none does."""
    line = lines[at].strip()
    if len(line) > LONGEST or not line:
        return 0
    if _ORIGINAL.match(line) or is_heading_block(lines, at):
        return 1
    for more in range(3):  # mail programs break the line at 72 characters
        joined = " ".join(part.strip() for part in lines[at : at + 1 + more])
        if len(joined) <= LONGEST and _WROTE.match(joined):
            return 1 + more
    return 0


def _is_marked(lines: Sequence[str], at: int) -> bool:
    """Whether the quotation that starts here carries marks, so that one sees where it ends."""
    return next((line.lstrip() for line in lines[at : at + 5] if line.strip()), "").startswith(">")


def split_signature(text: str) -> tuple[str, str]:
    """The text and what stands below the line `-- `."""
    lines = text.split("\n")
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].rstrip() == "--":
            return "\n".join(lines[:at]).strip(), "\n".join(lines[at + 1 :]).strip()
    return text.strip(), ""
