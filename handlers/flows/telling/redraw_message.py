"""Bring a posted message up to date with what is true now (S1, S2)."""

from __future__ import annotations

from handlers.flows.ports import MessagePlace, Ports
from handlers.flows.telling.compose import compose


def redraw_message(ports: Ports, message_id: str) -> None:
    """Replace the message unless it already shows the newest state or was never posted.

    A message still owed needs no redraw: it is composed when it is sent.
    """
    with ports.database.reading() as work:
        posted = work.outbox.get(message_id)
        if posted.channel is None or posted.drawn_revision >= posted.revision:
            return
        message = compose(work, ports.policies, posted)
    if message is not None:
        ports.messenger.update(MessagePlace(posted.channel, posted.ts), message)
    with ports.database.writing() as work:
        work.outbox.mark_drawn(message_id, posted.revision)
