"""`baton switch`: turn a workflow off and on again."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.desk import open_desk
from bot.cli.output import AsJson, fail, show_json, show_table
from bot.cli.who import at_the_keyboard
from handlers.flows.ports import Ports
from handlers.flows.working.set_switch import set_switch
from storage.switches import SWITCHES

app = typer.Typer(no_args_is_help=True, help="Kill switches, one for each workflow.")

Name = Annotated[str, typer.Argument(help=f"One of {', '.join(SWITCHES)}.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the audit.")]


@app.command("list")
def list_switches(as_json: AsJson = False) -> None:
    """How every switch stands."""
    with open_desk() as ports:
        _show(ports, as_json)


@app.command()
def off(name: Name, reason: Reason, as_json: AsJson = False) -> None:
    """Stop a workflow within seconds; its work waits and nothing is lost."""
    _turn(name, False, reason, as_json)


@app.command()
def on(name: Name, reason: Reason, as_json: AsJson = False) -> None:
    """Let a workflow go on with the work that waits."""
    _turn(name, True, reason, as_json)


def _turn(name: str, is_on: bool, reason: str, as_json: bool) -> None:
    if name not in SWITCHES:
        fail(f"There is no switch {name!r}. There are: {', '.join(SWITCHES)}.")
    if not reason.strip():
        fail("Say why: --reason is for the audit.")
    with open_desk() as ports:
        set_switch(ports, name, is_on=is_on, actor=at_the_keyboard(), reason=reason)
        _show(ports, as_json)


def _show(ports: Ports, as_json: bool) -> None:
    with ports.database.reading() as work:
        switches = work.switches.listed()
    if as_json:
        show_json(switches)
        return
    rows = [
        (s.name, "on" if s.is_on else "OFF", s.changed_at, s.changed_by, s.reason) for s in switches
    ]
    show_table("Switches", ("workflow", "state", "changed", "by", "reason"), rows)
