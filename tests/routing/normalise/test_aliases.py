"""The alias tables: frozen, extended by policy, and in step with the libraries' names."""

from typing import get_args

import pycountry
import pytest
from babel import Locale

from routing.normalise import DEFAULT_ALIASES, RawLead, normalise
from routing.normalise.country import country
from routing.normalise.industry import SECTORS
from routing.normalise.regions_table import region_codes
from routing.values import TitleTier

# Left to a person: names two countries share, and Granada (Grenada in Spanish; a city in Spain).
AMBIGUOUS = {"CD", "CG", "GD", "HK", "MF", "MO", "SH", "SX", "VG", "VI"}


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "ja"])
def test_every_country_is_known_in_the_served_languages(language: str) -> None:
    """The CLDR name of every country in a served language is that country or needs a person."""

    names = Locale.parse(language).territories
    found = {
        one.alpha_2: country(names[one.alpha_2], DEFAULT_ALIASES) for one in pycountry.countries
    }
    missed = {code for code, got in found.items() if got is None}

    assert {code: got for code, got in found.items() if got not in (code, None)} == {}
    assert missed <= AMBIGUOUS


def test_official_names_are_known() -> None:
    """The ISO 3166-1 name and official name of every country is that country."""

    wrong = {
        name: found
        for one in pycountry.countries
        for name in (one.name, getattr(one, "official_name", one.name))
        if (found := country(name, DEFAULT_ALIASES)) not in (one.alpha_2, None)
    }

    assert wrong == {}


def test_aliases_name_only_known_values() -> None:
    """No alias leads to a country, region, tier or sector that does not exist."""

    tables = DEFAULT_ALIASES
    codes = {one.alpha_2 for one in pycountry.countries} | {""}

    assert set(tables.countries.values()) <= codes
    assert {
        code
        for land, table in tables.regions.items()
        for code in table.values()
        if code and code not in region_codes(land)
    } == set()
    assert {v for t in tables.titles.values() for v in t.values()} <= {*get_args(TitleTier), "-"}
    assert {v for t in tables.industries.values() for v in t.values()} == set(SECTORS)


def test_policy_extends_the_tables() -> None:
    """Entries of policy win over the defaults, and the defaults themselves never change."""

    own = DEFAULT_ALIASES.extended(
        countries={"The Länd": "DE"},
        regions={"DE": {"The Länd": "DE-BW"}},
        titles={"Ninja": "ic"},
        industries={"Widgets": "manufacturing"},
        corporate_domains=["gmail.com"],
        placeholders=["keine Ahnung"],
    )
    raw = RawLead(
        country="the länd",
        region="the länd",
        job_title="ninja",
        industry="widgets",
        email="a@gmail.com",
        company="Keine Ahnung",
    )
    lead = normalise(raw, aliases=own)

    assert (lead.country, lead.region, lead.title_tier) == ("DE", "DE-BW", "ic")
    assert (lead.industry, lead.mailbox_class, lead.company) == ("manufacturing", "corporate", None)
    assert normalise(raw).country is None
    with pytest.raises(TypeError):
        DEFAULT_ALIASES.countries["x"] = "DE"  # type: ignore[index]
