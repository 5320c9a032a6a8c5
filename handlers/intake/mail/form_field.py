"""One field of a multipart form, byte for byte as it was sent."""

from __future__ import annotations

from collections.abc import Collection

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header


def field_of(content_type: str, body: bytes, names: Collection[str]) -> bytes | None:
    """The first field with one of these names; None when there is none or the form is broken."""
    _, options = parse_options_header(content_type.encode("latin-1", "replace"))
    reader = _Reader(names)
    try:
        parser = MultipartParser(
            options.get(b"boundary", b""),
            {
                "on_part_begin": reader.begin,
                "on_header_field": reader.header_name,
                "on_header_value": reader.header_value,
                "on_header_end": reader.header_end,
                "on_part_data": reader.content,
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        return None
    return bytes(reader.found) if reader.found is not None else None


class _Reader:
    """Keeps the first part whose Content-Disposition says that it is wanted."""

    def __init__(self, names: Collection[str]) -> None:
        self._wanted = {name.encode() for name in names}
        self.found: bytearray | None = None
        self.begin()

    def begin(self) -> None:
        self._taking = False
        self._name, self._value = b"", b""

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if self._name.lower() == b"content-disposition" and self.found is None:
            _, options = parse_options_header(self._value)
            if options.get(b"name") in self._wanted:
                self._taking, self.found = True, bytearray()
        self._name, self._value = b"", b""

    def content(self, data: bytes, start: int, end: int) -> None:
        if self._taking and self.found is not None:
            self.found += data[start:end]
