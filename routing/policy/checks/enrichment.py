"""Enrichment: whether its providers can be told apart, and whether a wanted field has one."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.checks import names
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError
from routing.policy.reading.origins import Origins

FILE = "enrichment.yml"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    providers = policy.enrichment.providers
    yield from names.ids(origins, FILE, [p.id for p in providers], ("providers",))
    given = {field for provider in providers for field in provider.gives}
    for i, field in enumerate(policy.enrichment.fields):
        if providers and field not in given:
            yield origins.warning(FILE, ("fields", i), f"no provider gives {field!r}")
