"""CSV files as people export them: every dialect read, every bad row named, none lost (I1, I2)."""

from __future__ import annotations

import codecs
import json
import tracemalloc
from collections.abc import Iterator

import pytest

from handlers.flows.draft import ImportedRow, LeadDraft
from handlers.intake.csv_import import MAX_CELL, CsvReader
from handlers.intake.csv_text import MAX_LINE, MAX_LINES
from handlers.intake.problem import RefusedError
from routing.policy.tables.sources import SourcePolicy

HEADER = "email,name,phone,company\n"


def a_source(**fields: str) -> SourcePolicy:
    return SourcePolicy(id="events", kind="import", key="events", name="Events", fields=fields)


def read(
    content: bytes | str, *, size: int = 7, after: int = 0, source: SourcePolicy | None = None
) -> list[ImportedRow]:
    """The rows of a file that comes in chunks of `size` bytes."""
    content = content.encode() if isinstance(content, str) else content
    source = source or a_source()

    def chunks() -> Iterator[bytes]:
        return (content[i : i + size] for i in range(0, len(content), size))

    layout = CsvReader().look(source, chunks())
    return list(CsvReader().rows(source, layout, chunks(), after=after))


def drafts(rows: list[ImportedRow]) -> list[LeadDraft]:
    assert [row.problem for row in rows if row.draft is None] == []
    return [row.draft for row in rows if row.draft is not None]


def the_draft(content: bytes | str) -> LeadDraft:
    (draft,) = drafts(read(content))
    return draft


def the_problem(content: bytes | str) -> str:
    """The problem of the only row that has one."""
    (problem,) = [row.problem for row in read(content) if row.problem]
    return problem


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(delimiter: str) -> None:
    """Comma, semicolon, tab and pipe are told apart by the header they give."""
    lines = [["email", "name"], ["jane@acme.example", "Jane, Roe; and | more"]]
    content = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)

    raw = the_draft(content).raw

    assert (raw.email, raw.name) == ("jane@acme.example", "Jane, Roe; and | more")


def test_german_excel_file_is_read() -> None:
    """Semicolons, Windows-1252, German column names, CRLF: what Excel saves in Germany."""
    content = (
        "Vorname;Nachname;E-Mail-Adresse;Firma;Straße\r\n"
        "Jörg;Müller;joerg@mueller.example;Müller & Söhne – GmbH;Hauptstraße 1\r\n"
    ).encode("cp1252")

    draft = the_draft(content)

    assert (draft.raw.first_name, draft.raw.last_name) == ("Jörg", "Müller")
    assert draft.raw.company == "Müller & Söhne – GmbH"
    assert json.loads(draft.payload)["Straße"] == "Hauptstraße 1"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be-bom", "utf-8-sig", "utf-8"])
def test_encodings_with_their_marks_are_read(encoding: str) -> None:
    """Excel's "Unicode text" is UTF-16 with tabs; the mark never sticks to the first name."""
    text = "E-Mail\tName\r\njürgen@acme.example\tJürgen Ωmega 😀\r\n"
    content = (
        codecs.BOM_UTF16_BE + text.encode("utf-16-be")
        if encoding == "utf-16-be-bom"
        else text.encode(encoding)
    )

    assert the_draft(content).raw.name == "Jürgen Ωmega 😀"
    assert the_draft(content).raw.email == "jürgen@acme.example"


def test_one_foreign_byte_costs_one_row() -> None:
    """A UTF-8 file with a stray Windows-1252 byte stays UTF-8: only the row with it is refused."""
    good = "jörg@acme.example,Jörg Müßig,,Käse & Söhne\n".encode()
    rows = read(HEADER.encode() + good + b"x@acme.example,J\xf6rg,,\n" + good)

    assert [row.draft is not None for row in rows] == [True, False, True]
    assert rows[1].problem is not None
    assert rows[1].problem.startswith("line 3: column 2 (name): holds characters")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-Mail", "email"),
        ("e_mail address", "email"),
        (" EMAIL ", "email"),
        ("Company Name", "company"),
        ("ORGANISATION", "company"),
        ("Job Title", "job_title"),
        ("jobTitle", "job_title"),
        ("Vorname", "first_name"),
        ("Prénom", "first_name"),
        ("prenom", "first_name"),
        ("State/Province", "region"),
        ("No. of Employees", "company_size"),
        ("Web-Site", "website"),
        ("Full name", "name"),
    ],
)
def test_column_names_mean_what_people_mean(header: str, field: str) -> None:
    """Case, accents, spaces, hyphens and underscores do not matter; common names are known."""
    plain = "phone" if field != "phone" else "email"

    assert getattr(the_draft(f"{plain},{header}\n123,value\n").raw, field) == "value"


