"""Where each part of a policy was written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.read_yaml import Path
from routing.policy.tables.calendars import WEEKDAYS


@dataclass
class FileOrigin:
    """Lines of one file.

    `items` holds the path of the n-th accepted entry, `refused` the ids of entries that were not
    accepted: they are named wrongly nowhere. `unreadable` says that nothing is known of the file.
    """

    lines: Mapping[Path, int] = field(default_factory=dict)
    items: list[Path] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    unreadable: bool = False

    def line(self, path: Path) -> int:
        """The line of this path or of the nearest part around it, at last the file's first."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass
class Origins:
    """Lines of all files; empty when a policy did not come from files.

    A path in a file of entries starts with the number of the accepted entry, from 0.
    """

    files: dict[str, FileOrigin] = field(default_factory=dict)

    def line(self, file: str, path: Path) -> int | None:
        origin = self.files.get(file)
        if origin is None:
            return None
        if path and isinstance(path[0], int):
            path = (*origin.items[path[0]], *path[1:])
        return origin.line(named_days(path))

    def error(
        self, file: str, path: Path, message: str, suggestion: str | None = None
    ) -> PolicyError:
        return PolicyError(file, self.line(file, path), message, suggestion)

    def warning(
        self, file: str, path: Path, message: str, suggestion: str | None = None
    ) -> PolicyError:
        return PolicyError(file, self.line(file, path), message, suggestion, "warning")

    def readable(self, file: str) -> bool:
        return file not in self.files or not self.files[file].unreadable

    def complete(self, *files: str) -> bool:
        """Whether every entry of these files was accepted, so that nothing missing is an echo."""
        found = [self.files[file] for file in files if file in self.files]
        return not any(origin.unreadable or origin.refused for origin in found)

    def unknown(
        self, file: str, path: Path, name: str | None, names: Names
    ) -> Iterator[PolicyError]:
        """The problem of a name that its home does not define, if it is one; None names nothing."""
        if name is None or name in names.known or not self.readable(names.file):
            return
        if names.file in self.files and name in self.files[names.file].refused:
            return
        message, likely = f"unknown {names.what} {name!r}", nearest(name, names.known)
        if names.what == "person" and likely is None:
            message += ": keep the row of who leaves, with active = no"
        yield self.error(file, path, message, likely)


@dataclass(frozen=True)
class Names:
    """The names that `file` defines, and what each names: `pool`, `person` ..."""

    what: str
    file: str
    known: Collection[str]


def named_days(path: tuple[str | int, ...]) -> Path:
    """The path as written: a day of `weekly` by its name."""
    if "weekly" not in path[:-1]:
        return path
    at = path.index("weekly") + 1
    day = path[at]
    name = WEEKDAYS[int(day)] if str(day) in "0123456" else day
    return (*path[:at], name, *path[at + 1 :])
