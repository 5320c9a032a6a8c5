"""What a victim does that shares out leads: work those that wait, beside other replicas."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

from bot import engine
from bot.wiring import Program
from routing.lead import INCOMING

SOON = 60.0


def share_leads(program: Program) -> bool:
    """Work until no lead waits and no work on leads is left, within a bounded time."""
    engine.DEAD_AFTER = timedelta(seconds=3)
    pause = Event()
    for _ in range(int(SOON / 0.1)):
        with program.ports.database.reading() as work:
            waiting = work.leads.count_by("queue").get(INCOMING, 0)
        if not waiting and not program.engine.stats()["leads"]:
            return True
        pause.wait(0.1)
    return False
