"""Forms are open to everybody: what is odd about a sender, and what pages may do (I1, R5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from handlers.flows.deciding.work_lead import work_lead
from tests.bot.serving import Answer, Site, a_program, policy_with, serving
from tests.flows.builders import GOOD, actions, all_leads, take_in_all, the_lead
from tests.support.databases import SqliteDatabases

FURTHER = """
  - {id: trap, kind: web, key: trap, name: Trap, honeypot: url2}
  - {id: ours, kind: web, key: ours, name: Ours, origins: ["https://www.ours.example"]}
  - {id: anybody, kind: web, key: anybody, name: Anybody, origins: ["*"]}
  - {id: slow, kind: web, key: slow, name: Slow, per_minute: 2, origins: ["*"]}
"""
OUR_PAGE, OTHER_PAGE = "https://www.ours.example", "https://www.evil.example"


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return policy_with(tmp_path_factory.mktemp("forms"), FURTHER)


@pytest.fixture
def site(sqlite_databases: SqliteDatabases, policy: Path) -> Iterator[Site]:
    with serving(a_program(sqlite_databases.fresh(), policy=policy)) as site:
        yield site


def post(site: Site, form: str, fields: Mapping[str, str | None] = GOOD, **headers: str) -> Answer:
    return site.post(f"/intake/web/{form}", fields, **headers)


def case_of_the_lead(site: Site) -> str:
    """Work the only lead; gives the kind of the case it became, and its reason."""
    ports = site.program.ports
    work_lead(ports, the_lead(ports).id)
    with ports.database.reading() as work:
        case = work.cases.open_of(the_lead(ports).id)
    assert case is not None
    return f"{case.kind}: {case.reason}"


def test_filled_honeypot_is_kept_and_shown_to_people(site: Site) -> None:
    """The machine is answered like anybody; its lead waits for a person as suspicious input."""
    answer = post(site, "trap", GOOD | {"url2": "http://spam.example"})

    assert answer.status == 202
    assert case_of_the_lead(site).startswith("suspicious_input: ")
    assert "honeypot" in case_of_the_lead(site)


@pytest.mark.parametrize("left", [{}, {"url2": ""}, {"url2": "  "}, {"url2": None}])
def test_honeypot_that_was_left_alone_is_nothing(site: Site, left: dict[str, str | None]) -> None:
    """People do not see the field: it comes empty or not at all."""
    post(site, "trap", GOOD | left)

    assert the_lead(site.program.ports).flags == ()


def test_page_that_policy_does_not_name_is_shown_to_people(site: Site) -> None:
    """202 all the same: a form that moved to another page loses no lead."""
    assert post(site, "ours", origin=OTHER_PAGE).status == 202

    assert "suspicious_input" in case_of_the_lead(site)
    assert "origin" in case_of_the_lead(site)


@pytest.mark.parametrize("headers", [{"origin": OUR_PAGE}, {}])
def test_own_page_and_own_server_are_trusted(site: Site, headers: dict[str, str]) -> None:
    """A page that policy names, and a server, which sends no origin."""
    post(site, "ours", GOOD, **headers)

    assert the_lead(site.program.ports).flags == ()


def test_suspicious_lead_joins_no_known_one(site: Site) -> None:
    """Whoever knows an address cannot write into its lead's record, nor wait in its name."""
    post(site, "trap")
    known = the_lead(site.program.ports)
    post(site, "trap", GOOD | {"url2": "x", "message": "pay here", "phone": "+1 650 253 0001"})

    assert len(all_leads(site.program.ports)) == 2
    with site.program.ports.database.reading() as work:
        assert work.leads.get(known.id) == known
    assert actions(site.program.ports, known) == ["lead.received"]
    assert post(site, "trap").status == 202
    take_in_all(site.program.ports)
    with site.program.ports.database.reading() as work:
        assert len(work.receipts.of_lead(known.id)) == 2


def preflight(site: Site, form: str, origin: str) -> Answer:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, idempotency-key",
    }
    return site.ask("OPTIONS", f"/intake/web/{form}", headers=asked)


@pytest.mark.parametrize(
    ("form", "origin", "allowed"),
    [
        ("ours", OUR_PAGE, OUR_PAGE),
        ("ours", OTHER_PAGE, None),
        ("ours", "null", None),
        ("ours", OUR_PAGE + ".evil.example", None),
        ("ours", OUR_PAGE.replace("https", "http"), None),
        ("anybody", OTHER_PAGE, "*"),
        ("trap", OUR_PAGE, None),
        ("nosuch", OUR_PAGE, None),
    ],
)
def test_page_may_read_the_answer_where_policy_names_it(
    site: Site, form: str, origin: str, allowed: str | None
) -> None:
    """The preflight and each answer name the origin, or nobody; never credentials."""
    before = preflight(site, form, origin)
    assert before.status == 204
    assert before.headers.get("access-control-allow-origin") == allowed
    assert ("access-control-allow-methods" in before.headers) is (allowed is not None)
    for fields in (GOOD, {"name": "\0"}):
        answer = post(site, form, fields, origin=origin)
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in answer.headers
        if form in ("ours", "anybody"):
            assert answer.headers["vary"] == "Origin"


def test_other_sources_answer_no_page(site: Site) -> None:
    """Only forms are posted by pages."""

    assert site.ask("OPTIONS", "/intake/partner/acme", headers={"Origin": OUR_PAGE}).status == 405


def test_busy_sender_is_asked_to_wait(site: Site) -> None:
    """429 with Retry-After, which a page may read; other forms take on."""
    assert [post(site, "slow").status for _ in range(2)] == [202, 202]
    answer = post(site, "slow", origin=OTHER_PAGE)

    assert (answer.status, answer.media) == (429, "application/problem+json")
    assert answer.headers["retry-after"].isdigit()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert post(site, "trap").status == 202
    assert site.receipts() == 3


def from_address(site: Site, address: str) -> int:
    return post(site, "slow", x_forwarded_for=address).status


def test_address_that_a_stranger_claims_is_ignored(site: Site) -> None:
    """X-Forwarded-For of nobody's proxy changes nothing: one machine stays one sender."""

    assert [from_address(site, f"192.0.2.{n}") for n in range(4)] == [202, 202, 429, 429]


@pytest.mark.parametrize("trusted", ["127.0.0.1", "10.0.0.0/8, 127.0.0.0/8"])
def test_trusted_proxy_says_who_sends(
    sqlite_databases: SqliteDatabases, policy: Path, trusted: str
) -> None:
    """Behind a proxy that settings name, each address behind it counts for itself; what the
    sender wrote in front of it does not.
    """
    program = a_program(sqlite_databases.fresh(), policy=policy, trusted_proxies=trusted)
    with serving(program) as site:
        assert [from_address(site, f"1.2.3.{n}, 192.0.2.1") for n in range(3)] == [202, 202, 429]
        assert from_address(site, "192.0.2.2") == 202


def test_proxy_that_is_not_the_caller_is_not_believed(
    sqlite_databases: SqliteDatabases, policy: Path
) -> None:
    """Trust is for the address that calls, not for whoever names it."""
    program = a_program(sqlite_databases.fresh(), policy=policy, trusted_proxies="192.0.2.9")
    with serving(program) as site:
        assert [from_address(site, f"192.0.2.{n}") for n in range(3)] == [202, 202, 429]
