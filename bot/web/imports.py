"""CSV uploads: a file of leads in, 202 with the import's id out; the rows follow by themselves."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, Any, get_args

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.settings import named_secret
from bot.web.bodies import bounded_stream
from bot.web.problems import refusals
from bot.wiring import Program
from handlers.flows.refusals import NotAllowedError, NotFoundError
from handlers.flows.taking_in.start_import import ImportFile, Started, start_import
from handlers.intake.problem import FieldProblem, RefusedError
from routing.policy.tables.imports import ImportHandling, Telling
from routing.policy.tables.sources import SourcePolicy
from storage.audit import Actor
from storage.database.base import MissingError

MAX_BYTES = 64 * 1024 * 1024
MOST_SECONDS = 300.0
"""How long a whole upload may take."""
IN_MEMORY = 1024 * 1024
READ = 64 * 1024
ACTOR = Actor(kind="system", id="http")
CSV = ("text/csv", "application/csv", "text/plain", "text/tab-separated-values",
       "application/octet-stream")  # fmt: skip
MULTIPART = "multipart/form-data"

_ID = re.compile(r"imp_[0-9a-z]{16}")
_SECRETS = re.compile(r"[\s,]+")
_CHOICES: dict[str, tuple[str, ...]] = {
    "route": ("true", "false"),
    "clocks": ("true", "false"),
    "tell": get_args(Telling),
    "again": ("true", "false"),
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {"schema": {"type": "object", "properties": {"file": {"type": "string"}}}}
_RECEIPT: dict[str, Any] = {
    "type": "object",
    "required": ["receipt", "status"],
    "properties": {
        "receipt": {"type": "string", "description": "The import's id."},
        "status": {"type": "string", "enum": ["accepted", "duplicate"]},
    },
}
_ASKING = refusals(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_UPLOADING = _ASKING | refusals(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)


@dataclass(frozen=True)
class Upload:
    """A file that has arrived whole."""

    name: str
    file: IO[bytes]

    def chunks(self) -> Iterator[bytes]:
        self.file.seek(0)
        while piece := self.file.read(READ):
            yield piece


def add_to(app: FastAPI, program: Program, read_seconds: float) -> None:
    """Add `POST /intake/import/{source}` and `GET /intake/import/{source}/{import_id}`."""

    @app.post(
        "/intake/import/{source}",
        status_code=HTTPStatus.ACCEPTED,
        summary="Take in a CSV file of leads",
        openapi_extra={
            "requestBody": {"required": True, "content": {"text/csv": _BINARY, MULTIPART: _FORM}},
            "parameters": [_parameter(name, values) for name, values in _CHOICES.items()],
        },
        responses={
            202: {
                "description": "Stored; its rows are taken in by themselves.",
                "content": {"application/json": {"schema": _RECEIPT}},
            },
            **_UPLOADING,
        },
    )
    async def receive_file(source: str, request: Request) -> Response:
        policy = _source(program, source)
        _check_secret(program, policy, request)
        chosen = _choices(request.query_params)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
            upload = await _uploaded(request, spool, read_seconds)
            started = await run_in_threadpool(_start, program, policy, upload, chosen)
        status = "accepted" if started.is_new else "duplicate"
        answer = {"receipt": started.run.id, "status": status}
        return JSONResponse(answer, status_code=HTTPStatus.ACCEPTED)

    @app.get(
        "/intake/import/{source}/{import_id}",
        summary="How far an import has come",
        responses=_ASKING,
    )
    async def tell_status(source: str, import_id: str, request: Request) -> Response:
        policy = _source(program, source)
        _check_secret(program, policy, request)
        return JSONResponse(await run_in_threadpool(_status, program, policy, import_id))


def _parameter(name: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"enum": list(values)}}


def _source(program: Program, key: str) -> SourcePolicy:
    try:
        policy = program.ports.policies.latest_known().policy
    except LookupError:
        raise RefusedError(
            HTTPStatus.SERVICE_UNAVAILABLE, "Baton has not read its policy yet. Send it again."
        ) from None
    source = policy.source("import", key)
    if source is None:
        raise RefusedError(
            HTTPStatus.NOT_FOUND,
            "There is no such import source. Sources are named in policy/sources.yml.",
        )
    return source


def _check_secret(program: Program, source: SourcePolicy, request: Request) -> None:
    """The admin token opens every import, a source's own secret that one."""
    admin = program.settings.admin_token
    own = named_secret(source.secret_env) if source.secret_env else None
    secrets = [one for one in _SECRETS.split(own or "") if one]
    secrets += [admin.get_secret_value()] if admin else []
    if not secrets:
        raise RefusedError(
            HTTPStatus.FORBIDDEN,
            "Set BATON_ADMIN_TOKEN, or the secret that secret_env of the source names.",
        )
    given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
    if not any(hmac.compare_digest(given, secret.encode()) for secret in secrets):
        raise RefusedError(HTTPStatus.UNAUTHORIZED, "Send `Authorization: Bearer <token>`.")


