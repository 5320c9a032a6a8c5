"""The HTTP edge: one ASGI application for intake, Slack, switches and health."""

from __future__ import annotations

from fastapi import FastAPI
from slack_bolt import App

from bot.web import health, imports, intake, problems, slack, switches
from bot.web.bodies import READ_SECONDS
from bot.wiring import Program


def web_app(
    program: Program, slack_app: App | None, *, read_seconds: float = READ_SECONDS
) -> FastAPI:
    """Every endpoint of the contract, on the wired program.

    `read_seconds` is how long a request's body may take to arrive.
    """
    app = FastAPI(
        title="Baton",
        version="0.1.0",
        description="Leads in, receipts out. Refusals are problem+json (RFC 9457).",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.program = program
    problems.add_to(app)
    intake.add_to(app, program, read_seconds)
    imports.add_to(app, program, read_seconds)
    switches.add_to(app, program, read_seconds)
    health.add_to(app, program)
    if slack_app is not None:
        slack.add_to(app, slack_app, read_seconds)
    return app
