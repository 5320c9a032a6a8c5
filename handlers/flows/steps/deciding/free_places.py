"""Say that somebody may have room, so that leads that wait for them go on (R4)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from storage.database.base import new_id
from storage.unit_of_work import UnitOfWork

KEY = "fill_places"


def offer_places(ports: Ports, work: UnitOfWork) -> None:
    """Have the waiting leads looked at when this transaction has committed; nothing when none
    waits for anybody.
    """
    if work.waiting.anybody():
        ports.engine.submit(work, "fill_places", key=KEY, work_id=new_id("fill"))
