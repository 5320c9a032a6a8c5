"""Decisions with all they were made from, and the assignments that followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)

from routing.decide.decision import Decision, RoutingFacts
from routing.policy.tables.sla import Clock
from routing.values import Instant, Value
from storage.database.base import MissingError, metadata
from storage.database.types import Typed, UtcDateTime
from storage.deadlines import deadlines
from storage.records.leads import leads

decisions = Table(
    "decisions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("lead_id", String(40), ForeignKey("leads.id"), nullable=False),
    # the decisions about one lead count from 1
    Column("number", Integer, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    # `policy`, or the id of the person who overrode it
    Column("decided_by", String(80), nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("facts", Typed(RoutingFacts), nullable=False),
    Column("decision", Typed(Decision), nullable=False),
    UniqueConstraint("lead_id", "number"),
    Index("ix_decisions_decided_at", "decided_at", "id"),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("lead_id", String(40), ForeignKey("leads.id"), nullable=False),
    Column("person", String(80), nullable=False),
    Column("pool", String(80)),
    Column("decision_id", String(40), ForeignKey("decisions.id"), nullable=False),
    Column("assigned_at", UtcDateTime, nullable=False),
    Column("acknowledged_at", UtcDateTime),
    Column("touched_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("summary", Text),
    # `template`, or the model that wrote the summary
    Column("summary_by", String(120)),
    # The database itself refuses a second owner at the same time.
    Index(
        "uq_assignments_one_owner",
        "lead_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_assignments_person", "person", "assigned_at"),
    Index("ix_assignments_lead_id", "lead_id", "assigned_at"),
)

POLICY, ENGINE = "policy", "engine"
"""The deciders that are no people: the rules, and what put a lead before people that broke them."""

Moment = tuple[datetime, str]
"""When a decision was made, and its id to tell it from others of the same instant."""
BEGINNING: Moment = (datetime.min.replace(tzinfo=UTC), "")

Mark = Literal["acknowledged_at", "touched_at"]


class StoredDecision(Value):
    id: str
    lead_id: str
    decided_at: Instant
    decided_by: str
    policy_version: int
    facts: RoutingFacts
    decision: Decision


class Outcome(NamedTuple):
    """What became of a lead; `took` is how long its owner took to acknowledge it."""

    policy_version: int
    decision: Decision
    took: timedelta | None


_DECISION = tuple(decisions.c[name] for name in StoredDecision.model_fields)


class Assignment(Value):
    """One person's ownership of one lead, from `assigned_at` until `ended_at` (UTC)."""

    id: str
    lead_id: str
    person: str
    pool: str | None
    decision_id: str
    assigned_at: Instant
    acknowledged_at: Instant | None = None
    touched_at: Instant | None = None
    ended_at: Instant | None = None
    summary: str | None = None
    summary_by: str | None = None

    def met(self, clock: Clock) -> Instant | None:
        """When the owner did what this clock asks for."""
        return self.acknowledged_at if clock == "acknowledge" else self.touched_at


def _behind(moment: Moment, size: int, *columns: ColumnElement[Any]) -> Select[Any]:
    """So many decisions of the policy that follow this moment, in the order of time."""
    at, decision_id = moment
    bound = tuple_(literal(at, UtcDateTime()), literal(decision_id))
    return (
        select(*columns)
        .where(
            tuple_(decisions.c.decided_at, decisions.c.id) > bound,
            decisions.c.decided_by == POLICY,
        )
        .order_by(decisions.c.decided_at, decisions.c.id)
        .limit(size)
    )


