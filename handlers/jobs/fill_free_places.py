"""The net under freed places: what no event tells of is found here (R4).

A cap's day begins, an absence ends by the calendar, a pool opens, a new policy adds somebody.
"""

from __future__ import annotations

from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.ports import Ports


def fill_free_places(ports: Ports) -> None:
    """Look at the leads that wait for somebody, unless routing is switched off."""
    with ports.database.reading() as work:
        waits = work.switches.is_on("routing") and work.waiting.anybody()
    if waits:
        fill_places(ports)
