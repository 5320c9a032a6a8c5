"""Which new leads a policy is tried on first: always the same ones, by their id alone."""

from __future__ import annotations

import hashlib


def is_in_share(lead_id: str, percent: int) -> bool:
    """Whether the lead belongs to this share of all leads; a larger share holds the smaller."""
    digest = hashlib.sha256(lead_id.encode()).digest()
    return int.from_bytes(digest[:8]) % 100 < percent
