"""Which entries of a table of first matches win, against trying every combination (G2)."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.policy.analysis.first_match import Cell, Entry, first_match
from routing.policy.tables.rules import ANY

VALUES = ("a", "b", "c")
DOMAINS = st.lists(
    st.lists(st.sampled_from([*VALUES, None]), min_size=1, max_size=4, unique=True),
    min_size=1,
    max_size=4,
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Entry], list[list[str | None]]]:
    """Entries by specificity and priority as rules are, or by place as SLA rules are."""
    domains = draw(DOMAINS)
    columns = st.tuples(*[st.sampled_from([ANY, ANY, *VALUES]) for _ in domains])
    rows = draw(st.lists(st.tuples(columns, st.integers(0, 1), st.integers(0, 1)), max_size=9))
    by_place = draw(st.booleans())
    entries = [
        Entry(row, (-at,) if by_place else (sum(v != ANY for v in row), priority), outcome)
        for at, (row, priority, outcome) in enumerate(rows)
    ]
    return entries, domains


def _matching(entries: list[Entry], cell: Cell) -> list[int]:
    """The entries that match, best first, without those whose columns a better one has."""
    fits = [
        n
        for n, entry in enumerate(entries)
        if all(want in (ANY, value) for want, value in zip(entry.columns, cell, strict=True))
    ]
    fits.sort(key=lambda n: (tuple(-part for part in entries[n].grade), n))
    first = {entries[n].columns: n for n in reversed(fits)}
    return [n for n in fits if first[entries[n].columns] == n]


@settings(max_examples=400)
@given(tables())
def test_the_walk_finds_what_trying_everything_finds(
    table: tuple[list[Entry], list[list[str | None]]],
) -> None:
    """The same winners, the same ties and the same uncovered combinations, each counted once."""
    entries, domains = table
    wins, ties, uncovered = set[int](), set[int](), list[Cell]()
    for cell in product(*domains):
        matching = _matching(entries, cell)
        if not matching:
            uncovered.append(cell)
            continue
        first, *others = matching
        wins.add(first)
        best = entries[first]
        ties |= {
            n
            for n in others
            if entries[n].grade == best.grade and entries[n].outcome != best.outcome
        }

    found = first_match(entries, domains)

    assert set(found.wins) == wins
    assert set(found.ties) == ties
    told = [cell for box in found.uncovered() for cell in product(*box)]
    assert sorted(map(str, told)) == sorted(map(str, uncovered))


@given(tables())
def test_every_example_is_one(table: tuple[list[Entry], list[list[str | None]]]) -> None:
    """In the example of a win the entry wins; in that of a tie both come first alike."""
    entries, domains = table
    found = first_match(entries, domains)

    for n, cell in found.wins.items():
        assert _matching(entries, cell)[0] == n
    for n, (by, cell) in found.ties.items():
        assert _matching(entries, cell)[0] == by
        assert n in _matching(entries, cell)
    for cell in (*found.wins.values(), *(cell for _, cell in found.ties.values())):
        assert all(value in domain for value, domain in zip(cell, domains, strict=True))
