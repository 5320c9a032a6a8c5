"""What a Home says: own leads by due time; for who decides, the team and its cases (S5)."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.looking.queues import queue_line, queues_of
from handlers.flows.policy_book import PolicyBook
from handlers.flows.telling.compose import clock_line
from handlers.flows.telling.messages import Home, HomeLead, TeamHome, TeamLine
from handlers.flows.telling.wording import CASE_TITLES, local_time, until_words
from routing.availability import Away, away_now
from routing.lead import Lead
from routing.people import Person
from routing.policy.model import Policy
from routing.sla.hours import NeverOpen, is_open, next_opening
from routing.values import Instant
from storage.deadlines import BREACHES, Deadline
from storage.deciding.assignments import Assignment
from storage.unit_of_work import UnitOfWork


def home_of(work: UnitOfWork, policies: PolicyBook, person: Person, now: datetime) -> Home:
    """The person's Home as of `now`, in their time zone."""
    policy = policies.active(work).policy
    away = away_now(policy, person, work.availability.away_at(now, (person.id,)), now)
    is_planned = away_now(policy, person, (), now) is not None
    return Home(
        name=person.name,
        hours=_away(away, person, is_planned, now) if away else _hours(policy, person, now),
        away="planned" if is_planned else "entered" if away else "no",
        leads=_own_leads(work, policy, person),
        team=_team(work, policy, now) if person.may_decide else None,
        as_of=local_time(now, person.time_zone),
    )


def _away(away: Away, person: Person, is_planned: bool, now: datetime) -> str:
    until = until_words(away.until, away.reason, person, now)
    where = ", as `absences.csv` of the policy says," if is_planned else ""
    return f"You are away{until}{where} and receive no leads. Those you have stay yours."


def _away_mark(person: Person, away: Away | None, now: datetime) -> str:
    return f"away{until_words(away.until, '', person, now)}" if away else ""


def _hours(policy: Policy, person: Person, now: datetime) -> str:
    calendar = policy.calendar_by_id[person.calendar]
    if is_open(now, calendar, person.time_zone):
        return "Your working hours are on."
    try:
        opens = next_opening(now, calendar, person.time_zone)
    except NeverOpen:
        return "Your calendar has no working hours."
    return f"Outside your working hours; they begin {local_time(opens, person.time_zone)}."


def _own_leads(work: UnitOfWork, policy: Policy, person: Person) -> tuple[HomeLead, ...]:
    """By due time; leads that wait for nothing come last, the oldest of them first."""
    rows = [
        _own_lead(work, policy, person, lead)
        for lead in work.leads.owned_by(person.id, policy.done_stages)
    ]
    dated = sorted((row for row in rows if row[0]), key=lambda row: (row[0], row[1].lead_id))
    return tuple(line for _, line in [*dated, *(row for row in rows if not row[0])])


def _own_lead(
    work: UnitOfWork, policy: Policy, person: Person, lead: Lead
) -> tuple[Instant | None, HomeLead]:
    due = _next_due(work, lead)
    line = HomeLead(
        lead_id=lead.id,
        name=lead.display_name,
        company=lead.company,
        stage=policy.stage_name(lead.stage),
        score=lead.score.value if lead.score else None,
        clock=clock_line(*due, person) if due else None,
    )
    return due[0].due_at if due else None, line


def _next_due(work: UnitOfWork, lead: Lead) -> tuple[Deadline, Assignment] | None:
    """The first clock of the lead's owner that is not met."""
    assignment = work.assignments.current(lead.id)
    if assignment is None:
        return None
    for deadline in work.deadlines.of_subject(assignment.id):
        if deadline.kind in BREACHES and not assignment.met(deadline.clock):
            return deadline, assignment
    return None


def _team(work: UnitOfWork, policy: Policy, now: datetime) -> TeamHome:
    people = [person.id for person in policy.people]
    loads = work.leads.open_counts(people, policy.done_stages)
    missed = work.assignments.missed_counts()
    owners = [p for p in policy.people if p.id in loads or (p.active and not p.may_decide)]
    entered = work.availability.away_at(now)
    lines = [
        TeamLine(
            name=p.name,
            open_leads=loads.get(p.id, 0),
            missed=missed.get(p.id, 0),
            away=_away_mark(p, away_now(policy, p, entered, now), now),
        )
        for p in owners
    ]
    return TeamHome(
        lines=tuple(sorted(lines, key=lambda line: (-line.missed, -line.open_leads, line.name))),
        queues=tuple(queue_line(one, policy) for one in queues_of(work, policy) if one.waiting),
        cases=tuple((CASE_TITLES[kind], n) for kind, n in work.cases.open_counts().items()),
        switched_off=tuple(s.name for s in work.switches.listed() if not s.is_on),
        missed=sum(missed.values()),
    )
