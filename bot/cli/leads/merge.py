"""`baton merge`: what became one lead, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.desk import open_desk, reading
from bot.cli.output import FINDING, AsJson, counted, fail, show_json, show_lines, show_table
from bot.cli.who import at_the_keyboard
from handlers.flows.matching.undo_merge import Undone, in_order_of_undoing, preview_undo, undo_merge
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError, TooLateError
from routing.matching.merge import Conflict
from storage.records.merges import Merge

app = typer.Typer(no_args_is_help=True, help="Merges of leads.")


@app.command("list")
def list_merges(
    lead: Annotated[str | None, typer.Option(help="Only merges with this lead's id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Merges, newest first: which lead became part of which, when, by whom and why."""
    with reading() as (_, work):
        merges = work.merges.listed(limit, lead)
    if as_json:
        show_json(merges)
        return
    names = ("merge", "survivor", "absorbed", "when", "by", "why", "undone")
    show_table(counted(len(merges), "merge"), names, [_row(merge) for merge in merges])


def _row(merge: Merge) -> tuple[object, ...]:
    return (
        merge.id,
        merge.survivor_id,
        merge.absorbed_id,
        f"{merge.merged_at:%Y-%m-%d %H:%M}Z",
        merge.merged_by,
        "; ".join(merge.reasons),
        f"{merge.undone_at:%Y-%m-%d %H:%M}Z by {merge.undone_by}" if merge.undone_at else "",
    )


@app.command()
def undo(
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit.")],
    merges: Annotated[list[str] | None, typer.Argument(help="Ids of merges.")] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Every merge since this time (UTC).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take merges back, newest first; fields that were changed since stay and are reported."""
    if not reason.strip():
        fail("Say why: --reason is for the audit.")
    if bool(merges) == bool(since):
        fail("Name merges, or give --since; not both.")
    with open_desk() as ports:
        order = in_order_of_undoing(ports, merges or _merges_since(ports, since))
        if dry_run:
            undone, refusal = preview_undo(ports, order, actor=at_the_keyboard()), None
        else:
            undone, refusal = _undo(ports, order, reason)
    if as_json:
        show_json(undone)
    else:
        _say(undone, dry_run)
    if refusal is not None:
        fail(refusal, FINDING)
    if any(one.conflicts for one in undone):
        raise typer.Exit(FINDING)


def _merges_since(ports: Ports, since: datetime | None) -> list[str]:
    assert since is not None
    start = since if since.tzinfo else since.replace(tzinfo=UTC)
    with ports.database.reading() as work:
        return work.merges.standing_since(start)


def _undo(ports: Ports, order: list[Merge], reason: str) -> tuple[list[Undone], str | None]:
    """What was undone, and why it ended early if it did."""
    undone: list[Undone] = []
    for merge in order:
        try:
            undone.append(undo_merge(ports, merge, actor=at_the_keyboard(), reason=reason))
        except (NotFoundError, TooLateError) as refusal:
            return undone, str(refusal)
    return undone, None


def _say(undone: list[Undone], dry_run: bool) -> None:
    word = "Would be undone" if dry_run else "Undone"
    lines = [f"{word}: {counted(len(undone), 'merge')}."]
    for one in undone:
        apart = f"{one.restored} is a lead of its own again, apart from {one.survivor}"
        lines.append(f"{one.merge}: {apart}.")
        lines += [_conflict(conflict) for conflict in one.conflicts]
    show_lines(lines)


def _conflict(conflict: Conflict) -> str:
    return (
        f"  {conflict.field} was changed since the merge and stays {conflict.now!r} "
        f"(before the merge {conflict.before!r}, after it {conflict.merged!r})."
    )
