"""Slack away at a start: leads are taken in and decided all the same (G6)."""

from __future__ import annotations

from pathlib import Path

from tests.support.ports import free_port
from tests.support.programs import (
    ROOT,
    baton_json,
    environment,
    post_json,
    reading,
    started,
    wait_until,
)


def test_intake_and_routing_do_not_wait_for_slack(tmp_path: Path) -> None:
    """With nobody behind Slack's address Baton starts, gives a receipt and finds an owner."""
    port, nobody = free_port(), free_port()
    env = environment(
        BATON_DATABASE_URL=f"sqlite:///{tmp_path}/baton.db",
        BATON_POLICY_DIR=str(ROOT / "policy"),
        BATON_HTTP_PORT=str(port),
        SLACK_BOT_TOKEN="xoxb-local",
        SLACK_APP_TOKEN="xapp-local",
        SLACK_API_URL=f"http://127.0.0.1:{nobody}/api/",
    )
    lead = {"name": "Ada Early", "email": "ada@early-example.com", "country": "US", "region": "CA"}
    with started(["run"], folder=tmp_path, port=port, health="/readyz", env=env) as baton:
        post_json(f"{baton.base_url}/intake/web/website", lead | {"phone": "+1 650 253 0000"}, {})

        def is_placed() -> bool:
            with reading(env) as work:
                return any(lead.owner for lead in work.leads.find("Ada", 1))

        wait_until(is_placed, 20, "the lead has an owner")
        assert baton_json("health", env=env, folder=tmp_path)["messages"].get("sent", 0) == 0
        assert "tick_failed" not in baton.log.read_text()
