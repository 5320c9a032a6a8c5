"""The floor of intake: a bare Starlette endpoint with one durable commit a request.

`python -m benchmarks.floor` serves it under uvicorn with the options of `baton run`. It keeps
body and id in one table: no parsing, no lead, no audit, no work queued, no ORM, no thread pool.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.cli.run import SERVER_OPTIONS
from bot.settings import Settings

CONNECTIONS = 10
TABLE = "CREATE TABLE IF NOT EXISTS bare (id TEXT PRIMARY KEY, body {blob} NOT NULL)"

Keep = Callable[[str, bytes], Awaitable[None]]


def sqlite_keeper(path: Path) -> Keep:
    """One connection, used on the event loop: nothing waits for anything but the disk."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(TABLE.format(blob="BLOB"))

    async def keep(key: str, body: bytes) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare VALUES (?, ?)", (key, body))
        connection.execute("COMMIT")

    return keep


def postgres_keeper(url: str) -> Keep:
    """Ten connections, opened as they are needed; each insert commits by itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE.format(blob="BYTEA").encode())
    idle: list[psycopg.AsyncConnection] = []
    places = asyncio.Semaphore(CONNECTIONS)

    async def keep(key: str, body: bytes) -> None:
        async with places:
            one = idle.pop() if idle else await _connected(url)
            await one.execute(b"INSERT INTO bare VALUES (%s, %s)", (key, body))
            idle.append(one)

    return keep


async def _connected(url: str) -> psycopg.AsyncConnection:
    return await psycopg.AsyncConnection.connect(url, autocommit=True)


def floor_app(keep: Keep) -> Starlette:
    async def take(request: Request) -> Response:
        key = uuid4().hex
        await keep(key, await request.body())
        return JSONResponse({"receipt": key}, status_code=202)

    async def ready(request: Request) -> Response:
        return JSONResponse({})

    return Starlette(routes=[Route("/readyz", ready), Route("/take", take, methods=["POST"])])


def main() -> None:
    url = os.environ["BATON_DATABASE_URL"]
    is_sqlite = url.startswith("sqlite:///")
    keep = (
        sqlite_keeper(Path(url.removeprefix("sqlite:///"))) if is_sqlite else postgres_keeper(url)
    )
    settings = Settings()
    uvicorn.run(floor_app(keep), host=settings.http_host, port=settings.http_port, **SERVER_OPTIONS)


if __name__ == "__main__":
    main()
