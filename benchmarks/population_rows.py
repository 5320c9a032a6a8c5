"""How the people of a population fill forms: several times, with nicknames and slips."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from string import ascii_lowercase

from nicknames import NickNamer

from benchmarks.population import Person, Population

Row = dict[str, str]

_ROWS_A_PERSON = 1.38
_AGAIN = 1 - 1 / _ROWS_A_PERSON
_NICKNAMES = NickNamer()
_SOURCES = ("web_form",) * 4 + ("csv_import", "google_ads", "linkedin", "partner_api", "event_scan")
_FORMS = ("", "", " Inc.", ", Inc.", " LLC", " Corp", " Ltd.", " Company", " Group")
_ROLES = ("info", "sales", "office", "admin", "support")
_MISSPELT = {
    "gmail.com": "gmial.com", "yahoo.com": "yaho.com", "hotmail.com": "hotmial.com",
    "outlook.com": "outlok.com", "icloud.com": "iclod.com",
}  # fmt: skip
_JUNK_MAILS = ("test@test.com", "none@none.com", "a@a.com")
_PHONE_FORMS = ("{}{}{}", "({}) {}-{}", "{}-{}-{}", "+1 {} {} {}", "1-{}-{}-{}", "{}.{}.{}")


def population_rows(rows: int, seed: int = 1) -> list[Row]:
    """About `rows` rows, mixed, by the columns of the duplicate scan and `entity_id`."""
    chance = Random(seed)
    pen = _Pen(chance)
    people = Population(int(rows / _ROWS_A_PERSON), chance).people()
    written = [row for person in people for row in pen.rows_of(person)]
    chance.shuffle(written)
    return [{"lead_id": str(at), **row} for at, row in enumerate(written, start=1)]


class _Pen:
    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def rows_of(self, person: Person) -> Iterator[Row]:
        yield self._row(person)
        while self._happens(_AGAIN):
            row = self._row(person)
            yield row
            if self._happens(0.06):
                yield dict(row)

    def _row(self, person: Person) -> Row:
        source, city = self._chance.choice(_SOURCES), person.household.city.name
        return {
            "source": source,
            "source_id": f"{source[:2]}-{self._chance.getrandbits(48):012x}",
            **self._name(person),
            "email": self._given(0.88, self._mail(person)),
            "phone": self._given(0.74, self._phone(person)),
            "company": self._given(0.85, self._company(person)),
            "job_title": self._given(0.35, person.title),
            "city": self._given(0.7, self._slip(city) if self._happens(0.03) else city),
            "postal_code": self._given(0.54, person.household.postal),
            "country": "US",
            "entity_id": str(person.entity),
        }

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share

    def _given(self, share: float, value: str) -> str:
        return value if self._happens(share) else ""

    def _name(self, person: Person) -> Row:
        given, family = person.given, person.household.family
        if self._happens(0.16):
            given = self._chance.choice(sorted(_NICKNAMES.nicknames_of(given)) or [given])
        given = self._slip(given) if self._happens(0.06) else given
        given = given[0] + "." if self._happens(0.04) else given
        family = self._slip(family) if self._happens(0.067) else family
        family = "smith" if self._happens(0.009) else "" if self._happens(0.035) else family
        given, family = (family, given) if family and self._happens(0.02) else (given, family)
        last = family.capitalize() + (" Jr." if person.junior and self._happens(0.7) else "")
        whole = f"{given.capitalize()} {last}".strip()
        if self._happens(0.25):
            return {"full_name": whole, "first_name": "", "last_name": ""}
        return {"full_name": whole, "first_name": given.capitalize(), "last_name": last}

    def _mail(self, person: Person) -> str:
        if person.household.mail and self._happens(0.15):
            return person.household.mail
        if person.company and self._happens(0.03):
            return f"{self._chance.choice(_ROLES)}@{person.company.domain}"
        if self._happens(0.003):
            return self._chance.choice(_JUNK_MAILS)
        mail = person.work_mail if person.company and self._happens(0.5) else person.mail
        local, _, domain = mail.partition("@")
        local = self._slip(local) if self._happens(0.02) else local
        local += "+news" if self._happens(0.055) else ""
        if domain == "gmail.com" and self._happens(0.1):
            local = f"{local[:3]}.{local[3:]}"
        return f"{local}@{_MISSPELT.get(domain, domain) if self._happens(0.015) else domain}"

    def _phone(self, person: Person) -> str:
        number = person.phone
        if person.household.phone and self._happens(0.5):
            number = person.household.phone
        elif person.company and self._happens(0.2):
            number = person.company.phone
        if self._happens(0.027):
            at = self._chance.randrange(3, 10)
            number = f"{number[:at]}{self._chance.randrange(10)}{number[at + 1 :]}"
        parts = (number[:3], number[3:6], number[6:])
        return self._chance.choice(_PHONE_FORMS).format(*parts)

    def _company(self, person: Person) -> str:
        if person.company is None:
            return ""
        name = self._slip(person.company.name) if self._happens(0.04) else person.company.name
        name = name.rpartition(" ")[0] if self._happens(0.01) else name
        return name + self._chance.choice(_FORMS)

    def _slip(self, text: str) -> str:
        """One letter left out, doubled, mistyped or swapped with its neighbour."""
        if len(text) < 3:
            return text
        at, kind = self._chance.randrange(1, len(text) - 1), self._chance.randrange(4)
        middle = ("", text[at] * 2, self._chance.choice(ascii_lowercase), text[at + 1] + text[at])
        return text[:at] + middle[kind] + text[at + (2 if kind == 3 else 1) :]
