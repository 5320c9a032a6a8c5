"""Phone numbers as national digits, whatever form they were written in.

No number is judged here: a number that libphonenumber calls invalid still tells two leads alike.
Calling codes are prefix-free (ITU-T E.164), so a code is found without a table of numbers.
"""

from __future__ import annotations

import re

from routing.normalise.text import words

SHORTEST, LONGEST = 7, 15
_EXTENSION = re.compile(
    r"(?:\b(?:ext(?:ension|n)?|x|dw|durchwahl)\.?|#|,|;|(?<=\d)x)\s*:?\s*(\d{1,6})\s*$", re.I
)
_TWO_DIGIT_CODES = words(
    """20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63
    64 65 66 81 82 84 86 90 91 92 93 94 95 98"""
)
_RUNS = ("01234567890123456789", "98765432109876543210")
_NORTH_AMERICA = 10  # digits of a number there


def extension_of(written: str) -> str | None:
    """The digits behind `ext.`, `x`, `#` or a comma at the end, or None."""
    found = _EXTENSION.search(written[:60])
    return found[1] if found else None


def national_digits(written: str) -> str | None:
    """The digits without extension, calling code and trunk zero; None for junk and no number."""
    text = _EXTENSION.sub("", written[:60])
    digits = "".join(char for char in text if char in "0123456789")
    abroad = "+" in text.partition(digits[:1] or "0")[0] or digits.startswith(("00", "011"))
    digits = digits.removeprefix("011") if digits.startswith("011") and abroad else digits
    digits = digits.lstrip("0")
    if abroad or len(digits) > _NORTH_AMERICA:
        digits = _without_code(digits).lstrip("0")
    if not SHORTEST <= len(digits) <= LONGEST or _is_junk(digits):
        return None
    return digits


def _without_code(digits: str) -> str:
    size = 1 if digits[:1] in ("1", "7") else 2 if digits[:2] in _TWO_DIGIT_CODES else 3
    return digits[size:] if len(digits) - size >= SHORTEST else digits


def _is_junk(digits: str) -> bool:
    return len(set(digits)) < 3 or any(digits in run for run in _RUNS)


def near_digits(left: str, right: str) -> bool:
    """Whether one digit was mistyped or two neighbours swapped."""
    if len(left) != len(right) or len(left) < SHORTEST:
        return False
    off = [at for at, (one, other) in enumerate(zip(left, right, strict=True)) if one != other]
    if len(off) == 1:
        return True
    if len(off) != 2 or off[1] != off[0] + 1:
        return False
    return left[off[0]] == right[off[1]] and left[off[1]] == right[off[0]]
