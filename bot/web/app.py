"""The HTTP edge: one ASGI application for intake, Slack, switches and health."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from slack_bolt import App

from bot.web import health, intake, slack, switches
from bot.web.problems import PROBLEM_JSON
from bot.wiring import Program
from handlers.intake.problem import RefusedError


def web_app(program: Program, slack_app: App | None) -> FastAPI:
    """Every endpoint of the contract, on the wired program."""
    app = FastAPI(
        title="Baton",
        version="0.1.0",
        description="Leads in, receipts out. Refusals are problem+json (RFC 9457).",
        docs_url=None,
        redoc_url=None,
    )
    app.state.program = program
    app.add_exception_handler(RefusedError, _refused)
    intake.add_to(app, program)
    switches.add_to(app, program)
    health.add_to(app, program)
    if slack_app is not None:
        slack.add_to(app, slack_app)
    return app


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    headers = {"Retry-After": "5"} if error.status in (429, 503) else None
    return JSONResponse(
        error.as_json(), status_code=error.status, media_type=PROBLEM_JSON, headers=headers
    )
