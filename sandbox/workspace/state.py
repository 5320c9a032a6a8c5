"""What survives a restart: one JSON line for each thing of the kinds listed here.

Changes are written at most every 0.3 s and at the end, by a thread, so posting never waits for
the disk. A later line for the same key replaces an earlier one; a torn last line is ignored.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Lock, Thread

from sandbox.workspace.files import file_of
from sandbox.workspace.messages import Workspace
from sandbox.workspace.model import Change, Json, Message, SlackError
from sandbox.workspace.response_urls import response_url_of
from sandbox.workspace.surfaces import Surfaces, View

WRITE_EVERY = 0.3
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Kind:
    """How a thing is read (None: it is gone) and put back; its key gives the two names."""

    current: Callable[[str, str], Json | None]
    restore: Callable[[str, str, Json], None]


def reset_state(path: Path) -> None:
    """Forget everything said in the workspace. Call it while no server uses the file."""
    path.unlink(missing_ok=True)


class StateFile:
    """Loads the file into a workspace, then keeps it up to date until `stop`."""

    def __init__(self, path: Path, workspace: Workspace, surfaces: Surfaces) -> None:
        self._path = path
        self._changes = workspace.changes
        self._kinds = _kinds(workspace, surfaces)
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
        self._changes.subscribe(self._note)
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
            return self._kinds[kind].current(first, second)
        except SlackError:
            return None

    def _restore(self, key: Key, value: Json | None) -> None:
        """Put one thing back, unless it belongs to a person or channel that is here no more."""
        kind, first, second = key
        if value is not None and kind in self._kinds:
            with suppress(SlackError):
                self._kinds[kind].restore(first, second, value)

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


def _kinds(workspace: Workspace, surfaces: Surfaces) -> dict[str, Kind]:
    """One entry for each kind of thing."""
    files, responses = workspace.files, workspace.responses

    def home(user: str, _: str) -> Json | None:
        view = surfaces.homes.get(user)
        return asdict(view) if view else None

    def response(token: str, _: str) -> Json | None:
        url = responses.find(token)
        return url.to_json() if url else None

    return {
        "message": Kind(
            lambda channel, ts: asdict(workspace.message(channel, ts)),
            lambda channel, ts, value: workspace.restore_message(Message(**value)),
        ),
        "home": Kind(home, lambda user, _, value: surfaces.homes.update({user: View(**value)})),
        "file": Kind(
            lambda file, _: files.file(file).to_json(),
            lambda file, _, value: files.restore(file_of(value)),
        ),
        "response": Kind(
            response, lambda token, _, value: responses.restore(token, response_url_of(value))
        ),
        "member": Kind(
            lambda channel, user: {"inside": user in workspace.conversation(channel).members},
            lambda channel, user, value: workspace.restore_member(user, channel, value["inside"]),
        ),
        "read": Kind(
            lambda user, channel: {"ts": workspace.last_read(user, channel)},
            lambda user, channel, value: workspace.restore_read(user, channel, value["ts"]),
        ),
    }


def _key(change: Change) -> Key | None:
    if change.kind.startswith("message.") and not change.user:
        return ("message", change.channel or "", change.ts or "")
    if change.kind == "home":
        return ("home", change.user or "", "")
    if change.kind in ("file", "response"):
        return (change.kind, change.ts or "", "")
    if change.kind == "member" and change.detail:
        return ("member", change.channel or "", change.detail["user"])
    if change.kind == "read":
        return ("read", change.user or "", change.channel or "")
    return None


def _line(key: Key, value: Json | None) -> str:
    return json.dumps({"key": list(key), "value": value}) + "\n"
