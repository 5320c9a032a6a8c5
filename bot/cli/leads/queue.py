"""`baton queue`: the lists people work through (R8)."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.desk import reading
from bot.cli.output import AsJson, counted, show_json, show_table
from handlers.flows.looking.queues import QueueEntry, QueueState, entries_of, queues_of

app = typer.Typer(no_args_is_help=True, help="Queues: what waits in each.")


@app.callback()
def queue() -> None:
    """Queues: what waits in each."""


@app.command("list")
def list_queues(
    queue: Annotated[str | None, typer.Argument(help="A queue's id; without, all queues.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most this many leads.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Every queue with how much waits in it; of one queue its leads and cases, oldest first."""
    with reading() as (ports, work):
        policy = ports.policies.active(work).policy
        states = queues_of(work, policy) if queue is None else []
        entries = entries_of(work, policy, queue, limit) if queue else []
    if as_json:
        show_json(entries if queue else states)
    elif queue:
        _show_entries(entries)
    else:
        _show_states(states)


def _show_states(states: list[QueueState]) -> None:
    rows = [
        (s.queue, s.name, s.leads, s.cases, f"{s.oldest:%Y-%m-%d %H:%M}Z" if s.oldest else "",
         s.owner)
        for s in states
    ]  # fmt: skip
    columns = ("queue", "name", "leads", "cases", "oldest since", "owner")
    show_table(counted(len(states), "queue"), columns, rows)


def _show_entries(entries: list[QueueEntry]) -> None:
    rows = [
        (e.lead, e.name, e.company, f"{e.since:%Y-%m-%d %H:%M}Z", f"{e.due:%Y-%m-%d %H:%M}Z",
         e.why, e.case)
        for e in entries
    ]  # fmt: skip
    columns = ("lead", "name", "company", "since", "limit", "why", "case")
    show_table(counted(len(entries), "lead"), columns, rows)
