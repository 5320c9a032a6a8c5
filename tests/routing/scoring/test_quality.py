"""How good the data of a lead is, and why (I10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from routing.lead import Lead, Quality
from routing.policy.tables.scoring import QualityPolicy
from routing.provenance import Origin, Provenance
from routing.scoring.quality import confirmed_at, quality
from tests.routing.builders import NOW

DAY = timedelta(days=1)
WHOLE: dict[str, object] = {
    "email": "jane@acme.example",
    "mailbox_class": "corporate",
    "phone": "+16502530000",
    "full_name": "Jane Roe",
    "company": "Acme",
    "title": "CTO",
    "country": "US",
    "industry": "retail",
    "company_size": 500,
}


def _lead(**stated: object) -> Lead:
    usual = {"id": "lead-1", "source": "website", "stage": "new"}
    return Lead.model_validate(usual | {"received_at": NOW, "stage_since": NOW} | stated)


def _quality(lead: Lead, *, days: float = 0, **policy: object) -> Quality:
    rules = QualityPolicy.model_validate(policy)
    return quality(rules, lead, lead.received_at, NOW + days * DAY)


def _parts(found: Quality) -> dict[str, int]:
    return {factor.rule: factor.points for factor in found.factors}


def test_whole_lead_confirmed_today_has_it_all() -> None:
    """Every field there, none in doubt, fresh: 100, and each side says so."""
    found = _quality(_lead(**WHOLE))

    assert found.value == 100
    assert _parts(found) == {"completeness": 50, "validity": 30, "freshness": 20}
    assert [factor.label for factor in found.factors] == [
        "Complete: nothing missing",
        "Valid: nothing in doubt",
        "Fresh: confirmed 2026-11-23",
    ]


def test_missing_fields_cost_their_weight() -> None:
    """Two of four weights missing is half of completeness, and the missing ones are named."""
    lead = _lead(email="jane@acme.example", mailbox_class="corporate")
    found = _quality(lead, fields={"email": 2, "phone": 1, "title": 1})

    assert _parts(found)["completeness"] == 25
    assert found.factors[0].label == "Complete: missing phone, title"


@pytest.mark.parametrize(
    ("stated", "validity", "doubt"),
    [
        ({"flags": ("email:mixed_scripts",)}, 23, "email"),
        ({"flags": ("job_title:title_unknown",)}, 23, "title"),
        ({"mailbox_class": "personal"}, 23, "no company mailbox of one person"),
        ({"role_mailbox": True}, 23, "no company mailbox of one person"),
        ({"mailbox_class": "disposable"}, 15, "disposable mailbox"),
        ({"flags": ("score:failed", "message:too_long")}, 30, "nothing"),
    ],
)
def test_doubts_cost_validity(stated: dict[str, object], validity: int, doubt: str) -> None:
    """Of four questions (two fields, two about the mailbox) each that fails costs a quarter."""
    lead = _lead(
        **({"email": "j@x.example", "mailbox_class": "corporate", "title": "CTO"} | stated)
    )
    found = _quality(lead, fields={"email": 1, "title": 1})

    assert _parts(found)["validity"] == validity
    assert doubt in found.factors[1].label


def test_flagged_field_was_given_all_the_same() -> None:
    """A phone number nobody could read counts as given and wrong, not as left out."""
    given, absent = _lead(flags=("phone:phone_invalid",)), _lead()

    assert _quality(given).factors[1].label == "Valid: in doubt phone"
    assert _quality(absent).factors[1].label == "Valid: nothing was given"
    assert _parts(_quality(given))["validity"] == _parts(_quality(absent))["validity"] == 0


@pytest.mark.parametrize(
    ("days", "points"), [(-5, 20), (0, 20), (10, 20), (20, 10), (30, 0), (9999, 0)]
)
def test_freshness_falls_between_two_days_of_policy(days: int, points: int) -> None:
    """Whole at first, none at last, half in the middle; a clock that jumps back adds nothing."""
    found = _quality(_lead(**WHOLE), days=days, fresh_for="10d", stale_after="30d")

    assert _parts(found)["freshness"] == points


@pytest.mark.parametrize(
    ("origin", "deliveries", "expected"),
    [
        ("provider", [], NOW),
        ("person", [], NOW + 3 * DAY),
        ("crm", [NOW + 5 * DAY, NOW + DAY], NOW + 5 * DAY),
    ],
)
def test_people_and_senders_confirm_and_providers_do_not(
    origin: Origin, deliveries: list[datetime], expected: datetime
) -> None:
    """The last word of the sender, a person or the CRM counts."""
    said = Provenance(origin=origin, by="x", at=NOW + 3 * DAY)

    assert confirmed_at(_lead(provenance={"company": said}), deliveries) == expected
