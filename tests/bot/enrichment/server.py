"""A service on 127.0.0.1 that answers byte for byte what a test tells it, as rudely as it likes."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

HOST = "127.0.0.1"


@dataclass
class Conversation:
    """One connection: what was asked, and the socket to answer on. `over` is set at the end."""

    socket: socket.socket
    request: str
    over: Event

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def wait(self, seconds: float = 20) -> bool:
        return self.over.wait(seconds)


Answering = Callable[[Conversation], None]


@dataclass
class Service:
    """`answering` may be changed while it runs; `requests` are the heads received."""

    port: int
    answering: Answering
    requests: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/companies?domain={{domain}}"


def http(
    body: bytes | str | object, status: str = "200 OK", *headers: str, length: int | None = None
) -> Answering:
    """An answer of this status and body; anything but text and bytes is sent as JSON."""
    raw = body if isinstance(body, bytes) else _text(body).encode("utf-8", "surrogatepass")
    size = len(raw) if length is None else length
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers, "", ""])
    return lambda talk: talk.send(head.encode() + raw)


def _text(body: object) -> str:
    return body if isinstance(body, str) else json.dumps(body)


def hang(talk: Conversation) -> None:
    talk.wait()


def drip(talk: Conversation) -> None:
    """A byte now and then, for ever; each wait is shorter than any time-out of a read."""
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not talk.wait(0.02):
        talk.send(b" ")


def drip_headers(talk: Conversation) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nX: ")
    while not talk.wait(0.02):
        talk.send(b"x")


def flood(talk: Conversation) -> None:
    """Thirty megabytes, without saying so before."""
    talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for _ in range(480):
        talk.send(chunk)
    talk.send(b"0\r\n\r\n")


@contextmanager
def running(answering: Answering, context: ssl.SSLContext | None = None) -> Iterator[Service]:
    listener = socket.create_server((HOST, 0))
    service = Service(listener.getsockname()[1], answering)
    thread = Thread(target=_serve, args=(listener, service, context), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.over.set()
        listener.close()
        with suppress(OSError):
            socket.create_connection((HOST, service.port), 0.2).close()
        thread.join(2)


def _serve(listener: socket.socket, service: Service, context: ssl.SSLContext | None) -> None:
    while not service.over.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        Thread(target=_talk, args=(connection, service, context), daemon=True).start()


def _talk(plain: socket.socket, service: Service, context: ssl.SSLContext | None) -> None:
    with plain, suppress(OSError):
        connection = context.wrap_socket(plain, server_side=True) if context else plain
        with connection:
            head = b""
            while b"\r\n\r\n" not in head and (more := connection.recv(65536)):
                head += more
            if head:
                service.requests.append(head.decode("latin-1"))
                service.answering(Conversation(connection, service.requests[-1], service.over))
