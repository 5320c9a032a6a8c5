"""`baton policy propose` to `rollback`, and `replay` (G2, R7)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handlers.flows.ports import Ports
from tests.bot.cli.said import FINDING, OK, USAGE, Baton
from tests.conftest import POLICY
from tests.flows.test_policy_changes import WEST, WEST_ELSEWHERE, some_leads
from tests.support.engine import WaitingEngine
from tests.support.policy_changes import version_in_force

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A copy of the example policy with one text replaced."""

    def copy(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "edited"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(POLICY, folder)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return copy


def propose(baton: Baton, folder: Path, *more: str) -> str:
    said = baton("policy", "propose", str(folder), "--reason", "To try it.", "--json", *more)
    assert said.code == OK, said.err
    return str(said.json["id"])


def test_proposed_approved_and_rolled_back(
    baton: Baton, ports: Ports, edited: Edit, tmp_path: Path
) -> None:
    """The whole way by commands, with what every step says."""
    proposal = propose(baton, edited("pools.yml", "EMEA SDRs", "Europe"), "--as", "priya")
    refused = baton("policy", "approve", proposal, "--as", "priya")
    assert (refused.code, "somebody else" in refused.err) == (FINDING, True)

    approved = baton("policy", "approve", proposal, "--as", "oscar")
    assert approved.code == OK
    assert "in force as version 2" in approved.out
    back = baton("policy", "rollback", "--reason", "It went wrong.", "--json")
    assert back.json == {"version": 3, "restores": 1, "left": {}}

    versions = baton("policy", "versions", "--json").json
    assert [(v["version"], v["in_force"]) for v in versions] == [(3, True), (2, False), (1, False)]
    assert versions[0]["digest"] == versions[2]["digest"]
    assert baton("policy", "export", str(tmp_path / "out"), "--version", "2").code == OK
    assert "Europe" in (tmp_path / "out" / "pools.yml").read_text(encoding="utf-8")
    assert version_in_force(ports) == 3


def test_an_export_overwrites_nothing_in_silence(
    baton: Baton, ports: Ports, tmp_path: Path
) -> None:
    """Files that say something else are named and nothing is written; `--force` writes. The same
    again, beside files of one's own, is no loss.
    """
    folder = tmp_path / "out"
    for _ in range(2):
        assert baton("policy", "export", str(folder)).code == OK
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "rules.csv").write_text("mine", encoding="utf-8")
    (folder / "sla.yml").unlink()

    refused = baton("policy", "export", str(folder))
    assert (refused.code, "other content in rules.csv: nothing" in refused.err) == (FINDING, True)
    assert (folder / "rules.csv").read_text(encoding="utf-8") == "mine"
    assert not (folder / "sla.yml").exists()

    assert baton("policy", "export", str(folder), "--force").code == OK
    same = (POLICY / "rules.csv").read_text(encoding="utf-8")
    assert (folder / "rules.csv").read_text(encoding="utf-8") == same
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_proposal_says_what_comes_next(baton: Baton, ports: Ports, edited: Edit) -> None:
    """Who may approve and how, while it is open; then that it is in force."""
    folder = edited("pools.yml", "EMEA SDRs", "Europe")
    said = baton("policy", "propose", str(folder), "--reason", "To try it.")
    proposal = said.out.split()[0]
    assert "at the command line: open" in said.out
    assert "It needs one approval of sales ops or an admin, not of the proposer." in said.out
    assert f"baton policy approve {proposal} --as PERSON" in said.out

    done = baton("policy", "approve", proposal, "--as", "oscar")
    assert "at the command line: in force" in done.out
    assert "It needs" not in done.out


@pytest.mark.parametrize("who", ["Oscar Nyman", "OSCAR.NYMAN@meridian.example", "oscar"])
def test_a_person_is_named_as_people_know_them(
    baton: Baton, ports: Ports, edited: Edit, who: str
) -> None:
    """By name, e-mail address or id, whatever the command; nobody else is guessed."""
    proposal = propose(baton, edited("pools.yml", "EMEA SDRs", "Europe"), "--as", "Priya Raman")
    unknown = baton("policy", "approve", proposal, "--as", "Oskar Nymann")
    assert (unknown.code, "Nobody in the policy is called" in unknown.err) == (FINDING, True)

    assert "in force as version 2" in baton("policy", "approve", proposal, "--as", who).out


def test_tried_on_a_share_and_stopped(baton: Baton, ports: Ports, edited: Edit) -> None:
    """`--share` tries it first; `stop` ends that, `activate` would put it in force."""
    proposal = propose(baton, edited("pools.yml", "EMEA SDRs", "Europe"))
    assert baton("policy", "approve", proposal, "--as", "priya", "--share").code == OK
    assert baton("policy", "show", proposal, "--json").json["state"] == "on_share"

    assert baton("policy", "stop", proposal, "--as", "priya", "--reason", "Odd.").code == OK
    said = baton("policy", "activate", proposal, "--as", "oscar")
    assert (said.code, "withdrawn" in said.err) == (FINDING, True)
    assert version_in_force(ports) == 1


def test_a_wrong_folder_is_refused_with_its_errors(
    baton: Baton, ports: Ports, edited: Edit
) -> None:
    """Errors come with file and line, exit 1; a folder that is not there is asked wrongly."""
    folder = edited("pools.yml", "person: anna", "person: anan")
    said = baton("policy", "propose", str(folder), "--reason", "x")
    assert (said.code, "pools.yml:" in said.err) == (FINDING, True)
    for words in (("propose", "/no/such/folder", "--reason", "x"), ("check", "/no/such/folder")):
        missing = baton("policy", *words)
        assert (missing.code, "BATON_POLICY_DIR" in missing.err) == (USAGE, False)
    same = baton("policy", "propose", str(POLICY), "--reason", "x")
    assert (same.code, "Nothing changes" in same.err) == (FINDING, True)
    for words in (("show", "prop_x"), ("approve", "prop_x", "--as", "priya")):
        assert "There is no proposal" in baton("policy", *words).err


def test_replay(baton: Baton, ports: Ports, engine: WaitingEngine, edited: Edit) -> None:
    """The same version makes the same decisions; another folder says whom it would move."""
    some_leads(ports, engine)
    same = baton("policy", "replay", "--json")
    assert same.json == {"decisions": 6, "older": 0, "orphans": 0, "differing": []}
    assert baton("policy", "replay", "--limit", "2", "--json").json["decisions"] == 2

    folder = edited("rules.csv", WEST, WEST_ELSEWHERE)
    other = baton("policy", "replay", str(folder))
    assert (other.code, "of 6 past leads would move" in other.out) == (OK, True)
    assert baton("policy", "replay", "--version", "1", "--json").json["moved"] == 0
    assert baton("policy", "replay", "--version", "9").code == FINDING
    with ports.database.writing() as work:
        work.connection.exec_driver_sql("UPDATE decisions SET decision = '{\"place\":\"nurture\","
                                        "\"reason\":\"x\"}'")  # fmt: skip
    assert baton("policy", "replay").code == FINDING
