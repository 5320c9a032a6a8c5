"""JSON Schema of each policy file, for editors that complete and check while people type.

It knows the short forms: `4h`, `pool:emea`, `09:00-17:00`.
What it cannot say, such as whether a name exists, `baton policy check` does.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from routing.policy.reading.load import FILES, LISTS, TABLES, WHOLES
from routing.policy.tables.calendars import WEEKDAYS, Calendar, Window
from routing.policy.tables.enrichment import FieldPath
from routing.policy.tables.outside_hours import OutsideHours
from routing.policy.tables.rules import Target

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

SPAN: Schema = {
    "type": "string",
    "pattern": r"^[0-9]{1,6}[mhd]$",
    "description": "A span of time: 15m, 4h or 30d.",
    "examples": ["15m", "4h", "30d"],
}
SHORT_FORMS: dict[type[BaseModel], Schema] = {
    Target: {
        "type": "string",
        "pattern": r"^(?:(?:pool|queue):[^\s:]+|nurture)$",
        "examples": ["pool:emea-sdr", "queue:holding", "nurture"],
    },
    OutsideHours: {
        "type": "string",
        "pattern": r"^(?:assign|wait|pool:[^\s:]+)$",
        "examples": ["assign", "wait", "pool:emea-sdr"],
    },
    Window: {
        "type": "string",
        "pattern": r"^[0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d$",
        "examples": ["09:00-17:00"],
    },
}
"""How values are written that are not written as they are kept."""
ALSO_TEXT: frozenset[type[BaseModel]] = frozenset({FieldPath})
"""Values that may be written as their first part alone."""


def schema_of(file: str) -> Schema:
    """The schema of a YAML file, or of one row of a CSV file; KeyError for no policy file."""
    part, model = (TABLES | LISTS | WHOLES)[file]
    found = model.model_json_schema(schema_generator=_Written)
    definitions = found.pop("$defs", {})
    if file in LISTS:
        definitions[model.__name__] = found
        entry = {"$ref": f"#/$defs/{model.__name__}"}
        found = {
            "type": "object",
            "properties": {part: {"type": "array", "items": entry}},
            "required": [part],
            "additionalProperties": False,
        }
    head = {"$schema": DRAFT, "title": file}
    return head | _titleless(found) | ({"$defs": definitions} if definitions else {})


def schemas() -> dict[str, Schema]:
    """The schema of every policy file by its name."""
    return {file: schema_of(file) for file in FILES}


def _titleless(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "title"}


class _Written(GenerateJsonSchema):
    """Schemas of values as they are written, with the docstrings of their fields."""

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> Schema:
        return dict(SPAN)

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        model: type[BaseModel] = schema["cls"]
        if model in SHORT_FORMS:
            return {"description": _plain(model.__doc__), **SHORT_FORMS[model]}
        found: Schema = super().model_schema(schema)
        told = _told_fields(model)
        for name, one in found.get("properties", {}).items():
            one.pop("title", None)
            if name in told:
                one.setdefault("description", told[name])
        if description := _plain(model.__doc__):
            found["description"] = description
        ADJUSTED.get(model, _as_it_is)(found)
        return {"anyOf": [{"type": "string"}, found]} if model in ALSO_TEXT else found

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        """A default is shown only where it is written as it is kept."""
        found: Schema = super().default_schema(schema)
        if found.get("pattern") or isinstance(found.get("default"), dict | list):
            found.pop("default", None)
        return found


def _as_it_is(schema: Schema) -> None:
    """Most values are written as they are kept."""


def _days(schema: Schema) -> None:
    """Days of a week are written by their names."""
    weekly = schema["properties"]["weekly"]
    windows = weekly.pop("additionalProperties", None) or weekly.pop("patternProperties")
    weekly["properties"] = dict.fromkeys(WEEKDAYS, windows)
    weekly["additionalProperties"] = False


ADJUSTED: dict[type[BaseModel], Callable[[Schema], None]] = {Calendar: _days}


def _told_fields(model: type[BaseModel]) -> dict[str, str]:
    """The docstring below each field, the nearest class's first."""
    told: dict[str, str] = {}
    for cls in model.__mro__:
        if issubclass(cls, BaseModel) and cls.__module__.startswith("routing."):
            told = _below_fields(cls) | told
    return told


def _below_fields(cls: type) -> dict[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    lines = body.body if isinstance(body, ast.ClassDef) else []
    found: dict[str, str] = {}
    for field, text in pairwise(lines):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            found[field.target.id] = _plain(str(text.value.value))
    return found


def _plain(text: str | None) -> str:
    """A docstring as one running text for each of its paragraphs."""
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in paragraphs)
