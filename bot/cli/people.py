"""`baton people`: who receives leads, and who is away (R4)."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.desk import open_desk, reading
from bot.cli.output import AsJson, counted, fail, show_json, show_lines, show_table
from bot.cli.who import at_the_keyboard
from handlers.flows.looking.people_list import PersonState, people_of
from handlers.flows.ports import Ports
from handlers.flows.working.set_availability import Absent, come_back, find_person, go_away
from routing.availability import read_end
from routing.people import Person
from routing.wall_clock import end_words

app = typer.Typer(no_args_is_help=True, help="People: who is there, who is away.")

Who = Annotated[str, typer.Argument(help="A person's id, name or e-mail address.")]


@app.command("list")
def list_people(as_json: AsJson = False) -> None:
    """Everybody of the policy, and whether they receive leads now."""
    with reading() as (ports, work):
        people = people_of(work, ports.policies.active(work).policy, ports.clock.now())
    if as_json:
        show_json(people)
        return
    columns = ("id", "name", "role", "state", "at work", "open leads", "skills")
    rows = [
        (p.id, p.name, p.role, _state(p), "yes" if p.at_work else "no", p.open_leads,
         ", ".join(p.skills))
        for p in people
    ]  # fmt: skip
    show_table(counted(len(people), "person").replace("persons", "people"), columns, rows)


@app.command()
def away(
    who: Who,
    until: Annotated[
        str | None,
        typer.Option(help="The last day away (2026-12-24), a time (2026-12-24 13:00), or 4h, 2d."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Colleagues read it where a lead passes by.")] = "",
    as_json: AsJson = False,
) -> None:
    """From now on the person receives no leads; without --until, until `back`."""
    with open_desk() as ports:
        person = _person(ports, who)
        try:
            end = read_end(until, person, ports.clock.now()) if until else None
        except ValueError as error:
            fail(str(error))
        go_away(ports, person.id, Absent(end, reason.strip()), actor=at_the_keyboard())
        _show(ports, person, as_json)


@app.command()
def back(who: Who, as_json: AsJson = False) -> None:
    """The person receives leads again; what waits for them is routed."""
    with open_desk() as ports:
        person = _person(ports, who)
        was_away = come_back(ports, person.id, actor=at_the_keyboard())
        _show(ports, person, as_json)
    if not (was_away or as_json):
        show_lines([f"{person.name} was not away."])


def _person(ports: Ports, words: str) -> Person:
    with ports.database.reading() as work:
        try:
            policy = ports.policies.active(work).policy
        except LookupError as error:
            fail(str(error), 1)
    return find_person(policy, words)


def _show(ports: Ports, person: Person, as_json: bool) -> None:
    with ports.database.reading() as work:
        people = people_of(work, ports.policies.active(work).policy, ports.clock.now())
    (one,) = [state for state in people if state.id == person.id]
    if as_json:
        show_json(one)
    else:
        show_lines([f"{one.name}: {_state(one)}."])


def _state(person: PersonState) -> str:
    """`away until the end of 2026-12-24: holiday`, in their own time zone."""
    until = f" until {end_words(person.until, person.time_zone)}" if person.until else ""
    reason = f": {person.reason}" if person.reason else ""
    return f"{person.state}{until}{reason}"
