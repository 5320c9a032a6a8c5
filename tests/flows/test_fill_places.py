"""A place that becomes free goes to the lead that waits longest, by itself (R4)."""

from __future__ import annotations

from datetime import timedelta

from bot.policy_folder import read_policy_folder
from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.working.enforce_sla import enforce_sla
from handlers.flows.working.move_stage import move_stage
from handlers.flows.working.set_availability import come_back, go_away
from handlers.flows.working.set_switch import set_switch
from handlers.jobs.fill_free_places import fill_free_places
from routing.lead import Lead
from tests.conftest import POLICY
from tests.flows.builders import actions, now_of
from tests.flows.changed_policy import Edit, emea, only, put_in_force
from tests.flows.test_record_touch import a_person
from tests.flows.test_set_availability import PRIYA, a_lead_from_berlin
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

ELIF = (
    "elif,Elif Aydin,elif.aydin@meridian.example,U0SDRELIF,sdr,tobias,"
    "Europe/Berlin,business-de,yes,"
)


def _cap(caps: str) -> Edit:
    return "people.csv", ELIF + "400,300,1000", ELIF + caps


def _waiting(ports: Ports, engine: WaitingEngine, clock: TestClock, number: int) -> list[Lead]:
    """So many leads, a minute apart, for a pool with nobody free."""
    leads = []
    for index in range(number):
        leads.append(a_lead_from_berlin(ports, engine, index + 1))
        clock.forward(timedelta(minutes=1))
    assert {lead.place for lead in leads} == {"case"}
    return leads


def test_a_lead_out_of_the_active_stages_makes_room_for_one(
    ports: Ports, engine: WaitingEngine, clock: TestClock, messenger: KeepingMessenger
) -> None:
    """The one that waits longest, and no second; its case closes with the reason."""
    put_in_force(ports, only("elif"), _cap("1,300,1000"))
    first = a_lead_from_berlin(ports, engine, 0)
    waiting = _waiting(ports, engine, clock, 3)

    person = a_person(ports, "elif")
    move_stage(ports, first.id, "disqualified", person=person, reason="student")
    engine.run_all(ports)

    assert [now_of(ports, lead).owner for lead in waiting] == ["elif", None, None]
    assert actions(ports, waiting[0])[-2:] == ["case.resolved", "lead.assigned"]
    with ports.database.reading() as work:
        assert work.cases.open_of(waiting[0].id) is None
        (case,) = [c for c in work.cases.listed("resolved") if c.lead_id == waiting[0].id]
    assert case.resolution == "Elif Aydin became available and owns it now"
    outcomes = [card.outcome for card in messenger.case_cards() if not card.open]
    assert outcomes[-1] is not None
    assert outcomes[-1].startswith("Elif Aydin became available and owns it now, ")
    assert messenger.lead_cards()[-1].lead_id == waiting[0].id


