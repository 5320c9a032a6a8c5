"""Who waits for a free place, one line for each crowd, the longest wait first (R4, R8).

A crowd are those that wait for the same people in the same place and are decided by the same
policy: where one of them has to wait, so have all behind it. But for those that were taken from
somebody who could take the others; and those whom somebody knows stand in a line of their own, for
that person may be back.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from handlers.flows.policy_book import ActivePolicy, Deciders
from handlers.flows.ports import Ports
from storage.deciding.waiting_leads import Waiting
from storage.unit_of_work import UnitOfWork

PAGE = 50
KNOWN = 200
"""Leads that somebody knows and that have a line of their own, at the most."""

Place = tuple[tuple[str, str, str], Waiting]


class WaitingLine:
    """The first lead of every crowd; `deciders` are the policies that decide them."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        with ports.database.reading() as work:
            self.deciders = ports.policies.deciders(work)
            self.firsts = _firsts(work, self.deciders)
        self._line = [(one.order, one) for one in self.firsts]
        heapify(self._line)

    def __bool__(self) -> bool:
        return bool(self._line)

    def next(self) -> Waiting:
        """Whoever waits longest of all firsts; those behind them have to be called."""
        return heappop(self._line)[1]

    def call_next(self, one: Waiting) -> None:
        """Let the lead behind this one of its crowd be the first."""
        own = self.decider(one).version
        with self._ports.database.reading() as work:
            behind = (each for each in _behind(work, one) if self.decider(each).version == own)
            following = next(behind, None)
        if following is not None:
            heappush(self._line, (following.order, following))

    def decider(self, one: Waiting) -> ActivePolicy:
        """The policy that decides this lead."""
        return self.deciders.of(one.lead_id, one.received_at)


def _firsts(work: UnitOfWork, deciders: Deciders) -> list[Waiting]:
    """Of the leads that a tried policy may decide only their ids tell which it does."""
    since = deciders.share.since if deciders.share else None
    waiting = work.waiting.heads(before=since)
    if since is not None:
        waiting += work.waiting.received_since(since)
    firsts: dict[object, Waiting] = {}
    for one in sorted(waiting, key=lambda one: one.order):
        decider = deciders.of(one.lead_id, one.received_at)
        firsts.setdefault((decider.version, one.crowd), one)
    return list({*firsts.values(), *work.waiting.known_to_somebody(KNOWN)})


def _behind(work: UnitOfWork, one: Waiting) -> Iterator[Waiting]:
    while page := work.waiting.behind(one, PAGE):
        yield from page
        one = page[-1]
