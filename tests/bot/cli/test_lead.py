"""`baton lead`: where each lead is, why, and what happened to it."""

from __future__ import annotations

import re

import pytest

from handlers.flows.ports import Ports
from routing.lead import Score
from storage.audit import Actor
from tests.bot.cli.said import FINDING, OK, Baton
from tests.flows.builders import an_owned_lead, receive, the_lead
from tests.storage.builders import a_lead
from tests.support.clock import MONDAY_NOON
from tests.support.engine import WaitingEngine

FOUND = ("id", "name", "email", "company", "place", "owner", "case", "queue", "stage", "score")


def test_find_gives_where_each_lead_is(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """The contract's shape, to the letter: others read it."""
    lead, assignment = an_owned_lead(ports, engine)
    receive(ports, email="not an address", phone="call me", name="Bob Case")
    receive(ports, email="x@mailinator.com", phone=None, company=None, job_title="Intern",
            name="Nora Nurture")  # fmt: skip
    engine.run_all(ports)
    receive(ports, email="new@acme-widgets.com", name="Quentin Queue")
    said = baton("lead", "find", "--json")

    assert said.code == OK
    by_name = {one["name"]: one for one in said.json}
    assert len(said.json) == 4
    for one in said.json:
        assert tuple(one) == FOUND
        assert one["place"] in ("owner", "case", "queue", "nurture", "suppressed")
        assert one["score"] is None or type(one["score"]) is int
    jane, bob = by_name["Jane Roe"], by_name["Bob Case"]
    assert (jane["id"], jane["email"], jane["company"]) == (lead.id, lead.email, lead.company)
    assert (jane["place"], jane["owner"], jane["case"]) == ("owner", assignment.person, None)
    assert (bob["place"], bob["owner"], bob["queue"]) == ("case", None, None)
    assert bob["case"].startswith("case_")
    assert by_name["Nora Nurture"]["place"] == "nurture"
    assert (by_name["Quentin Queue"]["place"], by_name["Quentin Queue"]["queue"]) == (
        ("queue", "incoming")
    )  # fmt: skip


def test_find_by_words_and_limit(baton: Baton, ports: Ports) -> None:
    """Words narrow it, an empty query lists, a limit cuts; nothing found is an empty list."""
    for number, word in enumerate(("Ann", "Bob", "Cid", "Dee", "Eve")):
        receive(ports, email=f"p{number}@acme-widgets.com", name=f"{word} Roe")

    def names(*words: str) -> list[str]:
        said = baton("lead", "find", *words, "--json")
        assert said.code == OK
        return [one["name"] for one in said.json]

    assert len(names()) == len(names("")) == 5
    assert names("p3@") == ["Dee Roe"]
    assert len(names("ACME", "--limit", "2")) == 2
    assert names("%") == names("_") == names("' OR 1=1 --") == []


def test_find_for_people_is_a_table(baton: Baton, ports: Ports) -> None:
    """Without --json a table with its count, and where each lead is in words."""
    receive(ports)
    said = baton("lead", "find")

    assert said.code == OK
    assert "1 lead\n" in said.out or "1 lead " in said.out
    assert "Jane Roe" in said.out
    assert "in queue incoming" in said.out


@pytest.mark.parametrize("command", ["show", "why", "history"])
def test_lead_that_is_not_found_is_a_finding(baton: Baton, ports: Ports, command: str) -> None:
    """None, or more than one: exit 1 with how many, and nothing on standard output."""
    receive(ports, name="Ann One", email="ann.one@acme-widgets.com")
    receive(ports, name="Ann Two", email="ann.two@acme-widgets.com")

    for words, says in (("Nobody", "No lead matches"), ("Ann", "More than one"), ("", "No lead")):
        said = baton("lead", command, words, "--json")
        assert (said.code, said.out) == (FINDING, "")
        assert says in said.err
    assert "Try `baton lead find` with" in baton("lead", command, "Nobody").err


def test_show_gives_everything_known(baton: Baton, ports: Ports) -> None:
    """By its id or by words that find only it."""
    receive(ports)
    by_words = baton("lead", "show", "jane@", "--json").json
    by_id = baton("lead", "show", by_words["id"], "--json").json

    assert by_words == by_id
    assert (by_id["email"], by_id["title"], by_id["country"]) == (
        ("jane@acme-widgets.com", "CTO", "US")
    )  # fmt: skip
    assert "jane@acme-widgets.com" in baton("lead", "show", by_id["id"]).out


def test_show_says_what_score_and_quality_are_made_of(
    baton: Baton, ports: Ports, engine: WaitingEngine
) -> None:
    """Every factor of the score and every side of data quality is a line (I9, I10)."""
    receive(ports)
    engine.run_all(ports)
    lead = the_lead(ports)
    shown = " ".join(re.split(r"[\s│|]+", baton("lead", "show", lead.id).out))

    assert lead.score is not None
    assert lead.quality is not None
    assert all(factor.label in shown for factor in (*lead.score.factors, *lead.quality.factors))
    assert baton("lead", "show", lead.id, "--json").json["quality"]["value"] == lead.quality.value


def test_why_gives_the_decision_and_its_steps(
    baton: Baton, ports: Ports, engine: WaitingEngine
) -> None:
    """In words for people, whole for programs (R6)."""
    lead, assignment = an_owned_lead(ports, engine)
    told = baton("lead", "why", lead.id)
    whole = baton("lead", "why", lead.id, "--json").json

    assert told.out.startswith(f"Jane Roe is {whole['place']}.")
    assert (whole["lead"], whole["policy_version"]) == (lead.id, 1)
    assert whole["decision"]["decision"]["owner"] == assignment.person
    assert whole["decision"]["decision"]["trace"]
    assert all(line in told.out for line in whole["lines"])


def test_history_is_the_audit(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """Each step with its number, time, actor and reason."""
    lead, _ = an_owned_lead(ports, engine)
    entries = baton("lead", "history", lead.id, "--json").json

    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["action"] for entry in entries][:1] == ["lead.received"]
    assert {"stream", "at", "actor", "policy_version", "correlation_id", "details"} <= set(
        entries[0]
    )
    assert "lead.assigned" in baton("lead", "history", lead.id).out


HOSTILE = (
    "[red]Jane[/red]",
    "[/]",
    "[link=https://evil.example]here[/link]",
    ":skull: [bold",
    "\x1b[31mJane\x1b[0m",
    "\x1b]0;owned\x07",
    "\x9b31mJane",
    "Jane\rBob",
    "gro.elpmaxe\u202eJane",
    "{name} %s \\x41",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_is_printed_and_not_obeyed(baton: Baton, ports: Ports, name: str) -> None:
    """No markup is read and no escape reaches the terminal, in tables, titles, lines or JSON."""
    with ports.database.writing() as work:
        lead = a_lead(work, full_name=name, message=name, score=Score(value=7))
        work.audit.append(
            f"lead:{lead.id}",
            "lead.noted",
            actor=Actor(kind="system", id="test"),
            now=MONDAY_NOON,
            correlation_id="c",
            reason=name,
        )
    shown = re.sub("[\x00-\x1f\x7f-\x9f\u202e]", "\ufffd", name)

    for words in (("find",), ("show", lead.id), ("why", lead.id), ("history", lead.id)):
        said = baton("lead", *words)
        assert said.code == OK
        assert shown in said.out, words
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", said.out), words
    found = baton("lead", "find", "--json")
    assert found.json[0]["name"] == name
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", found.out)


def test_hostile_words_of_a_query_are_inert(baton: Baton, ports: Ports) -> None:
    """A script may pass on what a stranger typed: the refusal repeats it harmlessly."""
    said = baton("lead", "show", "[red]\x1b[31mNobody")

    assert said.code == FINDING
    assert "[red]\ufffd[31mNobody" in said.err