def test_who_comes_back_gets_what_waits(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """At the word, oldest first, and no more than the caps allow."""
    put_in_force(ports, only("elif"), _cap("400,2,1000"))
    go_away(ports, "elif", Absent(), actor=PRIYA)
    waiting = _waiting(ports, engine, clock, 3)

    come_back(ports, "elif", actor=PRIYA)
    engine.run_all(ports)

    assert [now_of(ports, lead).owner for lead in waiting] == ["elif", "elif", None]


def test_the_end_of_an_absence_and_of_a_day_is_seen_without_a_word(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """No event tells of them; the tick finds them, and leaves alone what still has to wait."""
    put_in_force(ports, only("elif"), _cap("400,1,1000"))
    go_away(ports, "elif", Absent(clock.now() + timedelta(hours=1)), actor=PRIYA)
    waiting = _waiting(ports, engine, clock, 2)
    fill_free_places(ports)
    assert [now_of(ports, lead).place for lead in waiting] == ["case", "case"]
    before = actions(ports, waiting[0])

    clock.forward(timedelta(hours=1))
    fill_free_places(ports)
    assert [now_of(ports, lead).owner for lead in waiting] == ["elif", None]
    assert actions(ports, waiting[1]) == before

    clock.forward(timedelta(days=1))
    fill_free_places(ports)
    assert now_of(ports, waiting[1]).owner == "elif"


def test_a_skill_that_is_missing_holds_up_nobody_else(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """Leads that need another skill pass the one that waits for it, and keep their own order."""
    header = "id,territory,segment,band,source,priority,send_to\n"
    rule = "default-emea-central,emea-central,*,*,*,0,pool:emea-sdr"
    small = "small,emea-central,small_business,*,*,0,pool:emea-sdr,turkish"
    put_in_force(ports, only("hugo", "elif"))
    go_away(ports, "elif", Absent(), actor=PRIYA)
    go_away(ports, "hugo", Absent(), actor=PRIYA)
    plain = a_lead_from_berlin(ports, engine, 1)
    rules = [
        ("rules.csv", header, header.replace("send_to", "send_to,skills")),
        ("rules.csv", rule, f"{small}\n{rule},"),
    ]
    _add_commas(ports, rules)
    clock.forward(timedelta(minutes=1))
    turkish = a_lead_from_berlin(ports, engine, 2)
    assert turkish.waits_for == "emea-sdr:turkish"

    come_back(ports, "hugo", actor=PRIYA)
    engine.run_all(ports)
    assert [now_of(ports, lead).owner for lead in (plain, turkish)] == [None, None]
    assert now_of(ports, plain).waits_for == "emea-sdr:turkish"

    come_back(ports, "elif", actor=PRIYA)
    engine.run_all(ports)
    assert [now_of(ports, lead).owner for lead in (plain, turkish)] == ["elif", "elif"]


def _add_commas(ports: Ports, edits: list[Edit]) -> None:
    """Put the rules in force with one more column in every row."""
    rows = read_policy_folder(POLICY)["rules.csv"]
    for _, old, new in edits:
        rows = rows.replace(old, new)
    width = 8
    lines = [
        line if line.startswith("#") or line.count(",") == width - 1 else f"{line},"
        for line in rows.splitlines()
    ]
    original = read_policy_folder(POLICY)["rules.csv"]
    put_in_force(ports, only("hugo", "elif"), ("rules.csv", original, "\n".join(lines)))


def test_a_lead_waits_for_the_opening_and_goes_at_that_instant(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """In the queue until then; the deadline that wakes it is seen by people like any other."""
    put_in_force(ports, only("elif"), emea("wait"))
    clock.forward(timedelta(hours=4))  # 22:00 in Berlin
    lead = a_lead_from_berlin(ports, engine, 1)
    assert (lead.place, lead.queue) == ("queue", "holding")
    with ports.database.reading() as work:
        (opening,) = [d for d in work.deadlines.of_subject(lead.id) if d.kind == "opening"]
    assert opening.due_at - clock.now() == timedelta(hours=11)  # 09:00 in Berlin

    clock.forward(timedelta(hours=11) - timedelta(microseconds=1))
    enforce_sla(ports)
    engine.run_all(ports)
    assert now_of(ports, lead).place == "queue"

    clock.forward(timedelta(microseconds=1))
    enforce_sla(ports)
    engine.run_all(ports)
    assert now_of(ports, lead).owner == "elif"
    with ports.database.reading() as work:
        kinds = {d.kind: d.state for d in work.deadlines.of_subject(lead.id)}
    assert kinds == {"opening": "fired", "queue_clock": "cancelled", "queue_age": "cancelled"}


def test_many_that_wait_for_one_opening_are_one_look(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """All of them go, oldest first, and the look is submitted once."""
    put_in_force(ports, only("elif"), emea("wait"))
    clock.forward(timedelta(hours=4))
    leads = [a_lead_from_berlin(ports, engine, number) for number in range(5)]
    clock.forward(timedelta(hours=11))

    enforce_sla(ports)

    assert [job.flow for job in engine.waiting] == ["fill_places"]
    engine.run_all(ports)
    assert {now_of(ports, lead).owner for lead in leads} == {"elif"}


def test_a_switched_off_routing_moves_nobody(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """The tick looks at the switch; the work waits."""
    put_in_force(ports, only("elif"))
    go_away(ports, "elif", Absent(), actor=PRIYA)
    (lead,) = _waiting(ports, engine, clock, 1)
    set_switch(ports, "routing", is_on=False, actor=PRIYA, reason="test")
    come_back(ports, "elif", actor=PRIYA)

    fill_free_places(ports)

    assert now_of(ports, lead).place == "case"


def test_twice_is_once(ports: Ports, engine: WaitingEngine, clock: TestClock) -> None:
    """Another replica may have placed it: one assignment, one resolution."""
    put_in_force(ports, only("elif"))
    go_away(ports, "elif", Absent(), actor=PRIYA)
    (lead,) = _waiting(ports, engine, clock, 1)
    come_back(ports, "elif", actor=PRIYA)

    for _ in range(3):
        fill_places(ports)

    assert actions(ports, lead).count("lead.assigned") == 1


def test_what_the_rules_send_elsewhere_now_holds_up_nobody(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """After a change of policy the oldest has another place; those behind it go on."""
    put_in_force(ports, only("elif"))
    go_away(ports, "elif", Absent(), actor=PRIYA)
    waiting = _waiting(ports, engine, clock, 2)
    rule = "default-emea-central,emea-central,*,*,*,0,pool:emea-sdr"
    put_in_force(ports, only("elif"), ("rules.csv", rule, rule.replace("emea-sdr", "americas-sdr")))

    fill_free_places(ports)

    assert all(now_of(ports, lead).owner for lead in waiting)
