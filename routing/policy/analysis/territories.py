"""Territories: places that are in none or in several, and territories no lead is ever in (R1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from routing.lead import LeadFacts
from routing.policy.continents import CONTINENTS
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import Origins
from routing.policy.tables.rules import ANY
from routing.policy.tables.territories import TerritoryRow

FILE = "territories.csv"
EXCEPTIONS = "exceptions.yml"
NAMED = 8
"""Countries and places named in one finding; the others are counted."""

Place = tuple[str, str | None, str | None]
Examples = dict[str | None, LeadFacts]
"""A lead for each territory that some lead is in; that of None is in no territory."""


def examples(policy: Policy) -> Examples:
    """A row wins for the lead that names just its place, so only shared places lead nowhere."""
    found: Examples = {}
    places = _places(policy)
    for (country, region, city), rows in places.items():
        names = {row.territory for row in rows}
        where = {"country": None if country == ANY else country, "region": region}
        lead = LeadFacts(lead_id="", source="", city=city and rows[0].city, **where)
        if len(names) == 1:
            found.setdefault(names.pop(), lead)
    if (ANY, None, None) not in places:
        found[None] = LeadFacts(lead_id="", source="")
    return found


def _places(policy: Policy) -> dict[Place, list[TerritoryRow]]:
    """The rows of each place, as a lead is compared with them."""
    places: dict[Place, list[TerritoryRow]] = defaultdict(list)
    for row in policy.territories:
        key = (row.country, row.region or None, row.city.casefold() if row.city else None)
        places[key].append(row)
    return places


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    if not origins.complete(FILE):
        return
    yield from _ambiguous(policy, origins)
    yield from _never_certain(policy, origins)
    yield from _gaps(policy, origins)


def _ambiguous(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Places that several territories claim alike, and declared ones that none or one claims."""
    on_purpose = {name.casefold() for name in policy.exceptions.ambiguous}
    claimed: dict[tuple[str, ...], list[TerritoryRow]] = defaultdict(list)
    shared: set[str] = set()
    for rows in _places(policy).values():
        names = tuple(sorted({row.territory for row in rows}))
        if len(names) > 1:
            shared.add(_name(rows[0]))
            if _name(rows[0]).casefold() not in on_purpose:
                claimed[names].append(rows[0])
    for names, rows in claimed.items():
        message = f"{_listed([_name(row) for row in rows])}: in {' and '.join(names)} alike"
        advice = "a person decides each lead; if that is meant, list it as `ambiguous` in"
        at = policy.territories.index(rows[0])
        yield origins.warning(FILE, (at,), f"{message}, so {advice} {EXCEPTIONS}")
    known = {name.casefold() for name in shared}
    for i, name in enumerate(policy.exceptions.ambiguous):
        if name.casefold() not in known:
            message = f"{name!r} is no place that several territories claim"
            yield origins.warning(EXCEPTIONS, ("ambiguous", i), message, nearest(name, shared))


def _name(row: TerritoryRow) -> str:
    return row.city or row.region or row.country


def _never_certain(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    certain = examples(policy)
    first = {row.territory: i for i, row in reversed(list(enumerate(policy.territories)))}
    for name, i in first.items():
        if name not in certain:
            message = f"no lead is ever in territory {name!r} alone: it shares each of its places"
            yield origins.warning(FILE, (i,), message)


def _gaps(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    """Countries in no territory, by continent, and those of which only parts are in one."""
    stated = {row.country for row in policy.territories}
    whole = {row.country for row in policy.territories if not (row.region or row.city)}
    if ANY in whole or not stated:
        return
    missing = {name: [c for c in codes if c not in stated] for name, codes in CONTINENTS.items()}
    parts = [_of_continent(name, codes) for name, codes in missing.items() if codes]
    if parts:
        total, of = sum(map(len, missing.values())), sum(map(len, CONTINENTS.values()))
        message = f"{total} of {of} countries are in no territory: {'; '.join(parts)}"
        yield origins.warning(FILE, (), f"{message}. A row with country * takes the rest")
    if partly := sorted(stated - whole):
        message = f"only parts of {_listed(partly)} are in a territory"
        yield origins.warning(FILE, (), f"{message}: add a row for the country itself")


def _of_continent(name: str, missing: list[str]) -> str:
    everything = len(missing) == len(CONTINENTS[name])
    return f"all of {name}" if everything else f"in {name} {_listed(missing)}"


def _listed(names: list[str]) -> str:
    shown, more = ", ".join(names[:NAMED]), len(names) - NAMED
    return f"{shown} and {more} more" if more > 0 else shown
