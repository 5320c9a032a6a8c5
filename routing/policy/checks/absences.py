"""Planned absences: of whom, and whether they end after they begin."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.checks import names
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins

FILE = "absences.csv"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Absences may overlap, and somebody inactive may have some: neither says anything wrong."""
    for i, absence in enumerate(policy.absences):
        yield from origins.unknown(FILE, (i,), absence.person, names.people(policy))
        if absence.until is not None and absence.until <= absence.starts:
            message = f"the absence of {absence.person!r} ends before it begins"
            yield origins.error(FILE, (i,), message)
