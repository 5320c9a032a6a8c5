"""What pydantic refuses, in words for the people who keep the tables."""

from __future__ import annotations

from typing import TypeGuard, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import FileOrigin, named_days
from routing.policy.reading.read_yaml import Path


def explain(
    file: str, origin: FileOrigin, root: Path, model: type[BaseModel], error: ValidationError
) -> list[PolicyError]:
    """One problem for each refused value; `root` is the path of the entry in its file."""
    return [_one(file, origin, root, model, detail) for detail in error.errors()]


def _one(
    file: str, origin: FileOrigin, root: Path, model: type[BaseModel], detail: ErrorDetails
) -> PolicyError:
    path = named_days(tuple(detail["loc"]))
    line = origin.line((*root, *path))
    name = str(path[-1]) if path else model.__name__
    if detail["type"] == "missing":
        return PolicyError(file, line, f"{name!r} is missing")
    if detail["type"] == "extra_forbidden":
        known = _model_at(model, path[:-1]).model_fields
        return PolicyError(file, line, f"unknown key {name!r}", nearest(name, known))
    if detail["type"] == "literal_error":
        return _not_one_of(file, line, name, detail)
    return PolicyError(file, line, f"{_words(path)}: {_reason(detail)}")


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    """The model of what stands at this path within an entry: of its lists, what they list."""
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return model


def _model_in(kind: object) -> type[BaseModel] | None:
    """The model a type is or holds, however deep its lists go."""
    if _is_model(kind):
        return kind
    return next((model for part in get_args(kind) if (model := _model_in(part))), None)


def _is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _not_one_of(file: str, line: int, name: str, detail: ErrorDetails) -> PolicyError:
    given, expected = str(detail["input"]), detail.get("ctx", {}).get("expected", "")
    options = [option.strip("'") for option in expected.replace(" or ", ", ").split(", ")]
    message = f"{name} {given!r} is not one of {', '.join(options)}"
    return PolicyError(file, line, message, nearest(given, options))


def _words(path: Path) -> str:
    """`points: entry 2: when`; a condition of high value by its number and that of its list."""
    parts = [part if isinstance(part, str) else f"entry {part + 1}" for part in path]
    if len(path) > 3 and path[:2] == ("high_value", "any_of"):
        parts[1:4] = [f"condition {int(path[3]) + 1} of list {int(path[2]) + 1}"]
    return ": ".join(parts) or "value"


def _reason(detail: ErrorDetails) -> str:
    given = detail["input"]
    if detail["type"].startswith(("int_", "bool_", "date_")):
        kinds = {"int": "a whole number", "bool": "yes or no", "date": "a date such as 2026-12-25"}
        return f"{given!r} is not {kinds[detail['type'].split('_')[0]]}"
    return detail["msg"].removeprefix("Value error, ")
