"""`enrichment.yml` is read whole or refused with every error and its line (I8)."""

from __future__ import annotations

import pytest

from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import FILES, load_policy, load_policy_with_warnings
from routing.policy.tables.enrichment import Enrichment, HttpSource, Provider
from tests.routing.builders import EXAMPLE

HTTP = """\
fields: [company, company_size]
budget_seconds: 2.5
providers:
  - id: data
    confidence: low
    max_age: 30d
    http:
      url: https://api.example.com/v1/companies?domain={domain}
      secret: {env: DATA_KEY, prefix: "Bearer "}
      found: "status == 'found'"
      fields:
        company: company.name
        company_size: {path: company.employees, confidence: medium}
      per_second: 5
"""


def example_files() -> dict[str, str]:
    """The example policy as its folder has it, without the files it can go without."""
    return {path.name: path.read_text() for path in EXAMPLE.iterdir() if path.name in FILES}


def errors(text: str) -> list[str]:
    with pytest.raises(PolicyErrors) as refused:
        load_policy(example_files() | {"enrichment.yml": text})
    return [str(error) for error in refused.value.errors]


def test_service_is_read_with_its_usual_limits() -> None:
    """What policy does not say is careful: https on its port, public addresses, short waits."""
    enrichment = load_policy(example_files() | {"enrichment.yml": HTTP}).enrichment
    (data,) = enrichment.providers
    assert data.http is not None

    assert enrichment.budget_seconds == 2.5
    assert (data.confidence_of("company"), data.confidence_of("company_size")) == ("low", "medium")
    assert data.gives == ("company", "company_size")
    assert (data.http.ports, data.http.allow_http, data.http.allow_private) == ((443,), False, ())


def test_policy_without_the_file_enriches_from_the_embedded_directory() -> None:
    """A policy that was stored before there was such a file still loads."""
    files = example_files()
    del files["enrichment.yml"]

    assert load_policy(files).enrichment == Enrichment()
    assert [p.file for p in Enrichment().providers] == ["directory.csv"]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("company.name", '"company.[name"', 12, "no JMESPath expression"),
        ("status == 'found'", "status = 'found'", 10, "no JMESPath expression"),
        ("https://api", "http://api", 7, "must be https"),
        ("example.com/v1", "example.com:8443/v1", 7, "port 8443"),
        ("?domain={domain}", "", 8, "needs {domain} once"),
        ("api.example.com", "{domain}", 8, "needs {domain} once"),
        ("https://api.example.com/v1/companies?domain={domain}", "https://{domain}/", 8, "not in"),
        ("https://api", "https://user:pw@api", 8, "no user name"),
        ("https://api.example.com/v1", "https://0x7f.1/v1", 8, "0x7f.1"),
        ("DATA_KEY", "sk-3f9a7c", 9, "the name of an environment variable"),
        ("per_second: 5", "per_second: 0", 14, "per_second"),
        ("per_second: 5", "deadline_seconds: 0", 14, "deadline_seconds"),
        ("        company: company.name", "        revenue: company.sales", 12, "revenue"),
        ("id: data", "id: My Data", 4, "must be made of"),
        ("fields: [company,", "fields: [phone,", 1, "not one of"),
        ("    http:", "    file: a.csv\n    http:", 4, "either a file or http"),
        ("max_age: 30d", "max_age: 30", 6, "has no unit"),
        ("budget_seconds: 2.5", "budget_seconds: nan", 2, "budget_seconds"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, says: str) -> None:
    """A secret in place of its name, an address that leads elsewhere, a path that is none."""
    assert old in HTTP
    found = errors(HTTP.replace(old, new, 1))

    assert not any("sk-3f9a7c" in error for error in found)
    assert any(error.startswith(f"enrichment.yml:{line}:") and says in error for error in found)


@pytest.mark.parametrize("file", ["/etc/passwd.csv", "../other.csv", "a\\b.csv", "list.xlsx", ""])
def test_file_of_a_provider_lies_beside_the_policy(file: str) -> None:
    """A proposed policy cannot point at any other file of the machine."""
    with pytest.raises(ValueError):
        Provider(id="d", file=file)


def test_two_providers_of_one_name_are_refused() -> None:
    """What is kept of their answers could not be told apart."""
    again = HTTP[HTTP.index("  - id: data") :]

    assert any("appears twice" in error for error in errors(HTTP + again))


def test_wanted_field_that_nobody_gives_is_a_warning() -> None:
    """It would be looked for in vain for ever."""
    text = HTTP.replace("fields: [company,", "fields: [city, company,")
    _, warnings = load_policy_with_warnings(example_files() | {"enrichment.yml": text})

    assert [str(w) for w in warnings] == ["enrichment.yml:1: no provider gives 'city'"]


@pytest.mark.parametrize("header", ["Host", "content-length", "X Key", "X-Key:", ""])
def test_secret_goes_into_a_header_of_its_own(header: str) -> None:
    """Not into one that the call itself is made of."""
    fields = {"company": "name"}
    secret = {"env": "KEY", "header": header}
    with pytest.raises(ValueError):
        HttpSource.model_validate(
            {"url": "https://a.b/{domain}", "fields": fields, "secret": secret}
        )
