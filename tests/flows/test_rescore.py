"""Scores follow what changes, and leads follow their scores (I9, I10, R3, D3)."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.policy_folder import read_policy_folder
from handlers.flows.deciding import recalculate_quality as quality_flow
from handlers.flows.deciding import rescore_leads as daily_flow
from handlers.flows.policy_book import PolicyBook
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.rescore import note_delivery, rescore
from handlers.flows.steps.settlement import Settlement
from handlers.jobs.periodic import recalculate_quality_weekly, rescore_daily
from routing.decide.decide import decide
from routing.lead import SCORE_FAILED, Lead, Score
from routing.policy.model import Policy
from routing.policy.tables.scoring import Condition, PointRule
from storage.audit import Actor, AuditEntry
from storage.database.base import Page
from storage.records.events import LeadEvent
from storage.unit_of_work import UnitOfWork
from tests.conftest import POLICY
from tests.flows.builders import actions, an_owned_lead, receive, the_lead
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger
from tests.support.policies import enacted

WHO = Actor(kind="system", id="test")
KEEN = ("pricing_visit", "pricing_visit", "pricing_visit", "email_reply")
"""50 points by the example policy."""
ADRIFT = ("careers_visit", "careers_visit", "careers_visit")
"""20 points less."""

NAMES = ("Maya", "Jonas", "Priya", "Lucas", "Ingrid")
COMPANIES = ("Lindgren", "Okafor", "Schmidt", "Garcia", "Tanaka")


class BrokenBook(PolicyBook):
    """A policy whose last rule cannot be judged, as no check would let pass; `mended` is sound."""

    mended = False

    def version(self, work: UnitOfWork, version: int) -> Policy:
        policy = super().version(work, version)
        if self.mended:
            return policy
        odd = PointRule(id="odd", label="Odd", points=1, when=Condition(field="city", at_least=1))
        points = (*policy.scoring.points, odd)
        scoring = policy.scoring.model_copy(update={"points": points})
        return policy.model_copy(update={"scoring": scoring})


def _did(ports: Ports, lead: Lead, kinds: Iterable[str]) -> None:
    now = ports.clock.now()
    with ports.database.writing() as work:
        for number, kind in enumerate(kinds):
            event_id = f"{lead.id}:{kind}:{number}:{now}"
            work.events.add(
                LeadEvent(id=event_id, lead_id=lead.id, kind=kind, at=now, source="website")
            )


def _rescore(ports: Ports, lead: Lead) -> bool:
    with ports.database.writing() as work:
        active = ports.policies.active(work)
        desk = Settlement(ports, work, active, ports.clock.now(), WHO)
        return rescore(desk, work.leads.lock(lead.id))


def _history(ports: Ports, lead: Lead) -> list[AuditEntry]:
    with ports.database.reading() as work:
        return work.audit.of(f"lead:{lead.id}")


def _points(lead: Lead) -> int:
    assert lead.score is not None
    assert lead.score.value is not None
    return lead.score.value


def _in_nurture(ports: Ports, engine: WaitingEngine) -> Lead:
    receive(ports, phone=None, company=None, job_title="Intern", company_size=None)
    engine.run_all(ports)
    lead = the_lead(ports)
    assert (lead.place, lead.band) == ("nurture", "low")
    return lead


def _five_leads(ports: Ports, engine: WaitingEngine) -> list[Lead]:
    """Leads that have nothing in common, each in its place."""
    for first, company in zip(NAMES, COMPANIES, strict=True):
        who = {"name": f"{first} {company}", "email": f"{first}@{company}.com", "phone": None}
        receive(ports, **who, company=company)
    engine.run_all(ports)
    with ports.database.reading() as work:
        return work.leads.find("", 10)


def _adopt_rules(ports: Ports, *rows: str) -> None:
    header = "id,territory,segment,band,source,priority,send_to"
    _adopt(ports, "rules.csv", "\n".join((header, *rows)) + "\n")


def _adopt(ports: Ports, name: str, text: str) -> None:
    files = read_policy_folder(POLICY) | {name: text}
    with ports.database.writing() as work:
        enacted(ports, work, files)


def test_interest_brings_a_nurtured_lead_back(ports: Ports, engine: WaitingEngine) -> None:
    """A lead in nurture that turns keen is routed again and gets an owner, all on record."""
    before = _in_nurture(ports, engine)
    _did(ports, before, KEEN)

    assert _rescore(ports, before)
    engine.run_all(ports)

    after = the_lead(ports)
    assert (after.place, after.band) == ("owner", "high")
    assert _points(after) == _points(before) + 50
    assert actions(ports, after) == [
        *("lead.received", "lead.nurtured"),
        *("lead.rescored", "lead.assigned"),
    ]


def test_record_names_what_changed(ports: Ports, engine: WaitingEngine) -> None:
    """The entry holds score, band and place before and after, and the changed factors alone."""
    before = _in_nurture(ports, engine)
    _did(ports, before, KEEN)
    _rescore(ports, before)

    details = _history(ports, before)[-1].details
    assert details is not None
    assert details["before"] == {
        "score": _points(before),
        "band": "low",
        "place": "nurture",
        "factors": {},
    }
    assert details["after"] == {
        "score": _points(before) + 50,
        "band": "high",
        "place": "queue",
        "factors": {"event:pricing_visit": 30, "event:email_reply": 20},
    }


def test_same_inputs_change_nothing(ports: Ports, engine: WaitingEngine) -> None:
    """Scoring twice writes once: no second entry, no second routing, no second card."""
    lead = _in_nurture(ports, engine)
    assert not _rescore(ports, lead)
    _did(ports, lead, ("visit",))
    assert _rescore(ports, lead)
    entries = _history(ports, lead)

    assert not _rescore(ports, lead)
    assert _history(ports, lead) == entries
    assert engine.waiting == []
    assert the_lead(ports).place == "nurture"


def test_owner_keeps_a_lead_that_cools(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A lead with an owner stays with them whatever its score; the card shows the new one."""
    before, assignment = an_owned_lead(ports, engine)
    _did(ports, before, ADRIFT)

    assert _rescore(ports, before)
    engine.run_all(ports)

    after = the_lead(ports)
    assert (after.place, after.owner) == ("owner", before.owner)
    with ports.database.reading() as work:
        assert work.assignments.current(before.id) == assignment
    (card,) = messenger.lead_cards()
    assert card.score == _points(after)


