"""`baton policy schema`: what editors read."""

from __future__ import annotations

import json
from pathlib import Path

from routing.policy.reading.load import FILES
from tests.bot.cli.said import OK, USAGE, Baton


def test_one_file_is_named_with_or_without_its_ending(baton: Baton) -> None:
    """`pools` is `pools.yml`."""
    assert baton("policy", "schema", "--file", "pools").json["title"] == "pools.yml"
    assert (
        baton("policy", "schema", "--file", "rules.csv").json
        == baton("policy", "schema", "--json").json["rules.csv"]
    )


def test_a_folder_gets_one_schema_for_each_file(baton: Baton, tmp_path: Path) -> None:
    """Named as the files are, so that a line in each can point at its own."""
    said = baton("policy", "schema", "--out", str(tmp_path / "schema"))
    written = {path.name for path in (tmp_path / "schema").iterdir()}

    assert said.code == OK
    assert written == {f"{name.partition('.')[0]}.schema.json" for name in FILES}
    assert json.loads((tmp_path / "schema" / "sla.schema.json").read_text())["title"] == "sla.yml"


def test_what_is_no_file_of_a_policy_is_said_so(baton: Baton, tmp_path: Path) -> None:
    """With the name that was meant; a place that cannot be written to is an error, too."""
    said = baton("policy", "schema", "--file", "pool")
    (tmp_path / "file").touch()

    assert (said.code, "pools" in said.err) == (USAGE, True)
    assert baton("policy", "schema", "--file", "rules.yml").code == USAGE
    assert baton("policy", "schema", "--out", str(tmp_path / "file" / "x")).code == USAGE
