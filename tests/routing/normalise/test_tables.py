"""The tables of messy values: right, empty and wrong are counted, and wrong must be none."""

from collections.abc import Callable

import pytest

from routing.normalise.aliases import DEFAULT_ALIASES as ALIASES
from routing.normalise.company import company_name, same_company
from routing.normalise.country import country
from routing.normalise.domain import website
from routing.normalise.email import parse_email
from routing.normalise.industry import industry_sector
from routing.normalise.person import Person, parse_person
from routing.normalise.phone import Phone, parse_phone
from routing.normalise.place import region
from routing.normalise.size import company_size
from routing.normalise.text import one_line
from routing.normalise.title import title_tier
from tests.routing.normalise.tables import Row, line, loose, rows, tally, value

FOLDERS = ("messy", "more")
WIDE = frozenset({"country", "phone", "email", "mail_class", "company", "title", "industry"})
"""Tables of `wide/`: values made up by hand, many languages, none taken from a sample."""


def find_country(row: Row) -> str | None:
    text = line(row) or one_line(value(row))
    return country(text, ALIASES) if line(row) or text == "NO" else None


def find_region(row: Row) -> str | None:
    return region(line(row), row["country"] or None, ALIASES) if line(row) else None


def find_email(row: Row) -> str | None:
    found = parse_email(value(row), ALIASES)
    return found.address if found else None


def find_mail_domain(row: Row) -> str | None:
    found = parse_email(value(row), ALIASES)
    return found.domain if found else None


def find_mail_class(row: Row) -> str | None:
    found = parse_email(value(row), ALIASES)
    return found.mailbox_class if found else None


def find_domain(row: Row) -> str | None:
    found = website(value(row))
    return found.registrable if found else None


def phone_of(row: Row) -> Phone | None:
    return parse_phone(value(row), row["default_region"] or None)


def find_phone(row: Row) -> str | None:
    found = phone_of(row)
    return found.e164 if found else None


def find_company(row: Row) -> str | None:
    return company_name(line(row), ALIASES)


def find_pair(row: Row) -> str:
    return str(int(same_company(one_line(value(row)), one_line(row["other"]), ALIASES)))


def person_of(row: Row) -> Person:
    return parse_person(value(row).strip(), ALIASES)


def find_title(row: Row) -> str:
    return title_tier(line(row), ALIASES) or "unknown"


def find_industry(row: Row) -> str | None:
    return industry_sector(line(row), ALIASES)


def find_size(row: Row) -> str | None:
    found = company_size(line(row))
    return None if found is None else str(found)


FIELDS: tuple[tuple[str, str, Callable[[Row], str | None]], ...] = (
    ("country", "expected_alpha2", find_country),
    ("region", "expected_3166_2", find_region),
    ("phone", "expected_e164", find_phone),
    ("email", "expected_email", find_email),
    ("mail_class", "expected_class", find_mail_class),
    ("domain", "expected_registrable_ascii", find_domain),
    ("company", "expected_name", find_company),
    ("company_pairs", "expected_same", find_pair),
    ("title", "expected_tier", find_title),
    ("industry", "expected_sector", find_industry),
)

# Rows of which an empty value is given for a wanted one; none of them is ever wrong.
EMPTY: frozenset[str] = frozenset()


FEW_EMPTY = 0.02
"""The share of wide values that may stay empty where one was wanted."""


@pytest.mark.parametrize(
    ("table", "expected", "find"),
    [f for f in FIELDS if f[0] in WIDE],
    ids=[f[0] for f in FIELDS if f[0] in WIDE],
)
def test_wide_values_are_read_or_left(
    table: str, expected: str, find: Callable[[Row], str | None]
) -> None:
    """Of realistic values nobody gave in a sample none is wrong, and nearly all are read."""
    wide = rows("wide", table)

    found = tally(find, wide, expected, loose if table == "company" else str)

    assert found.wrong == ()
    assert len(found.empty) <= FEW_EMPTY * len(wide)


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(("table", "expected", "find"), FIELDS, ids=[f[0] for f in FIELDS])
def test_no_messy_value_becomes_a_wrong_one(
    folder: str, table: str, expected: str, find: Callable[[Row], str | None]
) -> None:
    """No row of a table gives a confident wrong value, and all but the named ones are right."""

    found = tally(find, rows(folder, table), expected, loose if table == "company" else str)

    assert found.wrong == ()
    assert set(found.empty) <= EMPTY


@pytest.mark.parametrize("folder", [*FOLDERS, "wide"])
def test_names_are_parted_into_given_and_family(folder: str) -> None:
    """No row of the name tables gives a wrong given or family name, and none stays empty."""

    table = rows(folder, "name")
    given = tally(lambda row: person_of(row).given, table, "expected_given", loose)
    families = [
        row["id"]
        for row in table
        if loose(person_of(row).family or "") != loose(row["expected_family"])
        and person_of(row).given
    ]

    assert (given.wrong, given.empty, families) == ((), (), [])


@pytest.mark.parametrize("folder", [*FOLDERS, "wide"])
def test_extensions_are_kept_apart(folder: str) -> None:
    """The extension of a phone number is neither lost nor welded to the number."""

    found = {row["id"]: phone_of(row) for row in rows(folder, "phone")}

    assert [
        row["id"]
        for row in rows(folder, "phone")
        if (phone := found[row["id"]]) and (phone.extension or "") != row["expected_ext"]
    ] == []


def test_mail_domains_are_ascii() -> None:
    """The domain of an address is the whole mail domain in A-labels."""

    table = [row for row in rows("messy", "email") if row["expected_email"]]
    wrong = [
        row["id"]
        for row in table
        if find_mail_domain(row) not in (None, row["expected_domain_ascii"])
    ]

    assert wrong == []


@pytest.mark.parametrize("folder", ["more", "wide"])
def test_company_sizes(folder: str) -> None:
    """A number of people is itself, a range its lower bound, and a vague size stays empty."""

    found = tally(find_size, rows(folder, "company_size"), "expected_size")

    assert (found.wrong, found.empty) == ((), ())
