"""The second stage of loading: whether the parts of a policy fit each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from routing.policy.checks import (
    aliases,
    enrichment,
    hours,
    people,
    places,
    rules,
    scoring,
    sources,
    work,
)
from routing.policy.errors import PolicyError
from routing.policy.model import Policy
from routing.policy.origins import Origins

CHECKS: tuple[Callable[[Policy, Origins], Iterator[PolicyError]], ...] = (
    people.problems,
    places.problems,
    rules.problems,
    scoring.problems,
    work.problems,
    hours.problems,
    sources.problems,
    aliases.problems,
    enrichment.problems,
)


def check(policy: Policy, origins: Origins | None = None) -> list[PolicyError]:
    """Every problem of the policy, errors and warnings; lines where `origins` knows them.

    Problems of a file that could not be read as a whole are left out: they would be its echo.
    """
    where = origins or Origins()
    found = (problem for problems in CHECKS for problem in problems(policy, where))
    return [problem for problem in found if where.readable(problem.file)]
