"""`baton duplicates scan` (I5): any CSV export in, pairs out, nothing stored."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.bot.cli.said import FINDING, OK, USAGE, Baton, Said

HEADER = "lead_id,full_name,email,phone,company,city\n"
ROWS = (
    "7,Bob Verrick,bob.verrick@gmail.com,512 291 0230,,Austin\n"
    "8,Robert Verrick,bobverrick+news@gmail.com,,,Austin\n"
    "9,Anna Chantan,info@acme.com,,Acme Inc.,\n"
    "10,Paul Zander,info@acme.com,,Acme Inc.,\n"
)
ROOT_LEADS = Path(__file__).parents[2] / "data" / "leads_with_truth.csv"


class Desk:
    """A folder with one file to scan."""

    def __init__(self, baton: Baton, folder: Path) -> None:
        self._baton = baton
        self.file, self.out = folder / "leads.csv", folder / "pairs.csv"

    def scan(self, content: str | bytes, *more: str) -> Said:
        raw = content if isinstance(content, bytes) else content.encode()
        self.file.write_bytes(raw)
        return self.again(*more)

    def again(self, *more: str) -> Said:
        return self._baton(
            "duplicates", "scan", "--file", str(self.file), "--out", str(self.out), *more
        )

    def pairs(self) -> list[dict[str, str]]:
        with self.out.open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))

    def said(self) -> set[tuple[str, str, str]]:
        return {(pair["left"], pair["right"], pair["band"]) for pair in self.pairs()}


@pytest.fixture
def desk(baton: Baton, tmp_path: Path) -> Desk:
    return Desk(baton, tmp_path)


def test_pairs_are_written_with_their_reasons(desk: Desk) -> None:
    """One person under two names is a certain pair; two people of one role mailbox are none."""
    said = desk.scan(HEADER + ROWS)
    (pair,) = desk.pairs()

    assert said.code == OK
    assert list(pair) == ["left", "right", "probability", "band", "reasons"]
    assert (pair["left"], pair["right"], pair["band"]) == ("7", "8", "certain")
    assert float(pair["probability"]) >= 0.99
    assert "the same e-mail address; given names that are forms of one name" in pair["reasons"]
    assert "1 certain pair, 0 to review" in said.out


def test_summary_is_json_too(desk: Desk) -> None:
    """Programs read the counts and every problem."""
    said = desk.scan(HEADER + ROWS + "11,too,few\n", "--json")

    assert said.code == FINDING
    assert said.json == {
        "leads": 4,
        "left_out": 1,
        "compared": 1,
        "certain": 1,
        "review": 0,
        "folded": 0,
        "out": str(desk.out),
        "problems": [
            "line 6: 3 cells where the header has 6; put cells that hold the delimiter in quotes "
            '("). The row was left out.'
        ],
    }


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("11,too,few\n", "line 6: 3 cells where the header has 6"),
        ("11,a,b,c,d,e,f\n", "line 6: 7 cells where the header has 6"),
        ('11,"never closed,b,c,d,e\n', 'line 6: a quote (") is opened and never closed'),
    ],
)
def test_ragged_row_is_named_and_left_out(desk: Desk, bad: str, says: str) -> None:
    """The line is said, the row is counted, the others are scanned, and the exit code tells."""
    said = desk.scan(HEADER + ROWS + bad + "12,Bob Verrick,bob.verrick@gmail.com,,,\n")

    assert said.code == FINDING
    assert says in said.err
    assert "1 row left out" in said.out
    assert ("7", "12", "certain") in desk.said()


@pytest.mark.parametrize(
    "raw",
    [
        ("\ufeff" + HEADER + ROWS).encode(),
        (HEADER + ROWS).replace(",", ";").encode(),
        (HEADER + ROWS).replace(",", "\t").encode("utf-16"),
        (HEADER + ROWS).replace("\n", "\r\n").encode(),
        (HEADER + ROWS).replace("Verrick", "Vérrick").encode("cp1252"),
        (HEADER + ROWS + "\n\n,,,,,\n").encode(),
    ],
    ids=["BOM", "semicolons", "UTF-16 tabs", "CRLF", "Windows-1252", "blank rows"],
)
def test_exports_of_every_kind_are_read(desk: Desk, raw: bytes) -> None:
    """Byte order mark, delimiter, line ends and encoding are found out."""

    assert desk.scan(raw).code == OK
    assert desk.said() == {("7", "8", "certain")}


def test_rows_without_an_id_are_called_by_their_line(desk: Desk) -> None:
    """Who has no `lead_id` column still finds the rows."""
    desk.scan("Full Name,E-mail\nBob Verrick,bv@gmail.com\nRobert Verrick,bv@gmail.com\n")

    assert desk.said() == {("line 2", "line 3", "certain")}


def test_id_that_appears_twice_is_told_apart(desk: Desk) -> None:
    """Two rows of one id are two rows, and the file's keeper hears of it."""
    row = "7,Bob Verrick,bob.verrick@gmail.com,,,\n"
    said = desk.scan(HEADER + row + row)

    assert desk.said() == {("7", "7 (line 3)", "certain")}
    assert "line 3: another row has this id" in said.err
    assert said.code == OK


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "The file is empty"),
        ("colour,size\nred,5\n", "No column of the file names or reaches anybody"),
        (b"PK\x03\x04rest", "Excel workbook"),
    ],
)
def test_file_that_cannot_be_scanned_says_what_to_do(
    desk: Desk, content: str | bytes, says: str
) -> None:
    """One message, exit code 2, and no file of pairs that looks like an answer."""
    said = desk.scan(content)

    assert (said.code, said.out) == (USAGE, "")
    assert says in said.err
    assert not desk.out.exists()


