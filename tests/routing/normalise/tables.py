"""Reading the tables of messy values (format: `messy/README` in the shared data)."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from routing.normalise.aliases import DEFAULT_ALIASES
from routing.normalise.text import MAX_LINE, MAX_RAW, cut, fold, one_line, without_tags

HERE = Path(__file__).parent
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """Ids of the rows that came out right, empty where a value was wanted, and wrong."""

    right: tuple[str, ...]
    empty: tuple[str, ...]
    wrong: tuple[str, ...]


def rows(folder: str, table: str) -> list[Row]:
    """All rows of one table as header -> cell."""
    head, *lines = (HERE / folder / f"{table}.tsv").read_text(encoding="utf-8").split("\n")
    names = head.split("\t")
    return [dict(zip(names, line.split("\t"), strict=False)) for line in lines if line]


def value(row: Row) -> str:
    """The input of a row; missing is empty."""
    return json.loads(row["input"]) or ""


def line(row: Row) -> str:
    """The input as `normalise` hands one-line fields on: cleaned, placeholders empty."""
    text, _ = cut(value(row), MAX_RAW)
    text = without_tags(one_line(text))
    placeholder = fold(text) in DEFAULT_ALIASES.placeholders
    return "" if placeholder or len(text) > MAX_LINE else text


def loose(text: str) -> str:
    """Letters and digits only, without marks or case."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def tally(
    found: Callable[[Row], str | None],
    table: list[Row],
    expected: str,
    compare: Callable[[str], str] = str,
) -> Tally:
    """Compare what `found` gives for each row with its cell `expected` and its `also_ok`."""
    lists: dict[str, list[str]] = {"right": [], "empty": [], "wrong": []}
    for row in table:
        also = [cell for cell in row.get("also_ok", "").split("|") if cell]
        good = {compare(row[expected])} | {compare(c.replace("EMPTY", "")) for c in also}
        got = compare(found(row) or "")
        lists["right" if got in good else "wrong" if got else "empty"].append(row["id"])
    return Tally(*(tuple(lists[name]) for name in ("right", "empty", "wrong")))
