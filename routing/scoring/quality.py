"""How good the data of a lead is: complete, valid and fresh (I10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from routing.lead import Factor, Lead, Quality
from routing.policy.conditions import is_present
from routing.policy.tables.scoring import QualityPolicy

READ_AS = {
    "name": "full_name",
    "first_name": "full_name",
    "last_name": "full_name",
    "job_title": "title",
    "website": "domain",
}
"""What a flag calls a field as it was sent -> what the lead calls it."""


def quality(policy: QualityPolicy, lead: Lead, confirmed_at: datetime, now: datetime) -> Quality:
    """The weighted mean of three shares of 100, each rounded to what its factor shows.

    completeness: the weights of the fields that are there, of all weights.
    validity: of the fields that were given those without a flag; an e-mail address is also asked
    whether it can be delivered to and whether it is one person's at a company.
    freshness: whole up to `fresh_for` after the last confirmation, none from `stale_after` on, in
    between falling in a straight line. A confirmation after `now` counts as of now.
    """
    weights = policy.weights
    whole = weights.completeness + weights.validity + weights.freshness
    factors = tuple(
        Factor(rule=rule, label=label, points=_part(share * weight, whole))
        for rule, weight, (share, label) in (
            ("completeness", weights.completeness, _completeness(policy, lead)),
            ("validity", weights.validity, _validity(policy, lead)),
            ("freshness", weights.freshness, _freshness(policy, confirmed_at, now)),
        )
    )
    return Quality(value=min(sum(factor.points for factor in factors), 100), factors=factors)


def confirmed_at(lead: Lead, deliveries: Iterable[datetime]) -> datetime:
    """When its sender, a person or the CRM last said who the lead is; UTC.

    A provider's answer confirms nothing: it may be older than the question.
    """
    said = [p.at for p in lead.provenance.values() if p.origin in ("person", "crm")]
    return max([lead.received_at, *deliveries, *said])


def _part(value: int, of: int) -> int:
    """A share in whole points, half a point rounded up."""
    return (2 * value + of) // (2 * of)


def _completeness(policy: QualityPolicy, lead: Lead) -> tuple[int, str]:
    missing = [name for name in policy.fields if not is_present(getattr(lead, name, None))]
    lost = sum(policy.fields[name] for name in missing)
    whole = sum(policy.fields.values())
    return _part(100 * (whole - lost), whole), _listed("Complete", missing, "missing")


def _validity(policy: QualityPolicy, lead: Lead) -> tuple[int, str]:
    flagged = {READ_AS.get(name, name) for name in (f.partition(":")[0] for f in lead.flags)}
    given = [n for n in policy.fields if n in flagged or is_present(getattr(lead, n, None))]
    doubts = [name for name in given if name in flagged]
    asked = len(given)
    if lead.email is not None:
        asked += 2
        doubts += ["disposable mailbox"] * (lead.mailbox_class == "disposable")
        at_work = lead.mailbox_class == "corporate" and not lead.role_mailbox
        doubts += ["no company mailbox of one person"] * (not at_work)
    if not asked:
        return 0, "Valid: nothing was given"
    return _part(100 * (asked - len(doubts)), asked), _listed("Valid", doubts, "in doubt")


def _freshness(policy: QualityPolicy, confirmed_at: datetime, now: datetime) -> tuple[int, str]:
    label = f"Fresh: confirmed {confirmed_at:%Y-%m-%d}"
    age = max(now - confirmed_at, timedelta(0))
    left = policy.stale_after - max(age, policy.fresh_for)
    whole = policy.stale_after - policy.fresh_for
    return max(0, (200 * left + whole) // (2 * whole)), label


def _listed(side: str, names: Sequence[str], what: str) -> str:
    """`Complete: missing phone, title`, or that nothing is."""
    words = ", ".join(name.replace("_", " ") for name in names)
    return f"{side}: {what} {words}" if words else f"{side}: nothing {what}"