def test_names_of_the_source_come_first() -> None:
    """What `fields` of the source maps wins over plain names, which win over common ones."""
    source = a_source(email="Kontaktadresse", name="email")
    content = "mail,email,Kontaktadresse\na@x.example,Jane,b@x.example\nc@x.example,Bob,\n"

    first, second = drafts(read(content, source=source))

    assert (first.raw.email, first.raw.name) == ("b@x.example", "Jane")
    assert (second.raw.email, second.raw.name) == ("c@x.example", "Bob")


def test_columns_without_a_meaning_are_kept_and_named_once() -> None:
    """They stand in every row's raw payload, and in the layout once."""
    content = b"email,Badge colour,\njane@acme.example,red,7\n"

    layout = CsvReader().look(a_source(), [content])

    assert layout.unknown_columns == ("Badge colour", "column 3")
    assert json.loads(the_draft(content).payload) == {
        "Badge colour": "red",
        "column 3": "7",
        "email": "jane@acme.example",
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a@x.example,Jane", "2 cells where the header has 4"),
        ("a@x.example,Jane,,,more", "5 cells where the header has 4"),
        ("a@x.example,Ja\0ne,,", "column 2 (name): holds characters"),
        ("a@x.example,=cmd|' /C calc'!A0,,", "column 2 (name): holds a formula"),
        ("a@x.example,@SUM(1+1),,", "column 2 (name): holds a formula"),
        ("a@x.example,,,+HYPERLINK(1)", "column 4 (company): holds a formula"),
        (f"a@x.example,{'x' * (MAX_CELL + 1)},,", "column 2 (name): is longer than 32,767"),
        (f"a@x.example,{'x' * MAX_LINE},,", "the row is longer than 100,000 characters"),
        ('a@x.example,"Jane,,', 'a quote (") is opened and never closed'),
        ('a@x.example,"Ja"ne,,', 'a quote (") stands within a quoted cell'),
    ],
)
def test_bad_row_is_named_and_the_rest_goes_on(row: str, said: str) -> None:
    """Line, column and what to do are said of the row; the rows around it are leads."""
    rows = read(f"{HEADER}b@x.example,Bob,,\n{row}\nc@x.example,Carl,,\n", size=1000)

    assert [r.line for r in rows] == [2, 3, 4]
    assert [r.draft is not None for r in rows] == [True, False, True]
    assert rows[1].problem is not None
    assert rows[1].problem.startswith(f"line 3: {said}")
    assert rows[1].problem.endswith("and import the file again.")


def test_what_only_looks_like_a_formula_is_text() -> None:
    """Phone numbers, signs and arrows start many honest cells."""
    content = "email,phone,notes\na@x.example,+49 30 1234,- please call (soon)\n"

    assert the_draft(content).raw.phone == "+49 30 1234"
    assert the_draft("email,notes\na@x.example,== hello\n").raw.message == "== hello"


def test_problems_never_quote_what_a_row_says() -> None:
    """A problem goes to logs and reports: it names places, not people."""
    assert "jane" not in the_problem(f"{HEADER}jane@acme.example,=jane(),+1,jane\n").lower()


def test_empty_rows_are_no_rows() -> None:
    """Blank lines and rows of blanks are passed over, line numbers stay the file's own."""
    rows = read(f"\n{HEADER}\n,,,\n   \nb@x.example,Bob,,\n\n")

    assert [row.line for row in rows] == [6]


def test_row_that_reaches_nobody_is_a_problem() -> None:
    """A row with nothing but a country is no lead anybody could work."""
    assert "nothing names or reaches anybody" in the_problem("email,country\n,DE\n")


def test_two_columns_of_one_name_may_not_contradict_each_other() -> None:
    """Where both say the same or one is blank it is a lead; else nobody knows which is right."""
    content = "Email,Name,E-Mail\n{},Jane,{}\n"

    assert "column 1 (Email) and column 3 (E-Mail) both hold email" in the_problem(
        content.format("a@x.example", "b@x.example")
    )
    assert the_draft(content.format("", "b@x.example")).raw.email == "b@x.example"
    assert the_draft(content.format("a@x.example", "a@x.example")).raw.email == "a@x.example"