def test_decision_keeps_the_score_it_was_made_from(ports: Ports, engine: WaitingEngine) -> None:
    """A later score leaves a stored decision as it is, and it can still be made again (R7)."""
    lead, assignment = an_owned_lead(ports, engine)
    _did(ports, lead, KEEN)
    _rescore(ports, lead)

    with ports.database.reading() as work:
        stored = work.assignments.decision(assignment.decision_id)
        policy = ports.policies.version(work, stored.policy_version)
    assert stored.facts.lead.score == _points(lead)
    assert decide(policy, stored.facts) == stored.decision


def test_queued_lead_is_routed_again_once(ports: Ports, engine: WaitingEngine) -> None:
    """A queue lead whose band changes goes through the rules again, and then rests."""
    _adopt_rules(ports, "hold,*,*,*,*,0,queue:holding", "keen,*,*,high,*,9,pool:americas-sdr")
    receive(ports, phone=None, company_size=None, job_title=None)
    engine.run_all(ports)
    before = the_lead(ports)
    assert (before.place, before.queue, before.band) == ("queue", "holding", "medium")
    _did(ports, before, KEEN)

    assert _rescore(ports, before)
    engine.run_all(ports)
    assert (the_lead(ports).place, the_lead(ports).band) == ("owner", "high")


def test_lead_that_goes_round_comes_to_rest(ports: Ports, engine: WaitingEngine) -> None:
    """When the rules send it where it was, it is not sent round again."""
    _adopt_rules(ports, "hold,*,*,*,*,0,queue:holding")
    receive(ports, phone=None, company_size=None, job_title=None)
    engine.run_all(ports)
    _did(ports, the_lead(ports), KEEN)
    assert _rescore(ports, the_lead(ports))
    engine.run_all(ports)

    assert (the_lead(ports).queue, the_lead(ports).band) == ("holding", "high")
    assert not _rescore(ports, the_lead(ports))
    assert engine.waiting == []


