"""The second stage of loading: whether the parts of a policy fit each other, and what they do.

`SOUNDNESS` is what decisions rely on: without it a policy is never loaded. `ANALYSIS` says what
the parts mean together. A new policy must pass both; one that is stored was accepted once, and is
not refused because the analysis has learnt more since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from routing.policy.analysis import promises, segments, territories
from routing.policy.analysis import rules as rules_together
from routing.policy.analysis import work as work_together
from routing.policy.checks import (
    absences,
    aliases,
    approval,
    enrichment,
    hours,
    outside_hours,
    people,
    places,
    rules,
    scoring,
    skills,
    sources,
    waiting,
    work,
)
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins

Check = Callable[[Policy, Origins], Iterator[PolicyError]]

SOUNDNESS: tuple[Check, ...] = (
    people.problems,
    places.problems,
    rules.problems,
    scoring.problems,
    work.problems,
    hours.problems,
    sources.problems,
    aliases.problems,
    enrichment.problems,
    absences.problems,
    skills.problems,
    outside_hours.problems,
    approval.problems,
    waiting.problems,
)


ANALYSIS: tuple[Check, ...] = (
    territories.problems,
    segments.problems,
    rules_together.problems,
    promises.problems,
    work_together.problems,
)


def check(
    policy: Policy,
    origins: Origins | None = None,
    checks: Iterable[Check] = (*SOUNDNESS, *ANALYSIS),
) -> list[PolicyError]:
    """Every problem of the policy, errors and warnings; lines where `origins` knows them.

    Problems of a file that could not be read as a whole are left out: they would be its echo.
    """
    where = origins or Origins()
    found = (problem for problems in checks for problem in problems(policy, where))
    return [problem for problem in found if where.readable(problem.file)]