def test_ids_that_a_spreadsheet_would_run_are_quoted(desk: Desk) -> None:
    """The file of pairs is opened in a spreadsheet by somebody who did not write the ids."""
    rows = ROWS.replace("7,", "=1+1,", 1)
    desk.scan(HEADER + rows)

    assert ("'=1+1", "8", "certain") in desk.said()


def test_thresholds_of_the_policy_hold(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a policy folder the defaults stand, and it says so; a broken policy is an error."""
    monkeypatch.setenv("BATON_POLICY_DIR", str(tmp_path / "none"))
    assert "default thresholds" in desk.scan(HEADER + ROWS).err

    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "matching.yml").write_text("certain: 2\n")
    monkeypatch.setenv("BATON_POLICY_DIR", str(broken))
    said = desk.again()
    assert said.code == USAGE
    assert "baton policy check" in said.err


def test_pairs_that_cannot_be_written_are_an_error(desk: Desk, tmp_path: Path) -> None:
    """A folder that is not there is named; no trace."""
    desk.out = tmp_path / "nowhere" / "pairs.csv"
    said = desk.scan(HEADER + ROWS)

    assert said.code == USAGE
    assert "cannot be written" in said.err


def test_leads_of_a_known_truth_are_scanned_right(desk: Desk) -> None:
    """From the file to the pairs: no certain pair of two people, in a real-looking export."""
    desk.scan(ROOT_LEADS.read_bytes())
    with ROOT_LEADS.open(encoding="utf-8") as file:
        people = {row["lead_id"]: row["entity_id"] for row in csv.DictReader(file)}
    certain = [(left, right) for left, right, band in desk.said() if band == "certain"]

    assert len(certain) > 50
    assert all(people[left] == people[right] for left, right in certain)


def test_an_unwritable_result_is_said_before_the_work(baton: Baton, tmp_path: Path) -> None:
    """A folder that is not there costs a second, not the scan."""
    leads = tmp_path / "leads.csv"
    leads.write_text("full_name,email\nJane Roe,jane@acme.example\n", encoding="utf-8")
    said = baton(
        "duplicates", "scan", "--file", str(leads), "--out", str(tmp_path / "no" / "x.csv")
    )

    assert said.code == USAGE
    assert "cannot be written" in said.err
