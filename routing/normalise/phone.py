"""Phone number as E.164 with its extension.

`phonenumbers` (libphonenumber) with `is_valid_number`: `is_possible_number` accepts numbers that do
not exist. Letters are read as keypad keys only in whole words behind digits (1-800-FLOWERS): the
letter O typed for a zero would become a six. Geocoder and time-zone data are never imported.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

from routing.normalise.text import plain

LONGEST = 250  # libphonenumber's own limit
_OTHER_VALUE = re.compile(r"\s*(?:[;,|\n]|\s/\s|\s(?:or|oder|ou|o|und|and|&)\s)\s*")
_EXTENSION = re.compile(
    r"[\s,;.(-]*(?:\b(?:ext(?:ension|ensión|n)?|app|x|durchwahl|dw|nst|poste|int(?:erno)?|anexo|ramal|toestel"
    r"|доб)\.?|#|(?<=\d)x)\s*[:.]?\s*\(?(\d{1,7})\)?\s*$",
    re.I,
)
_LABEL = re.compile(
    r"^[\W_]*(?:(?:tel|telefon|telephone|phone|ph|mobile|mobil|mob|cell|cellular|handy|office|work"
    r"|home|direct|fon|fone|telefono|telefone|t|m|p|tlf|gsm|whatsapp)(?:\s*(?:no|nr|number))?"
    r"\s*[.:]+|tel:|(?:tel|phone|mobile|cell|mob|whatsapp|handy|mobil)\s)\s*",
    re.I,
)
_NOTE = re.compile(
    r"\s*(?:\((?:work|home|mobile|mobil|cell|office|direct|main|privat|buro|büro|handy|fixe|portable)\)"
    r"|\bext(?:ension)?\.?:?)\s*$",
    re.I,
)
_PARAMETER = re.compile(r";\s*ext=", re.I)
_TEL_LINK = re.compile(r"tel:([+\d().\-\s]{5,40})", re.I)
_KEYPAD = re.compile(r"^\+?[\d\s().-]{3,}[A-Za-z]{3,}[A-Za-z\d\s().-]*$")
_ALLOWED = re.compile(r"^[+\d\s().\-/\[\]~*•·]+$")
_OLD_MEXICAN_MOBILE = re.compile(r"^\+?52\D*1\D*(\d[\d\D]*)$")
_FLOAT = re.compile(r"^\d+[.,]\d$|\d[eE][+-]?\d")


@dataclass(frozen=True, slots=True)
class Phone:
    """e164: `+` and digits; extension: digits or None."""

    e164: str
    extension: str | None


def _plain_number(value: str) -> str:
    """ASCII digits and signs: other scripts' digits, dashes and emoji made plain."""
    text = plain(value)
    if not text.isascii():
        text = "".join(map(_ascii, text))
    return " ".join(text.replace("\0", " ").split())


def _ascii(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.digit(char, None) if char.isdigit() else None
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    return "-" if category == "Pd" or char == "−" else " " if category[0] in "SZC" else char


def parse_phone(value: str, region: str | None) -> Phone | None:
    """Return the one certain number in `value`, or None.

    region: alpha-2 whose national form is assumed for a number without `+` or an international
    prefix; without it such a number is not certain. Of several numbers the first valid one is
    taken. Never raises.
    """
    text = value.strip()
    if len(text) > 4 * LONGEST:
        return None
    link = _TEL_LINK.search(text) if "<" in text else None
    text = _PARAMETER.sub(" ext ", _plain_number(link[1] if link else text))
    if region is None and text.startswith("00"):
        text = f"+{text[2:]}"  # the international prefix of most countries
    whole = _parse_one(text, region)
    if whole:
        return whole
    parts = [part for part in _OTHER_VALUE.split(text) if part][:3]
    found = [_parse_one(part, region) for part in parts] if len(parts) > 1 else []
    return next((phone for phone in found if phone), None)


def _parse_one(text: str, region: str | None) -> Phone | None:
    text = _NOTE.sub("", _LABEL.sub("", text)).strip(" ,;:'\"")
    match = _EXTENSION.search(text)
    extension, text = (match[1], text[: match.start()]) if match else (None, text)
    text = text.strip(" ,;:'\"-")
    if not text or len(text) > LONGEST or _FLOAT.search(text):
        return None
    if not _ALLOWED.match(text) and not _is_keypad(text):
        return None
    e164 = _valid(text, region)
    return Phone(e164, extension) if e164 else None


def _is_keypad(text: str) -> bool:
    """Whether letters are a word to be keyed: capitals in one group, no O in place of a zero."""
    words = re.findall(r"[A-Za-z]+", text)
    return bool(
        _KEYPAD.match(text)
        and all(len(word) >= 3 and word.isupper() and set(word) != {"O"} for word in words)
        and not re.search(r"\d[A-Za-z]|[A-Za-z]\d", text)
    )


def _valid(text: str, region: str | None) -> str | None:
    text = re.sub(r"^\+\s*\(0\)|(?<=\d)\s*\(0\)", " ", text) if text.startswith("+") else text
    for attempt in (text, _without_old_one(text)):
        try:
            number = phonenumbers.parse(attempt, region) if attempt else None
        except (phonenumbers.NumberParseException, ValueError):
            continue
        if number is not None and number.extension is None and phonenumbers.is_valid_number(number):
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return e164 if len(e164) <= 16 else None
    return None


def _without_old_one(text: str) -> str | None:
    """+52 1 ...: Mexico dropped the mobile 1 in 2019; libphonenumber calls the old form invalid."""
    match = _OLD_MEXICAN_MOBILE.match(text)
    return f"+52 {match[1]}" if match and text.startswith(("+", "00")) else None


def has_many(value: str) -> bool:
    """Tell whether `value` looks like several numbers."""
    parts = [part for part in _OTHER_VALUE.split(value[:LONGEST]) if part]
    return sum(sum(map(str.isdigit, part)) >= 7 for part in parts) > 1
