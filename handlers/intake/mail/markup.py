"""HTML made harmless for the parser that reads it.

html.parser needs a minute for 300 kB of `<!--` or of `<a `: it looks for each end anew. What is
left here is text and whole tags of ordinary length.
"""

from __future__ import annotations

LONGEST_TAG = 2_000


def tame(html: str) -> str:
    """The HTML without comments, declarations and endless tags; a `<` that begins no tag becomes
    a space. Every character is looked at once.
    """
    kept: list[str] = []
    at = 0
    while (start := html.find("<", at)) >= 0:
        kept.append(html[at:start])
        if html.startswith("<!--", start):
            at = _behind(html, "-->", start + 4)
            continue
        end = html.find(">", start)
        if end < 0:
            kept.append(html[start:].replace("<", " "))
            return "".join(kept)
        begin = html.rfind("<", start, end)
        kept.append(html[start:begin].replace("<", " "))
        kept.append(_tag(html[begin : end + 1]))
        at = end + 1
    return "".join(kept) + html[at:]


def _behind(html: str, end: str, at: int) -> int:
    found = html.find(end, at)
    return len(html) if found < 0 else found + len(end)


def _tag(tag: str) -> str:
    is_plain = len(tag) <= LONGEST_TAG and tag[1:2] not in ("!", "?")
    return tag if is_plain else ""
