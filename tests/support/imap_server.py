"""A small IMAP4rev1 server on a real socket, with faults that a test asks for.

It speaks what a polling client needs (RFC 3501): literals, EXAMINE and SELECT, UID SEARCH with
ranges and SINCE, partial UID FETCH, UID STORE, STARTTLS. Anything else it refuses and remembers.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread

USER, PASSWORD = "leads", 'pass "word" \\ x'
DAY = date(2026, 11, 23)


@dataclass
class Stored:
    uid: int
    content: bytes
    day: date = DAY
    seen: bool = False


@dataclass
class Folder:
    """What is in the folder, and how the server misbehaves.

    hang_at: a command that is never answered. drip_at: one answered byte by byte without an end.
    drop_in: the UID whose literal ends in the middle. refuse: commands answered with NO.
    refuse_uids: messages that cannot be fetched. lies: sizes told instead of the true ones.
    """

    messages: list[Stored] = field(default_factory=list)
    uid_validity: int | None = 7
    uid_next: int = 1
    says_uid_next: bool = True
    hang_at: str | None = None
    drip_at: str | None = None
    drop_in: int | None = None
    refuse: set[str] = field(default_factory=set)
    refuse_uids: set[int] = field(default_factory=set)
    vanish: set[int] = field(default_factory=set)
    lies: dict[int, int] = field(default_factory=dict)
    is_whole_always: bool = False
    commands: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    def put(self, content: bytes, day: date = DAY) -> Stored:
        """A message arrives."""
        stored = Stored(self.uid_next, content, day)
        self.messages.append(stored)
        self.uid_next += 1
        return stored

    def renumber(self, uid_validity: int) -> None:
        """What a server does that lost its index: other UIDs from 1 on."""
        self.uid_validity = uid_validity
        for uid, message in enumerate(self.messages, 1):
            message.uid = uid
        self.uid_next = len(self.messages) + 1

    def count(self, command: str) -> int:
        return sum(line.startswith(command) for line in self.commands)


class _Conversation(StreamRequestHandler):
    server: _Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        if self.server.tls and self.server.is_implicit:
            self._encrypt()
        self._say(b"* OK ready")
        try:
            while line := self.rfile.readline():
                if not self._answer(self._with_literals(line)):
                    return
        except (OSError, ValueError):
            return

    def _encrypt(self) -> None:
        assert self.server.tls is not None
        self.request = self.connection = self.server.tls.wrap_socket(self.request, server_side=True)
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def _with_literals(self, line: bytes) -> str:
        while match := re.search(rb"\{(\d+)\}\r\n$", line):
            self._say(b"+ go on")
            size = int(match[1])
            line = line[: match.start()] + self.rfile.read(size) + self.rfile.readline()
        return line.decode("utf-8").rstrip("\r\n")

    def _answer(self, line: str) -> bool:
        """Whether the conversation goes on."""
        tag, _, rest = line.partition(" ")
        folder, words = self.server.folder, rest.split(" ")
        command = " ".join(words[: 2 if words[0] == "UID" else 1]).upper()
        folder.commands.append(rest if command != "LOGIN" else command)
        if command == folder.hang_at:
            self.server.closing.wait()
            return False
        if command == folder.drip_at:
            return self._drip()
        if command in folder.refuse:
            self._say(f"{tag} NO refused".encode())
            return True
        handler = getattr(self, "_" + command.lower().replace(" ", "_"), None)
        if handler is None:
            self._say(f"{tag} BAD unknown command".encode())
            return True
        return bool(handler(tag, rest))

    def _drip(self) -> bool:
        while not self.server.closing.wait(0.01):
            self.wfile.write(b"x")
        return False

    def _ok(self, tag: str, more: str = "done") -> bool:
        self._say(f"{tag} OK {more}".encode())
        return True

    def _capability(self, tag: str, rest: str) -> bool:
        starts = " STARTTLS" if self.server.tls and not self.server.is_implicit else ""
        self._say(f"* CAPABILITY IMAP4rev1 AUTH=PLAIN{starts}".encode())
        return self._ok(tag)

    def _starttls(self, tag: str, rest: str) -> bool:
        self._ok(tag)
        self._encrypt()
        return True

    def _login(self, tag: str, rest: str) -> bool:
        user, password = re.findall(r'"(?:[^"\\]|\\.)*"|[^ ]+', rest)[1:]
        given = (_unquoted(user), _unquoted(password))
        self.server.folder.logins.append(given)
        if given != (USER, PASSWORD):
            self._say(f"{tag} NO [AUTHENTICATIONFAILED] {given[0]} is not known".encode())
            return True
        return self._ok(tag)

    def _authenticate(self, tag: str, rest: str) -> bool:
        self._say(b"+ ")
        self.server.folder.logins.append(("PLAIN", self.rfile.readline().decode().strip()))
        return self._ok(tag)

    def _select(self, tag: str, rest: str, mode: str = "READ-WRITE") -> bool:
        folder = self.server.folder
        self._say(f"* {len(folder.messages)} EXISTS".encode())
        self._say(b"* 0 RECENT")
        self._say(rb"* FLAGS (\Seen \Deleted)")
        if folder.uid_validity is not None:
            self._say(f"* OK [UIDVALIDITY {folder.uid_validity}] valid".encode())
        if folder.says_uid_next:
            self._say(f"* OK [UIDNEXT {folder.uid_next}] next".encode())
        return self._ok(tag, f"[{mode}] done")

    def _examine(self, tag: str, rest: str) -> bool:
        return self._select(tag, rest, "READ-ONLY")

    def _uid_search(self, tag: str, rest: str) -> bool:
        folder = self.server.folder
        uids = [message.uid for message in folder.messages]
        if found := re.search(r"UID ([0-9*]+)(?::([0-9*]+))?(?: |$)", rest[len("UID SEARCH ") :]):
            ends = [_number(end, uids) for end in (found[1], found[2] or found[1])]
            uids = [uid for uid in uids if min(ends) <= uid <= max(ends)]
        if found := re.search(r"SINCE (\S+)", rest):
            since = datetime.strptime(found[1], "%d-%b-%Y").date()
            days = {message.uid: message.day for message in folder.messages}
            uids = [uid for uid in uids if days[uid] >= since]
        self._say(" ".join(["* SEARCH", *map(str, reversed(uids))]).encode())
        return self._ok(tag)

    def _uid_fetch(self, tag: str, rest: str) -> bool:
        folder = self.server.folder
        found = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<(\d+)\.(\d+)> RFC822\.SIZE\)", rest)
        assert found is not None, rest
        uid, start, length = int(found[1]), int(found[2]), int(found[3])
        if uid in folder.refuse_uids:
            self._say(f"{tag} NO cannot read it".encode())
            return True
        number, message = next((n, m) for n, m in enumerate(folder.messages, 1) if m.uid == uid)
        if uid in folder.vanish:
            return self._ok(tag)
        part, origin = message.content[start : start + length], f"<{start}>"
        if folder.is_whole_always:
            part, origin = message.content, ""
        size = folder.lies.get(uid, len(message.content))
        head = f"* {number} FETCH (UID {uid} RFC822.SIZE {size} BODY[]{origin} {{{len(part)}}}\r\n"
        if uid == folder.drop_in:
            self.wfile.write(head.encode() + part[: len(part) // 2])
            return False
        self.wfile.write(rb"* 1 FETCH (FLAGS (\Recent))" + b"\r\n")
        self.wfile.write(head.encode() + part + b")\r\n")
        return self._ok(tag)

    def _uid_store(self, tag: str, rest: str) -> bool:
        found = re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", rest)
        assert found is not None, rest
        for message in self.server.folder.messages:
            message.seen = message.seen or message.uid == int(found[1])
        return self._ok(tag)

    def _logout(self, tag: str, rest: str) -> bool:
        self._say(b"* BYE")
        self._ok(tag)
        return False


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word


def _number(end: str, uids: list[int]) -> int:
    return max(uids, default=0) if end == "*" else int(end)


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder: Folder, tls: ssl.SSLContext | None, is_implicit: bool) -> None:
        self.folder, self.tls, self.is_implicit = folder, tls, is_implicit
        self.closing = Event()
        super().__init__(("127.0.0.1", 0), _Conversation)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away in the middle is what tests are about."""


@contextmanager
def imap_server(
    folder: Folder, tls: ssl.SSLContext | None = None, *, is_implicit: bool = True
) -> Iterator[int]:
    """The folder behind a port of this machine, until the block ends."""
    with _Server(folder, tls, is_implicit) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
