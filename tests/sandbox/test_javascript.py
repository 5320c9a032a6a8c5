"""Slack's JavaScript clients from npm, against the same workspace."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import APP_TOKEN, BOT_TOKEN, SandboxServer
from tests.sandbox.conftest import SCOPES, ServerMaker, a_manifest

SOURCES = Path(__file__).parents[1] / "sandbox_js"
NODE, NPM = shutil.which("node"), shutil.which("npm")
ANSWER_SECONDS = 60


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clients of package-lock.json, in a folder of their own."""
    if NODE is None or NPM is None:
        pytest.skip("THE JAVASCRIPT CLIENTS ARE NOT TESTED: there is no node and npm here")
    folder = tmp_path_factory.mktemp("js") / "sandbox_js"
    shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("node_modules"))
    command = [NPM, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0 and any(word in done.stderr for word in ("ENOTFOUND", "EAI_AGAIN")):
        pytest.skip(f"THE JAVASCRIPT CLIENTS ARE NOT TESTED: npm has no network: {done.stderr}")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def server(make_server: ServerMaker, tmp_path: Path) -> SandboxServer:
    return make_server(a_manifest(tmp_path, scopes=[*SCOPES, "files:write"]))


@pytest.fixture
def workday(installed: Path, server: SandboxServer) -> Iterator["Workday"]:
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_API_URL": server.api_url,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
    }
    assert NODE is not None
    with subprocess.Popen(
        [NODE, "workday.mjs"],
        cwd=installed,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Workday(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(ANSWER_SECONDS) == 0


class Workday:
    """The program, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def next(self, what: str) -> Any:
        """What it says next, which must be `what`."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the program ended before it said {what}"
        said = json.loads(line)
        assert said["what"] == what
        return said["value"]


def test_another_client_library_lives_a_working_day(
    server: SandboxServer, workday: Workday
) -> None:
    """Post, update, history, a refusal, an upload, a click with its modal, errors, a command."""

    assert workday.next("connected") == "U0BATON"
    assert workday.next("history") == ["New lead: Grace"]
    assert workday.next("refused") == "channel_not_found"
    assert workday.next("uploaded")
    ana = server.driver.as_("Ana Ruiz")
    assert ana.channel("lead-desk")[0].files[0]["name"] == "leads.csv"
    ana.click("Acknowledge")
    assert workday.next("clicked")["value"] == "7"
    ana.wait_for_modal("Why")
    assert ana.submit({"Reason": "bad"}) == {"reason": "Not good enough"}
    assert workday.next("submitted") == "bad"
    assert ana.submit({"Reason": "knows them"}) is None
    assert workday.next("submitted") == "knows them"
    assert ana.modal() is None
    assert ana.command("/lead why") == ["you said why"]


def test_the_lock_names_no_registry() -> None:
    """The lock pins versions and hashes; where they come from is the reader's own setting."""

    lock = json.loads((SOURCES / "package-lock.json").read_text())
    packages = [one for name, one in lock["packages"].items() if name]

    assert all("resolved" not in one and one["integrity"] for one in packages)
