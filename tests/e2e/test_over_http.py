"""The same listeners without a socket: Slack calls Baton over signed HTTP (S6)."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sandbox import SIGNING_SECRET, Driver
from tests.support.ports import free_port
from tests.support.programs import ROOT, environment, post_json, started


def test_click_arrives_over_signed_http_and_forgeries_do_not(tmp_path: Path) -> None:
    """Acknowledge works with a signing secret alone; an unsigned request is refused."""
    port, slack_port = free_port(), free_port()
    common = {
        "BATON_DATABASE_URL": f"sqlite:///{tmp_path}/baton.db",
        "BATON_POLICY_DIR": str(ROOT / "policy"),
        "BATON_HTTP_PORT": str(port),
        "BATON_SANDBOX_PORT": str(slack_port),
    }
    slack = {
        "SLACK_BOT_TOKEN": "xoxb-local",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{slack_port}/api/",
    }
    local, connected = environment(**common), environment(**common, **slack)
    with (
        started(["sandbox"], folder=tmp_path, port=slack_port, health="/healthz", env=local),
        started(["run"], folder=tmp_path, port=port, health="/readyz", env=connected) as baton,
    ):
        lead = {
            "name": "Hanna Post",
            "email": "hanna@post-example.com",
            "company": "Post Inc",
            "job_title": "CTO",
            "country": "US",
            "region": "CA",
        }
        post_json(f"{baton.base_url}/intake/web/website", lead, {})
        anna = Driver(f"http://127.0.0.1:{slack_port}").as_("U0SDRANNA")
        card = anna.wait_for_message("Hanna Post")
        anna.click("Acknowledge", message=card)

        anna.wait_for_message("Next: log your first touch")
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(
                urllib.request.Request(f"{baton.base_url}/slack/events", data=b"payload=%7B%7D")
            )
