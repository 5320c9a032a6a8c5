"""`baton case`, `switch`, `audit`, `health` and `db`: the state of the house."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.flows.ports import Ports
from storage.switches import SWITCHES
from storage.work import FailingWork
from tests.bot.cli.said import FINDING, OK, USAGE, Baton
from tests.flows.builders import an_owned_lead, receive
from tests.support.clock import MONDAY_NOON
from tests.support.engine import WaitingEngine


def test_cases_are_listed(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """What waits for people, oldest first; resolved ones apart."""
    receive(ports, email="not an address", phone="call me")
    engine.run_all(ports)
    (case,) = baton("case", "list", "--json").json

    assert (case["kind"], case["state"]) == ("missing_fields", "open")
    assert {"id", "lead_id", "reason", "opened_at", "due_at"} <= set(case)
    assert case["id"] in baton("case", "list").out
    assert baton("case", "list", "--state", "resolved", "--json").json == []


def test_switch_goes_off_and_on(baton: Baton, ports: Ports) -> None:
    """Each turn answers with every switch, and is on record with its reason."""
    off = baton("switch", "off", "ai", "--reason", "trial", "--json")

    assert off.code == OK
    assert {s["name"]: s["is_on"] for s in off.json} == {name: name != "ai" for name in SWITCHES}
    (ai,) = [switch for switch in off.json if switch["name"] == "ai"]
    assert ai["changed_by"].startswith("cli:")
    assert "OFF" in baton("switch", "list").out
    assert baton("switch", "on", "ai", "--reason", "over").code == OK
    assert all(s["is_on"] for s in baton("switch", "list", "--json").json)
    with ports.database.reading() as work:
        assert [e.action for e in work.audit.of("switch:ai")] == ["switch.off", "switch.on"]


def test_unknown_switch_names_those_there_are(baton: Baton) -> None:
    """A misspelt switch stops nothing, and says so."""
    said = baton("switch", "off", "routign", "--reason", "x")

    assert said.code == USAGE
    assert all(name in said.err for name in SWITCHES)


def test_whole_audit_verifies(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """Exit 0 with how much was checked."""
    an_owned_lead(ports, engine)
    said = baton("audit", "verify", "--json")

    assert said.code == OK
    assert said.json["faults"] == []
    assert said.json["streams"] >= 2
    assert said.json["entries"] >= 3
    assert "The audit is whole" in baton("audit", "verify").out


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET action = 'lead.lost' WHERE action = 'lead.assigned'",
        "UPDATE audit SET actor_id = 'nobody' WHERE action = 'lead.assigned'",
        "UPDATE audit SET sealed = 'x' || sealed WHERE action = 'lead.assigned'",
        "DELETE FROM audit WHERE action = 'lead.received'",
        "DELETE FROM audit WHERE action = 'lead.assigned'",
        "DELETE FROM audit_heads WHERE stream LIKE 'lead:%'",
        "UPDATE audit_heads SET seq = seq + 1 WHERE stream LIKE 'lead:%'",
    ],
)
def test_tampered_audit_is_a_finding(
    baton: Baton, ports: Ports, engine: WaitingEngine, change: str
) -> None:
    """Whoever gets round the database's own guard is seen: exit 1, naming the lead."""
    lead, _ = an_owned_lead(ports, engine)
    with ports.database.writing() as work:
        for verb in ("update", "delete"):
            work.connection.exec_driver_sql(f"DROP TRIGGER audit_no_{verb}")
        assert work.connection.exec_driver_sql(change).rowcount == 1
    said = baton("audit", "verify", "--json")

    assert said.code == FINDING
    assert said.json["faults"]
    assert all(f"lead:{lead.id}" in fault for fault in said.json["faults"])
    assert baton("audit", "verify").code == FINDING


def test_nothing_stuck_is_healthy(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """Exit 0, with what waits and what is switched off."""
    an_owned_lead(ports, engine)
    state = baton("health", "--json")

    assert state.code == OK
    assert set(state.json) == {
        "policy", "leads", "messages", "failing_work", "deadlines_armed", "deadlines_failed",
        "deliveries_waiting", "incoming_too_long", "switched_off", "stuck", "mailboxes", "running",
    }  # fmt: skip
    assert state.json["leads"] == {"owner": 1}
    said = baton("health").out
    assert "Nothing is stuck." in said
    assert "No Baton is running on this database" in said


def test_a_running_baton_is_counted(baton: Baton, ports: Ports) -> None:
    """A heartbeat of this moment counts as one; an old one does not."""
    with ports.database.writing() as work:
        work.work.beat("old", MONDAY_NOON - timedelta(days=300))
        work.work.beat("new", datetime.now(UTC))
    said = baton("health")

    assert baton("health", "--json").json["running"] == 1
    assert "No Baton is running" not in said.out


def test_stuck_work_is_a_finding(baton: Baton, ports: Ports) -> None:
    """Work that gave up is exit 1, by name."""
    with ports.database.writing() as work:
        work.work.fail(
            FailingWork(
                work_id="work:rcpt_1", flow="work_lead", key="k", arguments=("lead_1",), attempts=8,
                state="stuck", error="ValueError at here.py:1", changed_at=MONDAY_NOON,
            )
        )  # fmt: skip
    said = baton("health", "--json")

    assert said.code == FINDING
    assert said.json["stuck"] == ["work_lead work:rcpt_1: ValueError at here.py:1"]
    assert "`baton work retry`" in baton("health").out


def test_stuck_work_can_be_tried_again(baton: Baton, ports: Ports) -> None:
    """`work list` names it, `work retry` submits it and takes it off the list."""
    with ports.database.writing() as work:
        work.work.fail(
            FailingWork(
                work_id="work:rcpt_1", flow="work_lead", key="k", arguments=("lead_1",), attempts=8,
                state="stuck", error="ValueError at here.py:1", changed_at=MONDAY_NOON,
            )
        )  # fmt: skip
    assert [one["work_id"] for one in baton("work", "list", "--json").json] == ["work:rcpt_1"]

    assert baton("work", "retry").code == OK
    assert baton("work", "list", "--json").json == []
    assert baton("health").code == OK


def test_upgrade_builds_the_schema_and_says_which(
    baton: Baton, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On a database that is not there yet too, and a second time it changes nothing."""
    monkeypatch.setenv("BATON_DATABASE_URL", f"sqlite:///{tmp_path}/new/baton.db")
    first = baton("db", "upgrade", "--json")

    assert first.code == OK
    assert re.fullmatch(r"\d{4}", first.json["revision"])
    assert baton("db", "upgrade", "--json").json == first.json
    assert first.json["revision"] in baton("db", "upgrade").out
