"""`baton health`: is anything stuck."""

from __future__ import annotations

import typer

from bot.cli.desk import read_settings, reading
from bot.cli.output import FINDING, AsJson, show_json, show_lines, show_table
from bot.engine import DEAD_AFTER
from bot.policy_folder import read_policy_folder
from handlers.flows.policy.follow_folder import folder_news
from handlers.flows.ports import Ports
from handlers.jobs.heal import PATIENCE
from routing.lead import INCOMING
from routing.policy.reading.errors import PolicyErrors
from storage.unit_of_work import UnitOfWork

RETRY = "{} pieces of work are stuck. See `baton work list`, then `baton work retry`."


def health(as_json: AsJson = False) -> None:
    """What waits, what fails and what is stuck; exit 1 when something is stuck."""
    with reading() as (ports, work):
        stuck = work.work.stuck()
        late = ports.clock.now() - PATIENCE
        forgotten = work.leads.waiting_since(INCOMING, late)
        waiting, waiting_since = work.receipts.waiting()
        running = work.work.alive(work.work.time(ports.clock.now()) - DEAD_AFTER)
        state = {
            "running": running,
            "deliveries_waiting": waiting,
            "policy": _policy(ports, work),
            "leads": work.leads.place_counts(),
            "messages": work.outbox.state_counts(),
            "failing_work": work.work.failing_counts(),
            "deadlines_armed": work.deadlines.count("armed"),
            "deadlines_failed": work.deadlines.count("failed"),
            "switched_off": [s.name for s in work.switches.listed() if not s.is_on],
            "incoming_too_long": len(forgotten),
            "mailboxes": [f"{m.source}: {m.error}" for m in work.mailboxes.listed() if m.error],
            "stuck": [f"{s.flow} {s.work_id}: {s.error}" for s in stuck],
        }
    if as_json:
        show_json(state)
    else:
        show_table(
            "Health", ("what", "state"), [(what, _in_words(value)) for what, value in state.items()]
        )
        if not running:
            show_lines(["No Baton is running on this database: what waits, waits for one."])
        show_lines(["Nothing is stuck." if not stuck else RETRY.format(len(stuck))])
    not_taken_in = waiting_since is not None and waiting_since < late
    if stuck or forgotten or not_taken_in or state["deadlines_failed"]:
        raise typer.Exit(FINDING)


def _policy(ports: Ports, work: UnitOfWork) -> str:
    """The version in force, and what the folder is to it."""
    active = ports.policies.active(work)
    head = f"version {active.version} is in force"
    try:
        news = folder_news(work, active, read_policy_folder(read_settings().policy_dir))
    except (FileNotFoundError, PolicyErrors) as wrong:
        return f"{head}; the folder cannot be read: {wrong}"
    return news.said if news else f"{head}; the folder is new: a start or `propose` proposes it"


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "none"
    if isinstance(value, list):
        return "\n".join(value) or "none"
    return str(value)
