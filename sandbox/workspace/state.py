"""What survives a restart: one JSON line for each message, file, Home, membership and read mark.

Changes are written at most every 0.3 s and at the end, by a thread, so posting never waits for
the disk. A later line for the same key replaces an earlier one; a torn last line is ignored.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Event, Lock, Thread

from sandbox.workspace.files import file_of
from sandbox.workspace.messages import Workspace
from sandbox.workspace.model import Change, Json, Message, SlackError
from sandbox.workspace.surfaces import Surfaces, View

WRITE_EVERY = 0.3
Key = tuple[str, str, str]


def reset_state(path: Path) -> None:
    """Forget everything said in the workspace. Call it while no server uses the file."""
    path.unlink(missing_ok=True)


class StateFile:
    """Loads the file into a workspace, then keeps it up to date until `stop`."""

    def __init__(self, path: Path, workspace: Workspace, surfaces: Surfaces) -> None:
        self._path = path
        self._workspace = workspace
        self._surfaces = surfaces
        self._dirty: dict[Key, None] = {}
        self._lock = Lock()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="sandbox-state", daemon=True)

    def start(self) -> None:
        """Restore what the file holds and begin to record. Raises OSError if it is unusable."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        records = dict(self._read())
        for key, value in records.items():
            self._restore(key, value)
        self._compact(records)
        self._workspace.changes.subscribe(self._note)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        self.flush()

    def flush(self) -> None:
        """Write what has changed since the last time."""
        with self._lock:
            dirty, self._dirty = self._dirty, {}
        if dirty:
            lines = "".join(_line(key, self._current(key)) for key in dirty)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(lines)

    def _run(self) -> None:
        while not self._stopping.wait(WRITE_EVERY):
            self.flush()

    def _note(self, change: Change) -> None:
        key = _key(change)
        if key is not None:
            with self._lock:
                self._dirty[key] = None

    def _current(self, key: Key) -> Json | None:
        kind, first, second = key
        try:
            if kind == "message":
                return asdict(self._workspace.message(first, second))
            if kind == "file":
                return self._workspace.files.file(first).to_json()
        except SlackError:
            return None
        if kind == "member":
            return {"inside": second in self._workspace.conversation(first).members}
        if kind == "home":
            view = self._surfaces.homes.get(first)
            return asdict(view) if view else None
        return {"ts": self._workspace.last_read(first, second)}

    def _restore(self, key: Key, value: Json | None) -> None:
        kind, first, second = key
        if value is None:
            return
        if kind == "message":
            self._workspace.restore_message(Message(**value))
        elif kind == "home":
            self._surfaces.homes[first] = View(**value)
        elif kind == "file":
            self._workspace.files.restore(file_of(value))
        elif kind == "member":
            self._restore_member(first, second, value["inside"])
        elif kind == "read":
            self._workspace.restore_read(first, second, value["ts"])

    def _restore_member(self, channel: str, user: str, inside: bool) -> None:
        with suppress(SlackError):
            self._workspace.person(user)
            self._workspace.restore_member(user, channel, inside)

    def _read(self) -> Iterator[tuple[Key, Json | None]]:
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                try:
                    record = json.loads(line)
                except json.JSONDecodeError:
                    continue
                yield tuple(record["key"]), record["value"]

    def _compact(self, records: dict[Key, Json | None]) -> None:
        """Rewrite the file with one line for each living key, in one atomic step."""
        temporary = self._path.with_suffix(".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            file.writelines(_line(key, value) for key, value in records.items() if value)
        temporary.replace(self._path)


def _key(change: Change) -> Key | None:
    if change.kind.startswith("message.") and not change.user:
        return ("message", change.channel or "", change.ts or "")
    if change.kind == "home":
        return ("home", change.user or "", "")
    if change.kind == "file":
        return ("file", change.ts or "", "")
    if change.kind == "member" and change.detail:
        return ("member", change.channel or "", change.detail["user"])
    if change.kind == "read":
        return ("read", change.user or "", change.channel or "")
    return None


def _line(key: Key, value: Json | None) -> str:
    return json.dumps({"key": list(key), "value": value}) + "\n"
