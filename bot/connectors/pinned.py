"""Connections to addresses that were checked before, under one deadline for everything."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import httpcore2

Seconds = Callable[[], float]
"""A clock that never jumps, in seconds."""


@dataclass(frozen=True)
class Deadline:
    until: float
    clock: Seconds

    def left(self) -> float:
        return self.until - self.clock()

    def within(self, error: type[Exception], at_most: float | None = None) -> float:
        """Seconds a socket may still wait; raises the error when there are none."""
        left = self.left()
        if left <= 0:
            raise error("the deadline has passed")
        return left if at_most is None else min(left, at_most)


class PinnedBackend(httpcore2.NetworkBackend):
    """Connects to the checked addresses and nowhere else, whatever host it is asked for."""

    def __init__(self, targets: Sequence[str], seconds: float, deadline: Deadline) -> None:
        self._targets = targets
        self._seconds = seconds
        self._deadline = deadline
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        connecting = Deadline(self._deadline.clock() + self._seconds, self._deadline.clock)
        failure: Exception = httpcore2.ConnectError("no address")
        for still, target in zip(range(len(self._targets), 0, -1), self._targets, strict=True):
            # One address that never answers leaves the others their share of the time.
            share = connecting.within(httpcore2.ConnectTimeout) / still
            try:
                seconds = self._deadline.within(httpcore2.ConnectTimeout, share)
                return TimedStream(self._inner.connect_tcp(target, port, seconds), self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class TimedStream(httpcore2.NetworkStream):
    """A stream whose every wait ends with the call's one deadline."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.within(httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.within(httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        seconds = self._deadline.within(httpcore2.ConnectTimeout)
        return TimedStream(
            self._inner.start_tls(ssl_context, server_hostname, seconds), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
