"""YAML text to plain values, with the line of every key.

Only plain data is read: no tags, no aliases, bounded depth, no duplicate keys. Unquoted `NO`,
`09:00` and dates stay text, so that Norway is a country and not `false`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from routing.policy.reading.errors import PolicyError

MAX_DEPTH = 12
MAX_CHARS = 10_000_000

Path = tuple[str | int, ...]


@dataclass
class YamlText:
    """The value of a file, the line of each path in it, and what could not be read."""

    value: object = None
    lines: dict[Path, int] = field(default_factory=dict)
    errors: list[PolicyError] = field(default_factory=list)
    unreadable: bool = False


class _Refused(yaml.YAMLError):
    """A construct that is valid YAML but not welcome in a policy."""

    def __init__(self, problem: str, event: yaml.Event) -> None:
        super().__init__(problem)
        self.line = event.start_mark.line + 1 if event.start_mark else 1


class _Loader(yaml.SafeLoader):
    """Composes nodes; knows null, true, false and whole numbers as unquoted words only."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]  # untyped there
        if isinstance(event, yaml.AliasEvent):
            raise _Refused("aliases (*name) are not allowed", event)
        if getattr(event, "tag", None) is not None:
            raise _Refused("tags (!name) are not allowed", event)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Refused("nested too deeply", event)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {}  # those of YAML 1.1 take NO, on and 09:30 for other things
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""]
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789")
)


def read_yaml(file: str, text: str) -> YamlText:
    """Read one file; its syntax error, if any, is in `errors` with its line."""
    found = YamlText()
    try:
        if len(text) > MAX_CHARS:
            raise yaml.YAMLError(f"larger than {MAX_CHARS} characters")
        node = yaml.compose(text.removeprefix("\ufeff"), Loader=_Loader)
        found.value = {} if node is None else _value(node, (), file, found)
    except yaml.YAMLError as error:
        found.errors.append(_syntax_error(file, text, error))
        found.unreadable = True
    return found


def _syntax_error(file: str, text: str, error: yaml.YAMLError) -> PolicyError:
    if isinstance(error, _Refused):
        return PolicyError(file, error.line, str(error))
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return PolicyError(file, error.problem_mark.line + 1, error.problem or str(error))
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return PolicyError(file, line, f"character {error.character!r} is not allowed")
    return PolicyError(file, 1, str(error))


def _value(node: yaml.Node, path: Path, file: str, found: YamlText) -> object:
    found.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, file, found)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), file, found) for i, item in enumerate(node.value)]
    kind, text = node.tag.rpartition(":")[2], str(node.value)
    if kind == "null":
        return None
    return int(text) if kind == "int" else text == "true" if kind == "bool" else text


def _mapping(node: yaml.MappingNode, path: Path, file: str, found: YamlText) -> dict[str, object]:
    values: dict[str, object] = {}
    for key_node, value_node in node.value:
        line, key = key_node.start_mark.line + 1, str(key_node.value)
        if not isinstance(key_node, yaml.ScalarNode):
            found.errors.append(PolicyError(file, line, "a key must be a plain word"))
        elif key in values:
            found.errors.append(PolicyError(file, line, f"key {key!r} appears twice"))
        else:
            found.lines[(*path, key)] = line
            values[key] = _value(value_node, (*path, key), file, found)
    return values
