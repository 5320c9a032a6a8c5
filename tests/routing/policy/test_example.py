"""The example policy: bare leads flow, and what is left to people is left on purpose."""

from __future__ import annotations

import pytest

from routing.decide.decide import decide
from routing.decide.decision import Decision
from routing.policy.reading.load import load_policy
from routing.scoring.points import score
from routing.sla.clocks import start_clocks
from tests.routing.builders import NOW, a_lead, example_files, facts

POLICY = load_policy(example_files())


def _decide(**stated: object) -> Decision:
    """The decision for a lead scored by the example's own points."""
    lead = a_lead(region=None, city=None, phone=True, **stated)
    scored = lead.model_copy(update={"score": score(POLICY.scoring, lead).value})
    return decide(POLICY, facts(scored))


@pytest.mark.parametrize(
    ("country", "pool"),
    [
        ("US", "americas-sdr"),
        ("CA", "americas-sdr"),
        ("BR", "americas-sdr"),
        ("GB", "emea-sdr"),
        ("DE", "emea-sdr"),
        ("FR", "emea-sdr"),
        ("PL", "emea-sdr"),
        ("ZA", "americas-sdr"),
        (None, "americas-sdr"),
    ],
)
def test_a_bare_lead_finds_an_owner(country: str | None, pool: str) -> None:
    """An e-mail address and a phone number are enough, with or without a place."""
    found = _decide(country=country)

    assert (found.place, found.pool) == ("owner", pool)


@pytest.mark.parametrize(
    ("stated", "place", "detail"),
    [
        ({"mailbox_class": "disposable"}, "nurture", None),
        ({"country": "AU"}, "case", "no_rule"),
        ({"phone": False, "email": False}, "case", "missing_fields"),
        ({"source": "event-list"}, "queue", "holding"),
    ],
)
def test_not_everything_gets_an_owner(
    stated: dict[str, object], place: str, detail: str | None
) -> None:
    """Low scores to nurture, no team or no way to reach somebody to people, bare rows on hold."""
    lead = a_lead(**{"country": "US", "region": None, "city": None, "phone": True} | stated)
    scored = lead.model_copy(update={"score": score(POLICY.scoring, lead).value})

    found = decide(POLICY, facts(scored))

    assert (found.place, found.case or found.queue) == (place, detail)


def test_portland_is_ambiguous_without_its_state() -> None:
    """With a state it is not."""
    portland = {"country": "US", "city": "Portland", "score": 50}

    assert decide(POLICY, facts(a_lead(**portland, region=None))).case == "ambiguous_territory"
    for region, territory in (("US-OR", "americas-west"), ("US-ME", "americas-east")):
        assert decide(POLICY, facts(a_lead(**portland, region=region))).territory == territory


@pytest.mark.parametrize(
    ("country", "size", "score", "pool"),
    [
        ("US", 5000, 70, "enterprise-americas"),
        ("DE", 5000, 40, "enterprise-emea"),
        ("GB", 500, 70, "enterprise-emea"),
        ("GB", 500, 40, "emea-sdr"),
        ("DE", 50, 90, "emea-sdr"),
    ],
)
def test_account_executives_get_what_is_large(
    country: str, size: int, score: int, pool: str
) -> None:
    """Enterprise at a medium score, mid-market at a high one."""
    lead = a_lead(country=country, region=None, city=None, company_size=size, score=score)

    assert decide(POLICY, facts(lead)).pool == pool


def test_everybody_in_a_pool_can_start_their_clocks() -> None:
    """Every person's calendar opens, in every band."""
    for person in POLICY.people:
        for band in ("high", "medium"):
            clocks = start_clocks(
                POLICY, segment="unknown", band=band, source="website", owner=person, now=NOW
            )
            assert [clock.clock for clock in clocks] == ["acknowledge", "first_touch"]
