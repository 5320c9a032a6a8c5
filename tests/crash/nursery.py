"""A process that has imported everything and forks one victim for each order it reads.

Importing Baton takes a second, and a trial kills some eighty processes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import IO, cast

from bot.log import set_up_logging
from tests.crash.victim import FINISHED, Order, live

BROKEN = 4
AT_ONCE = 2
"""Victims that live at the same time."""


def main() -> None:
    """Answer each order on standard input with its victim's exit code."""
    set_up_logging("ERROR")
    for line in sys.stdin:
        order = Order(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            _live(order)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _live(order: Order) -> None:
    """Never returns: a victim that breaks says why and leaves."""
    try:
        live(order)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(BROKEN)


class Nursery:
    """Runs one victim at a time; `close` at the end."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, order: Order) -> int:
        """The victim's exit code, negative for the signal that killed it."""
        orders = cast("IO[str]", self._process.stdin)
        orders.write(json.dumps(asdict(order)) + "\n")
        orders.flush()
        return int(cast("IO[str]", self._process.stdout).readline())

    def is_killed_and_lives_again(self, order: Order) -> bool:
        """Whether the victim was killed where it was ordered; then it was started again, and
        finished.
        """
        code = self.run(order)
        if code == FINISHED:
            return False
        assert code == -signal.SIGKILL, f"commit {order.kill_at}: exit code {code}"
        assert self.run(replace(order, kill_at=None)) == FINISHED
        return True

    def close(self) -> None:
        self._process.communicate(timeout=30)


def count_kills(trial: Callable[[int], bool], turns: range) -> int:
    """How many trials killed, `AT_ONCE` at the same time, until nobody is killed any more."""
    killed = 0
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for at in range(0, len(turns), AT_ONCE):
            outcomes = list(threads.map(trial, turns[at : at + AT_ONCE]))
            killed += sum(outcomes)
            if not any(outcomes):
                break
    return killed


if __name__ == "__main__":
    main()
