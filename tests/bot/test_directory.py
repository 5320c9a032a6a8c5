"""The embedded directory of companies: answers from a file, or says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.connectors.enrichment.directory import DirectoryEnricher, DirectoryError
from bot.policy_folder import DIRECTORY
from tests.conftest import POLICY

HEAD = "domain,company,company_size,industry,country\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / DIRECTORY


def test_example_directory_is_sound() -> None:
    """The file that comes with Baton can be read, and knows a company."""
    found = DirectoryEnricher(POLICY / DIRECTORY).look_up("bewoodtech.co")

    assert found["company_size"] == 7600
    assert found["country"] == "US"


def test_known_company_gives_what_is_known(file: Path) -> None:
    """Empty cells are left out, sizes are numbers, comments are no rows, domains fold case."""
    file.write_text(f"# ours\n{HEAD}# one\nAcme.com,Acme,500,,US\nb.org,,,retail,\n", "utf-8-sig")
    directory = DirectoryEnricher(file)

    assert directory.look_up("acme.com") == {
        "company": "Acme",
        "company_size": 500,
        "country": "US",
    }
    assert directory.look_up("b.org") == {"industry": "retail"}


def test_unknown_company_gives_nothing(file: Path) -> None:
    """Not to know is an answer, not an error; a short row leaves its last cells empty."""
    file.write_text(HEAD + "acme.com\n")
    directory = DirectoryEnricher(file)

    assert directory.look_up("acme.com") == directory.look_up("other.com") == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "needs the columns"),
        (b"# only this\n", "needs the columns"),
        (b"domain,company\nacme.com,Acme\n", "needs the columns"),
        (b"\xff\xfe", "is not UTF-8"),
        (HEAD.encode() + b"acme.com,A\0cme,,,\n", "NUL"),
        (HEAD.encode() + b"# x\nacme.com,Acme,many,,\n", ":3: company_size 'many'"),
        (HEAD.encode() + b"acme.com,Acme,-1,,\n", ":2: company_size '-1'"),
        (HEAD.encode() + b"acme.com,Acme,0,,\n", ":2: company_size '0'"),
        (HEAD.encode() + "acme.com,Acme,²,,\n".encode(), ":2: company_size '²'"),
        (HEAD.encode() + b"acme.com,Acme,99999999999,,\n", ":2: company_size"),
        (HEAD.encode() + b"acme.com,Acme,,,USA\n", ":2: country 'USA'"),
        (HEAD.encode() + b",Acme,,,US\n", ":2: each row needs a domain of its own"),
        (HEAD.encode() + b"a.com,A,,,\n\nA.com,B,,,\n", ":4: each row needs a domain of its own"),
        (HEAD.encode() + b'a.com,A,,,\nb.com,"B,,,\n', ":3: "),
        (HEAD.encode() + b"a.com," + b"x" * 200_000 + b",,,\n", ":2: "),
    ],
)
def test_broken_file_is_refused_with_its_line(file: Path, content: bytes, says: str) -> None:
    """Whoever keeps the file reads where to look; no other error comes out."""
    file.write_bytes(content)
    with pytest.raises(DirectoryError) as refused:
        DirectoryEnricher(file)

    assert str(refused.value).startswith(str(file))
    assert says in str(refused.value)


def test_missing_file_is_refused(file: Path) -> None:
    """A folder without its directory is said so, by name."""
    with pytest.raises(DirectoryError, match="No such file"):
        DirectoryEnricher(file)
