"""No lead stays where the policy in force knows no place: it is routed again (R4, R8, G2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers.flows.policy.review_policy import Reviewed, activate, stop
from handlers.flows.policy.roll_back_policy import Rollback, roll_back_policy
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.endings import put_back
from handlers.flows.steps.settlement import Settlement
from handlers.flows.working.enforce_sla import enforce_sla
from handlers.flows.working.set_switch import set_switch
from handlers.jobs.heal import heal
from routing.lead import INCOMING, Lead
from storage.audit import AuditEntry
from tests.flows.builders import actions, now_of
from tests.flows.changed_policy import PEOPLE_OF_EMEA, only
from tests.flows.test_set_availability import PRIYA, a_lead_from_berlin
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger
from tests.support.policy_changes import OPS, approved, files_in_force, person, proposed

TO_SDRS = "default-emea-central,emea-central,*,*,*,0,pool:emea-sdr"
PARKED = "  - {id: parked, name: Parked, owner: priya, clock: 1d, age_limit: 2d}\n"
ZED = (
    "zed,Zed Zed,zed@meridian.example,U0SDRZED,sdr,tobias,"
    "Europe/Berlin,business-de,yes,400,300,1000,\n"
)


def _with_a_queue(ports: Ports) -> dict[str, str]:
    """Leads from Berlin go to a queue that the example policy does not have."""
    files = files_in_force(ports)
    assert TO_SDRS in files["rules.csv"]
    rules = files["rules.csv"].replace(TO_SDRS, TO_SDRS.replace("pool:emea-sdr", "queue:parked"))
    return files | {"queues.yml": files["queues.yml"] + PARKED, "rules.csv": rules}


def _with_zed(ports: Ports) -> dict[str, str]:
    """Zed, whom the example policy does not know, has all leads from Berlin."""
    files = files_in_force(ports)
    _, members, _ = only("zed")
    pools = files["pools.yml"].replace(members, "      - {person: zed}\n")
    return files | {"people.csv": files["people.csv"].rstrip("\n") + "\n" + ZED, "pools.yml": pools}


def _rolled_back(ports: Ports) -> None:
    roll_back_policy(ports, Rollback(PRIYA, "it was wrong"), person(ports, OPS))


def _parked(ports: Ports, engine: WaitingEngine, number: int = 1) -> list[Lead]:
    """Leads in a queue that has left the policy."""
    approved(ports, proposed(ports, _with_a_queue(ports)))
    leads = [a_lead_from_berlin(ports, engine, one) for one in range(number)]
    assert {lead.queue for lead in leads} == {"parked"}
    _rolled_back(ports)
    engine.run_all(ports)
    return leads


def _queued(ports: Ports, lead: Lead) -> AuditEntry:
    with ports.database.reading() as work:
        entries = work.audit.of(f"lead:{lead.id}")
    return [entry for entry in entries if entry.action == "lead.queued"][-1]


def _reason(entry: AuditEntry) -> str:
    assert entry.details is not None
    return str(entry.details["reason"])


def test_a_queue_that_was_rolled_back_is_emptied(ports: Ports, engine: WaitingEngine) -> None:
    """The next run of healing has its leads routed by the policy in force, on record, once."""
    (lead,) = _parked(ports, engine)

    assert heal(ports) == 1
    assert now_of(ports, lead).queue == INCOMING
    engine.run_all(ports)

    assert now_of(ports, lead).owner in PEOPLE_OF_EMEA
    assert actions(ports, lead) == ["lead.received", "lead.queued", "lead.queued", "lead.assigned"]
    assert _reason(_queued(ports, lead)) == "the queue parked left the policy"
    with ports.database.reading() as work:
        assert {d.state for d in work.deadlines.of_subject(lead.id)} == {"cancelled"}
    assert heal(ports) == 0


def test_an_owner_of_a_policy_that_was_rolled_back_is_followed_by_another(
    ports: Ports, engine: WaitingEngine
) -> None:
    """The assignment ends with its clocks, and the lead has an owner whom the policy knows."""
    approved(ports, proposed(ports, _with_zed(ports)))
    lead = a_lead_from_berlin(ports, engine)
    assert lead.owner == "zed"
    with ports.database.reading() as work:
        first = work.assignments.current(lead.id)
    assert first is not None
    _rolled_back(ports)

    assert heal(ports) == 1
    engine.run_all(ports)

    assert now_of(ports, lead).owner in PEOPLE_OF_EMEA
    assert _reason(_queued(ports, lead)) == "owner is not in the policy"
    with ports.database.reading() as work:
        assert work.assignments.get(first.id).ended_at is not None
        assert {d.state for d in work.deadlines.of_subject(first.id)} == {"cancelled"}
    assert heal(ports) == 0


def test_the_leads_of_who_became_inactive_go_to_others(
    ports: Ports, engine: WaitingEngine, clock: TestClock, messenger: KeepingMessenger
) -> None:
    """Whoever is deactivated counts as having left (R4): the proposal says how many open leads
    that moves, and the card they had says who has the lead. A lead that nobody works any more
    stays with whoever had it.
    """
    approved(ports, proposed(ports, _with_zed(ports)))
    done, open_one = (a_lead_from_berlin(ports, engine, one) for one in range(2))
    with ports.database.writing() as work:
        held = work.leads.lock(done.id)
        work.leads.save(held.model_copy(update={"stage": "disqualified"}), ports.clock.now())
    files = files_in_force(ports)
    gone = files["people.csv"].replace(ZED, ZED.replace(",yes,", ",no,"))
    pools = files["pools.yml"].replace("{person: zed}", "{person: elif}")
    change = proposed(ports, files | {"people.csv": gone, "pools.yml": pools})
    said = "Open leads of Zed Zed, who is no longer active: 1. They are routed again"
    assert any(line.startswith(said) for line in change.findings.warnings)
    clock.forward(timedelta(seconds=1))  # the share takes leads from now on
    tried = approved(ports, change)
    assert heal(ports) == 0
    activate(ports, Reviewed(tried.id), person(ports, OPS))

    assert heal(ports) == 1
    clock.forward(timedelta(seconds=1))
    engine.run_all(ports)
    assert now_of(ports, open_one).owner == "elif"
    assert _reason(_queued(ports, open_one)) == "owner is no longer active"
    cards = [card for card in messenger.lead_cards() if card.lead_id == open_one.id]
    assert [card.status for card in cards if card.owner == "Zed Zed"] == [
        "No longer with Zed Zed. It went to Elif Aydin."
    ]
    assert (now_of(ports, done).owner, now_of(ports, done).place) == ("zed", "owner")
    assert heal(ports) == 0


def test_who_has_open_leads_is_not_made_inactive_without_approval(
    ports: Ports, engine: WaitingEngine
) -> None:
    """A table that only says who is there is in force at once, but not when it takes leads from
    somebody: a second person looks at that (G2).
    """
    lead = a_lead_from_berlin(ports, engine)
    files = files_in_force(ports)
    row = next(r for r in files["people.csv"].splitlines() if r.startswith(f"{lead.owner},"))
    left = files | {"people.csv": files["people.csv"].replace(row, row.replace(",yes,", ",no,"))}

    proposal = proposed(ports, left)

    assert proposal.state == "open"
    assert heal(ports) == 0
    assert now_of(ports, lead).owner == lead.owner


@pytest.mark.parametrize("change", [_with_a_queue, _with_zed])
def test_a_share_keeps_its_leads_until_it_is_stopped(
    ports: Ports,
    engine: WaitingEngine,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Ports], dict[str, str]],
) -> None:
    """Places of the tried policy are known to its leads; when it is stopped they are routed."""
    monkeypatch.setattr("handlers.flows.policy_book.is_in_share", lambda *_: True)
    tried = approved(ports, proposed(ports, change(ports)), share=True)
    lead = a_lead_from_berlin(ports, engine)
    assert (lead.queue, lead.owner) in {("parked", None), (None, "zed")}
    assert heal(ports) == 0

    stop(ports, Reviewed(tried.id), person(ports, OPS), "no")
    assert heal(ports) == 1
    engine.run_all(ports)
    assert now_of(ports, lead).owner in PEOPLE_OF_EMEA


@pytest.mark.parametrize("change", [_with_a_queue, _with_zed])
def test_a_place_of_a_share_is_none_for_a_lead_that_came_before(
    ports: Ports,
    engine: WaitingEngine,
    clock: TestClock,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Ports], dict[str, str]],
) -> None:
    """Tried again later, the policy that knows the place does not decide the lead any more."""
    monkeypatch.setattr("handlers.flows.policy_book.is_in_share", lambda *_: True)
    tried = approved(ports, proposed(ports, change(ports)), share=True)
    lead = a_lead_from_berlin(ports, engine)
    stop(ports, Reviewed(tried.id), person(ports, OPS), "no")
    clock.forward(timedelta(seconds=1))
    approved(ports, proposed(ports, change(ports)), share=True)
    fresh = a_lead_from_berlin(ports, engine, 1)

    assert heal(ports) == 1
    engine.run_all(ports)
    assert now_of(ports, lead).owner in PEOPLE_OF_EMEA
    assert now_of(ports, fresh) == fresh


def test_a_run_puts_back_a_batch(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left has its turn in the next run."""
    monkeypatch.setattr("handlers.flows.deciding.route_strays.BATCH", 2)
    _parked(ports, engine, 3)
    assert [heal(ports), heal(ports), heal(ports)] == [2, 1, 0]


