"""`baton policy explain` and `simulate`: leads nobody sent; nothing is stored (R4, R6, R7)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import Settings
from bot.wiring import adopt_policy, build
from tests.bot.cli.said import FINDING, OK, USAGE, Baton, Said
from tests.conftest import POLICY

MONDAY = "2026-11-23T15:00:00Z"
ULM = {"email": "ada@ulm-pumpen.de", "country": "Germany", "company_size": 40, "phone": "0731 1"}
BIG = {"country": "DE", "email": True, "score": 80, "company_size": 4000}


@pytest.fixture
def dry(baton: Baton, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command on standard input; the database it must not touch cannot be opened."""
    monkeypatch.setenv("BATON_DATABASE_URL", "sqlite:////no/such/folder/x.db")

    def run(text: str | bytes, *words: str) -> Said:
        result = CliRunner().invoke(app, ["policy", *words], input=text)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


def _lines(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def test_leads_are_routed_one_after_the_other(dry: Any) -> None:
    """One line for each with its trace; the next one knows who got the last."""
    text = "".join(json.dumps(BIG | {"id": f"big-{n}"}) + "\n" for n in range(8))
    *leads, last = _lines(dry(text, "simulate", "-", "--at", MONDAY))

    assert [(line["lead"], line["id"]) for line in leads] == [(n + 1, f"big-{n}") for n in range(8)]
    assert all(line["decision"]["trace"]["steps"] for line in leads)
    owners = [line["decision"]["owner"] for line in leads]
    assert (owners.count("ingrid"), owners.count("mateo")) == (6, 2)
    summary = last["summary"]
    assert summary["leads"] == 8
    assert summary["places"] == {"owner": 8}
    assert [(o["owner"], o["leads"], o["share"]) for o in summary["owners"]] == [
        ("ingrid", 6, 0.75),
        ("mateo", 2, 0.25),
    ]
    assert [m["exact"] for m in summary["pools"][0]["members"]] == ["6", "2"]


def test_the_same_file_gives_the_same_answer(dry: Any) -> None:
    """Byte for byte, also when leads say when they came."""
    text = "".join(
        json.dumps(ULM | {"received_at": f"2026-11-2{n}T09:00:00Z"}) + "\n" for n in range(8)
    )

    assert dry(text, "simulate", "-").out == dry(text, "simulate", "-").out


@pytest.mark.parametrize(
    ("lead", "told"),
    [
        ("{bad", "The lead is not JSON"),
        ("lead_7k7q", "see `baton lead why lead_7k7q`"),
    ],
)
def test_what_explain_cannot_read_is_said_in_its_words(dry: Any, lead: str, told: str) -> None:
    """No body of a request is spoken of, and a stored lead has another command."""
    said = dry("", "explain", lead)
    assert (said.code, told in said.err) == (2, True)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{bad", "not JSON"),
        ("[]", "one JSON object"),
        ('{"email": ["a"]}', "email"),
        ('{"received_at": "2026-11-23"}', "received_at"),
        ('{"score": "many"}', "score"),
        ('{"score": 5, "job_title": "CEO"}', "job_title"),
    ],
)
def test_a_line_that_is_no_lead_gets_its_error(dry: Any, line: str, told: str) -> None:
    """With its number; the others are done, and the exit code says that not all were."""
    said = dry(f"{json.dumps(ULM)}\n\n{line}\n{json.dumps(ULM)}\n", "simulate", "-", "--json")
    first, wrong, second, last = _lines(said)

    assert said.code == FINDING
    assert wrong["lead"] == 3
    assert told in wrong["error"]
    assert [first["lead"], second["lead"]] == [1, 4]
    assert (last["summary"]["leads"], last["summary"]["refused"]) == (2, 1)


def test_an_export_may_name_sources_of_its_own(dry: Any) -> None:
    """Its leads are read as those of the source that is named, and each line says so."""
    line = json.dumps(ULM | {"source": "google_ads"})
    first, _ = _lines(dry(line, "simulate", "-", "--source", "partner"))

    assert first["note"] == "The policy has no source 'google_ads': read as one of 'partner'."
    assert first["decision"]["place"] == "owner"
    assert "google_ads" in dry("", "explain", line).out


