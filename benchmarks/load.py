"""The load: a process of its own that posts distinct leads over kept-alive connections.

`python -m benchmarks.load` reads an `Order` as JSON from its input and writes an `Outcome`. It
speaks HTTP/1.1 over plain sockets, so that little of the machine goes into asking.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from benchmarks.leads import form_fields
from benchmarks.processes import ROOT, python

SPARE_SECONDS = 60


@dataclass(frozen=True)
class Order:
    """What to post. Without a `rate` each connection posts again as soon as it has its answer.

    With one, posts are due at even intervals, and each is timed from the moment it was due.
    """

    port: int
    path: str
    connections: int
    seconds: float
    at_most: int = 100_000
    rate: float | None = None
    first: int = 0
    """The number of the first lead, so that two orders never post the same one."""


@dataclass
class Outcome:
    """`seconds` from the first post to the last answer. Every accepted post has one entry in
    `milliseconds`, `sent` (epoch seconds) and `receipts`; `refused` counts the others."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


def post_leads(order: Order) -> Outcome:
    """Have a process of its own do it."""
    done = subprocess.run(
        python("benchmarks.load"),
        cwd=ROOT,
        input=json.dumps(asdict(order)).encode(),
        stdout=subprocess.PIPE,
        timeout=order.seconds + SPARE_SECONDS,
        check=True,
    )
    return Outcome(**json.loads(done.stdout))


@dataclass
class _Run:
    order: Order
    began: float
    numbers: Iterator[int]
    outcome: Outcome
    refused: Counter[str]


async def _post_all(order: Order) -> Outcome:
    numbers = iter(range(order.first, order.first + order.at_most))
    run = _Run(order, time.time(), numbers, Outcome(), Counter())
    await asyncio.gather(*(_use_connection(run) for _ in range(order.connections)))
    run.outcome.seconds = time.time() - run.began
    run.outcome.refused = dict(run.refused)
    return run.outcome


async def _use_connection(run: _Run) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", run.order.port)
    try:
        while (number := next(run.numbers, None)) is not None:
            due = _due(run, number)
            if due > run.began + run.order.seconds:
                return
            await asyncio.sleep(max(0.0, due - time.time()))
            writer.write(_request(run.order.path, number))
            status, body = await _response(reader)
            _note(run, due, status, body)
    finally:
        writer.close()


def _due(run: _Run, number: int) -> float:
    if run.order.rate is None:
        return time.time()
    return run.began + (number - run.order.first) / run.order.rate


def _note(run: _Run, due: float, status: str, body: bytes) -> None:
    if status != "202":
        run.refused[status] += 1
        return
    run.outcome.milliseconds.append((time.time() - due) * 1000)
    run.outcome.sent.append(due)
    run.outcome.receipts.append(str(json.loads(body)["receipt"]))


def _request(path: str, number: int) -> bytes:
    body = json.dumps(form_fields(number)).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: bench-{number}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _response(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Status and body. asyncio.IncompleteReadError when the server hangs up."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = head.partition("content-length:")[2].split("\r\n", 1)[0]
    return head.split(" ", 2)[1], await reader.readexactly(int(length or 0))


if __name__ == "__main__":
    given = Order(**json.load(sys.stdin))
    json.dump(asdict(asyncio.run(_post_all(given))), sys.stdout)
