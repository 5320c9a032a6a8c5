"""A table of room sizes to look at: `python -m tests.house.sizes`. No gate: `style.md` measures.

Lines are those of the file; a function's are from its `def` to its end; a folder's count is its
modules without `__init__.py`.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.house.modules import BESIDE, ROOMS, ROOT, modules

LONGEST = 8
FILES, FUNCTIONS, FOLDERS = "120 / 400", "10 / 30 / 60", "12"
"""The measure of `style.md`: most and largest files; most, nine in ten and largest functions."""


def main() -> None:
    """Print median, 90th percentile and largest for each room, then the longest of each kind."""
    console = Console()
    table = Table(title="Median / 90th percentile / largest", title_justify="left")
    for column in ("room", f"file lines ({FILES})", f"function lines ({FUNCTIONS})",
                   f"modules a folder ({FOLDERS})"):  # fmt: skip
        table.add_column(column)
    files: list[tuple[int, str]] = []
    functions: list[tuple[int, str]] = []
    folders: Counter[str] = Counter()
    for room in (*ROOMS, *BESIDE):
        own_files, own_functions, own_folders = _of(room)
        table.add_row(room, *(_spread([size for size, _ in own])
                              for own in (own_files, own_functions)),
                      _spread(list(own_folders.values())))  # fmt: skip
        if room not in BESIDE:
            files += own_files
            functions += own_functions
            folders += own_folders
    console.print(table)
    for title, entries in (
        ("Longest files", files),
        ("Longest functions", functions),
        ("Fullest folders", [(count, name) for name, count in folders.items()]),
    ):
        console.print(f"\n{title}")
        for size, name in sorted(entries, reverse=True)[:LONGEST]:
            console.print(f"{size:5}  {name}", highlight=False)


def _of(room: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]], Counter[str]]:
    files, functions = [], []
    folders: Counter[str] = Counter()
    for module in modules(room):
        if not module.is_package:
            files.append((len(module.text.splitlines()), str(module.path.relative_to(ROOT))))
            folders[str(module.path.parent.relative_to(ROOT))] += 1
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                functions.append((size, f"{module.place(node.lineno)} {node.name}"))
    return files, functions, folders


def _spread(sizes: Sequence[int]) -> str:
    if not sizes:
        return "-"
    ordered = sorted(sizes)
    return f"{ordered[len(ordered) // 2]} / {ordered[len(ordered) * 9 // 10]} / {ordered[-1]}"


if __name__ == "__main__":
    main()
