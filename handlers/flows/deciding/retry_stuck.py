"""A person lets stuck work try again."""

from __future__ import annotations

from typing import cast

from handlers.flows.ports import FlowName, Ports
from storage.work import FailingWork


def retry_stuck(ports: Ports) -> list[FailingWork]:
    """Submit everything stuck anew, with all its attempts; gives what was submitted."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        stuck = work.work.stuck()
        for one in stuck:
            work.work.succeed(one.work_id)
            ports.engine.submit(
                work,
                cast("FlowName", one.flow),
                *one.arguments,
                key=one.key,
                work_id=f"{one.work_id}:again:{int(now.timestamp())}",
            )
    return stuck