def test_lead_of_an_import_that_is_not_routed_waits(ports: Ports, engine: WaitingEngine) -> None:
    """Unscored in its queue it is left alone; a known one is scored where it stands."""
    receive(ports)
    engine.waiting.clear()
    waiting = the_lead(ports).model_copy(update={"queue": "holding"})
    with ports.database.writing() as work:
        work.leads.save(waiting, ports.clock.now())
    _did(ports, waiting, KEEN)
    assert not _rescore(ports, waiting)

    known = waiting.model_copy(update={"score": Score(value=5), "band": "low"})
    with ports.database.writing() as work:
        work.leads.save(known, ports.clock.now())
        active = ports.policies.active(work)
        desk = Settlement(ports, work, active, ports.clock.now(), WHO)
        assert rescore(desk, known, routed=False)
    assert (the_lead(ports).queue, the_lead(ports).band) == ("holding", "high")
    assert engine.waiting == []


def test_disqualified_lead_is_not_brought_back_by_points(
    ports: Ports, engine: WaitingEngine
) -> None:
    """What a person closed is not opened by a score; the score itself is kept up to date."""
    lead = _in_nurture(ports, engine)
    with ports.database.writing() as work:
        work.leads.save(lead.model_copy(update={"stage": "disqualified"}), ports.clock.now())
    _did(ports, lead, KEEN)

    assert _rescore(ports, lead)
    assert (the_lead(ports).place, the_lead(ports).band) == ("nurture", "high")
    assert engine.waiting == []


@pytest.mark.parametrize("place", ["incoming", "suppressed"])
def test_lead_to_be_routed_or_left_alone_is_not_scored(
    ports: Ports, engine: WaitingEngine, place: str
) -> None:
    """An incoming lead is scored when it is routed; a suppressed one not at all."""
    receive(ports)
    lead = the_lead(ports)
    if place == "suppressed":
        with ports.database.writing() as work:
            hidden = lead.model_copy(update={"place": "suppressed", "queue": None})
            work.leads.save(hidden, ports.clock.now())
    _did(ports, lead, KEEN)

    assert not _rescore(ports, lead)
    assert the_lead(ports).score is None


