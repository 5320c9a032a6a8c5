"""A transport that reads no more of an answer than it was told to, for no longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

import httpx2

MAX_BYTES = 256 * 1024


class BoundedTransport(httpx2.BaseTransport):
    """Plain HTTP behind two limits the library lacks: the size of an answer, and the total time
    of reading it (its own time-out is for each read, so a server that trickles never meets it).

    `seconds` count from the request. Raises httpx2.ReadTimeout and httpx2.ReadError.
    """

    def __init__(
        self,
        seconds: float,
        *,
        limit: int = MAX_BYTES,
        inner: httpx2.BaseTransport | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._seconds = seconds
        self._limit = limit
        self._inner = inner or httpx2.HTTPTransport(trust_env=False)
        self._clock = clock

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        until = self._clock() + self._seconds
        # A few packed bytes can unpack to any number.
        request.headers["Accept-Encoding"] = "identity"
        answer = self._inner.handle_request(request)
        if answer.headers.get("content-encoding", "identity").lower() != "identity":
            answer.close()
            raise httpx2.ReadError("the answer is packed although we asked for it plain")
        assert isinstance(answer.stream, httpx2.SyncByteStream)
        answer.stream = _Bounded(answer.stream, self._limit, lambda: self._clock() > until)
        return answer

    def close(self) -> None:
        self._inner.close()


class _Bounded(httpx2.SyncByteStream):
    def __init__(
        self, inner: httpx2.SyncByteStream, limit: int, is_late: Callable[[], bool]
    ) -> None:
        self._inner = inner
        self._limit = limit
        self._is_late = is_late

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._inner:
            size += len(chunk)
            if size > self._limit:
                raise httpx2.ReadError(f"the answer is larger than {self._limit} bytes")
            if self._is_late():
                raise httpx2.ReadTimeout("the answer took too long")
            yield chunk

    def close(self) -> None:
        self._inner.close()
