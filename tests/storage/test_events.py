"""What leads did (I9)."""

from __future__ import annotations

from datetime import timedelta

from routing.lead import Factor, Quality, Score
from routing.scoring.engagement import Event
from storage.database.base import Page
from storage.records.events import PER_KIND, LeadEvent
from storage.unit_of_work import Database, UnitOfWork
from tests.storage.builders import a_lead
from tests.support.clock import MONDAY_NOON

DAY = timedelta(days=1)


def an_event(work: UnitOfWork, lead_id: str, kind: str = "visit", days_ago: float = 0) -> LeadEvent:
    """A stored event whose id says all that it is."""
    at = MONDAY_NOON - days_ago * DAY
    event = LeadEvent(
        id=f"{lead_id}:{kind}:{days_ago}", lead_id=lead_id, kind=kind, at=at, source="website"
    )
    work.events.add(event)
    return event


def test_same_event_twice_is_one(database: Database) -> None:
    """A sender that repeats itself makes nobody more interested."""
    with database.writing() as work:
        lead = a_lead(work)
        event = an_event(work, lead.id)

        assert not work.events.add(event)
        assert work.events.recent(lead.id) == [Event(kind="visit", at=MONDAY_NOON)]


def test_only_the_newest_of_each_kind_are_read(database: Database) -> None:
    """However many visits there are, they crowd out no webinar and take bounded time."""
    with database.writing() as work:
        lead, other = a_lead(work), a_lead(work)
        for number in range(PER_KIND + 5):
            an_event(work, lead.id, days_ago=number)
        an_event(work, lead.id, "webinar", days_ago=900)
        an_event(work, other.id)

        found = work.events.recent(lead.id)

    visits = [event.at for event in found if event.kind == "visit"]
    assert len(found) == PER_KIND + 1
    assert min(visits) == MONDAY_NOON - (PER_KIND - 1) * DAY


def test_recent_of_tells_each_lead_apart(database: Database) -> None:
    """Read together, each lead has its own events, and a lead without one is absent."""
    with database.writing() as work:
        one, two, three = a_lead(work), a_lead(work), a_lead(work)
        an_event(work, one.id, "visit", days_ago=2)
        an_event(work, two.id, "webinar")

        found = work.events.recent_of([one.id, two.id, three.id])

        assert dict(found) == {
            one.id: work.events.recent(one.id),
            two.id: work.events.recent(two.id),
        }
        assert [event.kind for event in found[two.id]] == ["webinar"]


def test_last_of_tells_each_lead_apart(database: Database) -> None:
    """The newest event of the kinds asked for; a lead without one is absent."""
    with database.writing() as work:
        one, two = a_lead(work), a_lead(work)
        an_event(work, one.id, "form", days_ago=3)
        an_event(work, one.id, "form", days_ago=1)
        an_event(work, two.id, "visit")

        assert work.events.last_of([one.id, two.id], ["form"]) == {one.id: MONDAY_NOON - DAY}


def test_leads_with_points_that_fade_come_in_pages(database: Database) -> None:
    """Those whose score counts an event, by id; the next page follows the last id."""
    doing, being = (
        Score(value=9, factors=(Factor(rule=rule, label="x", points=9),))
        for rule in ("event:visit", "event")
    )
    with database.writing() as work:
        leads = sorted(a_lead(work, score=doing).id for _ in range(3))
        a_lead(work, score=being)
        a_lead(work)
        a_lead(work, score=doing, place="suppressed")

        first = work.leads.fading(Page("", 2))
        rest = work.leads.fading(Page(first[-1], 2))

    assert (first, rest) == (leads[:2], leads[2:])


def test_quality_is_stored_beside_the_lead(database: Database) -> None:
    """It survives whole, and storing it is no change of the lead that a stale alert would see."""
    good = Quality(value=40, factors=(Factor(rule="validity", label="Valid", points=40),))
    with database.writing() as work:
        lead, other = a_lead(work), a_lead(work)
        work.leads.save_quality({lead.id: good})

        assert [one.id for one in work.leads.hold_page(Page("", 9))] == sorted([lead.id, other.id])
        assert work.leads.lock(lead.id) == lead.model_copy(update={"quality": good})
        assert work.leads.waiting_since("incoming", MONDAY_NOON + DAY) == sorted(
            [lead.id, other.id], key=[lead.id, other.id].index
        )
