"""Small rules that check one value of a Block Kit document and report what is wrong, and where."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.workspace.model import Json


@dataclass
class Report:
    """What was found: `errors` as Slack words them, `missing` what the sandbox does not have.

    `is_picture` knows the files of the workspace, by id or address.
    """

    is_picture: Callable[[str], bool]
    errors: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where in the document a value stands."""

    report: Report
    pointer: str
    block: str = ""

    def at(self, step: str | int) -> "Place":
        return Place(self.report, f"{self.pointer}/{step}", self.block)

    def named(self, block: str) -> "Place":
        return Place(self.report, self.pointer, block)

    def error(self, message: str) -> None:
        name = f" ({self.block})" if self.block else ""
        self.report.errors.append(f"{message} [json-pointer:{self.pointer}]{name}")

    def missing(self, thing: str) -> None:
        self.report.missing.append(f"{thing} at {self.pointer}")


Rule = Callable[[object, Place], None]
Check = Callable[[Json, Place], None]


def string(longest: int, shortest: int = 0) -> Rule:
    """A string of `shortest` to `longest` characters."""

    def check(value: object, place: Place) -> None:
        if not isinstance(value, str):
            place.error("must be a string")
        elif len(value) > longest:
            place.error(f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            place.error(f"must be more than {shortest - 1} characters")

    return check


def matching(pattern: str, wanted: str) -> Rule:
    """A string of a certain form."""
    compiled = re.compile(pattern)

    def check(value: object, place: Place) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            place.error(f"must be {wanted}")

    return check


def one_of(*allowed: str) -> Rule:
    def check(value: object, place: Place) -> None:
        if value not in allowed:
            place.error(f"must be a valid enum value: {', '.join(allowed)}")

    return check


def boolean(value: object, place: Place) -> None:
    if not isinstance(value, bool):
        place.error("must be a boolean")


def not_here(thing: str) -> Rule:
    """Slack has it, the sandbox does not."""
    return lambda value, place: place.missing(thing)


def integer(lowest: int, highest: int) -> Rule:
    def check(value: object, place: Place) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            place.error("must be an integer")
        elif not lowest <= value <= highest:
            place.error(f"must be between {lowest} and {highest}")

    return check


def many(rule: Rule, most: int, fewest: int = 1) -> Rule:
    """A list of `fewest` to `most` items, each keeping `rule`."""

    def check(value: object, place: Place) -> None:
        if not isinstance(value, list):
            place.error("must be an array")
            return
        if len(value) > most:
            place.error(f"no more than {most} items allowed")
        if len(value) < fewest:
            place.error(f"no fewer than {fewest} items allowed")
        for index, item in enumerate(value):
            rule(item, place.at(index))

    return check


@dataclass(frozen=True)
class Shape:
    """An object with these fields and no others. Callable as a Rule."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    typed: bool = False

    def __call__(self, value: object, place: Place) -> None:
        if not isinstance(value, dict):
            place.error("must provide an object")
            return
        rules = {**self.required, **self.optional}
        for name in self.required:
            if name not in value:
                place.error(f"missing required field: {name}")
        for name, item in value.items():
            if name in rules:
                rules[name](item, place.at(name))
            elif not (self.typed and name == "type"):
                place.error(f"invalid additional property: {name}")


def text(longest: int, *, markdown: bool) -> Rule:
    """A text object of 1 to `longest` characters; `mrkdwn` only where Slack takes it."""
    kinds = ("plain_text", "mrkdwn") if markdown else ("plain_text",)
    plain = Shape({"type": one_of(*kinds), "text": string(longest, 1)}, {"emoji": boolean})
    marked = Shape({"type": one_of(*kinds), "text": string(longest, 1)}, {"verbatim": boolean})

    def check(value: object, place: Place) -> None:
        is_marked = isinstance(value, dict) and value.get("type") == "mrkdwn"
        (marked if is_marked else plain)(value, place)

    return check


def plain(longest: int) -> Rule:
    return text(longest, markdown=False)


def both(first: Rule, second: Check) -> Rule:
    """`first`, then `second` on values that are objects."""

    def check(value: object, place: Place) -> None:
        first(value, place)
        if isinstance(value, dict):
            second(value, place)

    return check


def either(one: str, other: str) -> Check:
    """Exactly one of two fields."""

    def check(value: Json, place: Place) -> None:
        if (one in value) == (other in value):
            place.error(f"must have either {one} or {other}")

    return check
