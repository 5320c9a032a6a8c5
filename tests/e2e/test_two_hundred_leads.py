"""Two hundred real-looking leads through the whole program, as a new user would try it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from threading import Event, Thread

from sandbox import Driver
from tests.support.databases import PostgresDatabases
from tests.support.ports import free_port
from tests.support.programs import ROOT, answers, environment, started, wait_until
from tests.support.two_hundred import check_everything, post_all, wait_until_settled


def test_one_process_on_sqlite(tmp_path: Path) -> None:
    """Two hundred receipts, every lead in one visible place, one DM each; again changes nothing."""
    port, slack_port = free_port(), free_port()
    env = environment(
        BATON_DATABASE_URL=f"sqlite:///{tmp_path}/baton.db",
        BATON_POLICY_DIR=str(ROOT / "policy"),
        BATON_HTTP_PORT=str(port),
        BATON_SANDBOX_PORT=str(slack_port),
    )
    slack = Driver(f"http://127.0.0.1:{slack_port}")
    with started(["run"], folder=tmp_path, port=port, health="/readyz", env=env) as baton:
        first = post_all([baton.base_url])
        wait_until_settled(env, tmp_path)
        check_everything(env, tmp_path, slack)

        again = post_all([baton.base_url])
        wait_until_settled(env, tmp_path)
        check_everything(env, tmp_path, slack)

        assert baton.stop() == 0
    assert Counter(answer["status"] for answer in first) == {"accepted": 200}
    assert Counter(answer["status"] for answer in again) == {"duplicate": 200}
    assert [a["receipt"] for a in again] == [a["receipt"] for a in first]


def test_two_replicas_on_postgresql_one_killed(
    tmp_path: Path, postgres_databases: PostgresDatabases
) -> None:
    """Two replicas share one workspace; one is killed in the middle, and nothing is missing."""
    slack_port, ports = free_port(), [free_port(), free_port()]
    common = {
        "BATON_DATABASE_URL": postgres_databases.fresh(),
        "BATON_POLICY_DIR": str(ROOT / "policy"),
        "BATON_SANDBOX_PORT": str(slack_port),
    }
    connected = common | {
        "SLACK_BOT_TOKEN": "xoxb-local",
        "SLACK_APP_TOKEN": "xapp-local",
        "SLACK_API_URL": f"http://127.0.0.1:{slack_port}/api/",
    }
    envs = [environment(**connected, BATON_HTTP_PORT=str(port)) for port in ports]
    half = Event()
    with (
        started(
            ["sandbox"],
            folder=tmp_path,
            port=slack_port,
            health="/healthz",
            env=environment(**common),
        ) as workspace,
        started(["run"], folder=tmp_path, port=ports[0], health="/readyz", env=envs[0]) as doomed,
        started(["run"], folder=tmp_path, port=ports[1], health="/readyz", env=envs[1]) as heir,
    ):

        def kill_in_the_middle() -> None:
            half.wait(60)
            doomed.kill()

        killer = Thread(target=kill_in_the_middle)
        killer.start()
        post_all([doomed.base_url, heir.base_url], after={100: half})
        killer.join()
        wait_until_settled(envs[1], tmp_path)
        check_everything(envs[1], tmp_path, Driver(workspace.base_url))
        wait_until(lambda: not answers(doomed.base_url + "/healthz"), 5, "one replica is gone")
