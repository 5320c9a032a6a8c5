"""Calls to addresses that policy or people configure: guarded against where they could lead (SSRF).

A name is resolved once, every address it has is checked, and the connection goes to a checked one;
the certificate and the `Host` header are still the name's. Nothing is redirected, no proxy of the
environment is used, no more is read than the limit, and one deadline covers everything.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from time import monotonic

import httpcore2

from bot.connectors.pinned import Deadline, PinnedBackend, Seconds
from routing.web_address import HTTPS_PORT, WebAddress, is_private, is_public, parse_web_address

Resolve = Callable[[str, int], Sequence[str]]


class OutgoingError(Exception):
    """The call failed or was not made; `reason` is a word or two, and no part of the address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Reach:
    """Where a call may go: by default to https on its usual port, on the public internet."""

    ports: tuple[int, ...] = (HTTPS_PORT,)
    allow_http: bool = False
    allow_private: tuple[str, ...] = ()
    """Hosts that may have loopback or private addresses."""


@dataclass(frozen=True)
class Limits:
    """`seconds` is for everything from the resolver to the last byte."""

    seconds: float
    connect_seconds: float
    max_bytes: int


@dataclass(frozen=True)
class Call:
    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reach: Reach = Reach()
    limits: Limits = Limits(seconds=5, connect_seconds=2, max_bytes=256 * 1024)


@dataclass(frozen=True)
class Reply:
    """Any answer, redirects and errors too. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def system_resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the system knows them. OSError when there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Outgoing:
    """Makes guarded calls, each on a connection of its own; safe to share between threads."""

    def __init__(
        self,
        *,
        resolve: Resolve = system_resolve,
        ssl_context: ssl.SSLContext | None = None,
        clock: Seconds = monotonic,
    ) -> None:
        self._resolve = resolve
        self._ssl = ssl_context
        self._clock = clock
        # The system's resolver knows no deadline: it is left behind on a thread of its own.
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")

    def send(self, call: Call) -> Reply:
        """Make the call once. Raises OutgoingError."""
        until = self._clock() + call.limits.seconds
        address = _checked(call)
        deadline = Deadline(until, self._clock)
        targets = self._checked_targets(address, call.reach, deadline)
        trust = self._trust if address.scheme == "https" else None
        backend = PinnedBackend(targets, call.limits.connect_seconds, deadline)
        with (
            _failures(),
            httpcore2.ConnectionPool(ssl_context=trust, network_backend=backend) as pool,
            pool.stream(
                call.method,
                httpcore2.URL(
                    scheme=address.scheme.encode(),
                    host=address.host.encode(),
                    port=address.port,
                    target=address.target.encode(),
                ),
                headers=_headers(call, address),
                content=call.body or None,
            ) as answer,
        ):
            headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in answer.headers}
            return Reply(answer.status, headers, _read(answer, headers, call.limits.max_bytes))

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whose certificates are believed; reading the system's list takes a while."""
        return self._ssl or httpcore2.default_ssl_context()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _checked_targets(
        self, address: WebAddress, reach: Reach, deadline: Deadline
    ) -> tuple[str, ...]:
        """The network addresses of the host. All must be allowed: one bad among them is a trick."""
        literal = address.literal
        found = [str(literal)] if literal else self._resolved(address, deadline)
        inside = address.host in reach.allow_private
        if not found or not all(_is_allowed(text, inside) for text in found):
            raise OutgoingError("address_refused")
        return tuple(found)

    def _resolved(self, address: WebAddress, deadline: Deadline) -> Sequence[str]:
        future = self._threads.submit(self._resolve, address.host, address.port)
        try:
            return future.result(timeout=max(deadline.left(), 0))
        except FutureTimeoutError:
            future.cancel()
            raise OutgoingError("timeout") from None
        except (OSError, UnicodeError):
            raise OutgoingError("unresolved") from None


def _checked(call: Call) -> WebAddress:
    try:
        address = parse_web_address(call.url)
    except ValueError:
        raise OutgoingError("address_refused") from None
    if address.port not in call.reach.ports:
        raise OutgoingError("port_refused")
    if address.scheme == "http" and not call.reach.allow_http:
        raise OutgoingError("not_https")
    return address


def _is_allowed(text: str, inside: bool) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return is_public(address) or (inside and is_private(address))


def _headers(call: Call, address: WebAddress) -> list[tuple[bytes, bytes]]:
    # A few packed bytes can unpack to any number, so the answer is asked for plain.
    stated = {"Host": address.authority, "Accept-Encoding": "identity", "User-Agent": "baton"}
    try:
        return [
            (k.encode("ascii"), v.encode("ascii")) for k, v in (dict(call.headers) | stated).items()
        ]
    except UnicodeEncodeError:
        raise OutgoingError("header_unusable") from None


def _read(answer: httpcore2.Response, headers: Mapping[str, str], limit: int) -> bytes:
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise OutgoingError("packed")
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared[:20]) > limit:
        raise OutgoingError("too_large")
    body = bytearray()
    for chunk in answer.iter_stream():
        body += chunk
        if len(body) > limit:
            raise OutgoingError("too_large")
    return bytes(body)


@contextmanager
def _failures() -> Iterator[None]:
    """What the library raises, as this module's own error; its texts may hold parts of the call."""
    try:
        yield
    except httpcore2.TimeoutException:
        raise OutgoingError("timeout") from None
    except httpcore2.LocalProtocolError:
        raise OutgoingError("header_unusable") from None
    except httpcore2.ProtocolError:
        raise OutgoingError("not_http") from None
    except (httpcore2.NetworkError, OSError):
        raise OutgoingError("unreachable") from None
