"""`baton health`: is anything stuck."""

from __future__ import annotations

import typer

from bot.cli.desk import reading
from bot.cli.output import FINDING, AsJson, show_json, show_lines, show_table


def health(as_json: AsJson = False) -> None:
    """What waits, what fails and what is stuck; exit 1 when something is stuck."""
    with reading() as (_, work):
        stuck = work.work.stuck()
        state = {
            "leads": work.leads.place_counts(),
            "messages": work.outbox.state_counts(),
            "failing_work": work.work.failing_counts(),
            "deadlines_armed": work.deadlines.armed_count(),
            "switched_off": [s.name for s in work.switches.listed() if not s.is_on],
            "stuck": [f"{s.flow} {s.work_id}: {s.error}" for s in stuck],
        }
    if as_json:
        show_json(state)
    else:
        show_table("Health", ("what", "state"), list(state.items()))
        show_lines(["Nothing is stuck." if not stuck else f"{len(stuck)} pieces are stuck."])
    if stuck:
        raise typer.Exit(FINDING)
