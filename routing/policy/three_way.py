"""Two changes of the same policy brought together, or the files in which they meet.

Files are compared as wholes, tables by their rows: two people who each add a row to `aliases.csv`
do not meet, two who change the same person of `people.csv` do.
"""

from __future__ import annotations

from collections.abc import Mapping

KEY_CELLS = {"aliases.csv": 2}
"""How many cells at the start of a row say which row it is; one where nothing is said."""

Files = Mapping[str, str]


def brought_together(base: Files, mine: Files, theirs: Files) -> tuple[dict[str, str], list[str]]:
    """`theirs` with what `mine` changed in `base`, and the files that both changed, sorted.

    A file of the second list is as in `mine`.
    """
    both: dict[str, str] = {}
    met: list[str] = []
    for name in sorted(base.keys() | mine.keys() | theirs.keys()):
        text, meets = _file(name, base.get(name), mine.get(name), theirs.get(name))
        if text is not None:
            both[name] = text
        if meets:
            met.append(name)
    return both, met


def _file(
    name: str, base: str | None, mine: str | None, theirs: str | None
) -> tuple[str | None, bool]:
    if mine in (base, theirs):
        return theirs, False
    if theirs == base:
        return mine, False
    if name.endswith(".csv") and base is not None and mine is not None and theirs is not None:
        table = _table(KEY_CELLS.get(name, 1), base, mine, theirs)
        if table is not None:
            return table, False
    return mine, True


def _table(cells: int, base: str, mine: str, theirs: str) -> str | None:
    """The rows of `theirs` without those that `mine` took out, its new ones behind them; None when
    both touched a row of the same key.
    """
    old, ours, other = (text.splitlines() for text in (base, mine, theirs))
    changed, changed_there = set(old) ^ set(ours), set(old) ^ set(other)
    alike = changed & changed_there
    if _keys(changed - alike, cells) & _keys(changed_there - alike, cells):
        return None
    gone = set(old) - set(ours)
    added = [row for row in ours if row in changed - alike and row not in set(old)]
    return "\n".join([*(row for row in other if row not in gone), *added]) + "\n"


def _keys(rows: set[str], cells: int) -> set[str]:
    return {",".join(row.split(",")[:cells]) for row in rows if row.strip()}
