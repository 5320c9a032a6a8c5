"""An engine for tests of single flows: it keeps what was submitted until the test runs it.

The real engine has tests of its own, and every end-to-end test runs on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from handlers.flows.ports import FlowName, Ports
from handlers.flows.registry import FLOWS
from handlers.flows.taking_in.take_in_deliveries import take_in_deliveries
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Submitted:
    flow: FlowName
    arguments: tuple[str, ...]
    key: str
    work_id: str
    delay: timedelta


@dataclass
class WaitingEngine:
    """Submissions of a transaction that rolls back are not taken back: test that elsewhere."""

    waiting: list[Submitted] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    paused: set[str] = field(default_factory=set)

    def submit(
        self,
        work: UnitOfWork,
        flow: FlowName,
        *arguments: str,
        key: str,
        work_id: str,
        delay: timedelta = timedelta(),
    ) -> None:
        if work_id not in self.seen:
            self.seen.add(work_id)
            self.waiting.append(Submitted(flow, arguments, key, work_id, delay))

    def unfinished(self) -> frozenset[tuple[str, str]]:
        return frozenset((job.flow, job.arguments[0]) for job in self.waiting if job.arguments)

    def pause(self, switch: str) -> None:
        self.paused.add(switch)

    def resume(self, switch: str) -> None:
        self.paused.discard(switch)

    def run_all(self, ports: Ports) -> int:
        """Take in what stands in line, then run what waits, and what that submits, until nothing
        waits; gives how many ran.
        """
        ran = 0
        while take_in_deliveries(ports):
            pass
        while self.waiting:
            job = self.waiting.pop(0)
            run: Callable[..., None] = FLOWS[job.flow].run
            run(ports, *job.arguments)
            ran += 1
        return ran
