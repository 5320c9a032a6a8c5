"""Is it alive, can it take leads, what is it doing (G4)."""

from __future__ import annotations

import re

import pytest

from tests.bot.serving import WEBSITE, Site, a_program, serving
from tests.flows.builders import GOOD, take_in_all
from tests.support.databases import SqliteDatabases


def drop_leads(site: Site) -> None:
    with site.program.ports.database.writing() as work:
        work.connection.exec_driver_sql("ALTER TABLE leads RENAME TO gone")
        work.connection.exec_driver_sql("ALTER TABLE policies RENAME TO gone_too")


def test_healthy_and_ready(shared: Site) -> None:
    """Both answer 200 in JSON while leads can be stored."""
    for path in ("/healthz", "/readyz"):
        answer = shared.get(path)
        assert (answer.status, answer.json) == (200, {"status": "ok"})


def test_not_ready_before_the_policy(sqlite_databases: SqliteDatabases) -> None:
    """Without a policy the program lives but takes no leads."""
    with serving(a_program(sqlite_databases.fresh(), adopted=False)) as site:
        assert site.get("/healthz").status == 200
        answer = site.get("/readyz")

        assert answer.status == 503
        assert "policy" in answer.json["status"]


def test_not_ready_without_its_database(site: Site) -> None:
    """A broken database shows in readiness, not in liveness: a restart would not mend it."""
    drop_leads(site)

    assert site.get("/healthz").status == 200
    assert site.get("/readyz").status == 503
    assert site.get("/readyz").json == {"status": "the database does not answer"}


def test_metrics_count_what_is_there(site: Site) -> None:
    """Prometheus reads them; each is a count by a state or a workflow."""
    site.post(WEBSITE, GOOD)
    take_in_all(site.program.ports)
    site.post(WEBSITE, GOOD)
    answer = site.get("/metrics")

    assert answer.status == 200
    assert answer.media == "text/plain"
    lines = answer.body.decode().splitlines()
    assert 'baton_leads{place="queue"} 1.0' in lines
    assert 'baton_deliveries{state="waiting"} 1.0' in lines
    assert 'baton_switch_on{workflow="routing"} 1.0' in lines
    assert 'baton_deadlines{state="armed"} 0.0' in lines
    for line in lines:
        assert re.fullmatch(r"# (HELP|TYPE) .+|baton_\w+(\{\w+=\"\w+\"\})? [0-9.e+]+", line), line


def test_metrics_hold_no_personal_data(site: Site) -> None:
    """Nothing a lead typed is in any name, label or value."""
    marked = {name: f"mark{number}" for number, name in enumerate(GOOD)}
    site.post(WEBSITE, GOOD | marked | {"email": "mark@acme-widgets.com"})
    text = site.get("/metrics").body.decode()

    assert "mark" not in text
    assert "@" not in text


def test_metrics_without_the_database_say_so(site: Site) -> None:
    """A scrape that cannot be answered is 503, so that the scraper sees a gap and not zeroes."""
    drop_leads(site)
    answer = site.get("/metrics")

    assert (answer.status, answer.media) == (503, "application/problem+json")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json"])
def test_nothing_but_reading_is_allowed(shared: Site, path: str) -> None:
    """They change nothing, so nothing can be posted to them."""
    answer = shared.post(path, {})

    assert (answer.status, answer.media) == (405, "application/problem+json")
