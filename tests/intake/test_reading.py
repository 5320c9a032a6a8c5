"""Bodies are read strictly: what two parsers could read differently is refused."""

from __future__ import annotations

import json

import pytest

from handlers.intake.problem import RefusedError
from handlers.intake.reading import MAX_FIELDS, read_fields

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
DEEP = 100_000


def refused(content_type: str, body: bytes) -> RefusedError:
    with pytest.raises(RefusedError) as refusal:
        read_fields(content_type, body)
    return refusal.value


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"{}", {}),
        (b'{"name": "Jane"}', {"name": "Jane"}),
        (b' \n{"name": "Jane"}\n ', {"name": "Jane"}),
        (b'\xef\xbb\xbf{"name": "Jane"}', {"name": "Jane"}),
        (b'{"name": null, "city": ""}', {"city": ""}),
        (b'{"ok": true, "no": false}', {"ok": "true", "no": "false"}),
        ('{"name": "Zoë 李 😀"}'.encode(), {"name": "Zoë 李 😀"}),
        (b'{"name": "\\ud83d\\ude00"}', {"name": "😀"}),
        ('{"name": "e\u0301"}'.encode(), {"name": "e\u0301"}),
        (b'{"name": "a\\u0007b\\u009b"}', {"name": "a\a" + "b\x9b"}),
        (b'{"": "nameless"}', {"": "nameless"}),
        (b'{"__proto__": "x", "self": "y"}', {"__proto__": "x", "self": "y"}),
    ],
)
def test_json_objects_are_read(body: bytes, fields: dict[str, str]) -> None:
    """Every scalar becomes the text that was sent; null is a field that was not given."""

    assert read_fields(JSON, body) == fields


@pytest.mark.parametrize(
    "number",
    [
        *("0", "-0", "42", "4.20", "1.10", "1e3", "1E+2", "1e999999", "-1e-999999"),
        *("16502530000", "0.1000000000000000055", "1" * 5_000, "9" * 1_000_000),
    ],
)
def test_numbers_stay_the_text_they_were(number: str) -> None:
    """No number is rounded, turned into `inf`, or too long to read."""

    assert read_fields(JSON, b'{"company_size": %s}' % number.encode()) == {"company_size": number}


@pytest.mark.parametrize(
    "media",
    [
        *(JSON, "Application/JSON", " application/json ; charset=utf-8", "application/ld+json"),
        *("application/json;charset=UTF-8", "application/vnd.api+json; ext=1"),
    ],
)
def test_every_way_to_say_json_is_known(media: str) -> None:
    """The media type counts, not its spelling nor its parameters."""

    assert read_fields(media, b'{"a": "b"}') == {"a": "b"}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not JSON"),
        (b" ", "not JSON"),
        (b"name=Jane", "not JSON"),
        (b"{", "not JSON"),
        (b'{"a": "b"} x', "not JSON"),
        (b'{"a": "b"}{"a": "b"}', "not JSON"),
        (b"{'a': 'b'}", "not JSON"),
        (b'{"a": "b",}', "not JSON"),
        (b'{"a": 012}', "not JSON"),
        (b'{"a": 0x1F}', "not JSON"),
        (b'{"a": "line\nbreak"}', "not JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": Infinity}', "Infinity"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b"null", "one JSON object"),
        (b"true", "one JSON object"),
        (b"7", "one JSON object"),
        (b'"text"', "one JSON object"),
        (b"[]", "one JSON object"),
        (b'[{"name": "Jane"}]', "one JSON object"),
        (b"[" * DEEP, "too deeply"),
        (b'{"a":' * DEEP, "too deeply"),
        (b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}", "too deeply"),
        ('{"name": "Zoë"}'.encode("latin-1"), "not UTF-8"),
        ('{"name": "Zoë"}'.encode("utf-16"), "not UTF-8"),
        ('{"name": "Zoë"}'.encode("utf-16-le"), "not UTF-8"),
        ('{"name": "Zoe"}'.encode("utf-32-be"), "not JSON"),
        (b'{"name": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"name": "\xc0\xaf"}', "not UTF-8"),
        (b"\x00", "not JSON"),
    ],
)
def test_what_is_no_json_object_is_refused(body: bytes, says: str) -> None:
    """A body that cannot be read is the sender's to mend: 400, and what is wrong with it."""
    refusal = refused(JSON, body)

    assert refusal.status == 400
    assert says in refusal.detail


def test_body_in_another_charset_is_not_guessed() -> None:
    """UTF-8 is what is read, whatever the header claims."""
    body = '{"name": "Zoë"}'.encode("latin-1")

    assert refused("application/json; charset=iso-8859-1", body).status == 400


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"name=Jane+Roe&city=Z%C3%BCrich", {"name": "Jane Roe", "city": "Zürich"}),
        ("name=Zoë".encode(), {"name": "Zoë"}),
        (b"\xef\xbb\xbfname=Jane", {"name": "Jane"}),
        (b"name=&city", {"name": "", "city": ""}),
        (b"a=1;b=2", {"a": "1;b=2"}),
        (b"a=b=c", {"a": "b=c"}),
        (b"a=%", {"a": "%"}),
        (b"a=%zz", {"a": "%zz"}),
        (b"&&a=1&", {"a": "1"}),
        (b"=nameless", {"": "nameless"}),
    ],
)
def test_forms_are_read(body: bytes, fields: dict[str, str]) -> None:
    """What a browser sends is read; a stray sign in it is text."""

    assert read_fields(FORM, body) == fields