def test_routing_that_is_switched_off_moves_nobody(ports: Ports, engine: WaitingEngine) -> None:
    """The lead waits where it is until routing is on again."""
    (lead,) = _parked(ports, engine)
    set_switch(ports, "routing", is_on=False, actor=PRIYA, reason="test")
    assert heal(ports) == 0
    assert now_of(ports, lead) == lead


def test_one_that_cannot_be_put_back_stops_no_other(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its error is raised, for the log, when the others are done."""
    broken, other = sorted(_parked(ports, engine, 2), key=lambda lead: lead.id)

    def failing(s: Settlement, lead: Lead, reason: str) -> None:
        if lead.id == broken.id:
            raise ValueError("broken")
        put_back(s, lead, reason)

    monkeypatch.setattr("handlers.flows.deciding.route_strays.put_back", failing)
    with pytest.raises(ValueError, match="broken"):
        heal(ports)
    assert now_of(ports, other).queue == INCOMING


@pytest.mark.parametrize(("days", "said"), [(1, 1), (2, 2)])
def test_managers_hear_of_a_queue_that_left_the_policy(
    ports: Ports,
    engine: WaitingEngine,
    clock: TestClock,
    messenger: KeepingMessenger,
    days: int,
    said: int,
) -> None:
    """Its clocks run out as they began; nobody owns the queue any more, so the channel hears."""
    _parked(ports, engine, 2)
    before = len(messenger.texts())
    clock.forward(timedelta(days=days))
    enforce_sla(ports)
    engine.run_all(ports)

    told = messenger.texts()[before:]
    channel = ports.policies.latest_known().policy.company.managers_channel
    assert [who for who, _ in told] == [channel] * said
    assert all(text.startswith("2 leads wait in parked, a queue that left") for _, text in told)
