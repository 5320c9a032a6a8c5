"""What goes wrong with a mail server, as a word each."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imapclient.exceptions import CapabilityError, LoginError

from handlers.jobs.mail_room import MailboxError, MessageRefusedError


def cut(line: socket.socket) -> None:
    with suppress(OSError):
        # Not the TLS socket's own way, which another thread may be reading by.
        socket.socket.shutdown(line, socket.SHUT_RDWR)


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "timeout"),
    (socket.gaierror, "unknown_host"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "tls"),
    (CapabilityError, "no_starttls"),
    (imaplib.IMAP4.readonly, "read_only"),
)


@contextmanager
def told(*, refused: str, lost: str) -> Iterator[None]:
    """Every failure as a MailboxError with a word for its reason, and nothing of what was said."""
    try:
        yield
    except MailboxError:
        raise
    except Exception as error:
        reason = _reason(error, refused, lost)
        kind = MessageRefusedError if reason == "message_refused" else MailboxError
        raise kind(reason) from None


def _reason(error: Exception, refused: str, lost: str) -> str:
    # The client calls every failure of a login a refused one.
    if isinstance(error, LoginError) and isinstance(error.__context__, imaplib.IMAP4.abort):
        return lost
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    if isinstance(error, OSError | imaplib.IMAP4.abort):
        return lost
    return refused if isinstance(error, imaplib.IMAP4.error) else "protocol"
