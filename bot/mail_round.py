"""Goes round the mailboxes of the policy in force: each on a thread of its own, when it is due."""

from __future__ import annotations

from threading import Event, Lock, Thread
from time import monotonic

import structlog

from bot.connectors.mailbox import ImapServers
from bot.log import where_raised
from handlers.flows.ports import Ports
from handlers.intake import email
from handlers.jobs.fetch_mail import Round, fetch_mail
from handlers.jobs.mail_room import MailRoom
from routing.policy.tables.sources import SourcePolicy

log = structlog.get_logger(__name__)

AT_ONCE = 16
STOP_SECONDS = 3.0


class MailRound:
    """A slow server holds up its own mailbox alone; replicas take turns by the mailbox's claim."""

    def __init__(self, ports: Ports, servers: ImapServers) -> None:
        self._ports = ports
        self._servers = servers
        self._stopping = Event()
        self._lock = Lock()
        self._running: dict[str, Thread] = {}
        self._room = MailRoom(servers, email, goes_on=lambda: not self._stopping.is_set())

    def tick(self) -> None:
        """Start what is due and not running already; does not wait for it."""
        for source in self._due():
            with self._lock:
                if source.id in self._running or len(self._running) >= AT_ONCE:
                    continue
                if self._stopping.is_set():
                    return
                name = f"mail-{source.id}"
                thread = Thread(target=self._visit, args=(source,), name=name, daemon=True)
                self._running[source.id] = thread
                thread.start()

    def _due(self) -> list[SourcePolicy]:
        policy = self._ports.policies.latest_known().policy
        sources = [s for s in policy.sources if s.kind == "email" and s.mail.imap]
        now, ids = self._ports.clock.now(), {source.id for source in sources}
        with self._ports.database.reading() as work:
            boxes = work.mailboxes.listed()
        later = {box.source for box in boxes if box.next_at > now}
        for box in boxes:
            if box.error and box.source not in ids:
                with self._ports.database.writing() as work:
                    work.mailboxes.excuse(box.source)
        return [source for source in sources if source.id not in later]

    def wait(self, seconds: float = 10.0) -> None:
        """Wait for the visits that are running."""
        until = monotonic() + seconds
        with self._lock:
            threads = list(self._running.values())
        for thread in threads:
            thread.join(max(0.0, until - monotonic()))

    def stop(self) -> None:
        """Start no more, end what runs after the message it is at, and wait a little for that."""
        with self._lock:
            self._stopping.set()
        self._servers.cut()
        self.wait(STOP_SECONDS)

    def _visit(self, source: SourcePolicy) -> None:
        try:
            done = fetch_mail(self._ports, self._room, source)
            if done is not None:
                _tell(source.id, done)
        except Exception as error:  # the other mailboxes go on, and this one is tried again
            log.error("mail_not_stored", source=source.id, error=where_raised(error))
        finally:
            with self._lock:
                del self._running[source.id]


def _tell(source: str, done: Round) -> None:
    """Ids, counts and a word; never an address, never what a message says."""
    if done.started_over:
        log.warning("mailbox_renumbered", source=source)
    if done.unread:
        log.warning("mail_unread", source=source, messages=done.unread)
    if done.handled:
        log.info(
            "mail_fetched",
            source=source,
            stored=done.stored,
            duplicates=done.duplicates,
            gone=done.gone,
        )
    if done.problem:
        log.warning("mailbox_failed", source=source, reason=done.problem)
