"""The house's own modules as they are written: their imports, definitions and lines."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "routing", "storage", "prompts", "sandbox")
"""The packages that run; beside them stand `tests` and `benchmarks`."""
BESIDE = ("tests", "benchmarks")


@dataclass(frozen=True)
class Import:
    """One name that a module imports: `module` is `a.b`, `name` what `from a.b import` takes."""

    line: int
    module: str
    name: str | None
    level: int
    inside: str | None
    """The function it stands in, None at the top of the module."""

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


@dataclass(frozen=True)
class Module:
    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    def imports(self) -> list[Import]:
        return list(_imports(self.tree, None))

    def place(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """Every module of these packages, of all rooms when none is named."""
    found = []
    for package in packages or ROOMS:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            text = path.read_text(encoding="utf-8")
            found.append(Module(name, path, text, ast.parse(text)))
    return tuple(found)


def _imports(node: ast.AST, function: str | None) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(child.lineno, alias.name, None, 0, function)
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                module = child.module or ""
                yield Import(child.lineno, module, alias.name, child.level, function)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _imports(child, getattr(child, "name", "lambda"))
        else:
            yield from _imports(child, function)


def is_standard(name: str) -> bool:
    """Whether a top-level module comes with Python."""
    return name in sys.stdlib_module_names


def target(one: Import, names: set[str]) -> str:
    """The module an import reaches: `from a import b` reaches `a.b` when that is a module."""
    below = f"{one.module}.{one.name}"
    return below if below in names else one.module
