"""Many imported leads in one message: how many, the best of them, and their cards on request."""

from __future__ import annotations

from typing import Any

from handlers.flows.telling.messages import DigestLine, ImportDigest
from handlers.slack import ids
from handlers.slack.button_value import ButtonValue
from handlers.slack.cards.layout import button, buttons, header, paragraph, quiet, to_dicts
from handlers.slack.cards.text import cut, one_line

LINE = 120
SOURCE = 80
CARDS_AT_ONCE = 20


def digest_text(digest: ImportDigest) -> str:
    """One line for notifications."""
    return f"{_title(digest)} ({one_line(digest.file_name)[:SOURCE]})"


def digest_blocks(digest: ImportDigest) -> list[dict[str, Any]]:
    value = ButtonValue(run=digest.import_id)
    cards = button("Send me the cards", ids.IMPORT_CARDS, value, primary=True)
    more = digest.total - len(digest.lines)
    return to_dicts(
        [
            header(_title(digest)),
            paragraph(_asked(digest)),
            paragraph("\n".join(map(_line, digest.lines))),
            quiet(f"…and {more:,} more: /lead find" if more > 0 else None),
            buttons(cards) if digest.cards_left else None,
            quiet(f"{one_line(digest.file_name)[:SOURCE]} · {digest.import_id}"),
        ]
    )


def _title(digest: ImportDigest) -> str:
    one = digest.total == 1
    source = cut(one_line(digest.source), SOURCE)
    if digest.about == "cases":
        return f"{digest.total:,} {'lead needs' if one else 'leads need'} a decision: {source}"
    return f"{digest.total:,} new {'lead' if one else 'leads'} for you: {source}"


def _asked(digest: ImportDigest) -> str:
    """What is in it and what the button does."""
    kinds = " · ".join(f"{title} {number:,}" for title, number in digest.reasons)
    clocks = "Their clocks run." if digest.clocks else "No clock runs for them."
    said = f"{kinds}\n{clocks}" if kinds else clocks
    if not digest.cards_left:
        return said
    many = digest.cards_left > CARDS_AT_ONCE
    how = f", {CARDS_AT_ONCE} at a time, the highest score first" if many else ""
    return f"{said} The button sends the card of each{how}."


def _line(line: DigestLine) -> str:
    who = " · ".join(one_line(part) for part in (line.name, line.company) if part)
    score = "" if line.score is None else f" · score {line.score}"
    return f"{'✅' if line.done else '•'} {cut(who, LINE)}{score}"
