"""Baton as people run it: `baton run` in a process of its own, with its local workspace."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ROOT, Process, answer, baton, free_port, running, wait_until

ADMIN_TOKEN = "only-for-this-benchmark"
POLICY = ROOT / "policy"


@dataclass(frozen=True)
class RunningBaton:
    process: Process
    port: int
    workspace_port: int

    @property
    def is_ready(self) -> bool:
        return answer(f"http://127.0.0.1:{self.port}/readyz") is not None

    @property
    def is_connected(self) -> bool:
        """Whether the workspace says that Baton's socket stands."""
        told = answer(f"http://127.0.0.1:{self.workspace_port}/healthz")
        return told is not None and json.loads(told)["sockets"] > 0

    def turn(self, switch: str, on: bool) -> None:
        """Turn a kill switch over HTTP, as operations would."""
        order = {"name": switch, "on": on, "reason": "a benchmark"}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/switches",
            data=json.dumps(order).encode(),
            headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
        )
        urllib.request.urlopen(request, timeout=30).close()


@contextmanager
def starting_baton(
    folder: Path, database_url: str, policy: Path = POLICY
) -> Iterator[RunningBaton]:
    """`baton run` just started; its workspace's state is kept in the folder."""
    port, workspace_port = free_port(), free_port()
    settings = {
        "BATON_DATABASE_URL": database_url,
        "BATON_POLICY_DIR": str(policy),
        "BATON_HTTP_PORT": str(port),
        "BATON_SANDBOX_PORT": str(workspace_port),
        "BATON_ADMIN_TOKEN": ADMIN_TOKEN,
        "BATON_LOG_LEVEL": "WARNING",
    }
    with running(baton("run"), folder, settings) as process:
        yield RunningBaton(process, port, workspace_port)


@contextmanager
def running_baton(folder: Path, database_url: str, policy: Path = POLICY) -> Iterator[RunningBaton]:
    """Baton able to take leads and connected to its workspace."""
    with starting_baton(folder, database_url, policy) as program:
        wait_until(lambda: program.is_ready and program.is_connected, program.process)
        yield program