def test_quoted_cells_may_hold_anything() -> None:
    """Delimiters, doubled quotes and line breaks of any kind are text within quotes."""
    content = 'email,message\r\na@x.example,"one, ""two""\r\nthree"\r\nb@x.example,four\r\n'

    rows = read(content)

    assert [row.line for row in rows] == [2, 4]
    assert drafts(rows)[0].raw.message == 'one, "two"\nthree'


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(ends: str) -> None:
    """Unix, Windows and old Mac, whichever chunk they are cut by."""
    content = ends.join(["email,name", "a@x.example,Ann", "b@x.example,Bob"])

    for size in range(1, 6):
        assert [d.raw.name for d in drafts(read(content, size=size))] == ["Ann", "Bob"]


def test_quote_that_is_never_closed_swallows_nothing() -> None:
    """Over however many lines it is looked for, the rows below it are still leads."""
    below = "".join(f"p{n}@x.example,P{n},,\n" for n in range(MAX_LINES * 2))
    rows = read(f'{HEADER}a@x.example,"Ann,,\n{below}', size=4096)

    assert [row.line for row in rows if row.problem] == [2]
    assert len(rows) == 1 + MAX_LINES * 2


def test_separator_line_of_a_spreadsheet_is_no_header() -> None:
    """Excel writes `sep=;` before the header for itself."""
    assert the_draft("sep=;\nemail;name\na@x.example;Ann\n").raw.name == "Ann"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"colour,country\nred,DE\n", "Found: colour, country"),
        (b"jane@acme.example,Jane\nbob@acme.example,Bob\n", "must hold column names"),
        (b"PK\x03\x04" + bytes(50), "Excel workbook"),
        ("email,name\n".encode("utf-16-le"), "no text"),
        (codecs.BOM_UTF32_LE + "email".encode("utf-32-le"), "UTF-32"),
        ((",".join(["email", *map(str, range(600))]) + "\n").encode(), "more than 500 columns"),
    ],
)
def test_file_without_a_usable_row_is_refused_whole(content: bytes, said: str) -> None:
    """It is refused before anything is stored, and says what to do."""
    with pytest.raises(RefusedError, match=said):
        CsvReader().look(a_source(), [content] if content else [])


def test_same_row_is_the_same_delivery() -> None:
    """By its id in the source where it has one, else by all that it says, in whichever file."""
    one = the_draft("email,Badge\na@x.example,red\n")
    again = the_draft("Badge;email\n\nred;a@x.example\n")
    other = the_draft("email,Badge\na@x.example,blue\n")
    with_id = the_draft("Attendee ID,email\n 17 ,a@x.example\n")

    assert one.delivery_key == again.delivery_key
    assert one.delivery_key != other.delivery_key
    assert (with_id.source_id, with_id.delivery_key) == ("17", None)


def test_reading_goes_on_after_a_line() -> None:
    """A resumed import gets the rows below the last one on record, and no other."""
    content = f'{HEADER}a@x.example,"A\nnn",,\nb@x.example,Bob,,\nc@x.example,Carl,,\n'

    assert [row.line for row in read(content, after=2)] == [4, 5]
    assert read(content, after=5) == []


def test_file_cut_off_within_a_character_costs_its_last_row() -> None:
    """A half-copied UTF-16 file gives the rows it has."""
    content = "email,name\na@x.example,Ann\nb@x.example,Bob".encode("utf-16")[:-1]

    rows = read(content, size=64)

    assert [row.draft is not None for row in rows] == [True, False]


def test_memory_does_not_grow_with_the_file() -> None:
    """Rows are read one at a time, also where one line never ends."""
    row = b"a@x.example,Ann,,\n"
    for body in (row * 200_000, b"x" * 4_000_000):
        tracemalloc.start()
        chunks = [HEADER.encode(), *(body[i : i + 65536] for i in range(0, len(body), 65536))]
        before = tracemalloc.get_traced_memory()[0]
        layout = CsvReader().look(a_source(), iter(chunks))
        for _ in CsvReader().rows(a_source(), layout, iter(chunks), after=10**9):
            pass
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()

        assert peak < 3_000_000
