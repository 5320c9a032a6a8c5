"""`baton policy check`, and `baton run` where it must not start."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from handlers.flows.ports import Ports
from tests.bot.cli.said import FINDING, OK, Baton
from tests.conftest import POLICY, ROOT
from tests.flows.builders import receive


def test_example_policy_is_sound(baton: Baton) -> None:
    """The folder of the settings, or the one that is named."""
    assert baton("policy", "check").code == OK
    said = baton("policy", "check", str(POLICY), "--json")

    assert (said.code, said.json["errors"]) == (OK, [])


def test_the_number_of_warnings_is_said_last(baton: Baton, tmp_path: Path) -> None:
    """Sound, and worth a look all the same."""
    folder = tmp_path / "policy"
    shutil.copytree(POLICY, folder)
    pools = (folder / "pools.yml").read_text(encoding="utf-8")
    assert "      - {person: dmitri}\n" in pools
    (folder / "pools.yml").write_text(pools.replace("      - {person: dmitri}\n", "", 1))
    said = baton("policy", "check", str(folder))
    warnings = baton("policy", "check", str(folder), "--json").json["warnings"]

    word = "warning" if len(warnings) == 1 else "warnings"
    assert (said.code, len(warnings) > 0) == (OK, True)
    assert said.out.endswith(f"the policy is sound, with {len(warnings)} {word}.\n")


def _break(folder: Path) -> None:
    rules = (folder / "pools.yml").read_text(encoding="utf-8")
    (folder / "pools.yml").write_text(rules.replace("person: anna", "person: anan"))
    people = (folder / "people.csv").read_text(encoding="utf-8")
    (folder / "people.csv").write_text(people.replace("Europe/Berlin", "Europe/Atlantis"))


def test_broken_policy_names_every_error_with_its_line(baton: Baton, tmp_path: Path) -> None:
    """All at once, each as file:line, exit 1."""
    folder = tmp_path / "policy"
    shutil.copytree(POLICY, folder)
    _break(folder)
    said = baton("policy", "check", str(folder))
    listed = baton("policy", "check", str(folder), "--json")

    assert (said.code, listed.code) == (FINDING, FINDING)
    errors = listed.json["errors"]
    assert [error for error in errors if not re.match(r"[\w.]+:\d+: ", error)] == []
    assert {error.split(":")[0] for error in errors} >= {"pools.yml", "people.csv"}
    assert all(error in said.out for error in errors)
    assert "sound" not in said.out


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("people.csv", b""),
        ("pools.yml", b"pools: ["),
        ("rules.csv", b"id\n"),
        ("company.yml", b"name: *nothing"),
        ("sources.yml", b"- 1\n- 2\n"),
        ("sla.yml", b"\x00"),
        ("directory.csv", b"domain\n"),
        ("directory.csv", b"\xff"),
    ],
)
def test_file_that_cannot_be_read_is_an_error_of_the_policy(
    baton: Baton, tmp_path: Path, file: str, content: bytes
) -> None:
    """Exit 1 naming the file, never a trace."""
    folder = tmp_path / "policy"
    shutil.copytree(POLICY, folder)
    (folder / file).write_bytes(content)
    said = baton("policy", "check", str(folder), "--json")

    assert said.code == FINDING
    assert any(file in error for error in said.json["errors"])


def run_baton(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *words],
        capture_output=True, text=True, timeout=60, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip


@pytest.mark.usefixtures("environment")
def test_real_process_answers_json_and_nothing_else(ports: Ports) -> None:
    """Standard output can be piped: logs and warnings are not on it."""
    receive(ports)
    done = run_baton("lead", "find", "--json")

    assert done.returncode == OK
    assert [lead["name"] for lead in json.loads(done.stdout)] == ["Jane Roe"]
    assert done.stderr == ""


@pytest.mark.usefixtures("environment")
def test_run_does_not_start_on_a_broken_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`baton run` prints the same errors as the check, exit 1, and leaves no server behind."""
    folder = tmp_path / "policy"
    shutil.copytree(POLICY, folder)
    _break(folder)
    monkeypatch.setenv("BATON_POLICY_DIR", str(folder))
    done = run_baton("run")

    assert done.returncode == FINDING
    assert "pools.yml:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "sandbox"])
def test_taken_port_is_said_so(baton: Baton, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """When the workspace's port is in use, one line says so, exit 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("BATON_SANDBOX_PORT", str(taken.getsockname()[1]))
        said = baton(command)

    assert said.code == FINDING
    assert len(said.err.strip().splitlines()) == 1


def test_run_does_not_start_on_rules_that_never_apply(
    baton: Baton, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the check calls an error is one for the start too."""
    folder = tmp_path / "policy"
    shutil.copytree(POLICY, folder)
    with (folder / "rules.csv").open("a", encoding="utf-8") as rules:
        rules.write("dead,emea-north,*,*,*,-1,queue:holding\n")
    monkeypatch.setenv("BATON_POLICY_DIR", str(folder))
    said = baton("run")

    assert said.code != OK
    assert "'dead' never applies" in said.out + said.err
