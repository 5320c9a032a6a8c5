"""What the commands that move leads are asked, and how they answer (R4)."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.output import FINDING, counted, fail, show_json, show_table
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.moving import Moved, MoveOrder
from handlers.flows.steps.find_person import find_person

To = Annotated[str | None, typer.Option(help="Who gets them: an id, name or e-mail address.")]
ByPolicy = Annotated[bool, typer.Option("--by-policy", help="Whoever policy chooses.")]
Reason = Annotated[str, typer.Option(help="On record, and for whoever gets the leads.")]
EvenIfAway = Annotated[bool, typer.Option("--even-if-away", help="Although they are away now.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; move nothing.")]


def order_of(
    ports: Ports, to: str | None, by_policy: bool, reason: str, even_if_away: bool
) -> MoveOrder:
    """The order of the options; ends the command where they do not say exactly one target."""
    if by_policy == (to is not None):
        fail("Say where: either --to PERSON or --by-policy.")
    with ports.database.reading() as work:
        try:
            policy = ports.policies.active(work).policy
        except LookupError as error:
            fail(str(error), FINDING)
    if to is None:
        return MoveOrder(None, reason.strip())
    return MoveOrder(find_person(policy, to).id, reason.strip(), even_if_away)


def require_reason(reason: str) -> None:
    """Ends the command where there is none."""
    if not reason.strip():
        fail("Say why: --reason.")


def show_moved(moved: list[Moved], as_json: bool, dry_run: bool) -> None:
    """A line for each lead, those that stay with why."""
    if as_json:
        show_json(moved)
        return
    number = counted(sum(one.moved for one in moved), "lead")
    title = f"{number} would move" if dry_run else f"{number} moved"
    rows = [(m.lead, m.name, m.before, m.after if m.moved else "stays", m.why) for m in moved]
    show_table(title, ("lead", "name", "before", "now", "why"), rows)
