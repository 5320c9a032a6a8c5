"""A benchmark's result: tables of figures, written as Markdown for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

Cell = str | int | float | None
Row = dict[str, Cell]


@dataclass
class Report:
    """What was measured. The columns of a table are the keys of its first row."""

    title: str
    method: str
    """How it was measured, in a few sentences: what a reader needs to judge the figures."""
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        self.tables.setdefault(table, []).append(row)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` (0 to 1) of all values do not exceed."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def middle(values: Sequence[float]) -> float:
    return median(values)


def write(
    folder: Path, name: str, report: Report, machine: Mapping[str, str], command: str
) -> None:
    """Write `<name>.md` and `<name>.json` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    date = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    facts = {"date": date, "command": command, **machine}
    lines = [f"- {key}: {value}" for key, value in facts.items()]
    text = f"{as_markdown(report)}\n{chr(10).join(lines)}\n"
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    whole = {"title": report.title, "method": report.method, **facts, "tables": report.tables}
    shown = json.dumps(whole, indent=1, ensure_ascii=False)
    (folder / f"{name}.json").write_text(shown + "\n", encoding="utf-8")


def as_markdown(report: Report) -> str:
    """The report without the machine."""
    tables = "\n".join(_table(name, rows) for name, rows in report.tables.items())
    return f"# {report.title}\n\n{report.method}\n\n{tables}"


def _table(name: str, rows: Sequence[Row]) -> str:
    columns = list(rows[0])
    lines = [
        columns,
        ["---"] * len(columns),
        *[[_shown(row.get(c)) for c in columns] for row in rows],
    ]
    return f"## {name}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _shown(value: Cell) -> str:
    if value is None:
        return ""
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else value
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
