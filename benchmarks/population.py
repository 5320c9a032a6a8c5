"""A made-up population with its truth: people, households and companies with their traps.

Colleagues behind one switchboard, families with one phone and one mailbox, fathers and juniors,
namesakes in one city. The same number and seed give the same people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from routing.matching.forms.names import COMMON_FAMILY_NAMES
from routing.normalise.text import words

_BEGINNINGS = sorted(
    words(
        """bar ber bur cal car chan cor dal del dun el fal far gar gil hal han hol kel lan lor mal
        mar mor nor par ral ros san ster tan ver vil wal win yar zan"""
    )
)
_ENDS = sorted(
    words(
        """ald bert by cott dale den dorf feld ford gan gate ham hart hurst kins ley low man mont
        ney rick ridge row sen shaw son stock ton vich ville ward way well wick win wood worth"""
    )
)
_TRADES = sorted(
    words(
        """Advisors Build Capital Care Consulting Data Design Energy Engineering Foods Health
        Interiors Legal Logistics Marketing Media Medical Networks Partners Pharma Plumbing
        Properties Retail Services Software Solutions Systems Technologies Tools Travel Water"""
    )
)
_GIVEN: tuple[str, ...] = tuple(
    re.findall(
        r"[a-z]+",
        """james john robert michael william david richard joseph thomas charles mary patricia
    jennifer linda elizabeth barbara susan jessica sarah karen christopher daniel matthew anthony
    donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey
    ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel nancy
    lisa margaret betty sandra ashley dorothy kimberly emily donna michelle carol amanda melissa
    deborah stephanie rebecca laura sharon cynthia kathleen amy shirley angela helen anna brenda
    pamela nicole emma samantha katherine christine gregory frank alexander raymond patrick jack
    dennis jerry debra rachel carolyn janet catherine maria heather diane olivia julie joyce
    victoria kelly christina lauren joan evelyn judith megan andrea cheryl hannah jacqueline martha
    gloria teresa ann sara madison frances kathryn janice jean abigail alice julia judy sophia grace
    denise amber carlos juan luis jose miguel antonio""",
    )
)
_TITLES = (
    *("CEO", "CFO", "Head of IT", "Engineer", "Operations Manager", "Office Manager", "Buyer"),
    *("Marketing Manager", "Project Manager", "Account Executive", "VP Sales", "Sales Director"),
    *("Owner", "Founder", "HR Manager"),
)
_PROVIDERS = ("gmail.com",) * 6 + ("yahoo.com", "hotmail.com", "outlook.com", "icloud.com")
_CITIES = 60
_PEOPLE_A_COMPANY = 5
_HOUSEHOLDS = 0.06  # share of draws that are a family of two to four


@dataclass(frozen=True)
class City:
    name: str
    area: str
    postal: str


@dataclass(frozen=True)
class Company:
    name: str
    domain: str
    city: City
    phone: str


@dataclass(frozen=True)
class Household:
    """What a family shares; phone and mail are empty for a person alone."""

    family: str
    city: City
    postal: str
    phone: str
    mail: str


@dataclass(frozen=True)
class Person:
    entity: int
    given: str
    household: Household
    company: Company | None
    title: str
    mail: str
    work_mail: str
    phone: str
    junior: bool


class Population:
    """Draws people; one `chance` for all."""

    def __init__(self, people: int, chance: Random) -> None:
        self._chance = chance
        self._people = people
        self._taken: set[str] = set()
        self._common = sorted(COMMON_FAMILY_NAMES)
        self._cities = [self._city() for _ in range(_CITIES)]
        self._companies = [self._company() for _ in range(people // _PEOPLE_A_COMPANY + 1)]

    def people(self) -> Iterator[Person]:
        made = 0
        while made < self._people:
            chance = self._chance.random()
            size = self._chance.choice((2, 2, 3, 4)) if chance < _HOUSEHOLDS else 1
            household = self._household(size)
            given = self._chance.sample(_GIVEN, size) if size > 1 else [self._given()]
            for member in range(size):
                made += 1
                junior = member == 1 and self._chance.random() < 0.1
                yield self._person(made, given[0 if junior else member], household, junior)

    def _person(self, entity: int, given: str, household: Household, junior: bool) -> Person:
        at = int(len(self._companies) * self._chance.random() ** 1.5)
        company = self._companies[at] if self._chance.random() < 0.68 else None
        family = household.family
        local = (given, f"{given[0]}{family}", f"{given}.{family}", f"{given}{family[0]}")
        return Person(
            entity=entity,
            given=given,
            household=household,
            company=company,
            title=self._chance.choice(_TITLES),
            mail=self._mail(given, family),
            work_mail=self._free(local, company.domain) if company else "",
            phone=self._phone(household.city),
            junior=junior,
        )

    def _mail(self, given: str, family: str) -> str:
        number = "" if self._chance.random() < 0.3 else str(self._chance.randrange(100))
        names = (
            f"{given}.{family}",
            f"{given[0]}{family}",
            f"{given}{family}",
            f"{family}{given[0]}",
        )
        return self._free([name + number for name in names], self._chance.choice(_PROVIDERS))

    def _free(self, names: Sequence[str], domain: str) -> str:
        """A mailbox that nobody has yet: providers give each name to one person."""
        name = self._chance.choice(names)
        while f"{name}@{domain}".replace(".", "") in self._taken:
            name += str(self._chance.randrange(10))
        self._taken.add(f"{name}@{domain}".replace(".", ""))
        return f"{name}@{domain}"

    def _household(self, size: int) -> Household:
        family, city = self._family(), self._chance.choice(self._cities)
        postal = f"{city.postal}{self._chance.randrange(100):02}"
        if size == 1:
            return Household(family, city, postal, "", "")
        mail = f"{family}family{self._chance.randrange(99_999)}@gmail.com"
        return Household(family, city, postal, self._phone(city), mail)

    def _given(self) -> str:
        return _GIVEN[int(len(_GIVEN) * self._chance.random() ** 1.2)]

    def _family(self) -> str:
        if self._chance.random() < 0.45:
            return self._common[int(len(self._common) * self._chance.random() ** 1.6)]
        middle = self._chance.choice((*_BEGINNINGS, *[""] * len(_BEGINNINGS)))
        return self._word().lower() + middle + self._chance.choice(_ENDS)

    def _word(self) -> str:
        return self._chance.choice(_BEGINNINGS).capitalize() + self._chance.choice(_ENDS)

    def _city(self) -> City:
        area, postal = self._chance.randrange(201, 990), self._chance.randrange(100, 999)
        return City(self._word(), str(area), str(postal))

    def _company(self) -> Company:
        city = self._chance.choice(self._cities)
        name = [self._word() for _ in range(self._chance.choice((1, 1, 2)))]
        name.append(self._chance.choice(_TRADES))
        domain = "".join(name).lower() + self._chance.choice((".com", ".net", ".io", ".co"))
        return Company(" ".join(name), domain, city, self._phone(city))

    def _phone(self, city: City) -> str:
        return f"{city.area}{self._chance.randrange(2_000_000, 10_000_000)}"
