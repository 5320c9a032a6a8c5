"""Read a request's raw bytes within a size and a time, before anything looks at them."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from fastapi import Request
from starlette.requests import ClientDisconnect

from handlers.intake.problem import RefusedError

READ_SECONDS = 10.0


async def read_body(request: Request, *, limit: int, seconds: float = READ_SECONDS) -> bytes:
    """The whole body. RefusedError 413 past `limit` bytes, 408 past `seconds`."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
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
