"""Company size as a number of people: a number is itself, a range its lower bound."""

import re

from routing.normalise.text import fold, words

LARGEST = 10_000_000  # nobody employs more; a larger number is something else (a phone, a revenue)
_NUMBER = r"\d{1,3}(?:[ ,.'’\u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)?"
_UNIT = "k|tsd|thousand|mil|m|mio|million"
_SIZE = re.compile(
    rf"^(?P<lead>(?:~|≈|ca\.?|c\.|circa|about|around|approx\.?"
    rf"|approximately|roughly|over|[±+]"
    rf"|more than|at least|min\.?|rund|etwa|über|mehr als|environ|plus de|unos|más de|mas de"
    rf"|oltre|between|from|zwischen|von|entre|de|tra|da|tussen|ongeveer|cerca de|rd\.?"
    rf"|team ?:|staff ?:|van|team of|employees ?:|size ?:"
    rf"|mitarbeiter ?:|company size ?:|従業員(?:数)?|员工|직원|>=?|≥)"
    rf"\s*)*(?P<first>{_NUMBER})\s*(?P<unit>{_UNIT})?(?![a-z])\.?\s*(?P<plus>\+)?"
    rf"(?:\s*(?:-|–|—|~|〜|～|to|t/m|bis|à|a|and|et|und|y|e|en|tot|bis zu|\.\.+)"
    rf"\s*(?P<last>{_NUMBER})\s*(?P<unit2>{_UNIT})?(?![a-z]))?\s*(?P<plus2>\+)?"
    rf"\s*(?:or more|and more|and above|and up|u\.? ?m\.?|und mehr|et plus|o más|o mas"
    rf"|y más|ou mais|e più|of meer|en meer)?\s*(?P<tail>(?:[^\d%€$£+-]|(?<=[a-z])-(?=[a-z]))*)$",
    re.I,
)
_PEOPLE = words("""
    ppl pax souls employees employee people staff fte ftes persons members workers headcount heads
    emp empl
    team size company mitarbeiter mitarbeitende mitarbeiterinnen ma beschaftigte angestellte
    personen leute employes salaries salarie collaborateurs personnes personas empleados
    trabajadores dipendenti addetti persone funcionarios colaboradores empregados medewerkers
    werknemers personeel pracownikow zamestnancu anstallda ansatte full time total in worldwide
    globally of and about approx self employed person pessoas persons pers professionals associates
    collaboratori medarbetare medarbeider ansatt medewerker osoby osob pracownik calisan kisi
    персонал сотрудников человек людеи small medium large just me
    人 名 명 人以上 名以上 명이상 以上 人の 社員 従業員 员工 员""")
_RUNNING = re.compile(r"\s*\((?:in )?(?:19|20)\d\d\)\s*$")  # the year of the count
_NAMED = re.compile(r"^[a-z -]{0,20}[(\[](.*\d.*)[)\]]$", re.I)  # Medium (51-200)
_FACTOR = {"k": 1_000, "tsd": 1_000, "thousand": 1_000, "mil": 1_000}
_JUST_ME = frozenset(
    {"just me", "only me", "myself only", "nur ich", "solo", "self employed", "myself"}
)


def _number(text: str, unit: str | None) -> int | None:
    """A written number with thousands marks or, before a unit, with decimals."""
    plain = re.sub(r"[ ,.'’\u00a0\u202f](?=\d{3}(?:\D|$))", "", text)
    if re.fullmatch(r"\d+", plain):
        value = float(plain) if len(plain) <= 9 else float("inf")
    elif unit:
        value = float(text.replace(",", "."))
    else:
        return int(text.split(".")[0]) if re.fullmatch(r"\d+\.0", text) else None
    if unit and unit.lower() not in _FACTOR:
        return None  # millions: revenue rather than people
    value *= _FACTOR[unit.lower()] if unit else 1
    return int(value) if 0 < value <= LARGEST and value == int(value) else None


def company_size(value: str) -> int | None:
    """Return the number of people in a cleaned one-line company size, or None where vague.

    `1,000` is 1000, `1000+` is 1000, `51-200` is 51, `~2k employees` is 2000. `< 50`, `small` and a
    number followed by other words than people (`10 million EUR`) are not certain. Never raises.
    """
    text = _RUNNING.sub("", value.strip(" .;:\"'"))
    named = _NAMED.match(text)
    text = named[1] if named else text
    if fold(text) in _JUST_ME:
        return 1
    match = _SIZE.match(text) if len(text) <= 60 else None
    if not match or set(fold(match["tail"]).split()) - _PEOPLE:
        return None
    first = _number(match["first"], match["unit"] or (match["unit2"] if match["last"] else None))
    if match["last"] is None or first is None:
        return first
    last = _number(match["last"], match["unit2"])
    return first if last is not None and first <= last and _begins_a_range(first) else None


def _begins_a_range(number: int) -> bool:
    """555-1234 is a telephone: ranges begin with a small or a round number, or one above it."""
    return number < 100 or number % 10 in (0, 1)
