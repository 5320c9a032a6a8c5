"""Territories and segments: whether their places exist, and whether their bounds hold anything."""

from __future__ import annotations

from collections.abc import Iterator

from routing.policy.checks import names
from routing.policy.iso import country_code, country_name, region_code, region_codes, region_name
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import Origins
from routing.policy.tables.rules import ANY
from routing.policy.tables.segments import Segment
from routing.policy.tables.territories import TerritoryRow

TERRITORIES = "territories.csv"
SEGMENTS = "segments.yml"


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    for i, row in enumerate(policy.territories):
        yield from _territory_row(origins, i, row)
    yield from _rows_twice(policy, origins)
    yield from names.ids(origins, SEGMENTS, [s.id for s in policy.segments])
    for i, segment in enumerate(policy.segments):
        yield from _segment(origins, i, segment)


def _territory_row(origins: Origins, i: int, row: TerritoryRow) -> Iterator[PolicyError]:
    if not names.WELL_FORMED.fullmatch(row.territory):
        message = f"territory {row.territory!r} must be made of lower-case letters, digits, - and _"
        yield origins.error(TERRITORIES, (i,), message)
    if row.country != ANY and country_name(row.country) is None:
        message = f"unknown country {row.country!r}: write its ISO code, such as DE, or *"
        yield origins.error(TERRITORIES, (i,), message, country_code(row.country))
    elif row.country == ANY and (row.region or row.city):
        yield origins.error(TERRITORIES, (i,), "a region or city needs its country, not *")
    elif row.region:
        yield from _region(origins, i, row.country, row.region)


def _region(origins: Origins, i: int, country: str, region: str) -> Iterator[PolicyError]:
    if code := None if region_name(region) else region_code(country, region):
        message = f"unknown region {region!r}: write {code}"
        yield origins.error(TERRITORIES, (i,), message)
    elif not region.startswith(f"{country}-"):
        message = f"region {region!r} is not in country {country!r}"
        yield origins.error(TERRITORIES, (i,), message)
    elif region_name(region) is None:
        message = f"unknown region {region!r}: write its ISO code, such as US-CA"
        yield origins.error(TERRITORIES, (i,), message, nearest(region, region_codes(country)))


def _rows_twice(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    seen: set[tuple[str | None, ...]] = set()
    for i, row in enumerate(policy.territories):
        key = (row.territory, row.country, row.region, (row.city or "").casefold())
        if key in seen:
            yield origins.error(TERRITORIES, (i,), "this row appears twice")
        seen.add(key)


def _segment(origins: Origins, i: int, segment: Segment) -> Iterator[PolicyError]:
    low, high = segment.min_size, segment.max_size
    for name, bound in (("min_size", low), ("max_size", high)):
        if bound is not None and bound < 0:
            yield origins.error(SEGMENTS, (i, name), f"{name} cannot be negative")
    if low is not None and high is not None and low > high:
        message = f"min_size {low} is above max_size {high}: no lead fits"
        yield origins.error(SEGMENTS, (i, "min_size"), message)
