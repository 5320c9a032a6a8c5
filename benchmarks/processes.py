"""Processes of a benchmark's own: started, watched through /proc, and always ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
READY_SECONDS = 60
STOP_SECONDS = 15
_OURS = ("BATON_", "SLACK_", "OPENAI_")

Process = subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], folder: Path, settings: Mapping[str, str]) -> Iterator[Process]:
    """A process in this folder with only these of Baton's settings; ended when the block ends.

    What it says is added to an error that leaves the block.
    """
    outside = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
    environment = outside | {"PYTHONPATH": str(ROOT)} | dict(settings)
    said = folder / "output.txt"
    with said.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            yield process
        except Exception as error:
            error.add_note(said.read_text(errors="replace")[-2000:])
            raise
        finally:
            _end(process)


def _end(process: Process) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def baton(*arguments: str) -> list[str]:
    """The `baton` command of the environment this runs in."""
    return [str(Path(sys.executable).with_name("baton")), *arguments]


def wait_until(true: Callable[[], bool], process: Process, seconds: float = READY_SECONDS) -> None:
    """Look every 5 ms. RuntimeError when the process ends first, TimeoutError when it is late."""
    end = time.monotonic() + seconds
    while not true():
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        if time.monotonic() > end:
            raise TimeoutError(f"{process.args!r} was not ready within {seconds:g} s")
        time.sleep(0.005)


def answer(url: str) -> bytes | None:
    """The body of a 200, None for everything else."""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            body: bytes = reply.read()
            return body if reply.status == 200 else None
    except (urllib.error.URLError, OSError):
        return None


def cpu_seconds(process: Process) -> float:
    """User and system time of the process and all its threads so far."""
    after_name = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(process: Process) -> float:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
