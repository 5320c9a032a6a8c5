"""Read a request's raw bytes within a size and a time, before anything looks at them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from http import HTTPStatus

from fastapi import Request
from starlette.requests import ClientDisconnect

from handlers.intake.problem import RefusedError

READ_SECONDS = 10.0
"""How long a body may take to arrive, unless the program is told otherwise."""


async def read_body(request: Request, *, limit: int, seconds: float) -> bytes:
    """The whole body. RefusedError 413 past `limit` bytes, 408 past `seconds`."""
    if _declared_size(request) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            return await _collect(request, limit)
    except TimeoutError:
        raise RefusedError(
            HTTPStatus.REQUEST_TIMEOUT, f"The body did not arrive within {seconds:g} seconds."
        ) from None
    except ClientDisconnect:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The body ended early.") from None


async def bounded_stream(
    request: Request, *, limit: int, seconds: float
) -> AsyncGenerator[bytes, None]:
    """The body piece by piece. RefusedError 413 past `limit` bytes, 408 when the next piece takes
    longer than `seconds`.
    """
    if _declared_size(request) > limit:
        raise _too_large(limit)
    size, stream = 0, aiter(request.stream())
    while True:
        try:
            piece = await asyncio.wait_for(anext(stream), seconds)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise RefusedError(
                HTTPStatus.REQUEST_TIMEOUT, f"Nothing arrived for {seconds:g} seconds."
            ) from None
        except ClientDisconnect:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "The body ended early.") from None
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        yield piece


def _declared_size(request: Request) -> int:
    """What the sender says; 0 when it says nothing. The server has checked that it is a number."""
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdigit() else 0


async def _collect(request: Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(limit: int) -> RefusedError:
    return RefusedError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than {limit:,} bytes."
    )
