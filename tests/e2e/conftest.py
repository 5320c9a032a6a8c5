"""A running Baton and a real browser on its local workspace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from sandbox import Driver
from tests.support.ports import free_port
from tests.support.programs import (
    ROOT,
    Running,
    environment,
    post_json,
    reading,
    started,
    wait_until,
)

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class Desk:
    """A started Baton, its workspace, and its settings."""

    baton: Running
    slack: Driver
    slack_url: str
    env: dict[str, str]

    def send(self, **lead: str) -> str:
        """POST a lead to the website form; gives the receipt."""
        url = f"{self.baton.base_url}/intake/web/website"
        return str(post_json(url, lead, {})["receipt"])

    def owner_of(self, words: str) -> str:
        """The Slack user id of the lead's owner, once it has one and their card is there."""
        wait_until(lambda: self._owner(words) is not None, 10, f"{words} has an owner")
        owner = str(self._owner(words)).upper()
        people = self.slack.get("people")["people"]
        user: str = next(one["id"] for one in people if one["id"].endswith(owner))
        self.slack.as_(user).wait_for_message(words)
        return user

    def _owner(self, words: str) -> str | None:
        with reading(self.env) as work:
            found = work.leads.find(words, 1)
        return found[0].owner if found else None


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    port, slack_port = free_port(), free_port()
    env = environment(
        BATON_DATABASE_URL=f"sqlite:///{folder}/baton.db",
        BATON_POLICY_DIR=str(ROOT / "policy"),
        BATON_HTTP_PORT=str(port),
        BATON_SANDBOX_PORT=str(slack_port),
    )
    with started(["run"], folder=folder, port=port, health="/readyz", env=env) as baton:
        slack_url = f"http://127.0.0.1:{slack_port}"
        yield Desk(baton, Driver(slack_url), slack_url, env)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("CI must have Debian's chromium")
        pytest.skip("no Chromium on this machine: install Debian's chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
