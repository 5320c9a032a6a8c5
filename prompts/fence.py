"""Keeps text from strangers inside its block of a prompt."""

from __future__ import annotations

LIMIT = 6000
"""Characters of one block; the rest is cut with an ellipsis."""

# Every sign that opens a tag, or looks as if it did: full-width, small, angle bracket.
_INERT = str.maketrans(dict.fromkeys("<＜﹤⟨〈", "‹"))


def fenced(name: str, text: str) -> str:
    """The text between `<name>` and `</name>`, unable to close its block or open another."""
    inert = text.translate(_INERT)
    if len(inert) > LIMIT:
        inert = inert[: LIMIT - 1] + "…"
    return f"<{name}>\n{inert}\n</{name}>"
