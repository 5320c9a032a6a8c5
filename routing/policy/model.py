"""Policy as typed, frozen data: what operations keep in tables, as routing reads it."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from routing.lead import LeadFacts
from routing.normalise.aliases import Aliases
from routing.normalise.own_words import OwnWord, with_own_words
from routing.people import Absence, Person, Skills
from routing.policy.calendars import Calendar
from routing.policy.changes import PolicyChanges
from routing.policy.enrichment import Enrichment
from routing.policy.exceptions import CASE_QUEUES
from routing.policy.exceptions import CaseKind as CaseKind
from routing.policy.exceptions import ExceptionPolicy as ExceptionPolicy
from routing.policy.imports import ImportHandling
from routing.policy.mail import MailPolicy
from routing.policy.matching import Matching
from routing.policy.outside_hours import ASSIGN, OutsideHours
from routing.policy.scoring import Scoring
from routing.values import Duration, TitleTier, Value

ANY = "*"

Strategy = Literal["fewest_active", "weighted_round_robin"]
Clock = Literal["acknowledge", "first_touch"]
Mover = Literal["person", "machine"]


class Company(Value):
    """`company.yml`: who the policy is for, and where its people meet."""

    name: str
    managers_channel: str
    """Slack channel id (`C...`) where cases go unless the pool names its own."""
    default_time_zone: str = "UTC"
    policy_changes: PolicyChanges = PolicyChanges()

    @property
    def changes_channel(self) -> str:
        """Where proposed changes of the policy are told."""
        return self.policy_changes.channel or self.managers_channel


class TerritoryRow(Value):
    """One row of `territories.csv`: a place, and the territory it belongs to.

    `country` is ISO 3166-1 alpha-2 or `*`; `region` ISO 3166-2; a city is compared casefolded.
    Every stated column must hold.
    """

    territory: str
    country: str
    region: str | None = None
    city: str | None = None

    @property
    def specificity(self) -> int:
        """4 for a city in a stated region, 3 for a city, 2 a region, 1 a country, 0 everywhere."""
        if self.city:
            return 4 if self.region else 3
        return 2 if self.region else int(self.country != ANY)


class Segment(Value):
    """One entry of `segments.yml`; the first whose every stated bound holds is the lead's segment.

    A lead of unknown size matches only a segment that says `unknown_size: true`; without bounds
    such a segment takes unknown sizes alone.
    """

    id: str
    name: str
    min_size: int | None = None
    max_size: int | None = None
    unknown_size: bool = False
    industries: tuple[str, ...] = ()
    title_tiers: tuple[TitleTier, ...] = ()


class Target(Value):
    """Where a rule sends a lead: `pool:emea-sdr`, `queue:holding` or `nurture`."""

    kind: Literal["pool", "queue", "nurture"]
    id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """Accept the short form of the tables; ValueError for any other text."""
        if not isinstance(value, str):
            return value
        found = re.fullmatch(r"(?:(pool|queue):([^\s:]+)|(nurture))", value.strip())
        if found is None:
            raise ValueError(f"{value!r} is not a target: write pool:ID, queue:ID or nurture")
        return {"kind": found[1] or found[3], "id": found[2]}

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


class Rule(Value):
    """One row of `rules.csv`; `*` in a column matches every value.

    Among the rules that match, the order is: more stated columns first, then higher priority,
    then id. The first one wins. Whoever gets the lead has all its `skills`.
    """

    id: str
    territory: str = ANY
    segment: str = ANY
    band: str = ANY
    source: str = ANY
    priority: int = 0
    send_to: Target
    skills: Skills = ()

    @property
    def specificity(self) -> int:
        return sum(c != ANY for c in (self.territory, self.segment, self.band, self.source))


class Member(Value):
    """A person of a pool: of weight 2 gets twice the share of weight 1; priority settles ties."""

    person: str
    weight: int = Field(default=1, ge=1)
    priority: int = 0


class Pool(Value):
    """People who share leads. `channel` is where this pool's cases go, else the company's.

    `calendar` holds for all of them instead of each one's own, in `time_zone` or the company's.
    Leads that wait for the next opening wait in the queue `waits_in`.
    """

    id: str
    name: str
    strategy: Strategy
    members: tuple[Member, ...]
    channel: str | None = None
    calendar: str | None = None
    time_zone: str | None = None
    outside_hours: OutsideHours = ASSIGN
    waits_in: str = "holding"


class Queue(Value):
    """A named queue people work through (R8).

    Its owner is reminded of what has waited longer than `clock`; after `age_limit` the managers'
    channel hears.
    """

    id: str
    name: str
    owner: str
    clock: Duration | None = None
    age_limit: Duration


class SlaRule(Value):
    """One line of `sla.yml`; the first whose stated columns match gives the lead's clocks.

    `hours` says whether the clock runs in the owner's calendar or round the clock.
    """

    id: str
    segment: str = ANY
    band: str = ANY
    source: str = ANY
    acknowledge: Duration
    first_touch: Duration
    hours: Literal["owner", "24x7"] = "owner"


class Sla(Value):
    rules: tuple[SlaRule, ...]
    remind_at_percent: int = Field(default=75, gt=0, lt=100)


class Stage(Value):
    """One stage of `stages.yml`. `active` stages count as load of the owner."""

    id: str
    name: str
    active: bool = True
    needs_reason: bool = False


class Transition(Value):
    source: str
    target: str
    by: tuple[Mover, ...] = ("person",)


class Lifecycle(Value):
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]
    initial: str
    acknowledged: str
    """The stage an acknowledged lead enters."""
    working: str
    """The stage a lead enters with its first touch."""


class SourcePolicy(Value):
    """One source of `sources.yml`.

    `fields` maps Baton's plain field names to the names the source uses. `key` is a form's,
    mailbox's, partner's or import's name in the URL. `secret_env` names the variable that holds
    the source's secrets, several while one is being replaced.
    """

    id: str
    kind: Literal["web", "email", "partner", "import"]
    key: str
    name: str
    default_region: str | None = None
    trust: Literal["high", "normal", "low"] = "normal"
    fields: dict[str, str] = Field(default_factory=dict)
    secret_env: str | None = None
    honeypot: str | None = None
    """A form field that people do not see; what fills it is a machine."""
    origins: tuple[str, ...] = ()
    """Sites whose pages may post this form, `https://www.example.com`; `*` is every site."""
    per_minute: int | None = Field(default=None, ge=1)
    """How many deliveries one sender address may make in a minute; no limit when not stated."""
    envelope: str | None = None
    """The member of a partner's JSON object that holds the lead; the object itself otherwise."""
    mail: MailPolicy = MailPolicy()
    handling: ImportHandling | None = None
    """How the leads of an import are treated; the defaults when it is not stated."""

    @property
    def has_own_ids(self) -> bool:
        """Whether a record's id tells by itself which record it is: anybody may type one into an
        open form, and the rows of two lists are both numbered from 1.
        """
        return self.kind == "partner" or self.trust == "high"


class Policy(Value):
    """The whole policy of one company. Built by `routing.policy.load`, checked whole."""

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
    def active_stages(self) -> tuple[str, ...]:
        return tuple(s.id for s in self.lifecycle.stages if s.active)

    def stage_name(self, stage_id: str) -> str:
        """What people call the stage; one that left the policy is known by its id alone."""
        stage = self.stage_by_id.get(stage_id)
        return stage.name if stage else stage_id

    def source_name(self, source_id: str) -> str:
        """What people call the source; one that left the policy is known by its id alone."""
        return next((s.name for s in self.sources if s.id == source_id), source_id)

    @cached_property
    def sources_with_own_ids(self) -> frozenset[str]:
        return frozenset(source.id for source in self.sources if source.has_own_ids)

    def source(self, kind: str, key: str) -> SourcePolicy | None:
        """The source of this kind and URL name, or None."""
        return next((s for s in self.sources if (s.kind, s.key) == (kind, key)), None)


def fact(facts: LeadFacts, field: str) -> object:
    """The value a condition's `field` names; AttributeError when there is no such fact."""
    value: object = getattr(facts, field)
    return value
