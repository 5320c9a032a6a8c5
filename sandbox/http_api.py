"""The app's side over HTTP: `/api/{method}` and `/response/{token}`, with the faults applied."""

import asyncio
import json
from time import perf_counter
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sandbox.block_kit import checked_blocks
from sandbox.faults import Fault, Faults
from sandbox.rate_limits import RateLimits
from sandbox.web_api import METHODS, Call, Slack, answer
from sandbox.workspace.model import BOT_USER_ID, Json, SlackError
from sandbox.workspace.response_urls import ResponseUrl
from sandbox.workspace.traffic import Traffic

CUT = "sandbox.cut"


class HttpApi:
    """Endpoints for the app. `CUT` in the request's scope closes its connection."""

    def __init__(
        self, slack: Slack, faults: Faults, limits: RateLimits | None, traffic: Traffic
    ) -> None:
        self._slack = slack
        self._faults = faults
        self._limits = limits
        self._traffic = traffic

    async def method(self, request: Request) -> Response:
        """Answer one Web API call; what was asked and said goes to the traffic record."""
        name, started = request.path_params["method"], perf_counter()
        arguments, refusal = await _arguments(request)
        fault = self._faults.on_call(name) or self._too_often(name, arguments)
        status, body = 200, refusal
        if fault is not None and fault.kind != "drop_reply":
            status, body = await self._suffer(fault, request)
        elif body is None:
            body = self._answer(name, arguments, _token(request, arguments))
        if fault is not None and fault.kind == "drop_reply":
            await _cut(request)
        shown = {key: value for key, value in arguments.items() if key != "token"}
        word = fault.kind if fault else ("ok" if body and body.get("ok") else _error_of(body))
        elapsed = (perf_counter() - started) * 1000
        self._traffic.record("from app", name, word, elapsed, shown, body)
        return self._response(name, status, body, fault)

    async def respond(self, request: Request) -> Response:
        """A response URL: five uses in thirty minutes."""
        started = perf_counter()
        body: Json = {}
        try:
            body = await _json_object(request)
            self._respond(body, self._slack.workspace.responses.use(request.path_params["token"]))
            status, text = 200, "ok"
        except SlackError as error:
            status = 404 if error.code in ("used_url", "expired_url") else 400
            text = json.dumps(error.to_slack())
        elapsed = (perf_counter() - started) * 1000
        self._traffic.record("from app", "response_url", text, elapsed, body, text)
        return PlainTextResponse(text, status)

    def _answer(self, name: str, arguments: Json, token: str) -> Json:
        try:
            return answer(name, Call(self._slack, arguments), token)
        except SlackError as error:
            return error.to_slack()

    def _too_often(self, name: str, arguments: Json) -> Fault | None:
        return self._limits.on_call(name, arguments) if self._limits else None

    async def _suffer(self, fault: Fault, request: Request) -> tuple[int, Json | None]:
        if fault.kind == "rate_limit":
            return 429, {"ok": False, "error": "ratelimited"}
        if fault.kind == "fail":
            return int(fault.number), None
        await _wait_for_disconnect(request, fault.number)
        await _cut(request)
        return 504, None

    def _response(self, name: str, status: int, body: Json | None, fault: Fault | None) -> Response:
        method = METHODS.get(name)
        headers = {
            "x-oauth-scopes": ",".join(sorted(self._slack.manifest.scopes)),
            "x-accepted-oauth-scopes": ",".join(method.scopes) if method else "",
        }
        if fault is not None and fault.kind == "rate_limit":
            headers["Retry-After"] = str(int(fault.number))
        if body is None:
            return PlainTextResponse("The sandbox was told to fail.", status, headers)
        return json_response(body, status, headers)

    def _respond(self, body: Json, where: ResponseUrl) -> None:
        """Replace, delete or add a message, as the body asks."""
        workspace = self._slack.workspace
        blocks = checked_blocks(body.get("blocks") or [], workspace.files.is_picture)
        text = str(body.get("text") or "")
        if body.get("delete_original") and where.message_ts:
            if where.ephemeral:
                workspace.delete_ephemeral(where.user, where.message_ts)
            else:
                workspace.delete(where.channel, where.message_ts)
        elif body.get("replace_original") and where.message_ts:
            if where.ephemeral:
                workspace.update_ephemeral(where.user, where.message_ts, text=text, blocks=blocks)
            else:
                workspace.update(where.channel, where.message_ts, text=text, blocks=blocks)
        elif not text and not blocks:
            raise SlackError("no_text")
        elif body.get("response_type") == "in_channel":
            workspace.post(
                where.channel, BOT_USER_ID, text, blocks=blocks, thread_ts=body.get("thread_ts")
            )
        else:
            workspace.post_ephemeral(
                where.channel,
                BOT_USER_ID,
                where.user,
                text,
                blocks=blocks,
                thread_ts=body.get("thread_ts") or where.thread_ts,
            )


def json_response(
    body: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """JSON in ASCII, so that any text a client managed to store can be shown again."""
    return Response(json.dumps(body), status, headers, media_type="application/json")


def _error_of(body: Json | None) -> str:
    return str((body or {}).get("error", "error"))


def _token(request: Request, arguments: Json) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(arguments.get("token") or "")


async def _arguments(request: Request) -> tuple[Json, Json | None]:
    """The arguments of a call, or the refusal of a body that cannot be read."""
    found: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    try:
        if kind == "application/json":
            found |= await _json_object(request)
        elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
            async with request.form() as form:
                found |= {key: _field(value) for key, value in form.items()}
    except SlackError as error:
        return found, error.to_slack()
    return found, None


def _field(value: UploadFile | str) -> str:
    """A file is shown by its name: no method here takes one."""
    return value if isinstance(value, str) else str(value.filename)


async def _json_object(request: Request) -> Json:
    try:
        value = json.loads(await request.body() or b"{}")
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SlackError("invalid_json") from error
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value


async def _cut(request: Request) -> None:
    request.scope[CUT]()
    await asyncio.sleep(0)


async def _wait_for_disconnect(request: Request, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return
