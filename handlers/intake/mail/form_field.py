"""One field of a multipart form, byte for byte as it was sent.

The parser of messages would take a message inside a form for a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice, pairwise

MAX_FIELDS = 100
MAX_HEAD = 4_000


def field_of(content_type: str, body: bytes, names: Collection[str]) -> bytes | None:
    """The first field with one of these names; None when there is none or its end is missing."""
    form = Message()
    form["Content-Type"] = content_type
    boundary = form.get_boundary("").encode("utf-8", "replace")
    if not boundary:
        return None
    lines = b"\r\n" + body
    delimiter = re.compile(rb"\r\n--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?=\r\n|\Z)")
    for start, end in islice(pairwise(delimiter.finditer(lines)), MAX_FIELDS):
        head, _, content = lines[start.end() : end.start()].partition(b"\r\n\r\n")
        if _name(head[:MAX_HEAD]) in names:
            return content
    return None


def _name(head: bytes) -> str:
    """What the headers of a field call it; blank when they do not."""
    headers = BytesHeaderParser().parsebytes(head.lstrip(b"\r\n"))
    return str(headers.get_param("name", "", header="content-disposition"))
