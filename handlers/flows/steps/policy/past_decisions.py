"""What the policy decided so far, in its order, with memory for one batch at a time (R7, G2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from handlers.flows.ports import Ports
from routing.decide.decision import RoutingFacts
from routing.policy.tables.scoring import Scoring
from routing.scoring.engagement import Event, Seen
from routing.scoring.points import score
from storage.deciding.assignments import BEGINNING, Moment, StoredDecision
from storage.unit_of_work import UnitOfWork

BATCH = 500


@dataclass(frozen=True)
class _Batch:
    """Decisions that are read in one transaction: those that follow this moment."""

    work: UnitOfWork
    moment: Moment

    @cached_property
    def events(self) -> Mapping[str, list[Event]]:
        """What all their leads did, read when it is first asked for."""
        leads = self.work.assignments.leads_by_policy(self.moment, BATCH)
        return self.work.events.recent_of(leads)


class PastDecision(NamedTuple):
    """A decision, whether it is the policy's last one about its lead, and its batch."""

    made: StoredDecision
    is_last: bool
    batch: _Batch

    def scored_by(self, scoring: Scoring) -> RoutingFacts:
        """Its facts with the score that this scoring gives, by what the lead had done by then."""
        facts, then = self.made.facts, self.made.decided_at
        events = [e for e in self.batch.events.get(self.made.lead_id, ()) if e.at <= then]
        points = score(scoring, facts.lead, Seen(events, then))
        lead = facts.lead.model_copy(update={"score": points.value})
        return facts.model_copy(update={"lead": lead})


def past_decisions(ports: Ports, limit: int | None) -> Iterator[PastDecision]:
    """The policy's decisions, or the newest so many, oldest first.

    Each batch has a transaction of its own: a long one would keep the database from tidying up.
    One decision is parsed at a time: a list of them would have the garbage collector go through
    all its parts again and again, which took longer than to decide.
    """
    moment = BEGINNING
    if limit is not None:
        with ports.database.reading() as work:
            moment = work.assignments.moment_before(limit)
    while True:
        last = None
        with ports.database.reading() as work:
            batch = _Batch(work, moment)
            for last, is_last in work.assignments.by_policy(moment, BATCH):
                yield PastDecision(last, is_last, batch)
        if last is None:
            return
        moment = (last.decided_at, last.id)
