"""Baton as its users start it: real processes on free ports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from threading import Event
from typing import Any

from storage.database.engine import open_engine
from storage.unit_of_work import Database, UnitOfWork

ROOT = Path(__file__).parents[2]
BATON = Path(sys.executable).with_name("baton")
READY_SECONDS = 60.0


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Look again and again until it holds; AssertionError names what did not happen."""
    pause = Event()
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError(f"did not happen within {seconds:g} s: {what}")


@contextmanager
def reading(env: Mapping[str, str]) -> Iterator[UnitOfWork]:
    """What a running Baton has stored; for looking again and again, as a command takes seconds."""
    engine = open_engine(env["BATON_DATABASE_URL"])
    try:
        with Database(engine).reading() as work:
            yield work
    finally:
        engine.dispose()


@dataclass
class Running:
    """One process of `baton`, and where it answers."""

    process: subprocess.Popen[bytes]
    base_url: str
    log: Path

    def kill(self) -> None:
        """As a power cut would: nothing in it gets to know."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> int:
        """As an operator would; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def environment(**settings: str) -> dict[str, str]:
    """The test's own settings and nothing of the developer's."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BATON_", "SLACK_", "OPENAI"))}
    return kept | {"PYTHONUNBUFFERED": "1"} | settings


@contextmanager
def started(
    command: list[str], *, folder: Path, port: int, health: str, env: Mapping[str, str]
) -> Iterator[Running]:
    """Start `baton COMMAND` in a folder of its own and wait until it answers."""
    log = folder / f"{command[0]}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(BATON), *command],
            cwd=folder,
            env=dict(env),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    running = Running(process, f"http://127.0.0.1:{port}", log)
    try:
        wait_until(
            lambda: process.poll() is not None or answers(running.base_url + health),
            READY_SECONDS,
            f"{' '.join(command)} answers; its log: {log}",
        )
        assert process.poll() is None, log.read_text()
        yield running
    finally:
        if process.poll() is None:
            running.stop()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def post_json(url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """POST a JSON object and read the JSON answer; OSError when nobody answers to the end."""
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json", **headers},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        try:
            return dict(json.load(answer))
        except HTTPException as error:
            raise ConnectionError("killed in the middle of its answer") from error


def baton_json(*command: str, env: Mapping[str, str], folder: Path) -> Any:
    """What a `baton` command answers with `--json`."""
    done = subprocess.run(
        [str(BATON), *command, "--json"],
        cwd=folder,
        env=dict(env),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)
