"""Run benchmarks by name, all of them by default, and write what they found."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from benchmarks.machine import this_machine
from benchmarks.registry import BENCHMARKS
from benchmarks.report import as_markdown, write

RESULTS = Path(__file__).with_name("results")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="a look in seconds, less exact")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the folder to write to")
    order = parser.parse_args()
    unknown = set(order.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    # Ended from outside, the processes and folders below us must go too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    machine = this_machine()
    for name in order.names or BENCHMARKS:
        report = BENCHMARKS[name](order.quick)
        command = f"python -m benchmarks {name}{' --quick' if order.quick else ''}"
        write(order.results, name, report, machine, command)
        print(as_markdown(report), flush=True)


if __name__ == "__main__":
    main()