def test_failing_score_goes_to_people(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A rule that cannot be judged: null, a flag, an entry that names it, and a case, never low."""
    broken = replace(ports, policies=BrokenBook())
    receive(ports)
    engine.run_all(broken)

    lead = the_lead(ports)
    (card,) = messenger.case_cards()
    assert lead.score is not None
    assert (lead.place, lead.band, card.title) == ("case", None, "Score failed")
    assert (lead.score.value, lead.score.failed) == (None, "odd (TypeError)")
    assert "email" in {factor.rule for factor in lead.score.factors}
    assert SCORE_FAILED in lead.flags
    assert actions(ports, lead) == ["lead.received", "lead.score_failed", "case.opened"]
    details = _history(ports, lead)[1].details
    assert details is not None
    assert details["reason"] == "The rule that could not be judged: odd (TypeError)."


def test_failure_is_told_once_and_forgotten_when_mended(
    ports: Ports, engine: WaitingEngine
) -> None:
    """The same failure again is no news; a sound policy gives the score back and takes the flag."""
    book = BrokenBook()
    broken = replace(ports, policies=book)
    receive(ports)
    engine.run_all(broken)
    assert not _rescore(broken, the_lead(ports))

    book.mended = True
    assert _rescore(broken, the_lead(ports))

    lead = the_lead(ports)
    assert (lead.place, lead.band) == ("case", "high" if _points(lead) >= 60 else "medium")
    assert SCORE_FAILED not in lead.flags
    assert actions(ports, lead).count("lead.score_failed") == 1


def test_nurtured_lead_whose_score_fails_goes_to_people(
    ports: Ports, engine: WaitingEngine
) -> None:
    """Null is not low: nobody is left in nurture because a rule broke (R3)."""
    lead = _in_nurture(ports, engine)
    broken = replace(ports, policies=BrokenBook())

    assert _rescore(broken, lead)
    engine.run_all(broken)
    assert the_lead(ports).place == "case"


def test_interest_fades_by_the_day(ports: Ports, engine: WaitingEngine, clock: TestClock) -> None:
    """The daily work takes back what has faded, until nothing of it is left, and then rests."""
    lead = _in_nurture(ports, engine)
    _did(ports, lead, ("visit", "visit", "visit"))
    _rescore(ports, lead)
    scores = [_points(the_lead(ports))]

    for days in (0, 7, 7, 400, 1):
        clock.forward(timedelta(days=days))
        rescore_daily(ports)
        rescore_daily(ports)
        engine.run_all(ports)
        scores.append(_points(the_lead(ports)))

    fit = _points(lead)
    assert scores == [fit + 6, fit + 6, fit + 3, fit + 2, fit, fit]
    assert actions(ports, lead).count("lead.rescored") == 4
    with ports.database.reading() as work:
        assert work.leads.fading(Page("", 9)) == []


def test_daily_work_goes_on_batch_by_batch(
    ports: Ports, engine: WaitingEngine, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every lead with events is reached, one batch after the other; the others are left alone."""
    monkeypatch.setattr(daily_flow, "BATCH", 2)
    leads = _five_leads(ports, engine)
    for lead in leads[:4]:
        _did(ports, lead, ("visit",))
        assert _rescore(ports, lead)
    clock.forward(timedelta(days=30))

    rescore_daily(ports)
    engine.run_all(ports)

    told = [actions(ports, lead).count("lead.rescored") for lead in leads]
    assert told == [2, 2, 2, 2, 0]


def test_quality_comes_with_the_first_score_and_ages_by_the_week(
    ports: Ports, engine: WaitingEngine, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each lead has it when it is routed; the weekly work lets it age and writes no entry."""
    monkeypatch.setattr(quality_flow, "BATCH", 2)
    before = _five_leads(ports, engine)
    entries = [_history(ports, lead) for lead in before]

    clock.forward(timedelta(days=200))
    recalculate_quality_weekly(ports)
    engine.run_all(ports)

    with ports.database.reading() as work:
        after = work.leads.find("", 10)
    for old, new in zip(before, after, strict=True):
        assert old.quality is not None
        assert new.quality is not None
        assert 0 < new.quality.value < old.quality.value
        assert new == old.model_copy(update={"quality": new.quality})
    assert [_history(ports, lead) for lead in before] == entries


def test_lead_that_writes_again_is_scored_again(ports: Ports, engine: WaitingEngine) -> None:
    """Where policy rewards deliveries, each of an owned lead counts, and no repetition does."""
    text = read_policy_folder(POLICY)["scoring.yml"]
    form = "  - {kind: form, label: Form sent, points: 3, cap: 9, half_life: 14d}\n"
    _adopt(ports, "scoring.yml", text.replace("engagement:\n", f"engagement:\n{form}", 1))
    details = {"phone": None, "company_size": None, "job_title": None}
    receive(ports, key="a", **details)
    engine.run_all(ports)
    first = the_lead(ports)
    receive(ports, key="b", **details, message="Me again.")
    receive(ports, key="b", **details, message="Me again.")
    engine.run_all(ports)

    second = the_lead(ports)
    assert (second.place, second.owner) == ("owner", first.owner)
    assert _points(second) == _points(first) + 3
    assert actions(ports, second)[2:] == ["lead.returned", "lead.rescored"]


def test_many_at_once_put_one_entry_on_record(ports: Ports, engine: WaitingEngine) -> None:
    """However many notice a change at the same time, it happens once."""
    lead, _ = an_owned_lead(ports, engine)
    _did(ports, lead, ADRIFT)

    with ThreadPoolExecutor(6) as threads:
        changed = list(threads.map(lambda _: _rescore(ports, lead), range(6)))

    assert changed.count(True) == 1
    assert actions(ports, lead).count("lead.rescored") == 1


def test_delivery_is_an_event_that_confirms(
    ports: Ports, engine: WaitingEngine, clock: TestClock
) -> None:
    """A lead that writes again is fresh again; the same receipt counts once."""
    lead, _ = an_owned_lead(ports, engine)
    source = ports.policies.latest_known().policy.source("web", "website")
    assert source is not None
    assert lead.quality is not None
    clock.forward(timedelta(days=200))
    with ports.database.writing() as work:
        for _ in range(2):
            note_delivery(work, lead.id, "rcpt_test", source, clock.now())
        forms = [event for event in work.events.recent(lead.id) if event.at == clock.now()]
    assert [form.kind for form in forms] == ["form"]

    recalculate_quality_weekly(ports)
    engine.run_all(ports)
    assert the_lead(ports).quality is not None
    assert the_lead(ports).quality.value == lead.quality.value  # type: ignore[union-attr]
