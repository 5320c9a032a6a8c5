"""Keeps text from strangers inside its block of a prompt."""

from __future__ import annotations

import re

LIMIT = 6000
"""Characters of one block; the rest is cut with an ellipsis."""

_TAG_START = re.compile(r"<(?=[/!?a-zA-Z])")


def fenced(name: str, text: str) -> str:
    """The text between `<name>` and `</name>`, unable to close its block or open another."""
    inert = _TAG_START.sub("‹", text)
    if len(inert) > LIMIT:
        inert = inert[: LIMIT - 1] + "…"
    return f"<{name}>\n{inert}\n</{name}>"
