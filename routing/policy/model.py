"""The whole policy of one company: what operations keep in tables, as routing reads it."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from routing.normalise.aliases import Aliases
from routing.normalise.own_words import OwnWord, with_own_words
from routing.people import Absence, Person
from routing.policy.tables.calendars import Calendar
from routing.policy.tables.company import Company
from routing.policy.tables.enrichment import Enrichment
from routing.policy.tables.exceptions import CASE_QUEUES, CaseKind, ExceptionPolicy
from routing.policy.tables.matching import Matching
from routing.policy.tables.pools import Pool
from routing.policy.tables.queues import Queue
from routing.policy.tables.rules import Rule
from routing.policy.tables.scoring import Scoring
from routing.policy.tables.segments import Segment
from routing.policy.tables.sla import Sla
from routing.policy.tables.sources import SourcePolicy
from routing.policy.tables.stages import Lifecycle, Stage
from routing.policy.tables.territories import TerritoryRow
from routing.values import Value


class Policy(Value):
    """The whole policy of one company. Built by `routing.policy.reading.load`, checked whole."""

    company: Company
    people: tuple[Person, ...]
    territories: tuple[TerritoryRow, ...]
    segments: tuple[Segment, ...]
    scoring: Scoring
    rules: tuple[Rule, ...]
    pools: tuple[Pool, ...]
    queues: tuple[Queue, ...]
    calendars: tuple[Calendar, ...]
    sla: Sla
    lifecycle: Lifecycle
    sources: tuple[SourcePolicy, ...]
    exceptions: ExceptionPolicy = ExceptionPolicy()
    enrichment: Enrichment = Enrichment()
    aliases: tuple[OwnWord, ...] = ()
    matching: Matching = Matching()
    absences: tuple[Absence, ...] = ()

    @cached_property
    def vocabularies(self) -> Aliases:
        """What leads are normalised by: the alias tables with the company's own words."""
        return with_own_words(self.aliases)

    @cached_property
    def person_by_id(self) -> dict[str, Person]:
        return {p.id: p for p in self.people}

    def person(self, person_id: str) -> Person:
        """The person of this id; somebody who left the policy is known by their id alone."""
        known = self.person_by_id.get(person_id)
        return known or Person(
            id=person_id, name=person_id, email="", slack_user="", role="sdr", active=False
        )

    @cached_property
    def _absences(self) -> dict[str, tuple[Absence, ...]]:
        people = {one.person for one in self.absences}
        return {who: tuple(a for a in self.absences if a.person == who) for who in people}

    def absences_of(self, person_id: str) -> tuple[Absence, ...]:
        """The planned absences of this person."""
        return self._absences.get(person_id, ())

    @cached_property
    def queue_by_id(self) -> dict[str, Queue]:
        return {q.id: q for q in self.queues}

    def queue_of(self, kind: CaseKind) -> Queue | None:
        """The queue that cases of this kind belong to, if the policy has it."""
        return self.queue_by_id.get(self.exceptions.queues.get(kind, CASE_QUEUES[kind]))

    def kinds_of(self, queue_id: str) -> tuple[CaseKind, ...]:
        """The kinds of cases that belong to this queue."""
        return tuple(k for k in CASE_QUEUES if (q := self.queue_of(k)) and q.id == queue_id)

    def age_limit_of(self, kind: CaseKind) -> timedelta:
        """How long a case of this kind may wait before it escalates."""
        stated, queue = self.exceptions.age_limits.get(kind), self.queue_of(kind)
        if kind == "high_value" and self.exceptions.high_value:
            stated = self.exceptions.high_value.age_limit or stated
        return stated or (queue.age_limit if queue else self.exceptions.age_limit)

    @cached_property
    def person_by_slack_user(self) -> dict[str, Person]:
        return {p.slack_user: p for p in self.people}

    @cached_property
    def pool_by_id(self) -> dict[str, Pool]:
        return {p.id: p for p in self.pools}

    @cached_property
    def stage_by_id(self) -> dict[str, Stage]:
        return {s.id: s for s in self.lifecycle.stages}

    @cached_property
    def calendar_by_id(self) -> dict[str, Calendar]:
        return {c.id: c for c in self.calendars}

    @cached_property
    def done_stages(self) -> tuple[str, ...]:
        """The stages in which nobody works a lead any more. In any other it is open: also in one
        that left the policy, for nobody has said that it is done.
        """
        return tuple(s.id for s in self.lifecycle.stages if not s.active)

    def stage_name(self, stage_id: str) -> str:
        """What people call the stage; of one that left the policy they read that it did."""
        stage = self.stage_by_id.get(stage_id)
        return stage.name if stage else f"{stage_id} (no stage of the policy any more)"

    def source_name(self, source_id: str) -> str:
        """What people call the source; one that left the policy is known by its id alone."""
        return next((s.name for s in self.sources if s.id == source_id), source_id)

    @cached_property
    def sources_with_own_ids(self) -> frozenset[str]:
        return frozenset(source.id for source in self.sources if source.has_own_ids)

    def source(self, kind: str, key: str) -> SourcePolicy | None:
        """The source of this kind and URL name, or None."""
        return next((s for s in self.sources if (s.kind, s.key) == (kind, key)), None)
