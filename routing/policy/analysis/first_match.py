"""Which entries of a table of first matches ever win, and what no entry takes: exactly.

An entry states a value or `*` in each column. Entries are put into one tree for each set of
stated columns, and all trees are walked together, column by column; equal states are walked
once. So the work grows with the table, not with the number of combinations of values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from routing.policy.tables.rules import ANY

Cell = tuple[str | None, ...]
"""One value in each column; None is a value that only `*` matches."""

Grade = tuple[int, ...]


@dataclass(frozen=True)
class Entry:
    """A row of the table. The higher grade wins; between equal grades the one that is first.

    `outcome` is what it leads to: which of two entries wins does not matter when that is the same.
    """

    columns: tuple[str, ...]
    grade: Grade = ()
    outcome: object = None


@dataclass(frozen=True)
class Hole:
    """Combinations nothing takes, within one column: these values, or all but the excluded ones;
    `below` is the same for the columns that follow, empty after the last.
    """

    example: str | None
    below: tuple[Hole, ...]
    values: tuple[str | None, ...] | None = None
    excluded: frozenset[str | None] = frozenset()

    def among(self, domain: Sequence[str | None]) -> tuple[str | None, ...]:
        """The values, of all that the column can have."""
        if self.values is not None:
            return self.values
        return tuple(value for value in domain if value not in self.excluded)


@dataclass(frozen=True)
class Findings:
    """What became of each entry, by its number.

    `wins` has an example for each entry that wins somewhere. `ties` has, for each entry that
    somewhere comes second to one of its own grade and another outcome, one such entry and example.
    """

    order: tuple[int, ...]
    domains: tuple[Sequence[str | None], ...]
    wins: dict[int, Cell]
    ties: dict[int, tuple[int, Cell]]
    holes: tuple[Hole, ...]

    def uncovered(self) -> Iterator[tuple[tuple[str | None, ...], ...]]:
        """What no entry takes, as boxes: a tuple of values for each column, in its order."""
        for path in _paths(self.holes, self.domains):
            box = dict(zip(self.order, path, strict=True))
            yield tuple(box[column] for column in range(len(self.order)))


def _paths(
    holes: tuple[Hole, ...], domains: tuple[Sequence[str | None], ...]
) -> Iterator[tuple[tuple[str | None, ...], ...]]:
    for hole in holes:
        values = hole.among(domains[0])
        for rest in _paths(hole.below, domains[1:]) if hole.below else ((),):
            yield (values, *rest)


def first_match(entries: Sequence[Entry], domains: Sequence[Sequence[str | None]]) -> Findings:
    """Walk the table; `domains` holds the values that each column can have.

    Of entries with the same columns only the first by grade and place takes part.
    """
    stated = [{entry.columns[c] for entry in entries} for c in range(len(domains))]
    order = tuple(sorted(range(len(domains)), key=lambda c: (len(stated[c]), c)))
    walk = _Walk([tuple(domains[c]) for c in order])
    numbers = sorted(range(len(entries)), key=lambda n: _rank(entries, n))
    for rank, number in enumerate(numbers):
        entry = entries[number]
        walk.plant(rank, tuple(entry.columns[c] for c in order), entry)
    walk.start()
    back = [order.index(column) for column in range(len(order))]
    return Findings(
        order=order,
        domains=tuple(walk.domains),
        wins={numbers[n]: tuple(cell[at] for at in back) for n, cell in walk.wins.items()},
        ties={
            numbers[n]: (numbers[by], tuple(cell[at] for at in back))
            for n, (by, cell) in walk.ties.items()
        },
        holes=walk.holes,
    )


def _rank(entries: Sequence[Entry], number: int) -> tuple[tuple[int, ...], int]:
    return tuple(-part for part in entries[number].grade), number


@dataclass(eq=False)
class _Node:
    """Part of the tree of one set of stated columns: it branches at `column`, or is an entry."""

    column: int
    best: Grade
    worst: Grade
    entry: int = -1
    children: dict[str | None, _Node] = field(default_factory=dict)


State = tuple[_Node, ...]
Held = tuple[int, ...]
"""Entries that match whatever follows, all of the best grade so far, the first one first. Within
the walk an entry is its rank: the lower one wins."""


class _Walk:
    def __init__(self, domains: Sequence[tuple[str | None, ...]]) -> None:
        self.domains = domains
        self.wins: dict[int, Cell] = {}
        self.ties: dict[int, tuple[int, Cell]] = {}
        self.holes: tuple[Hole, ...] = ()
        self._known = [frozenset(domain) for domain in domains]
        self._roots: dict[tuple[int, ...], _Node] = {}
        self._grades: dict[int, Grade] = {}
        self._outcomes: dict[int, object] = {}
        self._end = len(domains)
        self._seen: dict[object, tuple[Hole, ...] | None] = {}

    def plant(self, rank: int, columns: tuple[str, ...], entry: Entry) -> None:
        """Add an entry to its tree; entries come in the order of their ranks."""
        grade = entry.grade
        stated = tuple(c for c, value in enumerate(columns) if value != ANY)
        ends = (*stated[1:], len(columns))
        node = self._roots.setdefault(
            stated, _Node(stated[0] if stated else len(columns), grade, grade)
        )
        node.worst = grade
        for column, end in zip(stated, ends, strict=False):
            node = node.children.setdefault(columns[column], _Node(end, grade, grade))
            node.worst = grade
        if node.entry < 0:
            node.entry = rank
            self._grades[rank] = grade
            self._outcomes[rank] = entry.outcome

    def start(self) -> None:
        if all(self.domains):
            self.holes = self._visit(0, tuple(self._roots.values()), (), ()) or ()

    def _visit(self, level: int, state: State, held: Held, path: Cell) -> tuple[Hole, ...] | None:
        """What nothing takes below this path; None when something takes all of it."""
        state, held = self._settled(state, held)
        if level == self._end:
            if held:
                self._won(held, path)
            return None if held else ()
        if not state:
            rest = self._everything(level)
            if held:
                self._won(held, (*path, *_example(rest)))
            return None if held else rest
        if held and all(node.worst > self._grades[held[0]] for node in state):
            left = self._visit(level, state, (), path)
            if left is not None:
                self._won(held, (*path, *_example(left)))
            return None
        key = (level, state, held)
        if key not in self._seen:
            self._seen[key] = self._branch(level, state, held, path)
        return self._seen[key]

    def _settled(self, state: State, held: Held) -> tuple[State, Held]:
        """Entries that are decided move to the held ones; what cannot reach these is dropped."""
        done = [node.entry for node in state if node.column == self._end]
        if done:
            matching = [*held, *done]
            best = self._grades[min(matching)]
            held = tuple(sorted([n for n in matching if self._grades[n] == best]))
        if held:
            bar = self._grades[held[0]]
            state = tuple([n for n in state if n.column < self._end and n.best >= bar])
        return state, held

    def _branch(self, level: int, state: State, held: Held, path: Cell) -> tuple[Hole, ...] | None:
        split = [node for node in state if node.column == level]
        later = tuple(node for node in state if node.column != level)
        stated = {value for node in split for value in node.children} & self._known[level]
        found: dict[int, tuple[tuple[Hole, ...], list[str | None]]] = {}
        for value in sorted(stated, key=str):
            left = tuple([node.children[value] for node in split if value in node.children])
            below = self._visit(level + 1, later + left, held, (*path, value))
            if below is not None:
                found.setdefault(id(below), (below, []))[1].append(value)
        holes = [Hole(values[0], below, tuple(values)) for below, values in found.values()]
        other = next((v for v in self.domains[level] if v not in stated), ANY)
        if other != ANY:
            below = self._visit(level + 1, later, held, (*path, other))
            if below is not None:
                holes.append(Hole(other, below, excluded=frozenset(stated)))
        return tuple(holes) or None

    def _everything(self, level: int) -> tuple[Hole, ...]:
        holes: tuple[Hole, ...] = ()
        for domain in reversed(self.domains[level:]):
            holes = (Hole(domain[0], holes),)
        return holes

    def _won(self, held: Held, cell: Cell) -> None:
        self.wins.setdefault(held[0], cell)
        for other in held[1:]:
            if other not in self.ties and self._outcomes[other] != self._outcomes[held[0]]:
                self.ties[other] = (held[0], cell)


def _example(holes: tuple[Hole, ...]) -> Cell:
    example: list[str | None] = []
    while holes:
        example.append(holes[0].example)
        holes = holes[0].below
    return tuple(example)
