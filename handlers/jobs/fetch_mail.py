"""Fetch what came into a mailbox: a message is on record before the watermark passes it (I1, I2).

A crash in between fetches it again, and its delivery key tells that it came before.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from handlers.flows.draft import Accepted
from handlers.flows.ports import Ports
from handlers.flows.taking_in.receive_lead import receive_lead
from handlers.jobs.mail_room import (
    Fetched,
    MailboxError,
    MailRoom,
    MessageRefusedError,
    OpenFolder,
)
from routing.policy.tables.mail import ImapPolicy
from routing.policy.tables.sources import SourcePolicy
from storage.taking_in.mailboxes import Mailbox

MESSAGES_A_RUN = 200
RUN_TIME = timedelta(minutes=1)
CLAIM = timedelta(minutes=3)
LONGEST_PAUSE = timedelta(minutes=15)
PATIENT_RUNS = 3
"""So many runs may fail at one message; then it is put on record unread, and the next one comes."""


@dataclass
class Round:
    """What one run did. `unread` messages could not be read and wait for people; `gone` ones left
    the folder before they were fetched. `problem` is a word for what ended or hindered it.
    """

    stored: int = 0
    duplicates: int = 0
    unread: int = 0
    gone: int = 0
    started_over: bool = False
    problem: str | None = None

    @property
    def handled(self) -> int:
        return self.stored + self.duplicates + self.gone


class ClaimLostError(Exception):
    """Another replica reads this mailbox now."""


def fetch_mail(ports: Ports, room: MailRoom, source: SourcePolicy) -> Round | None:
    """Read the mailbox of this source; None when it is not due or another replica reads it.

    What hinders it is stored with the mailbox, and it is tried again later.
    """
    imap, now = source.mail.imap, ports.clock.now()
    if imap is None:
        return None
    with ports.database.writing() as work:
        mailbox = work.mailboxes.claim(source.id, ports.replica, now, now + CLAIM)
    if mailbox is None:
        return None
    visit = Visit(ports, room, source, imap, mailbox)
    try:
        with room.servers.open(imap) as folder:
            visit.read(folder)
    except ClaimLostError:
        return visit.round
    except MailboxError as error:
        visit.fail(error.reason)
    except Exception as error:
        visit.fail(type(error).__name__)
        raise
    return visit.round


class Visit:
    """One run over one mailbox, from its claim to its release."""

    def __init__(
        self,
        ports: Ports,
        room: MailRoom,
        source: SourcePolicy,
        imap: ImapPolicy,
        mailbox: Mailbox,
    ) -> None:
        self._ports, self._room, self._source, self._imap = ports, room, source, imap
        self._mailbox = mailbox
        self._until = ports.clock.now() + RUN_TIME
        self.round = Round()

    def read(self, folder: OpenFolder) -> None:
        """Everything above the watermark, oldest first, until this run has done its part."""
        self._find_place(folder)
        while uids := folder.uids_above(self._mailbox.last_uid or 0):
            for uid in uids:
                if self._is_over():
                    self._release(self._ports.clock.now())
                    return
                self._take(folder, uid)
        self._release(self._ports.clock.now() + self._imap.every)

    def _is_over(self) -> bool:
        is_late = self._ports.clock.now() >= self._until
        return is_late or self.round.handled >= MESSAGES_A_RUN or not self._room.goes_on()

    def _find_place(self, folder: OpenFolder) -> None:
        """Where to begin: at the watermark, unless the server counts otherwise now."""
        box, now = self._mailbox, self._ports.clock.now()
        here = {"place": folder.place, "uid_validity": folder.uid_validity}
        if box.place != folder.place:
            is_all = self._imap.backlog == "all"
            begin = 0 if is_all else folder.uid_next - 1
            self._save(**here, since=None if is_all else now, last_uid=begin)
        elif box.uid_validity != folder.uid_validity or (box.last_uid or 0) >= folder.uid_next:
            self.round.started_over = True
            self._save(**here, last_uid=self._before_all_of_ours(folder))

    def _before_all_of_ours(self, folder: OpenFolder) -> int:
        """Below the first message that came since the first look. The server's day may be a day
        behind ours, so one day more is taken.
        """
        since = self._mailbox.since
        if since is None:
            return 0
        ours = folder.uids_above(0, since=since - timedelta(days=1))
        return ours[0] - 1 if ours else folder.uid_next - 1

    def _take(self, folder: OpenFolder, uid: int) -> None:
        accepted = self._accepted(folder, uid)
        self._count(accepted)
        self._save(last_uid=uid)
        if accepted is not None and self._imap.mark_seen:
            self._mark_seen(folder, uid)

    def _accepted(self, folder: OpenFolder, uid: int) -> Accepted | None:
        """The answer to this message once it is on record; None when it is gone."""
        # Whatever is wrong with the message that ended the last runs, the next one must come.
        is_hopeless = self._mailbox.failures >= PATIENT_RUNS and not self.round.handled
        try:
            fetched = folder.fetch(uid)
        except MessageRefusedError:
            if not is_hopeless:
                raise
            return self._put_unread(_notice(folder, uid))
        return None if fetched is None else self._put_on_record(fetched, is_hopeless)

    def _put_on_record(self, fetched: Fetched, is_hopeless: bool) -> Accepted:
        try:
            draft = self._room.reader.draft(self._source, fetched.content)
            if not fetched.is_whole:
                odd = (*draft.suspicions, "too_large")
                draft = draft.model_copy(update={"suspicions": odd})
            return receive_lead(self._ports, draft)
        except SQLAlchemyError:
            if not is_hopeless:
                raise
        except Exception:  # noqa: S110 - it is kept whole, and people look at it
            pass
        return self._put_unread(fetched.content)

    def _put_unread(self, content: bytes) -> Accepted:
        self.round.unread += 1
        return receive_lead(self._ports, self._room.reader.unread(self._source, content))

    def _count(self, accepted: Accepted | None) -> None:
        if accepted is None:
            self.round.gone += 1
        elif accepted.status == "duplicate":
            self.round.duplicates += 1
        else:
            self.round.stored += 1

    def _mark_seen(self, folder: OpenFolder, uid: int) -> None:
        """A server that does not let us mark keeps no lead back."""
        try:
            folder.mark_seen(uid)
        except MailboxError as error:
            self.round.problem = error.reason

    def _save(self, **changes: object) -> None:
        until = self._ports.clock.now() + CLAIM
        self._store(claimed_until=until, **changes)

    def _release(self, next_at: datetime) -> None:
        """The run went well; another replica may make the next one."""
        self._store(
            claimed_until=None,
            next_at=next_at,
            checked_at=self._ports.clock.now(),
            failures=0,
            error=self.round.problem,
        )

    def fail(self, reason: str) -> None:
        """Try again later, after a longer pause each time. A stop of our own is no failure."""
        with suppress(ClaimLostError):
            if self._room.goes_on():
                self._put_off(reason)
            else:
                self._store(claimed_until=None)

    def _put_off(self, reason: str) -> None:
        self.round.problem = reason
        # What had come in before it failed shows that the mailbox can be read.
        failures = 1 if self.round.handled else self._mailbox.failures + 1
        pause = min(self._imap.every * 2 ** min(failures, 16), LONGEST_PAUSE)
        self._store(
            claimed_until=None,
            next_at=self._ports.clock.now() + max(pause, self._imap.every),
            failures=failures,
            error=reason,
        )

    def _store(self, **changes: object) -> None:
        mailbox = self._mailbox.model_copy(update=changes)
        with self._ports.database.writing() as work:
            is_ours = work.mailboxes.save(mailbox, self._ports.replica)
        if not is_ours:
            raise ClaimLostError
        self._mailbox = mailbox


def _notice(folder: OpenFolder, uid: int) -> bytes:
    """What is kept in place of a message that the server does not hand out."""
    text = f"The mail server did not hand out message {uid} (UIDVALIDITY {folder.uid_validity})."
    return f"X-Baton: not fetched\r\n\r\n{text}\r\n".encode()
