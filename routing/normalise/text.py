"""Text as people and machines send it, made plain: NFC, one space, no controls."""

import html
import re
import unicodedata
from functools import lru_cache

REMEMBERED = 4_096  # values whose reading is kept: titles, places and companies come again
MAX_RAW = 20_000  # characters of a value that are looked at; what comes after is cut and flagged
MAX_LINE = 500  # characters of a cleaned one-line value; a longer one is nothing a person typed
MAX_MESSAGE = 10_000  # characters of a cleaned message; what comes after is cut and flagged

# Zero-width space, word joiner, BOM, soft hyphen, bidi marks, embeddings and isolates: invisible.
_INVISIBLE = dict.fromkeys(
    [
        *(0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x61C, 0x180E),
        *range(0x202A, 0x202F),
        *range(0x2061, 0x2070),
        *range(0xE0000, 0xE0080),
    ]
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], " ")
_LINE_CONTROLS = {code: mark for code, mark in _CONTROLS.items() if code != 0x0A} | {
    0x2028: "\n",
    0x2029: "\n",
    0x85: "\n",
}
_SURROGATES = re.compile("[\ud800-\udfff]")
_NON_CHARACTERS = re.compile("[\ufffe\uffff\ufdd0-\ufdef\U0001fffe\U0001ffff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31}\d{0,2});", re.I)
_DANGEROUS_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f](?=.)", re.S)
_OVERRIDE = re.compile("[\u202d\u202e]")
_ACTIVE = re.compile(
    r"<\s*(?:script|iframe|object|embed|svg|form|base|meta|img[^<>]{0,500}\bon\w+)\b"
    r"|^\s*[=+@-]\s*(?:cmd|hyperlink|importxml|webservice|dde)\b|^\s*=[^=]*\|"
    r"|\$\{|#\{|\{\{|javascript\s*:|\bunion\s+select\b|;\s*drop\s+table\b|'\s*or\s+'?1'?\s*=",
    re.I,
)
_TAG = re.compile(
    r"</?(?:a|abbr|b|base|big|blockquote|body|br|button|center|code|div|em|embed|font|footer|form"
    r"|h[1-6]|head|header|hr|html|i|iframe|img|input|li|link|meta|object|ol|p|pre|script|section"
    r"|small|span|strong|style|sub|sup|svg|table|tbody|td|th|title|tr|tt|u|ul)\b(?![^<>]*[@|])"
    r"[^<>]*>",
    re.I,
)
_HIDDEN_BLOCK = re.compile(r"<(script|style)\b[^>]*>.*?(?:</\1\s*>|$)", re.I | re.S)
_KEPT_APART = re.compile(r"[^\w\s]|_")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʻ`´′."))
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | {"ħ": "h", "ŧ": "t", "ə": "e", "ѐ": "е", "&": " and "}
)
_MARKS = dict.fromkeys(
    [
        *(0x640, 0x670),
        *range(0x300, 0x370),
        *range(0x5B0, 0x5C8),
        *range(0x610, 0x61B),
        *range(0x64B, 0x660),
    ]
)


def words(text: str) -> frozenset[str]:
    """Return the words of a space-separated list, as the tables in the code are written."""
    return frozenset(text.split())


def plain(value: str) -> str:
    """Return `value` in NFC without lone surrogates, invisible or full-width forms; length kept."""
    if value.isascii():
        return value
    value = _SURROGATES.sub("\ufffd", value)
    value = _NON_CHARACTERS.sub("", value).translate(_INVISIBLE).translate(_FULL_WIDTH)
    return unicodedata.normalize("NFC", value)


def one_line(value: str) -> str:
    """Return `value` on one line: entities decoded once, control characters to spaces, collapsed.

    A control character becomes a space and is never dropped: dropping one welds
    `acme.com\\0.evil.org` together.
    """
    if "&" in value and _ENTITY.search(value):
        value = html.unescape(value)
    return " ".join(plain(value).translate(_CONTROLS).split())


def without_tags(value: str) -> str:
    """Return `value` without HTML tags and without the content of script and style elements.

    Only known element names count as tags, so `<jane@acme.com>` and `<!here>` stay.
    """
    if "<" not in value:
        return value
    return " ".join(_TAG.sub(" ", _HIDDEN_BLOCK.sub(" ", value)).split())


def cut(value: str, limit: int) -> tuple[str, bool]:
    """Return the first `limit` characters of the trimmed `value` and whether something was lost."""
    value = value.strip()
    return (value, False) if len(value) <= limit else (value[:limit], True)


def is_suspicious(value: str) -> bool:
    """Tell whether `value` holds a bidi override, an inner control character or active content."""
    return bool(
        _DANGEROUS_CONTROL.search(value) or _OVERRIDE.search(value) or _ACTIVE.search(value)
    )


def has_override(value: str) -> bool:
    """Tell whether `value` holds a bidi override, which shows letters in another order."""
    return bool(_OVERRIDE.search(value))


def clean_message(value: str) -> str:
    """Return a message with its line breaks kept: at most two in a row, spaces collapsed."""
    value = plain(value.replace("\r\n", "\n").replace("\r", "\n")).translate(_LINE_CONTROLS)
    lines = [" ".join(line.split()) for line in value.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@lru_cache(maxsize=REMEMBERED)
def fold(value: str) -> str:
    """Return the comparing form: lower case, no marks, words of letters and digits, `&` as `and`.

    Dots and apostrophes vanish (`U.S.` -> `us`), every other sign parts two words. Marks are
    stripped from Latin, Greek, Cyrillic, Hebrew and Arabic letters; other scripts keep theirs.
    """
    if value.isascii():
        value = value.lower().translate(_APOSTROPHES).replace("&", " and ")
        return " ".join(_KEPT_APART.sub(" ", value).split())
    value = unicodedata.normalize("NFKD", value).casefold()
    value = unicodedata.normalize("NFKD", value).translate(_MARKS).translate(_APOSTROPHES)
    value = unicodedata.normalize("NFC", value).translate(_LETTERS)
    return " ".join("".join(map(_kept, value)).split())


def _kept(char: str) -> str:
    if char.isalnum() or unicodedata.category(char) in ("Mn", "Mc"):
        return char
    return " "


def scripts(value: str) -> frozenset[str]:
    """Return which of LATIN, CYRILLIC and GREEK occur among the letters of `value`.

    These are the three whose letters look alike; a word of more than one is `mixed_scripts`.
    """
    if value.isascii():
        return frozenset({"LATIN"}) if any(map(str.isalpha, value)) else frozenset()
    found = {unicodedata.name(char, "").partition(" ")[0] for char in value if char.isalpha()}
    return frozenset(found & {"LATIN", "CYRILLIC", "GREEK"})


def mixes_scripts(value: str) -> bool:
    """Tell whether one word of `value` mixes Latin, Cyrillic and Greek letters."""
    return not value.isascii() and any(
        len(scripts(word)) > 1 for word in re.split(r"[\W_]+", value) if word
    )


def tidy_case(value: str) -> str:
    """Give words typed all in capitals or all in small letters a capital each; else unchanged."""
    if (value.isupper() and len(value) > 3) or value.islower():
        return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lambda m: m[0].capitalize(), value)
    return value
