"""Two records become one by stated rules, and two again (I6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from routing.lead import Lead
from routing.matching.merge import GROUPS, LAST_TOUCH, merge, survivor_first, unmerge
from routing.provenance import Provenance

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_lead(**values: object) -> Lead:
    given = {"id": "lead_a", "source": "website", "received_at": NOON, "stage": "new"}
    return Lead.model_validate(given | {"stage_since": NOON} | values)


def a_guess(**more: object) -> Provenance:
    return Provenance.model_validate({"origin": "provider", "by": "directory", "at": NOON} | more)


def test_the_fuller_group_wins_whole() -> None:
    """A city never stands beside another record's country: the fuller place is taken whole."""
    survivor = a_lead(country="US")
    other = a_lead(country="DE", region="DE-BY", city="Munich")

    merged = merge(survivor, other)

    assert (merged.country, merged.region, merged.city) == ("DE", "DE-BY", "Munich")


def test_a_tie_is_the_survivors() -> None:
    """Two values of equal worth: what is there stays."""
    merged = merge(a_lead(full_name="Jane Roe"), a_lead(full_name="J. Roe"))

    assert merged.full_name == "Jane Roe"


def test_the_newest_message_wins_and_an_empty_one_does_not() -> None:
    """Last Touch Wins for what the lead said; silence takes nothing away."""
    later = NOON + timedelta(days=1)

    assert merge(a_lead(message="old"), a_lead(message="new", received_at=later)).message == "new"
    assert merge(a_lead(message="old"), a_lead(received_at=later)).message == "old"
    assert merge(a_lead(message="new", received_at=later), a_lead(message="old")).message == "new"
    assert merge(a_lead(received_at=later), a_lead(message="old")).message == "old"


def test_a_persons_value_stands_above_a_senders_and_that_above_a_guess() -> None:
    """Whose word it is counts before how much of it there is."""
    guessed = {"provenance": {"industry": a_guess()}, "industry": "retail"}
    told = a_lead(industry="energy_utilities")
    set_by_a_person = a_lead(
        title="CTO", provenance={"title": a_guess(origin="person", by="priya")}
    )

    assert merge(a_lead(**guessed), told).industry == "energy_utilities"
    assert merge(a_lead(**guessed), told).provenance == {}
    assert merge(told, a_lead(**guessed)).industry == "energy_utilities"
    assert merge(set_by_a_person, a_lead(title="CEO", title_tier="c_level")).title == "CTO"


def test_flags_and_raw_values_follow_their_field() -> None:
    """A complaint about a field goes when the field's good value comes, and not before."""
    survivor = a_lead(flags=("phone:invalid", "region:unknown"), unread={"phone": "12345"})
    other = a_lead(phone="+16502530000", flags=("enrichment:failed",))

    merged = merge(survivor, other)

    assert merged.flags == ("region:unknown", "enrichment:failed")
    assert merged.unread == {}


def test_the_first_receipt_counts() -> None:
    """Speed to lead is measured from the first time either was received."""
    earlier = NOON - timedelta(days=3)

    assert merge(a_lead(), a_lead(received_at=earlier)).received_at == earlier


def test_whom_somebody_works_survives() -> None:
    """The order of survivors: who has an owner, then the one received first, then by id."""
    owned = a_lead(id="lead_z", place="owner", owner="anna", received_at=NOON + timedelta(days=9))
    first, later = a_lead(id="lead_b"), a_lead(id="lead_a", received_at=NOON + timedelta(1))
    nurtured = a_lead(id="lead_n", place="nurture", received_at=NOON - timedelta(days=1))
    suppressed = a_lead(id="lead_s", place="suppressed", received_at=NOON - timedelta(days=9))

    assert survivor_first(first, owned) == (owned, first)
    assert survivor_first(later, first) == (first, later)
    assert survivor_first(first, nurtured) == (nurtured, first)
    assert survivor_first(suppressed, first) == (first, suppressed)
    assert survivor_first(a_lead(id="lead_b"), a_lead(id="lead_a"))[0].id == "lead_a"


texts = st.none() | st.sampled_from(["x", "y", "z"])
leads = st.builds(
    a_lead,
    email=texts,
    phone=texts,
    phone_ext=texts,
    country=texts,
    region=texts,
    city=texts,
    full_name=texts,
    message=texts,
    company_size=st.none() | st.integers(1, 3),
    received_at=st.sampled_from([NOON, NOON + timedelta(hours=1)]),
    flags=st.lists(st.sampled_from(["phone:invalid", "city:unknown", "score:failed"]), unique=True),
    provenance=st.dictionaries(st.sampled_from(["phone", "city"]), st.just(a_guess())),
)


@given(leads, leads)
def test_undone_at_once_nothing_remains(survivor: Lead, other: Lead) -> None:
    """A merge undone before anything else happened gives the survivor back byte for byte."""
    merged = merge(survivor, other)

    restored = unmerge(merged, survivor, merged)

    assert restored.conflicts == ()
    assert set(restored.lead.flags) == set(survivor.flags)
    assert restored.lead.model_copy(update={"flags": survivor.flags}) == survivor


@given(leads, leads)
def test_every_field_comes_from_one_of_the_two(survivor: Lead, other: Lead) -> None:
    """A merge invents nothing, and never takes a value away for nothing."""
    merged = merge(survivor, other)

    for names in (*(group.fields for group in GROUPS), *((name,) for name in LAST_TOUCH)):
        ours, theirs, found = (
            tuple(getattr(lead, name) for name in names) for lead in (survivor, other, merged)
        )
        assert found in (ours, theirs)
        assert any(found) or not (any(ours) or any(theirs))


def test_what_was_changed_since_stays_and_is_told() -> None:
    """An edit after the merge is a conflict: kept, and reported with all three values."""
    before, other = a_lead(), a_lead(phone="+16502530000", industry="retail")
    merged = merge(before, other)
    edited = merged.model_copy(update={"phone": "+4930901820"})

    restored = unmerge(edited, before, merged)

    assert (restored.lead.phone, restored.lead.industry) == ("+4930901820", None)
    (conflict,) = restored.conflicts
    assert (conflict.field, conflict.before, conflict.merged, conflict.now) == (
        "phone",
        None,
        "+16502530000",
        "+4930901820",
    )
