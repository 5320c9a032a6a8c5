"""Which account a lead belongs to (I7, I4): by a domain of the company's own, else by name."""

from __future__ import annotations

import pytest

from routing.matching.accounts import account_key
from routing.normalise.lead import RawLead, normalise


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (RawLead(email="anna@mail.acme.com"), "domain:acme.com"),
        (RawLead(email="info@acme.co.uk"), "domain:acme.co.uk"),
        (RawLead(email="anna@acme.com", website="https://other.com"), "domain:acme.com"),
        (RawLead(email="anna@gmail.com", website="https://www.acme.com/x"), "domain:acme.com"),
        (RawLead(company="Acme Networks LLC", country="US"), "company:acmenetworks:US"),
        (RawLead(email="a.b@gmail.com", company="Acme Networks", country="US"),
         "company:acmenetworks:US"),
        (RawLead(company="Acme Networks"), None),
        (RawLead(company="AB", country="US"), None),
        (RawLead(email="anna@gmail.com"), None),
        (RawLead(email="anna@mailinator.com"), None),
        (RawLead(email="anna@gmail.com", website="anna.github.io"), None),
        (RawLead(email="anna@gmail.com", website="shop.myshopify.com"), None),
        (RawLead(email="anna@gmail.com", website="anna.wordpress.com"), None),
        (RawLead(email="anna@gmail.com", website="linkedin.com/in/anna"), None),
        (RawLead(email="anna@linkedin.com"), "domain:linkedin.com"),
        (RawLead(), None),
    ],
)  # fmt: skip
def test_account_is_found_by_what_is_the_company_s_own(raw: RawLead, key: str | None) -> None:
    """Never by the domain of a mail provider, a disposable one, a host or a platform."""

    assert account_key(normalise(raw)) == key


def test_spellings_of_one_company_are_one_account() -> None:
    """Legal form and case do not part an account; another country does."""
    keys = {
        account_key(normalise(RawLead(company=name, country=country)))
        for name, country in (
            ("Acme Networks, Inc.", "US"),
            ("ACME NETWORKS LLC", "US"),
            ("Acme Networks GmbH", "DE"),
        )
    }

    assert keys == {"company:acmenetworks:US", "company:acmenetworks:DE"}
