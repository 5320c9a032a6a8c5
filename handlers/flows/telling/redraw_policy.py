"""Draw the message of a proposed change anew: what it counts has gone on (G2)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.telling import tell


def redraw_policy(ports: Ports, proposal_id: str) -> None:
    with ports.database.writing() as work:
        tell.redraw(ports.engine, work, work.proposals.get(proposal_id).id, "policy_card")