@pytest.mark.parametrize("body", [b"name=%FF", b"name=\xff", b"name=%ED%A0%80", b"n%C0%AFme=1"])
def test_form_that_is_not_utf8_is_refused(body: bytes) -> None:
    """Bytes of another charset are refused rather than replaced."""
    refusal = refused(FORM, body)

    assert refusal.status == 400
    assert refusal.detail == "The form is not UTF-8."


@pytest.mark.parametrize(
    ("media", "body", "field"),
    [
        (JSON, b'{"email": "a@b.co", "email": "c@d.co"}', "email"),
        (JSON, b'{"email": "a@b.co", "\\u0065mail": "a@b.co"}', "email"),
        (JSON, b'{"x": {"inner": 1, "inner": 2}}', "inner"),
        (JSON, '{"größe": 1, "größe": 1}'.encode(), "gr\\xf6\\xdfe"),
        (FORM, b"email=a%40b.co&email=c%40d.co", "email"),
        (FORM, b"email=a%40b.co&%65mail=", "email"),
    ],
)
def test_field_given_twice_is_refused_by_name(media: str, body: bytes, field: str) -> None:
    """Two parsers would take different ones of the two, so neither is taken."""
    refusal = refused(media, body)

    assert refusal.status == 422
    assert [p.field for p in refusal.problems] == [field]
    assert "twice" in refusal.problems[0].detail


@pytest.mark.parametrize(
    ("media", "body", "fields"),
    [
        (JSON, b'{"name": "a\\u0000b"}', ["name"]),
        (JSON, b'{"name": "\\ud800", "city": "\\udfff", "email": "x"}', ["name", "city"]),
        (JSON, b'{"na\\u0000me": "x"}', ["na\\0me"]),
        (JSON, b'{"\\udc00": "x"}', ["\\udc00"]),
        (FORM, b"name=a%00b", ["name"]),
    ],
)
def test_what_no_database_keeps_is_refused_by_name(
    media: str, body: bytes, fields: list[str]
) -> None:
    """NUL and half a surrogate pair fail at the database later; every such field is named now."""
    refusal = refused(media, body)

    assert refusal.status == 422
    assert [p.field for p in refusal.problems] == fields
    assert json.dumps(refusal.as_json(), ensure_ascii=False).encode()


@pytest.mark.parametrize("value", ["[]", "{}", '["a"]', '{"a": "b"}', "[[[[1]]]]"])
def test_nested_values_are_refused_by_name(value: str) -> None:
    """One lead's fields are flat: a list of e-mail addresses is no e-mail address."""
    refusal = refused(JSON, b'{"city": "Bonn", "email": %s}' % value.encode())

    assert refusal.status == 422
    assert [p.field for p in refusal.problems] == ["email"]


def test_endless_field_name_is_cut_in_the_answer() -> None:
    """The answer to a hostile body stays small."""
    name = "n" * 100_000
    refusal = refused(JSON, json.dumps({name: []}).encode())

    assert len(refusal.problems[0].field) == 80


@pytest.mark.parametrize("media", [JSON, FORM])
def test_number_of_fields_is_bounded(media: str) -> None:
    """As many fields as the limit are read, one more is refused."""

    def body(count: int) -> bytes:
        fields = {f"f{n}": "x" for n in range(count)}
        if media == JSON:
            return json.dumps(fields).encode()
        return "&".join(f"{name}={text}" for name, text in fields.items()).encode()

    assert len(read_fields(media, body(MAX_FIELDS))) == MAX_FIELDS
    assert refused(media, body(MAX_FIELDS + 1)).status == 400


@pytest.mark.parametrize("media", [JSON, FORM])
def test_one_huge_field_is_read(media: str) -> None:
    """Length is bounded by the body's size only; normalising cuts and flags it later."""
    text = "x" * 250_000
    body = json.dumps({"message": text}) if media == JSON else f"message={text}"

    assert read_fields(media, body.encode()) == {"message": text}


@pytest.mark.parametrize(
    "media",
    ["", " ", ";", "text/plain", "text/json", "multipart/form-data; boundary=x", "application/xml",
     "application/jsonp", "json", "application/json, text/html", "application/", "é", "\x00"],
)  # fmt: skip
def test_other_media_types_are_refused(media: str) -> None:
    """A body of a kind nobody announced is not sniffed: 415 says which kinds are read."""
    refusal = refused(media, b'{"name": "Jane"}')

    assert refusal.status == 415
    assert "application/json" in refusal.detail
