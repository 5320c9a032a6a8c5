"""`baton work`: work that gave up, and another try for it."""

from __future__ import annotations

import typer

from bot.cli.desk import open_desk, reading
from bot.cli.output import AsJson, show_json, show_lines, show_table
from handlers.flows.deciding.retry_stuck import retry_stuck
from storage.work import FailingWork

app = typer.Typer(no_args_is_help=True, help="Work that got stuck.")


@app.command("list")
def list_work(as_json: AsJson = False) -> None:
    """Work that used up its attempts, oldest first."""
    with reading() as (_, work):
        _show(work.work.stuck(), as_json)


@app.command()
def retry(as_json: AsJson = False) -> None:
    """Let everything that is stuck try again, once its cause is mended."""
    with open_desk() as ports:
        retried = retry_stuck(ports)
    _show(retried, as_json)
    if not as_json:
        show_lines([f"{len(retried)} pieces of work try again."])


def _show(stuck: list[FailingWork], as_json: bool) -> None:
    if as_json:
        show_json(stuck)
        return
    rows = [(s.work_id, s.flow, s.attempts, s.error, f"{s.changed_at:%Y-%m-%d %H:%M}Z")
            for s in stuck]  # fmt: skip
    show_table("Stuck work", ("work", "flow", "attempts", "error", "since"), rows)
