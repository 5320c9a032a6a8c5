"""Distinct, believable leads: the same number always gives the same lead."""

from __future__ import annotations

import random

FIRST = ("Maya", "Jonas", "Priya", "Lucas", "Aisha", "Tom", "Elena", "Noah", "Ingrid", "Carlos")
LAST = ("Lindgren", "Okafor", "Schmidt", "Garcia", "Novak", "Hughes", "Rossi", "Tanaka", "Weber")
TITLES = ("VP of Sales", "Head of Operations", "Marketing Manager", "CTO", "Sales Director")
PLACES = (
    ("US", "US-CA", "San Francisco", "+1415555"),
    ("US", "US-NY", "New York", "+1212555"),
    ("DE", None, "Berlin", "+4930901"),
    ("GB", None, "London", "+4420794"),
    ("CA", "CA-ON", "Toronto", "+1416555"),
    ("FR", None, "Paris", "+3314268"),
)
SIZES = ("12", "85", "150", "420", "1800")


def form_fields(number: int) -> dict[str, str]:
    """The plain fields of lead `number`; with the example policy it gets an owner at once."""
    country, region, city, prefix = PLACES[number % len(PLACES)]
    first, last = FIRST[number % len(FIRST)], LAST[number // 7 % len(LAST)]
    domain = f"company{number}.example"
    fields = {
        "name": f"{first} {last}",
        "email": f"{first}.{last}.{number}@{domain}".lower(),
        "phone": f"{prefix}{number % 10_000:04d}",
        "company": f"{last} {first} Works {number} Inc.",
        "website": f"https://www.{domain}",
        "job_title": TITLES[number // 3 % len(TITLES)],
        "country": country,
        "city": city,
        "company_size": SIZES[number // 5 % len(SIZES)],
        "message": f"We would like a demo for our team of {number % 40 + 3}.",
    }
    return fields | ({"region": region} if region else {})


def stranger_fields(number: int) -> dict[str, str]:
    """The plain fields of a lead whose names, address and company nobody of another number has."""
    chance = random.Random(number)
    given, family, firm = (_word(chance, length) for length in (6, 8, 10))
    country, region, city, _ = PLACES[number % len(PLACES)]
    fields = {
        "name": f"{given} {family}",
        "email": f"{given}.{family}@{firm}{number}.example".lower(),
        "company": f"{firm} {number}",
        "job_title": chance.choice(TITLES),
        "country": country,
        "city": city,
        "company_size": chance.choice(SIZES),
        "message": f"We would like a demo for our team of {number % 40 + 3}.",
    }
    return fields | ({"region": region} if region else {})


def _word(chance: random.Random, length: int) -> str:
    letters = [chance.choice("bdfgklmnprstvz" if at % 2 else "aeiou") for at in range(length)]
    return "".join(letters).capitalize()
