"""Read a body strictly: what two parsers could read differently is refused, never guessed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from handlers.intake.problem import FieldProblem, RefusedError

MAX_FIELDS = 200

Fields = Mapping[str, str]
"""Field names and their text, as the sender gave them."""


def read_fields(content_type: str, body: bytes) -> Fields:
    """The fields of a JSON object or an HTML form. RefusedError says what to change."""
    if is_json(content_type):
        return checked(_json_fields(body))
    if media_type(content_type) == "application/x-www-form-urlencoded":
        return checked(_form_fields(body))
    raise RefusedError(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "Send application/json or application/x-www-form-urlencoded.",
    )


def media_type(content_type: str) -> str:
    """The type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_json(content_type: str) -> bool:
    media = media_type(content_type)
    return media == "application/json" or media.endswith("+json")


def _json_fields(body: bytes) -> dict[str, str]:
    fields = read_object(body)
    return {name: text for name, raw in fields.items() if (text := as_text(name, raw)) is not None}


def read_object(body: bytes, number: Callable[[str], object] = str) -> dict[str, Any]:
    """A JSON object; each number is the text it was sent as, so that none is rounded, or what
    `number` makes of that text.

    Raises RefusedError for what is not UTF-8, not JSON or no object, and for a name given twice.
    """
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_int=number,
            parse_float=number,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError:
        raise _unreadable("The body is not UTF-8.") from None
    except RecursionError:
        raise _unreadable("The body is nested too deeply.") from None
    except ValueError as error:
        raise _unreadable(f"The body is not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise _unreadable("The body must be one JSON object.")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise _bad_field(name, "is given twice; send it once")
        fields[name] = value
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def as_text(name: str, value: object) -> str | None:
    """A scalar as text, None for null. A list or an object is no lead field and is refused."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    raise _bad_field(name, "must be text or a number, not a list or an object")


def _form_fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8-sig"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except UnicodeDecodeError:
        raise _unreadable("The form is not UTF-8.") from None
    except ValueError:
        raise _unreadable(f"The form has more than {MAX_FIELDS} fields.") from None
    return _unique(list(pairs))


def checked(fields: dict[str, str]) -> Fields:
    """The fields, if a database can keep them and they are not too many; else RefusedError."""
    if len(fields) > MAX_FIELDS:
        raise _unreadable(f"The lead has more than {MAX_FIELDS} fields.")
    problems = tuple(
        FieldProblem(_shown(name), "holds a character no database can keep (NUL or half of a pair)")
        for name, text in fields.items()
        if is_broken(name) or is_broken(text)
    )
    if problems:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields cannot be read.", problems)
    return fields


def is_broken(text: str) -> bool:
    """Whether the text holds what no database can keep: NUL, or half of a surrogate pair."""
    return any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)


def _shown(name: str) -> str:
    """A field's name as it can be written into an answer."""
    return name.encode("ascii", "backslashreplace").decode()[:80].replace("\0", "\\0")


def _unreadable(detail: str) -> RefusedError:
    return RefusedError(HTTPStatus.BAD_REQUEST, detail)


def _bad_field(name: str, detail: str) -> RefusedError:
    return RefusedError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Some fields cannot be read.",
        (FieldProblem(_shown(name), detail),),
    )
