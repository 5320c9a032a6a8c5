"""`baton lead`: find, show, why, history, reassign."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bot.cli.desk import open_desk, reading
from bot.cli.leads.moving import (
    ByPolicy,
    DryRun,
    EvenIfAway,
    Reason,
    To,
    order_of,
    require_reason,
    show_moved,
)
from bot.cli.output import FINDING, AsJson, counted, show_json, show_lines, show_table
from bot.cli.who import at_the_keyboard
from handlers.flows.looking import look_up
from handlers.flows.looking.leaving import planned
from handlers.flows.working.reassign import Reassignment, reassign
from storage.audit import AuditEntry

app = typer.Typer(no_args_is_help=True, help="Find leads and see what happened to them.")

LEAD = "A lead's id, or words of its name, e-mail, company."
Words = Annotated[str, typer.Argument(help=LEAD)]


@app.command()
def find(
    query: Annotated[str, typer.Argument(help="Words to look for; none lists all.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most this many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Leads whose id, name, e-mail or company contain the words, newest first."""
    with reading() as (ports, work):
        found = look_up.find(work, query, limit)
        policy = ports.policies.active(work).policy
    if as_json:
        show_json(found)
        return
    rows = [
        (lead.id, lead.name, lead.company, look_up.where(policy, lead), lead.stage, lead.score)
        for lead in found
    ]
    columns = ("id", "name", "company", "where", "stage", "score")
    show_table(counted(len(found), "lead"), columns, rows)


@app.command()
def show(lead: Words, as_json: AsJson = False) -> None:
    """Everything known about one lead."""
    with reading() as (_, work):
        one = look_up.one_lead(work, lead)
    facts = one.model_dump(mode="json")
    if as_json:
        show_json(facts)
        return
    rows = [(name, _in_words(v)) for name, v in facts.items() if v not in (None, [], {})]
    show_table(one.display_name, ("field", "value"), rows)


def _in_words(value: object) -> str:
    """A score or quality as its factors, a list or a table line by line, else as it is."""
    if isinstance(value, dict) and "factors" in value:
        factors = [f"{factor['points']:+d} {factor['label']}" for factor in value["factors"]]
        return "\n".join([_points(value), *factors])
    if isinstance(value, dict):
        return "\n".join(f"{name}: {text}" for name, text in value.items())
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _points(value: dict[str, Any]) -> str:
    """`75`, `75 (fit 60, engagement 15)`, or what failed."""
    if value.get("failed"):
        return f"none: {value['failed']} failed"
    if value.get("engagement"):
        return f"{value['value']} (fit {value['fit']}, engagement {value['engagement']})"
    return str(value["value"])


@app.command()
def why(lead: Words, as_json: AsJson = False) -> None:
    """Why this lead is where it is: each step of each decision, and every candidate."""
    with reading() as (ports, work):
        explanation = look_up.explain(work, ports.policies, look_up.one_lead(work, lead))
    if as_json:
        show_json(explanation)
        return
    show_lines([f"{explanation.name} is {explanation.place}.", *explanation.lines])


@app.command()
def history(lead: Words, as_json: AsJson = False) -> None:
    """Every step on record, from the audit."""
    with reading() as (_, work):
        one = look_up.one_lead(work, lead)
        entries = look_up.history(work, one)
    if as_json:
        show_json(entries)
        return
    rows = [
        (e.seq, f"{e.at:%Y-%m-%d %H:%M:%S}Z", e.action, f"{e.actor.kind}:{e.actor.id}", _why(e))
        for e in entries
    ]
    show_table(one.display_name, ("#", "when", "what", "who", "why"), rows)


@app.command("reassign")
def reassign_leads(
    leads: Annotated[list[str], typer.Argument(help=LEAD)],
    reason: Reason,
    to: To = None,
    by_policy: ByPolicy = False,
    even_if_away: EvenIfAway = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give leads to somebody else, or to whoever policy chooses but those who have them."""
    with open_desk() as ports:
        require_reason(reason)
        order = order_of(ports, to, by_policy, reason, even_if_away)
        with ports.database.reading() as work:
            found = {one.id: one for one in (look_up.one_lead(work, words) for words in leads)}
            moved = planned(ports, work, list(found.values()), order) if dry_run else []
        if not dry_run:
            moved = reassign(ports, Reassignment(list(found), order), by=at_the_keyboard())
    show_moved(moved, as_json, dry_run)
    if not all(one.moved for one in moved):
        raise typer.Exit(FINDING)


def _why(entry: AuditEntry) -> str:
    if entry.details is None:
        return "(erased)"
    return str(entry.details.get("reason") or "")