def _choices(query: Mapping[str, str]) -> dict[str, Any]:
    """What the sender chose for this import. RefusedError names what is no choice."""
    given = {name: query[name] for name in _CHOICES if name in query}
    wrong = tuple(
        FieldProblem(name, f"one of {', '.join(_CHOICES[name])}")
        for name, value in given.items()
        if value not in _CHOICES[name]
    )
    if wrong:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "Some choices cannot be used.", wrong)
    return {k: v if k == "tell" else v == "true" for k, v in given.items()}


async def _uploaded(request: Request, spool: IO[bytes], seconds: float) -> Upload:
    """The file, on disk when it is large. RefusedError when it does not arrive as it should."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in (*CSV, MULTIPART):
        raise RefusedError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send text/csv, or {MULTIPART} with a file."
        )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            if media == MULTIPART:
                return await _form_file(request, spool, seconds)
            async for piece in bounded_stream(request, limit=MAX_BYTES, seconds=seconds):
                await run_in_threadpool(spool.write, piece)
    except TimeoutError:
        raise RefusedError(
            HTTPStatus.REQUEST_TIMEOUT, f"The file did not arrive within {MOST_SECONDS:g} seconds."
        ) from None
    return Upload(request.query_params.get("name", "upload.csv"), spool)


async def _form_file(request: Request, spool: IO[bytes], seconds: float) -> Upload:
    stream = bounded_stream(request, limit=MAX_BYTES, seconds=seconds)
    try:
        form = await MultiPartParser(request.headers, stream, max_files=1, max_fields=10).parse()
    except (MultiPartException, ValueError, LookupError):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The form cannot be read.") from None
    files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
    if not files:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "The form holds no file. Send one.")
    try:
        while piece := await files[0].read(READ):
            await run_in_threadpool(spool.write, piece)
    finally:
        await form.close()
    return Upload(files[0].filename or "upload.csv", spool)


def _start(
    program: Program, source: SourcePolicy, upload: Upload, chosen: dict[str, Any]
) -> Started:
    again = bool(chosen.pop("again", False))
    handling = (source.handling or ImportHandling()).model_copy(update=chosen)
    order = ImportFile(
        source, upload.name, upload.chunks, handling, ACTOR, again=again, is_kept=True
    )
    try:
        return start_import(program.ports, order)
    except NotAllowedError as switched_off:
        raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, str(switched_off)) from None
    except NotFoundError as missing:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, str(missing)) from None


def _status(program: Program, source: SourcePolicy, import_id: str) -> dict[str, Any]:
    try:
        with program.ports.database.reading() as work:
            run = work.imports.get(import_id if _ID.fullmatch(import_id) else "")
    except MissingError:
        run = None
    if run is None or run.source != source.id:
        raise RefusedError(HTTPStatus.NOT_FOUND, "There is no such import.")
    return run.as_shown()
