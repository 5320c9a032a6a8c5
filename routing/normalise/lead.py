"""One raw lead to one normalised lead: every field cleaned, what is not certain flagged.

The rules of each field stand in its own module; this one only feeds them and collects flags.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from routing.lead import Profile
from routing.normalise.aliases import DEFAULT_ALIASES, Aliases
from routing.normalise.company import company_key, company_name, unknown_form
from routing.normalise.country import country, names_several_countries
from routing.normalise.domain import Website, website
from routing.normalise.email import Email, counts_addresses, parse_email
from routing.normalise.industry import industry_sector, names_several
from routing.normalise.markup import looks_like_html, visible_text
from routing.normalise.person import Person, parse_person, person_from_parts
from routing.normalise.phone import Phone, has_many, parse_phone
from routing.normalise.place import City, city, names_several_regions, region
from routing.normalise.size import company_size
from routing.normalise.text import (
    MAX_LINE,
    MAX_MESSAGE,
    MAX_RAW,
    clean_message,
    cut,
    fold,
    has_override,
    is_suspicious,
    mixes_scripts,
    one_line,
    plain,
    without_tags,
)
from routing.normalise.title import names_a_role, title_tier
from routing.values import TitleTier

_Found = TypeVar("_Found")
_AMBIGUOUS: dict[str, Callable[[str, Aliases], bool]] = {
    "industry": names_several,
    "job_title": names_a_role,
    "country": names_several_countries,
}
_NOT_NOTHING = frozenset(  # a word for nothing everywhere else: Norway, Oklahoma, Niederösterreich
    {("country", "NO"), ("region", "OK"), ("region", "NÖ"), ("industry", "Bar")}
)
LONGEST_FLAG = 200  # characters of a raw value that a flag carries


@dataclass(frozen=True, slots=True)
class RawLead:
    """A lead as its source gave it; every field may be missing and may hold any text."""

    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    website: str | None = None
    job_title: str | None = None
    industry: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    company_size: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about one raw field that a person may want to see.

    field: a name of `RawLead`; code: listed at `normalise`; raw: the value, cut, printable.
    """

    field: str
    code: str
    raw: str


class NormalisedLead(Profile):
    """The profile of a cleaned lead; None where a value is missing or not certain.

    `flags` says what was not certain and why.
    """

    flags: tuple[Flag, ...] = ()


@dataclass(slots=True)
class _Desk:
    """What one call works with: the raw lead, the aliases, and the flags raised so far."""

    raw: RawLead
    aliases: Aliases
    flags: list[Flag] = field(default_factory=list)

    def flag(self, name: str, code: str, value: str) -> None:
        self.flags.append(Flag(name, code, plain(value[:LONGEST_FLAG])))

    def value(self, name: str) -> str | None:
        """The trimmed raw value, bounded to `MAX_RAW` and flagged when cut or suspicious."""
        given: str | None = getattr(self.raw, name)
        if not given:
            return None
        value, lost = cut(given, MAX_RAW)
        if lost:
            self.flag(name, "too_long", value)
        if is_suspicious(value):
            self.flag(name, "suspicious", value)
        return value or None

    def line(self, name: str) -> str | None:
        """The value on one line without markup; None for a placeholder or an endless value."""
        value = self.value(name)
        if value is None or any(found == Flag(name, "too_long", found.raw) for found in self.flags):
            return None
        line = without_tags(one_line(value))
        if len(line) > MAX_LINE:
            self.flag(name, "too_long", line)
            return None
        if not line or (name, line) in _NOT_NOTHING:
            return line or None
        return None if fold(line) in self.aliases.placeholders else line

    def parsed(self, name: str, parse: Callable[[str], _Found | None]) -> _Found | None:
        """The parsed one-line value, flagged when there was one and none came out."""
        line = self.line(name)
        if line is None:
            return None
        found = parse(line)
        if found is None:
            self.flag_unmapped(name, line)
        return found

    def flag_unmapped(self, name: str, line: str) -> None:
        """`_ambiguous` for a word the tables know without one meaning, `_unknown` for any other."""
        is_ambiguous = _AMBIGUOUS.get(name)
        known = is_ambiguous is not None and is_ambiguous(line, self.aliases)
        self.flag(name, f"{name.removeprefix('job_')}_{'ambiguous' if known else 'unknown'}", line)


