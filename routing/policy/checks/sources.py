"""Sources: whether a request finds exactly one, and what its fields are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from routing.policy.checks import names
from routing.policy.errors import PolicyError, nearest
from routing.policy.iso import country_name
from routing.policy.model import Policy, SourcePolicy
from routing.policy.origins import Origins

FILE = "sources.yml"
PLAIN_FIELDS = (
    *("source_id", "name", "first_name", "last_name", "email", "phone", "company", "website"),
    *("job_title", "industry", "country", "region", "city", "postal_code", "company_size"),
    *("message", "consent"),
)
"""Baton's plain names of raw lead fields, which `fields` maps to a source's own names."""


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, FILE, [s.id for s in policy.sources])
    seen: set[tuple[str, str]] = set()
    for i, source in enumerate(policy.sources):
        yield from _source(origins, i, source)
        if (source.kind, source.key) in seen:
            message = f"there are two {source.kind} sources with the key {source.key!r}"
            yield origins.error(FILE, (i, "key"), message)
        seen.add((source.kind, source.key))


def _source(origins: Origins, i: int, source: SourcePolicy) -> Iterator[PolicyError]:
    for name in source.fields:
        if name not in PLAIN_FIELDS:
            message = f"unknown field {name!r}"
            yield origins.error(FILE, (i, "fields", name), message, nearest(name, PLAIN_FIELDS))
    if source.default_region is not None and country_name(source.default_region) is None:
        message = f"unknown country {source.default_region!r}: write its ISO code, such as DE"
        yield origins.error(FILE, (i, "default_region"), message)
    if source.secret_env is not None and not re.fullmatch(r"[A-Z][A-Z0-9_]*", source.secret_env):
        message = f"{source.secret_env!r} is not the name of an environment variable"
        yield origins.error(FILE, (i, "secret_env"), message)
