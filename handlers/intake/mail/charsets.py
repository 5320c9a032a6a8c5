"""Bytes to text when the stated character set is wrong, unknown or missing."""

from __future__ import annotations

import re
from email.header import decode_header

_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def decoded(data: bytes, charset: str | None) -> str:
    """The text by the stated character set, else as UTF-8, else as Windows-1252; never raises.

    What no database can keep becomes U+FFFD.
    """
    for name in (charset, "utf-8"):
        try:
            return _keepable(data.decode(name or "utf-8"))
        except (LookupError, ValueError):
            continue
    return _keepable(data.decode("cp1252", "replace"))


def header_text(value: str) -> str:
    """A header's value with its encoded words read (RFC 2047), on one line."""
    if "=?" not in value:
        return _raw(value)
    try:
        chunks = decode_header(value)
    except ValueError:
        return _raw(value)
    return "".join(
        decoded(chunk, charset) if isinstance(chunk, bytes) else _raw(chunk)
        for chunk, charset in chunks
    )


def _raw(value: str) -> str:
    """Text whose bytes that are no ASCII came as surrogates."""
    return decoded(value.encode("utf-8", "surrogateescape"), None)


def _keepable(text: str) -> str:
    return _UNKEEPABLE.sub("\ufffd", text)