def normalise(
    raw: RawLead, *, default_region: str | None = None, aliases: Aliases = DEFAULT_ALIASES
) -> NormalisedLead:
    """Return the cleaned lead; pure, never raises for any text.

    default_region: alpha-2 assumed for national phone numbers when the lead's own country is not
    known. Flag codes: `<field>_invalid` (email, phone, website, name, city), `<field>_unknown`
    (country, region, industry, title, company_size), `<field>_ambiguous` (country, region,
    industry, title), `company_empty`, `company_form_unknown`, `region_without_country`,
    `two_values`, `mixed_scripts`, `mail_domain_typo`, `mail_domain_unknown`,
    `website_is_platform`, `name_incomplete`,
    `too_long`, `suspicious`.
    """
    desk = _Desk(raw, aliases)
    place = _place(desk)
    email = _email(desk)
    phone = _phone(desk, place.country or default_region)
    person = _person(desk)
    company, key = _company(desk)
    title, tier = _title(desk)
    site = _website(desk)
    return NormalisedLead(
        email=email.address if email else None,
        email_domain=email.domain if email else None,
        mailbox_class=email.mailbox_class if email else None,
        role_mailbox=bool(email and email.role),
        phone=phone.e164 if phone else None,
        phone_ext=phone.extension if phone else None,
        country=place.country,
        region=place.region,
        city=place.name,
        company=company,
        company_key=key,
        domain=_domain(site, email),
        given_name=person.given,
        family_name=person.family,
        full_name=person.full,
        title=title,
        title_tier=tier,
        industry=_industry(desk),
        company_size=desk.parsed("company_size", company_size),
        message=_message(desk),
        flags=tuple(desk.flags),
    )


def _place(desk: _Desk) -> City:
    """City, region and country; region and country may stand behind the city."""
    aliases = desk.aliases
    land = desk.parsed("country", lambda line: country(line, aliases))
    written = desk.line("city")
    town = city(written, land, aliases) if written else City(None)
    if written and town.name is None:
        desk.flag("city", "city_invalid", written)
    land = land or (town.country if desk.raw.country is None else None)
    area = _region(desk, land)
    if area and town.region and area != town.region:
        desk.flag("city", "two_values", written or "")
    area = area or town.region
    return City(town.name, area, land or (area[:2] if area else None))


def _region(desk: _Desk, land: str | None) -> str | None:
    line = desk.line("region")
    if line is None:
        return None
    found = region(line, land, desk.aliases)
    if found is None and land is None:
        desk.flag("region", "region_without_country", line)
    elif found is None:
        several = names_several_regions(line, land or "", desk.aliases)
        desk.flag("region", "region_ambiguous" if several else "region_unknown", line)
    return found


def _industry(desk: _Desk) -> str | None:
    """The sector, by the company's own word for it where policy has one."""
    sector = desk.parsed("industry", lambda line: industry_sector(line, desk.aliases))
    return desk.aliases.sectors.get(sector, sector) if sector else None


def _email(desk: _Desk) -> Email | None:
    value = desk.value("email")
    if value is None or fold(value) in desk.aliases.placeholders:
        return None
    found = parse_email(value, desk.aliases)
    if found is None:
        desk.flag("email", "two_values" if counts_addresses(value) > 1 else "email_invalid", value)
        return None
    if found.mixed_scripts:
        desk.flag("email", "mixed_scripts", value)
    if found.typo_of:
        desk.flag("email", "mail_domain_typo", value)
    elif found.registrable is None:
        desk.flag("email", "mail_domain_unknown", value)
    return found


