"""Folders of mail servers over IMAP4rev1; nothing in them is deleted or moved (I1)."""

from __future__ import annotations

import hashlib
import imaplib
import logging
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock, Timer
from typing import Any

from imapclient import IMAPClient, SocketTimeout

from bot.connectors.mail_faults import cut, told
from handlers.jobs.mail_room import Fetched, MailboxError, MessageRefusedError
from routing.policy.tables.mail import ImapPolicy

# It logs what the server says, which may quote a message.
logging.getLogger("imapclient").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Limits:
    """`read_seconds` is for one read, `command_seconds` for all reads of one command.

    Sizes are bytes. A message above `message` is cut to its first `piece`; no command brings more
    than one piece. `window` is how many UIDs a search may answer, for its answer is one line.
    """

    connect_seconds: float = 10
    read_seconds: float = 30
    command_seconds: float = 120
    message: int = 10 * 1024 * 1024
    piece: int = 1024 * 1024
    window: int = 50_000


class ImapServers:
    """Opens the folders that policy names. `secret_of` gives a secret by its variable's name."""

    def __init__(
        self,
        secret_of: Callable[[str], str | None],
        limits: Limits = Limits(),
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._secret_of = secret_of
        self._limits = limits
        self._trust = trust
        self._lines: set[socket.socket] = set()
        self._lock = Lock()

    @contextmanager
    def open(self, imap: ImapPolicy) -> Iterator[ImapFolder]:
        """The folder, until the block ends. Raises MailboxError, in the block too."""
        user, password = self._secret(imap.user_env), self._secret(imap.password_env)
        with told(refused="protocol", lost="unreachable"):
            client = self._connect(imap)
        line = client.socket()
        with self._lock:
            self._lines.add(line)
        try:
            folder = ImapFolder(client, self._limits)
            folder.enter(imap, user, password, self._trust)
            yield folder
            folder.leave()
        finally:
            with self._lock:
                self._lines.discard(line)
            with suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()

    def cut(self) -> None:
        """End every conversation at once; whoever reads gets a MailboxError."""
        with self._lock:
            for line in self._lines:
                cut(line)

    def _secret(self, name: str) -> str:
        found = (self._secret_of(name) or "").strip("\r\n")
        if not found:
            raise MailboxError(f"not_set_up:{name}"[:80])
        return found

    def _connect(self, imap: ImapPolicy) -> IMAPClient:
        is_tls = imap.tls == "implicit"
        return IMAPClient(
            imap.host,
            imap.port,
            ssl=is_tls,
            ssl_context=self._trust() if is_tls else None,
            timeout=SocketTimeout(self._limits.connect_seconds, self._limits.read_seconds),
        )


class ImapFolder:
    """One folder of one account. UIDs are the server's, and belong to `uid_validity`.

    `uid_next` is above every UID of the folder; `place` stands for server, account and folder.
    """

    def __init__(self, client: IMAPClient, limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self._messages = 0
        self.place = ""
        self.uid_validity = 0
        self.uid_next = 1

    def enter(
        self, imap: ImapPolicy, user: str, password: str, trust: Callable[[], ssl.SSLContext]
    ) -> None:
        """Log in and select the folder, for reading only unless messages are to be marked."""
        if imap.tls == "starttls":
            with self._command(refused="tls"):
                self._client.starttls(trust())
        with self._command(refused="login_refused"):
            is_plain = (user + password).isascii()
            (self._client.login if is_plain else self._client.plain_login)(user, password)
        with self._command(refused="folder_refused"):
            state = self._client.select_folder(imap.folder, readonly=not imap.mark_seen)
            if b"UIDVALIDITY" not in state:
                raise MailboxError("no_uids")
            highest = max(self._client.search(["UID", "*"]), default=0)
        self._messages = state[b"EXISTS"]
        self.uid_validity = state[b"UIDVALIDITY"]
        self.uid_next = max(state.get(b"UIDNEXT", 1), highest + 1)
        place = "\n".join((imap.host, user, imap.folder))
        self.place = hashlib.sha256(place.encode()).hexdigest()

    def leave(self) -> None:
        """Say goodbye; whatever the server answers, all is done."""
        with suppress(MailboxError), self._command(refused="protocol"):
            self._client.logout()

    def uids_above(self, uid: int, *, since: datetime | None = None) -> list[int]:
        """The next UIDs in ascending order, not always all; none when there are no more.

        `since` leaves out what the server received before that day.
        """
        for low, high in self._windows(uid + 1):
            criteria: list[Any] = ["UID", f"{low}:{high}"]
            if since is not None:
                criteria += ["SINCE", since.date()]
            with self._command(refused="search_refused"):
                found = self._client.search(criteria)
            # `5:*` names the last message even when its UID is below 5.
            above = sorted({one for one in found if one > uid})
            if above:
                return above
        return []

    def _windows(self, low: int) -> Iterator[tuple[int, int | str]]:
        if self._messages <= self._limits.window:
            yield low, "*"
            return
        for start in range(low, self.uid_next, self._limits.window):
            yield start, start + self._limits.window - 1

    def fetch(self, uid: int) -> Fetched | None:
        """The message, or the first piece of one that is too large; None when it is gone.

        Raises MessageRefusedError when the server has it and does not hand it out.
        """
        found = self._piece(uid, 0)
        if found is None:
            return None
        first, size, is_all = found
        content, last = first, first
        while not is_all and size <= self._limits.message and len(last) >= self._limits.piece:
            following = self._piece(uid, len(content))
            last = following[0] if following else b""
            content += last
            size = max(size, len(content))
        if size > self._limits.message:
            return Fetched(first[: self._limits.piece], is_whole=False)
        return Fetched(content, is_whole=True)

    def _piece(self, uid: int, start: int) -> tuple[bytes, int, bool] | None:
        """Bytes from `start`, the message's size, and whether the server sent it all unasked."""
        wanted = [f"BODY.PEEK[]<{start}.{self._limits.piece}>", "RFC822.SIZE"]
        with self._command(refused="message_refused"):
            parts = self._client.fetch([uid], wanted).get(uid)
        if parts is None:
            return None
        size = parts.get(b"RFC822.SIZE")
        for name, value in parts.items():
            if name.startswith(b"BODY[]") and (isinstance(value, bytes) or start):
                known = size if isinstance(size, int) else 0
                return value or b"", known, name == b"BODY[]"
        raise MessageRefusedError("message_refused")

    def mark_seen(self, uid: int) -> None:
        """Mark the message as read."""
        with self._command(refused="not_marked"):
            self._client.add_flags([uid], [rb"\Seen"], silent=True)

    @contextmanager
    def _command(self, *, refused: str) -> Iterator[None]:
        with told(refused=refused, lost="connection_lost"), self._in_time():
            yield

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """A server may send a byte now and then for ever: the whole command has a limit too."""
        is_late, line = Event(), self._client.socket()

        def give_up() -> None:
            is_late.set()
            cut(line)

        timer = Timer(self._limits.command_seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception:
            if is_late.is_set():
                raise MailboxError("timeout") from None
            raise
        finally:
            timer.cancel()