def test_a_misspelt_field_is_never_passed_over(dry: Any) -> None:
    """`explain` refuses it with the likely name; an export may have columns of its own."""
    line = json.dumps({"email": "ada@ulm-pumpen.de", "contry": "DE"})
    told = "Nothing reads the field 'contry' (did you mean 'country'?)."
    asked = dry("", "explain", line)
    first, last = _lines(dry(line, "simulate", "-"))

    assert (asked.code, asked.out) == (USAGE, "")
    assert told in asked.err
    assert (first["note"], last["summary"]["leads"]) == (told, 1)
    normalised = dry("", "explain", json.dumps({"score": 5, "contry": "DE"}))
    assert "did you mean 'country'?" in normalised.err


def test_a_table_is_read_too(dry: Any, tmp_path: Path) -> None:
    """The header names the fields."""
    table = tmp_path / "leads.csv"
    table.write_text("id,email,country,company_size\na,x@y.de,DE,4000\nb,,AU,\n", encoding="utf-8")
    first, second, _ = _lines(dry("", "simulate", str(table)))

    assert (first["id"], first["decision"]["segment"]) == ("a", "enterprise")
    assert (second["id"], second["decision"]["case"]) == ("b", "missing_fields")


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", "/no/such/file"),
        ("simulate", "-", "--source", "nosuch"),
        ("simulate", "-", "--at", "monday"),
        ("explain", "-"),
        ("explain", '{"score": "x"}'),
    ],
)
def test_what_is_asked_wrongly_is_said_so(dry: Any, words: tuple[str, ...]) -> None:
    """In one line on standard error."""
    said = dry("", *words)

    assert said.code == USAGE
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_a_table_that_is_no_text_is_said_so(dry: Any, tmp_path: Path) -> None:
    """A spreadsheet saved under the wrong name."""
    table = tmp_path / "leads.csv"
    table.write_bytes(b"PK\x03\x04\xff\xfe")

    said = dry("", "simulate", str(table))

    assert said.code == USAGE
    assert "UTF-8" in said.err


PORTLAND = {
    "name": "Maya Chen",
    "email": "maya.chen@cascade-pumps.example",
    "company": "Cascade Pumps",
    "job_title": "Head of Operations",
    "industry": "Manufacturing",
    "country": "United States",
    "region": "Oregon",
    "city": "Portland",
    "company_size": 640,
}

GOLDEN = """\
The lead: Portland, Oregon, United States; Cascade Pumps; 640 employees; industry manufacturing; \
title tier director; from Website form.
"""


def test_a_difficult_lead_is_clear_to_who_did_not_get_it(dry: Any) -> None:
    """Why this territory, this segment, this rule and this person, each with what was passed over,
    in names that a rep knows.
    """
    said = dry(json.dumps(PORTLAND), "explain", "-", "--at", MONDAY)
    lines = said.out.splitlines()

    assert said.code == OK
    assert said.out.startswith(GOLDEN)
    for expected in EXPECTED:
        assert expected in lines, expected


EXPECTED = (
    "Territory: Portland, Oregon, United States is in territory americas-west "
    "(city and region row).",
    "Not certain: email (mail domain unknown).",
    "Segment: A company of 640 employees is in segment Mid-market.",
    "  passed over: Enterprise: needs 1000 employees or more",
    "Rule: Rule mid-market-high-americas-west sends leads of territory americas-west, of segment "
    "Mid-market, with a high score to pool Enterprise Americas.",
    "  passed over: enterprise-high-americas-west: segment is Mid-market, not Enterprise",
    "Pool: 2 of 2 people in Enterprise Americas can take a lead now.",
)


def test_a_lead_can_be_given_as_it_is_on_the_command_line(dry: Any) -> None:
    """Facts that are normalised already are taken as they are; --json gives them all."""
    said = dry("", "explain", json.dumps(BIG | {"known_owner": "grace"}), "--json")

    assert said.json["decision"]["owner"] == "grace"
    assert said.json["facts"]["lead"]["company_size"] == 4000
    assert said.json["score"] == {"value": 80, "factors": []}


def test_a_stored_version_can_be_asked(baton: Baton) -> None:
    """What a lead would have met under the policy of that number."""
    program = build(Settings())
    adopt_policy(program.ports, POLICY)
    program.close()
    said = baton("policy", "explain", json.dumps(BIG), "--version", "1", "--json")

    assert said.json["facts"]["policy_version"] == 1
    assert baton("policy", "explain", json.dumps(BIG), "--version", "9").code == FINDING
