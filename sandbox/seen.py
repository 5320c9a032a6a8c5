"""What a person can read and use on a message or view."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.block_kit import elements_of, label_of
from sandbox.workspace.model import Json


@dataclass(frozen=True)
class Field:
    """An element a person can use: what it is called, and how the app names it."""

    label: str
    block_id: str
    action_id: str
    kind: str


@dataclass(frozen=True)
class SeenMessage:
    """A message as a person sees it; `data` is Slack's JSON."""

    channel: str
    data: Json

    @property
    def ts(self) -> str:
        return str(self.data["ts"])

    @property
    def text(self) -> str:
        """The fallback text."""
        return str(self.data.get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.data.get("blocks", []))

    @property
    def shown(self) -> str:
        """All that can be read on it: its blocks' texts by line, or the text without blocks."""
        lines = [line for block in self.blocks for line in texts_of(block)]
        return "\n".join(lines) or self.text

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons and menus."""
        return [field.label for field in fields_of(self.blocks)]

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.data.get("is_ephemeral"))

    @property
    def reactions(self) -> dict[str, list[str]]:
        """User ids by emoji name."""
        return {one["name"]: list(one["users"]) for one in self.data.get("reactions", [])}

    @property
    def files(self) -> list[Json]:
        """Slack's file objects."""
        return list(self.data.get("files", []))

    @property
    def metadata(self) -> Json | None:
        return self.data.get("metadata")


def texts_of(block: Json) -> Iterator[str]:
    """Every text a person reads in a block, in reading order."""
    for key in ("text", "label", "title"):
        if isinstance(block.get(key), dict):
            yield str(block[key]["text"])
        elif isinstance(block.get(key), str) and key == "text":
            yield str(block[key])
    for key in ("fields", "elements"):
        for item in block.get(key) or []:
            yield from texts_of(item)
    for key in ("accessory", "element"):
        if block.get(key):
            yield from texts_of(block[key])


def fields_of(blocks: list[Json]) -> list[Field]:
    """The elements of some blocks that a person can use."""
    found = []
    for block in blocks:
        for one in elements_of(block):
            if "action_id" in one:
                label = label_of(block, one)
                found.append(Field(label, block["block_id"], one["action_id"], one["type"]))
    return found
