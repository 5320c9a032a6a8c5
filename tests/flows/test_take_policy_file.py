"""A policy table shared in Slack becomes its sharer's proposal (G2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.flows.policy.take_policy_file import offer_policy_file
from handlers.flows.ports import Ports, RetryLater, SharedFile
from storage.policy.proposals import Proposal
from tests.flows.test_policy_changes import WEST, WEST_ELSEWHERE
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger
from tests.support.policies import enacted
from tests.support.policy_changes import files_in_force

DESK = "C0LEADDESK"


def shared(
    ports: Ports,
    engine: WaitingEngine,
    messenger: KeepingMessenger,
    content: str | bytes,
    *,
    name: str = "rules.csv",
    user: str = "U0MGRRENATA",
    channel: str = DESK,
) -> list[str]:
    """Share a file; what Baton says to it."""
    raw = content.encode() if isinstance(content, str) else content
    messenger.files["F1"] = SharedFile(name, raw, channel, "7.0")
    before = len(messenger.texts())
    for _ in range(2):
        offer_policy_file(ports, "F1", user=user, channel=channel)
    engine.run_all(ports)
    return [text for _, text in messenger.texts()[before:]]


def proposals(ports: Ports) -> list[Proposal]:
    with ports.database.reading() as work:
        return work.proposals.in_state()


def test_a_shared_table_is_proposed(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """By the person who shared it, once, with an answer in the thread of their message."""
    table = files_in_force(ports)["rules.csv"].replace(WEST, WEST_ELSEWHERE)

    (said,) = shared(ports, engine, messenger, "\ufeff" + table.replace("\n", "\r\n"))

    (proposal,) = proposals(ports)
    assert (proposal.proposer.id, proposal.files["rules.csv"]) == ("renata", table)
    assert said == (
        f"It is proposed as {proposal.id}. "
        "It needs one approval of sales ops or an admin, not of the proposer."
    )
    answer = next(p for p in messenger.posted if getattr(p.message, "text", "") == said)
    assert answer.thread is not None
    assert (answer.thread.channel, answer.thread.ts) == (DESK, "7.0")


@pytest.mark.parametrize(
    ("content", "who", "told"),
    [
        ("id,territory\nx,nowhere\n", "U0MGRRENATA", "rules.csv:1: "),
        (b"\xff\xfe\x00", "U0MGRRENATA", "not UTF-8 text"),
        ("id\n", "U0SDRANNA", "Only a manager, sales ops or an admin"),
        ("id\n", "U0NOBODY", "Only an active person"),
    ],
)
def test_what_cannot_be_proposed_is_said(
    ports: Ports,
    engine: WaitingEngine,
    messenger: KeepingMessenger,
    content: str | bytes,
    who: str,
    told: str,
) -> None:
    """Errors with file and line, a wrong encoding, a person who may not: each in the thread."""
    (said,) = shared(ports, engine, messenger, content, user=who)

    assert told in said
    assert proposals(ports) == []


def test_a_huge_cell_hides_no_other_error(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Of 50 kB in a cell the beginning is quoted, with what is wrong; so are the lines after it,
    and those beyond the first are counted.
    """
    head, *_ = files_in_force(ports)["people.csv"].split("id,name")[1].splitlines()
    row = "x{n},Xavier,x{n}@meridian.example,U0XAVIER{n},{role},,Europe/Berlin,business-de,yes,,,,"
    rows = [row.format(n=n, role="<!channel>" * 5_000) for n in range(30)]
    table = "\n".join([f"id,name{head}", *rows]) + "\n"

    (said,) = shared(ports, engine, messenger, table, name="people.csv")

    lines = said.splitlines()
    assert len(lines) == 22
    assert all(len(line) <= 300 for line in lines)
    assert lines[1].startswith("people.csv:2: role '<!channel>")
    assert lines[20].startswith("people.csv:21: role '<!channel>")
    assert lines[1].endswith("is not one of sdr, ae, manager, ops, admin")
    assert lines[21].startswith("…and ")


def test_other_files_are_left_alone(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A picture in the channel is nobody's proposal; in another channel nothing is fetched; in a
    direct message Baton says what it takes.
    """
    assert shared(ports, engine, messenger, "x", name="cat.png") == []
    messenger.files.clear()
    offer_policy_file(ports, "F2", user="U0MGRRENATA", channel="C0ELSEWHERE")
    assert engine.run_all(ports) == 0


def test_a_direct_message_says_what_baton_takes(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Whoever shares another file with Baton itself is told the names."""
    (said,) = shared(ports, engine, messenger, "x", name="leads.csv", channel="D0MGRRENATA")

    assert "people.csv" in said


@pytest.mark.parametrize("name", ["people (1).csv", "People2.CSV", "directory.csv", "pools.yml"])
def test_a_table_by_another_name_is_answered_once(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, name: str
) -> None:
    """Where changes are told, somebody who decides reads which names are read."""
    (said,) = shared(ports, engine, messenger, "x", name=name)

    assert said.startswith("I read only absences.csv, ")
    assert "people.csv" in said
    assert said.endswith("rename it and share it again.")
    assert proposals(ports) == []


def test_other_peoples_lists_are_left_alone(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Nobody is lectured who decides nothing, nor in the managers' channel when changes are told
    elsewhere.
    """
    assert shared(ports, engine, messenger, "x", name="q4.csv", user="U0SDRANNA") == []
    company = files_in_force(ports)["company.yml"] + "policy_changes:\n  channel: C0ELSEWHERE\n"
    with ports.database.writing() as work:
        enacted(ports, work, files_in_force(ports) | {"company.yml": company})
    assert shared(ports, engine, messenger, "x", name="q4.csv") == []


def test_slack_away_is_no_loss(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """When the file cannot be fetched now, the engine tries again."""
    messenger.fail_next = [RetryLater("away", timedelta(seconds=1))]
    with pytest.raises(RetryLater):
        shared(ports, engine, messenger, "x")