def _phone(desk: _Desk, region_code: str | None) -> Phone | None:
    value = desk.value("phone")
    if value is None or fold(value) in desk.aliases.placeholders:
        return None
    found = parse_phone(value, region_code)
    if found is None:
        desk.flag("phone", "phone_invalid", value)
    elif has_many(value):
        desk.flag("phone", "two_values", value)
    return found


def _person(desk: _Desk) -> Person:
    """The name from its two fields, filled up from the one field when a part is missing there."""
    values = {name: desk.value(name) for name in ("name", "first_name", "last_name")}
    parts = person_from_parts(values["first_name"], values["last_name"], desk.aliases)
    whole = parse_person(values["name"], desk.aliases) if values["name"] else Person(None, None)
    if parts.given and not parts.family and not values["name"] and " " in parts.given:
        whole = parse_person(parts.given, desk.aliases)  # the whole name in the first field
        parts = whole if whole.given and whole.family else parts
    found = _united(parts, whole)
    given = next((value for value in values.values() if value), None)
    if given and not (found.given or found.family):
        if fold(given) not in desk.aliases.placeholders:
            desk.flag("name" if values["name"] else "first_name", "name_invalid", given)
    elif given and not (found.given and found.family):
        desk.flag("name" if values["name"] else "first_name", "name_incomplete", given)
    if given and mixes_scripts(given):
        desk.flag("name" if values["name"] else "first_name", "mixed_scripts", given)
    return found


def _united(parts: Person, whole: Person) -> Person:
    """Separate fields win; the whole name helps out only where it agrees with the part given."""
    if (parts.given and parts.family) or not (whole.given or whole.family):
        return parts
    if not (parts.given or parts.family):
        return whole
    agrees = (parts.given or whole.given) == whole.given or parts.family == whole.family
    return Person(parts.given or whole.given, parts.family or whole.family) if agrees else parts


def _company(desk: _Desk) -> tuple[str | None, str | None]:
    line = desk.line("company")
    if line is None or has_override(desk.raw.company or ""):
        return None, None
    name = company_name(line, desk.aliases)
    if name is None:
        desk.flag("company", "company_empty", line)
        return None, None
    if mixes_scripts(name):
        desk.flag("company", "mixed_scripts", line)
    if form := unknown_form(name):
        desk.flag("company", "company_form_unknown", form)
    return name, company_key(line, desk.aliases)


def _title(desk: _Desk) -> tuple[str | None, TitleTier | None]:
    line = desk.line("job_title")
    if line is None:
        return None, None
    tier = title_tier(line, desk.aliases)
    if tier is None:
        desk.flag_unmapped("job_title", line)
    return line, tier


def _website(desk: _Desk) -> Website | None:
    """The company's own site; a page on a platform or at a mail provider is nobody's domain."""
    value = desk.value("website")
    if value is None or fold(value) in desk.aliases.placeholders:
        return None
    found = website(value)
    if found is None:
        desk.flag("website", "website_invalid", value)
        return None
    if mixes_scripts(value):
        desk.flag("website", "mixed_scripts", value)
    aliases = desk.aliases
    platform = found.registrable in aliases.platforms and not found.bare
    if platform or found.registrable in aliases.disposable_domains:
        desk.flag("website", "website_is_platform", value)
        return None
    return found


def _domain(site: Website | None, email: Email | None) -> str | None:
    if site:
        return site.registrable
    if email and email.mailbox_class == "corporate" and not email.mixed_scripts:
        return email.registrable
    return None


def _message(desk: _Desk) -> str | None:
    value = desk.value("message")
    if value is None:
        return None
    text = visible_text(value) if looks_like_html(value) else value
    message, lost = cut(clean_message(text), MAX_MESSAGE)
    if lost:
        desk.flag("message", "too_long", value)
    return message or None
