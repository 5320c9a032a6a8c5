"""`baton preview`: raw leads in, what Baton makes of them out, nothing kept (I3, I4, I8, I9)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.leads.preview import MAX_LINE
from handlers.flows.looking.preview import FIELDS
from tests.bot.cli.said import FINDING, OK, USAGE, Baton, Said
from tests.conftest import POLICY

JANE = {
    "name": "Dr. jane DOE",
    "email": "Jane.Doe@Acme.DE",
    "phone": "089/636-48018 ext 4",
    "country": "Germany",
    "job_title": "VP of Sales & Marketing",
    "industry": "Maschinenbau",
    "company_size": 250,
}


@pytest.fixture
def preview(environment: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command on lines; the database it must not touch cannot be opened."""
    monkeypatch.setenv("BATON_DATABASE_URL", "sqlite:////no/such/folder/x.db")

    def run(text: str | bytes, *words: str) -> Said:
        result = CliRunner().invoke(app, ["preview", *words], input=text)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


def answers(said: Said) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.out.splitlines()]


def test_a_lead_is_shown_as_baton_reads_it(preview: Any) -> None:
    """Every field of the contract is there, with the score and the decision and its trace."""
    said = preview(json.dumps(JANE) + "\n", "--json")
    (answer,) = answers(said)

    assert said.code == OK
    assert tuple(answer["fields"]) == FIELDS
    assert answer["fields"] | JANE_READ == answer["fields"]
    assert answer["flags"] == []
    assert answer["score"] == sum(f["points"] for f in answer["factors"]) or answer["score"] <= 100
    assert answer["decision"]["place"] in {"owner", "case", "queue", "nurture"}
    assert answer["decision"]["trace"]["steps"]


JANE_READ = {
    "given_name": "Jane",
    "family_name": "Doe",
    "email": "jane.doe@acme.de",
    "mailbox_class": "corporate",
    "role_mailbox": False,
    "phone": "+498963648018",
    "phone_ext": "4",
    "country": "DE",
    "title_tier": "vp",
    "industry": "manufacturing",
    "company_size": 250,
    "region": None,
}


def test_hostile_lines_are_answered_in_their_place(preview: Any) -> None:
    """Each line has its answer in order; what is no lead says why, and the others are done."""
    lines = [
        json.dumps(JANE).encode(),
        b"[1, 2]",
        b"",
        b"not json",
        b'{"email": {"nested": true}}',
        b'{"company": "Acme\\u0000Corp", "name": null, "phone": true}',
        b"\xff\xfe",
        b'{"x": "' + b"a" * MAX_LINE + b'"}',
        b'{"job_title": "CEO"}',
    ]
    said = preview(b"\n".join(lines) + b"\n")
    given = answers(said)

    assert said.code == FINDING
    assert [("error" in answer) for answer in given] == [
        False, True, True, True, True, False, True, True, False,
    ]  # fmt: skip
    assert [a["line"] for a in given if "error" in a] == [2, 3, 4, 5, 7, 8]
    assert (given[5]["fields"]["company"], given[5]["flags"]) == ("Acme", ["company:suspicious"])
    assert given[8]["fields"]["title_tier"] == "c_level"


def test_what_is_not_certain_is_null(preview: Any) -> None:
    """Wrong is worse than empty: an unknown word has no value but a flag."""
    (answer,) = answers(preview('{"job_title": "Ninja", "industry": "Services"}'))

    assert answer["fields"]["title_tier"] is None
    assert answer["fields"]["industry"] is None
    assert answer["flags"] == ["job_title:title_unknown", "industry:industry_unknown"]


def test_the_sources_own_names_and_region_count(preview: Any) -> None:
    """Fields are found by the names the source gives them; its region reads national numbers."""
    line = '{"role": "CFO", "employees": "51-200", "phone": "(650) 253-0000"}'
    (named,) = answers(preview(line, "--source", "demo-request"))
    (other,) = answers(preview(line, "--source", "event-list"))

    assert (named["fields"]["title_tier"], named["fields"]["company_size"]) == ("c_level", 51)
    assert (named["fields"]["phone"], other["fields"]["phone"]) == ("+16502530000", None)
    assert other["fields"]["title_tier"] is None


def test_the_directory_fills_what_is_open(preview: Any) -> None:
    """What the embedded provider adds is shown apart and counts for the decision."""
    row = next(
        line
        for line in (POLICY / "directory.csv").read_text(encoding="utf-8").splitlines()[3:]
        if ",," not in line and '"' not in line
    )
    domain, _, size, _, _ = row.split(",")
    (answer,) = answers(preview(json.dumps({"email": f"jane@{domain}"})))

    assert answer["fields"]["company_size"] is None
    assert answer["enriched"]["company_size"] == int(size)


def test_each_lead_is_decided_from_an_empty_state(preview: Any) -> None:
    """The same line gives the same answer however often it comes."""
    said = preview((json.dumps(JANE) + "\n") * 5)

    assert len(set(said.out.splitlines())) == 1


def test_an_unknown_source_names_the_known_ones(preview: Any) -> None:
    """A slip in the name costs one look at the message."""
    said = preview("{}\n", "--source", "webiste")

    assert (said.code, said.out) == (USAGE, "")
    assert "webiste" in said.err
    assert "website" in said.err


def test_a_policy_that_is_wrong_is_said_so(
    preview: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No lead is previewed by a policy that could not be in force."""
    monkeypatch.setenv("BATON_POLICY_DIR", str(tmp_path))
    said = preview("{}\n")

    assert (said.code, said.out) == (USAGE, "")
    assert "baton policy check" in said.err


def test_nothing_to_preview_is_no_error(baton: Baton, preview: Any) -> None:
    """An empty export has an empty answer."""
    said = preview("")

    assert (said.code, said.out) == (OK, "")
