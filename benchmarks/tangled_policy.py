"""Policies whose rules cross each other in every way: any columns, priorities and targets."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from routing.normalise.industry import SECTORS
from routing.policy.analysis.segments import TIERS
from routing.policy.model import Policy
from routing.policy.tables.rules import ANY, Rule
from routing.policy.tables.segments import Segment
from routing.policy.tables.sources import SourcePolicy
from routing.policy.tables.territories import TerritoryRow

COUNTRIES = ("DE", "US", "FR", "GB")


@dataclass(frozen=True)
class Tangle:
    """`stars` is the chance of a `*` in the columns territory, segment, band and source."""

    stars: tuple[float, float, float, float]
    rules: int = 10_000
    territories: int = 500
    segments: int = 10
    sources: int = 8


def tangled(example: Policy, tangle: Tangle) -> Policy:
    """One place in five belongs to two territories; always the same for the same tangle."""
    chance = random.Random(repr(tangle))
    segments = tuple(_segment(chance, at) for at in range(tangle.segments))
    sources = tuple(_source(at) for at in range(tangle.sources))
    columns = {
        "territory": [f"t{at}" for at in range(tangle.territories)],
        "segment": [segment.id for segment in segments],
        "band": ["high", "medium", "low"],
        "source": [source.id for source in sources],
    }
    targets = [f"pool:{pool.id}" for pool in example.pools]
    stated = {
        "territories": _territories(chance, tangle.territories),
        "segments": segments,
        "sources": sources,
        "rules": tuple(
            Rule.model_validate(
                {
                    name: _drawn(chance, star, values)
                    for (name, values), star in zip(columns.items(), tangle.stars, strict=True)
                }
                | {"id": f"r{at}", "priority": chance.randint(0, 3)}
                | {"send_to": chance.choice(targets)}
            )
            for at in range(tangle.rules)
        ),
    }
    return example.model_copy(update=stated)


def _drawn(chance: random.Random, star: float, values: Sequence[str]) -> str:
    return ANY if chance.random() < star else chance.choice(values)


def _territories(chance: random.Random, number: int) -> tuple[TerritoryRow, ...]:
    cities = [(chance.choice(COUNTRIES), f"City {at}") for at in range(number)]
    owners = [(f"t{at}", place) for at, place in enumerate(cities)]
    shared = [(f"t{chance.randrange(number)}", chance.choice(cities)) for _ in range(number // 5)]
    return tuple(
        TerritoryRow(territory=name, country=country, city=city)
        for name, (country, city) in owners + shared
    )


def _segment(chance: random.Random, at: int) -> Segment:
    """Some industries, often some title tiers or a least size; unknown sizes in every third."""
    return Segment(
        id=f"s{at}",
        name=f"Segment {at}",
        min_size=chance.choice([None, 50, 200, 1000]),
        unknown_size=at % 3 == 0,
        industries=tuple(chance.sample(sorted(SECTORS), chance.randint(1, 4))),
        title_tiers=tuple(chance.sample(TIERS, chance.randint(0, 3))),
    )


def _source(at: int) -> SourcePolicy:
    return SourcePolicy(id=f"src{at}", kind="web", key=f"src{at}", name=f"Source {at}")
