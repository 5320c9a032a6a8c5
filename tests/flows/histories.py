"""Histories of everything that may happen to leads, one event after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from bot.policy_folder import read_policy_folder
from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.deciding.resolve_case import Choice, assign_to, assign_to_suggested
from handlers.flows.matching.merge_leads import Question, keep_apart, merge_case
from handlers.flows.matching.undo_merge import undo_merge
from handlers.flows.policy.review_policy import Reviewed, activate, stop
from handlers.flows.policy.roll_back_policy import Rollback, roll_back_policy
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.steps.deciding.moving import MoveOrder
from handlers.flows.steps.matching.merging import absorb_stored, carry_on
from handlers.flows.steps.settlement import Settlement
from handlers.flows.working.enforce_sla import enforce_sla
from handlers.flows.working.move_stage import move_stage
from handlers.flows.working.reassign import Reassignment, reassign
from handlers.flows.working.record_touch import acknowledge
from handlers.flows.working.set_availability import come_back, go_away
from handlers.flows.working.start_hand_over import Leaving, start_hand_over
from handlers.jobs.heal import heal
from routing.lead import Lead
from routing.lifecycle.stages import MoveRefused
from routing.matching.merge import survivor_first
from routing.policy.reading.errors import PolicyErrors
from storage.audit import Actor
from storage.deciding.cases import ExceptionCase
from storage.unit_of_work import Database
from tests.flows.builders import a_stranger, receive, take_in_all
from tests.flows.changed_policy import emea, only
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger
from tests.support.policy_changes import ADMIN, OPS, approved, files_in_force, person, proposed
from tests.support.ports_on import EXAMPLE, ports_on

T = TypeVar("T")
REFUSALS = (NotAllowedError, NotFoundError, TooLateError, MoveRefused, PolicyErrors)
"""What a flow refuses with a reason is no fault."""

BERLIN: dict[str, str | None] = {"country": "DE", "region": None, "city": "Berlin"}
NOBODY_TO_REACH: dict[str, str | None] = {"email": None, "phone": None}
KINDS: tuple[dict[str, str | None], ...] = (
    *(BERLIN | {"company_size": "50"},) * 8,
    {},
    {"city": "Portland", "region": None},
    {"country": "AU", "region": None, "city": None},
    BERLIN | {"company_size": "60000"},
    BERLIN | {"company_size": "5000", "job_title": "CEO"},
    NOBODY_TO_REACH,
    {"company_size": None, "job_title": "Intern", "phone": None, "company": None},
)
"""What leads say beside who they are; most are of the pool that is fought for."""

REPS = ("elif", "hugo", "zed", "anna")
SPANS = (1, 600, 3600, 4 * 3600, 11 * 3600, 24 * 3600)
"""Seconds that may pass at once."""
STAGES = ("disqualified", "working", "demo", "new", "qualified")

CAPS = "400,300,1000", "1,300,1000", "2,300,1000", "400,1,1000"
ZED = (
    "zed,Zed Zed,zed@meridian.example,U0SDRZED,sdr,tobias,"
    "Europe/Berlin,business-de,yes,2,300,1000,\n"
)
TO_SDRS = "default-emea-central,emea-central,*,*,*,0,pool:emea-sdr"
TO_PARKED = TO_SDRS.replace("pool:emea-sdr", "queue:parked")
TO_ENTERPRISE = TO_SDRS.replace("emea-sdr", "enterprise-emea")
PARKED = "  - {id: parked, name: Parked, owner: priya, clock: 1d, age_limit: 2d}\n"
HUGO = "      - {person: hugo}\n"
DEMO = "  - {id: demo, name: Demo, active: false}\n"
WAY = "  - {source: new, target: demo}\n"

Edit = tuple[tuple[str, str, str], ...]
EDITS: tuple[Edit, ...] = (
    (("pools.yml", "      - {person: elif}\n", ""),),
    (("pools.yml", HUGO, HUGO + "      - {person: elif}\n"),),
    (
        ("people.csv", "elif,Elif", ZED + "elif,Elif"),
        ("pools.yml", HUGO, HUGO + HUGO.replace("hugo", "zed")),
    ),
    (("people.csv", ZED, ""), ("pools.yml", HUGO.replace("hugo", "zed"), "")),
    (("people.csv", "business-de,yes", "business-de,no"),),
    (("people.csv", "business-de,no", "business-de,yes"),),
    *((("people.csv", f",{a}", f",{b}"),) for a in CAPS for b in CAPS if a != b),
    (("rules.csv", TO_SDRS, TO_PARKED), ("queues.yml", "queues:\n", "queues:\n" + PARKED)),
    (("rules.csv", TO_PARKED, TO_SDRS), ("queues.yml", PARKED, "")),
    (("rules.csv", TO_SDRS, TO_ENTERPRISE),),
    (("rules.csv", TO_ENTERPRISE, TO_SDRS),),
    (emea("wait"),),
    (("pools.yml", "    outside_hours: wait\n", ""),),
    (emea("pool:enterprise-emea"),),
    (("pools.yml", "    outside_hours: pool:enterprise-emea\n", ""),),
    (
        ("stages.yml", "stages:\n", "stages:\n" + DEMO),
        ("stages.yml", "transitions:\n", "transitions:\n" + WAY),
    ),
    (("stages.yml", DEMO, ""), ("stages.yml", WAY, "")),
    (("scoring.yml", "high: 60 ", "high: 75 "),),
)
"""Changes of the policy that most of the time can be made, and taken back by another."""


class History:
    """The example policy with a pool of two people who are soon full, and what happens to it.

    Each event takes a number, which says which of many.
    """

    def __init__(self, database: Database) -> None:
        self.clock, self.engine = TestClock(), WaitingEngine()
        files = dict(read_policy_folder(EXAMPLE))
        files["company.yml"] += "policy_changes: {moved_limit: 100, share: 50}\n"
        for file, old, new in (only("elif", "hugo"), ("people.csv", f",{CAPS[0]}", f",{CAPS[2]}")):
            files[file] = files[file].replace(old, new)
        self.ports = ports_on(database, self.clock, self.engine, KeepingMessenger(), files)
        self.ops, self.came = Actor(kind="person", id=OPS), 0

    def happens(self, name: str, n: int) -> None:
        """Let it happen, unless it is refused."""
        with suppress(*REFUSALS):
            EVENTS[name](self, n)

    def leads(self) -> list[Lead]:
        """All there are, by the time they came."""
        take_in_all(self.ports)
        with self.ports.database.reading() as work:
            return sorted(work.leads.find("", 1000), key=lambda one: (one.received_at, one.id))

    def cases(self) -> list[ExceptionCase]:
        """Those that are open, the oldest first."""
        with self.ports.database.reading() as work:
            return work.cases.listed("open", 1000)

    def a_lead_comes(self, n: int) -> None:
        self.clock.forward(timedelta(seconds=1))
        receive(self.ports, **(a_stranger(self.came % 49) | KINDS[n % len(KINDS)]))
        self.came += 1
        if n % 4:
            self.work_is_done(n)

    def somebody_comes_back(self, n: int) -> None:
        """The same person, or another of the same company with the same telephone."""
        who = a_stranger(n % max(self.came, 1)) | BERLIN
        if n % 2:
            who |= {"name": "Bob Stone", "email": f"bob@{str(who['email']).partition('@')[2]}"}
        receive(self.ports, **who, message=f"Again at {self.clock.now()}")

    def work_is_done(self, n: int) -> None:
        self.engine.run_all(self.ports)

    def time_passes(self, n: int) -> None:
        self.clock.forward(timedelta(seconds=SPANS[n % len(SPANS)]))
        enforce_sla(self.ports)

    def places_are_filled(self, n: int) -> None:
        fill_places(self.ports)

    def it_heals(self, n: int) -> None:
        heal(self.ports)

    def a_case_is_decided(self, n: int) -> None:
        case = _one_of(self.cases(), n)
        ops = person(self.ports, OPS)
        if n % 3 and case.suggested_person:
            assign_to_suggested(self.ports, case.id, person=ops)
        else:
            assign_to(
                self.ports,
                case.id,
                Choice(_one_of(REPS, n), "known", is_away_meant=True),
                person=ops,
            )

    def a_duplicate_is_decided(self, n: int) -> None:
        case = _one_of([one for one in self.cases() if one.kind == "uncertain_duplicate"], n)
        with self.ports.database.reading() as work:
            said = [one for one in work.matches.of_lead(case.lead_id) if one.verdict == "unsure"]
        question = Question(case.id, _one_of(said, n).other_than(case.lead_id))
        decide = merge_case if n % 3 else keep_apart
        decide(self.ports, question, person=person(self.ports, OPS))

    def two_become_one(self, n: int) -> None:
        """As where a delivery shows that two stored leads are the same."""
        leads = self.leads()
        left, right = _one_of(leads, n), _one_of(leads, n // len(leads) + n + 1)
        if left.id == right.id:
            return
        with self.ports.database.writing() as work:
            active = self.ports.policies.active(work)
            s = Settlement(self.ports, work, active, self.clock.now(), self.ops)
            survivor, absorbed = survivor_first(*work.leads.hold_all({left.id, right.id}).values())
            done = absorb_stored(s, survivor, absorbed, ("the same",))
            carry_on(s, done.merged, f"united:{done.id}")

    def a_merge_is_undone(self, n: int) -> None:
        with self.ports.database.reading() as work:
            standing = [one for one in work.merges.listed(100) if one.undone_at is None]
        undo_merge(self.ports, _one_of(standing, n), actor=self.ops, reason="Two people.")

    def a_lead_is_reassigned(self, n: int) -> None:
        """To somebody, or away from its owner to whom policy chooses."""
        lead = _one_of(self.leads(), n)
        to = None if n % 3 else _one_of(REPS, n // 3)
        order = MoveOrder(to, f"because of {n}", is_away_meant=True)
        reassign(self.ports, Reassignment([lead.id], order), by=self.ops)

    def somebody_leaves(self, n: int) -> None:
        """Their leads are moved by work of its own."""
        to = None if n % 2 else _one_of(REPS, n // 2)
        order = MoveOrder(to, f"because of {n}", is_away_meant=True)
        start_hand_over(self.ports, Leaving(_one_of(REPS, n), order), by=self.ops)

    def somebody_is_away(self, n: int) -> None:
        until = self.clock.now() + timedelta(hours=n % 40) if n % 3 and n % 40 else None
        go_away(self.ports, _one_of(REPS, n), Absent(until), actor=self.ops)

    def somebody_is_back(self, n: int) -> None:
        come_back(self.ports, _one_of(REPS, n), actor=self.ops)

    def a_lead_is_moved(self, n: int) -> None:
        lead = _one_of([lead for lead in self.leads() if lead.place == "owner"], n)
        ops = person(self.ports, OPS)
        move_stage(self.ports, lead.id, _one_of(STAGES, n), person=ops, reason="said so")

    def a_lead_is_acknowledged(self, n: int) -> None:
        lead = _one_of([lead for lead in self.leads() if lead.place == "owner"], n)
        with self.ports.database.reading() as work:
            assignment = work.assignments.current(lead.id)
        assert assignment is not None
        acknowledge(self.ports, assignment.id, person=person(self.ports, OPS))

    def policy_changes(self, n: int) -> None:
        files = files_in_force(self.ports)
        possible = [edit for edit in EDITS if all(old in files[file] for file, old, _ in edit)]
        for file, old, new in _one_of(possible, n):
            files[file] = files[file].replace(old, new)
        approved(self.ports, proposed(self.ports, files), share=n % 2 == 0)

    def the_share_ends(self, n: int) -> None:
        with self.ports.database.reading() as work:
            tried = Reviewed(_one_of(work.proposals.in_state("on_share"), 0).id)
        if n % 2:
            activate(self.ports, tried, person(self.ports, ADMIN))
        else:
            stop(self.ports, tried, person(self.ports, OPS), "no")

    def policy_is_rolled_back(self, n: int) -> None:
        roll_back_policy(self.ports, Rollback(self.ops, "it was wrong"))


def _one_of(some: Sequence[T], n: int) -> T:
    """NotFoundError when there is none, as a flow would say."""
    if not some:
        raise NotFoundError("There is none.")
    return some[n % len(some)]


EVENTS: dict[str, Callable[[History, int], None]] = {
    name: event
    for name, event in vars(History).items()
    if callable(event) and name not in ("__init__", "happens", "leads", "cases")
}
OFTEN = ("a_lead_comes",) * 4 + ("work_is_done",) * 2 + ("a_lead_is_moved", "policy_changes")
"""What happens more often than the rest."""
