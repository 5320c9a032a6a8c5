"""Files that the app or a person uploads: announced, sent, then shared in messages."""

import base64
import secrets
from dataclasses import dataclass, field, replace
from threading import RLock

from sandbox.workspace.changes import Changes
from sandbox.workspace.model import BOT_USER_ID, Change, Clock, Json, SlackError

LARGEST = 10_000_000
# What a browser may show inline; everything else is offered as a download.
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
OTHER = "application/octet-stream"
IN_BLOCKS = ("image/png", "image/jpeg", "image/gif")


@dataclass(frozen=True)
class File:
    """A file; `created` in epoch seconds, `length` as announced, `content` None until sent."""

    id: str
    name: str
    title: str
    created: int
    length: int
    alt_text: str = ""
    content: bytes | None = None
    user: str = BOT_USER_ID

    @property
    def mimetype(self) -> str:
        """By the content, never by the name: what claims to be a picture must be one."""
        content = self.content or b""
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return "image/webp"
        return next((kind for mark, kind in _PICTURES if content.startswith(mark)), OTHER)

    def to_json(self) -> Json:
        content = base64.b64encode(self.content or b"").decode()
        return {**self.__dict__, "content": content}


def file_of(value: Json) -> File:
    """The reverse of `to_json`."""
    return File(**{**value, "content": base64.b64decode(value["content"])})


@dataclass
class Files:
    """All files. Thread-safe."""

    clock: Clock
    changes: Changes
    _files: dict[str, File] = field(default_factory=dict)
    _tickets: dict[str, str] = field(default_factory=dict)
    _shares: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _lock: RLock = field(default_factory=RLock)

    def announce(self, name: str, length: int, alt_text: str) -> tuple[File, str]:
        """A new file without content, and the word in the address where it is to be sent."""
        if length > LARGEST:
            raise SlackError("file_upload_size_restricted")
        file = File(
            "F" + secrets.token_hex(5).upper(),
            name,
            name,
            int(self.clock().timestamp()),
            length,
            alt_text,
        )
        ticket = secrets.token_hex(12)
        with self._lock:
            self._files[file.id] = file
            self._tickets[ticket] = file.id
        return file, ticket

    def receive(self, ticket: str, content: bytes) -> File:
        """Take the content. Raises not_found, or bad_length when it is not what was announced."""
        with self._lock:
            file = self._files.get(self._tickets.get(ticket, ""))
            if file is None:
                raise SlackError("not_found")
            if len(content) != file.length:
                raise SlackError("bad_length", needed=str(file.length), provided=str(len(content)))
            file = self._files[file.id] = replace(file, content=content)
        return file

    def complete(self, file_id: str, title: str) -> File:
        """The file is all there and may be shared. Raises file_not_found."""
        with self._lock:
            file = replace(self.file(file_id), title=title or self.file(file_id).title)
            self._files[file_id] = file
            self._tickets = {k: v for k, v in self._tickets.items() if v != file_id}
        self.changes.tell(Change("file", ts=file_id))
        return file

    def upload(self, user: str, name: str, content: bytes) -> File:
        """A person's file, there at once."""
        file, ticket = self.announce(name, len(content), "")
        self.receive(ticket, content)
        with self._lock:
            self._files[file.id] = replace(self._files[file.id], user=user)
        return self.complete(file.id, name)

    def share(self, file_id: str, channel: str, ts: str) -> None:
        """It stands in this message now."""
        with self._lock:
            self._shares.setdefault(file_id, []).append((channel, ts))

    def shares(self, file_id: str) -> Json:
        """Where it stands, as `files.info` says it; direct messages count as private."""
        found: Json = {}
        for channel, ts in self._shares.get(file_id, []):
            kind = "public" if channel.startswith("C") else "private"
            found.setdefault(kind, {}).setdefault(channel, []).append({"ts": ts})
        return found

    def file(self, file_id: str) -> File:
        """A file whose content has arrived. Raises file_not_found."""
        with self._lock:
            file = self._files.get(file_id)
        if file is None or file.content is None:
            raise SlackError("file_not_found")
        return file

    def is_picture(self, reference: str) -> bool:
        """Whether an id, or an address that `file_shape` gives, is a picture for blocks."""
        with self._lock:
            file = self._files.get(reference.rpartition("/files/")[2])
            announced = file is not None and file.id in self._tickets.values()
        return file is not None and not announced and file.mimetype in IN_BLOCKS

    def restore(self, file: File) -> None:
        with self._lock:
            self._files[file.id] = file


def file_shape(file: File, base_url: str) -> Json:
    """A file object as `files.info` and messages show it."""
    address = f"{base_url}/files/{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2],
        "user": file.user,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "alt_txt": file.alt_text,
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
    }