class Assignments:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_decision(self, decision: StoredDecision) -> None:
        """Store it as the newest about its lead, which the caller holds locked."""
        newest = select(func.coalesce(func.max(decisions.c.number), 0)).where(
            decisions.c.lead_id == decision.lead_id
        )
        number = self._connection.execute(newest).scalar_one() + 1
        values = {name: getattr(decision, name) for name in StoredDecision.model_fields}
        self._connection.execute(decisions.insert(), values | {"number": number})

    def decision(self, decision_id: str) -> StoredDecision:
        """MissingError when there is none."""
        query = select(*_DECISION).where(decisions.c.id == decision_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise MissingError(decision_id)
        return StoredDecision.model_construct(**row._mapping)

    def decisions_of(self, lead_id: str) -> list[StoredDecision]:
        """All decisions about a lead, oldest first."""
        query = (
            select(*_DECISION).where(decisions.c.lead_id == lead_id).order_by(decisions.c.number)
        )
        return [
            StoredDecision.model_construct(**row._mapping)
            for row in self._connection.execute(query)
        ]

    def last_decision(self, lead_id: str) -> StoredDecision | None:
        """The newest decision about a lead, whoever made it."""
        query = (
            select(*_DECISION)
            .where(decisions.c.lead_id == lead_id)
            .order_by(decisions.c.number.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else StoredDecision.model_construct(**row._mapping)

    def by_policy(self, after: Moment, size: int) -> Iterator[tuple[StoredDecision, bool]]:
        """Decisions of the policy behind this moment in the order of time, each with whether it
        is the policy's last one about its lead; each is parsed when it is asked for.
        """
        newer = decisions.alias("newer")
        last = ~exists().where(
            newer.c.lead_id == decisions.c.lead_id,
            newer.c.number > decisions.c.number,
            newer.c.decided_by == POLICY,
        )
        query = _behind(after, size, *_DECISION, last.label("is_last"))
        for row in self._connection.execute(query):
            values = dict(row._mapping)
            is_last = bool(values.pop("is_last"))
            yield StoredDecision.model_construct(**values), is_last

    def leads_by_policy(self, after: Moment, size: int) -> set[str]:
        """The leads that `by_policy` has decisions about."""
        query = _behind(after, size, decisions.c.lead_id)
        return set(self._connection.execute(query).scalars())

    def moment_before(self, newest: int) -> Moment:
        """What `by_policy` starts behind to give the newest so many decisions."""
        query = (
            select(decisions.c.decided_at, decisions.c.id)
            .where(decisions.c.decided_by == POLICY)
            .order_by(decisions.c.decided_at.desc(), decisions.c.id.desc())
            .offset(newest)
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return BEGINNING if row is None else (row.decided_at, row.id)

    def about_leads_since(self, since: datetime) -> Iterator[Outcome]:
        """Decisions of the policy about leads received from `since` on."""
        query = (
            select(
                decisions.c.policy_version,
                decisions.c.decision,
                assignments.c.assigned_at,
                assignments.c.acknowledged_at,
            )
            .join(leads, leads.c.id == decisions.c.lead_id)
            .outerjoin(assignments, assignments.c.decision_id == decisions.c.id)
            .where(leads.c.received_at >= since, decisions.c.decided_by == POLICY)
        )
        for row in self._connection.execute(query, execution_options={"yield_per": 500}):
            done = row.acknowledged_at
            yield Outcome(row.policy_version, row.decision, done and done - row.assigned_at)

    def open_by_pool(self) -> dict[str, int]:
        """How many leads people own now that each pool gave them."""
        query = (
            select(assignments.c.pool, func.count())
            .where(assignments.c.ended_at.is_(None), assignments.c.pool.is_not(None))
            .group_by(assignments.c.pool)
        )
        return {pool: count for pool, count in self._connection.execute(query)}

    def once_owned(self, lead_ids: Iterable[str]) -> set[str]:
        """Those of these leads that somebody owns or owned."""
        query = select(assignments.c.lead_id).where(assignments.c.lead_id.in_(list(lead_ids)))
        return set(self._connection.execute(query.distinct()).scalars())

    def decided_by_people(self, lead_ids: Iterable[str]) -> set[str]:
        """Those of these leads that somebody has decided about before."""
        query = select(decisions.c.lead_id).where(
            decisions.c.lead_id.in_(list(lead_ids)),
            decisions.c.decided_by.not_in([POLICY, ENGINE]),
        )
        return set(self._connection.execute(query.distinct()).scalars())

    def add(self, assignment: Assignment) -> None:
        """Store it. IntegrityError when the lead has an owner already."""
        self._connection.execute(assignments.insert(), dict(assignment))

    def get(self, assignment_id: str) -> Assignment:
        """MissingError when there is none."""
        query = select(assignments).where(assignments.c.id == assignment_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise MissingError(assignment_id)
        return Assignment.model_construct(**row._mapping)

    def current(self, lead_id: str) -> Assignment | None:
        """The lead's assignment that has not ended."""
        query = select(assignments).where(
            assignments.c.lead_id == lead_id, assignments.c.ended_at.is_(None)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Assignment.model_construct(**row._mapping)

    def following(self, assignment: Assignment) -> Assignment | None:
        """The lead's next assignment since this one has ended."""
        query = select(assignments).where(
            assignments.c.lead_id == assignment.lead_id,
            assignments.c.assigned_at >= assignment.ended_at,
            assignments.c.id != assignment.id,
        )
        query = query.order_by(assignments.c.assigned_at, assignments.c.id).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Assignment.model_construct(**row._mapping)

    def lost_before(self, lead_id: str) -> Assignment | None:
        """By which the lead's owner had it whom a decision before the newest chose last; None
        while they have it or when there was none.
        """
        newest = select(func.max(decisions.c.number)).where(decisions.c.lead_id == lead_id)
        query = (
            select(decisions.c.decision)
            .where(decisions.c.lead_id == lead_id, decisions.c.number < newest.scalar_subquery())
            .order_by(decisions.c.number.desc())
        )
        owners = (decision.owner for decision in self._connection.execute(query).scalars())
        last = next((owner for owner in owners if owner), None)
        return self.lost_by(lead_id, last) if last else None

    def lost_by(self, lead_id: str, person: str) -> Assignment | None:
        """The assignment by which this person had the lead until they lost it, the last one."""
        query = (
            select(assignments)
            .where(
                assignments.c.lead_id == lead_id,
                assignments.c.person == person,
                assignments.c.ended_at.is_not(None),
            )
            .order_by(assignments.c.ended_at.desc(), assignments.c.assigned_at.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Assignment.model_construct(**row._mapping)

    def mark(self, assignment_id: str, what: Mark, now: datetime) -> bool:
        """Set the mark once; False when it was set before or the assignment has ended."""
        result = self._connection.execute(
            update(assignments)
            .where(
                assignments.c.id == assignment_id,
                assignments.c[what].is_(None),
                assignments.c.ended_at.is_(None),
            )
            .values({what: now})
        )
        return result.rowcount == 1

    def describe(self, assignment_id: str, summary: str, written_by: str) -> None:
        """Keep the owner's summary and who wrote it."""
        self._connection.execute(
            update(assignments)
            .where(assignments.c.id == assignment_id)
            .values(summary=summary, summary_by=written_by)
        )

    def end(self, assignment_id: str, now: datetime) -> bool:
        """End it; False when it had ended before."""
        result = self._connection.execute(
            update(assignments)
            .where(assignments.c.id == assignment_id, assignments.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        return result.rowcount == 1

    def past_owners(self, lead_id: str) -> list[str]:
        """Who owned this lead, the last one first."""
        query = (
            select(assignments.c.person)
            .where(assignments.c.lead_id == lead_id)
            .order_by(assignments.c.assigned_at.desc(), assignments.c.id)
        )
        return list(dict.fromkeys(self._connection.execute(query).scalars()))

    def counts_since(self, people: Iterable[str], since: datetime) -> dict[str, int]:
        """How many leads each of these people was given from `since` on, one that came back to them
        once; absent means none.
        """
        query = (
            select(assignments.c.person, func.count(assignments.c.lead_id.distinct()))
            .where(assignments.c.person.in_(list(people)), assignments.c.assigned_at >= since)
            .group_by(assignments.c.person)
        )
        return {person: count for person, count in self._connection.execute(query)}

    def missed_counts(self) -> dict[str, int]:
        """How many leads each person owns whose clock ran out and is still not met."""
        missed = or_(
            and_(deadlines.c.kind == "acknowledge_breach", assignments.c.acknowledged_at.is_(None)),
            and_(deadlines.c.kind == "first_touch_breach", assignments.c.touched_at.is_(None)),
        )
        query = (
            select(assignments.c.person, func.count(func.distinct(assignments.c.id)))
            .join(deadlines, deadlines.c.subject_id == assignments.c.id)
            .where(assignments.c.ended_at.is_(None), deadlines.c.state == "fired", missed)
            .group_by(assignments.c.person)
        )
        return {person: count for person, count in self._connection.execute(query)}

    def counts(self) -> dict[str, int]:
        """How many leads each person owns now."""
        query = (
            select(assignments.c.person, func.count())
            .where(assignments.c.ended_at.is_(None))
            .group_by(assignments.c.person)
        )
        return {person: count for person, count in self._connection.execute(query)}
