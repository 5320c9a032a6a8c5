"""Distinct, believable leads without chance: the same number gives the same lead."""

from __future__ import annotations

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
