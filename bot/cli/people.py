"""`baton people`: who receives leads, who is away, and who hands over what they have (R4)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from bot.cli.desk import open_desk, reading
from bot.cli.leads.moving import DryRun, EvenIfAway, Reason, To, order_of, require_reason
from bot.cli.output import AsJson, counted, fail, show_json, show_lines, show_table
from bot.cli.who import at_the_keyboard
from handlers.flows.looking.leaving import Leaver, leaver_with_goals
from handlers.flows.looking.people_list import PersonState, people_of
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.steps.find_person import find_leaver, find_person
from handlers.flows.working.set_availability import come_back, go_away
from handlers.flows.working.start_hand_over import Leaving, Started, start_hand_over
from routing.absence_end import CAN_BE_WRITTEN, read_end
from routing.people import Person
from routing.wall_clock import end_words

app = typer.Typer(no_args_is_help=True, help="People: who is there, who is away.")

Who = Annotated[str, typer.Argument(help="A person's id, name or e-mail address.")]


@app.command("list")
def list_people(as_json: AsJson = False) -> None:
    """Everybody of the policy, and whether they receive leads now."""
    with reading() as (ports, work):
        now = ports.clock.now()
        people = people_of(work, ports.policies.active(work).policy, now)
    if as_json:
        show_json(people)
        return
    columns = ("id", "name", "role", "state", "at work", "open leads", "skills")
    rows = [
        (p.id, p.name, p.role, _state(p, now), "yes" if p.at_work else "no", p.open_leads,
         ", ".join(p.skills))
        for p in people
    ]  # fmt: skip
    show_table(counted(len(people), "person").replace("persons", "people"), columns, rows)


@app.command()
def away(
    who: Who,
    until: Annotated[
        str | None,
        typer.Option(help=f"The last day away, a time, or how long: {CAN_BE_WRITTEN}."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Colleagues read it where a lead passes by.")] = "",
    as_json: AsJson = False,
) -> None:
    """From now on the person receives no leads; without --until, until `back`."""
    with open_desk() as ports:
        person = _person(ports, who)
        try:
            end = read_end(until, person, ports.clock.now()) if until is not None else None
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


@app.command("hand-over")
def hand_over(
    who: Who,
    reason: Reason = "",
    to: To = None,
    even_if_away: EvenIfAway = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Somebody leaves: they receive nothing more, and all their open leads go to others: where
    policy says, or to one person. The running Baton moves them; a stop does not stop that.
    """
    if not dry_run:
        require_reason(reason)
    with open_desk() as ports:
        order = order_of(ports, to, to is None, reason, even_if_away)
        with ports.database.reading() as work:
            person = find_leaver(work, ports.policies.active(work).policy, who)
            found = leaver_with_goals(ports, work, person, order)
        if dry_run:
            _show_leaver(found, as_json)
            return
        started = start_hand_over(ports, Leaving(person, order), by=at_the_keyboard())
    if as_json:
        show_json(started)
        return
    away = " Nothing more goes to them: they are away until `back`." if started.set_away else ""
    show_lines([f"{_under_way(started)}{away}", *found.hangs])


def _under_way(started: Started) -> str:
    if not started.leads:
        return f"{started.name} has no open leads: there is nothing to hand over."
    return f"Under way: {counted(started.leads, 'open lead')} of {started.name}."


def _show_leaver(found: Leaver, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    leads = counted(found.leads, "open lead") if found.leads else "no open leads"
    show_lines([f"{found.name} has {leads}. Nothing is moved yet."])
    if found.leads:
        show_table("by stage", ("stage", "leads"), [(s.stage, s.leads) for s in found.stages])
        show_table("they would go", ("where", "leads"), [(g.place, g.leads) for g in found.goes])
    show_lines(found.hangs)


def _person(ports: Ports, words: str) -> Person:
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    return find_person(policy, words)


def _show(ports: Ports, person: Person, as_json: bool) -> None:
    with ports.database.reading() as work:
        now = ports.clock.now()
        people = people_of(work, ports.policies.active(work).policy, now)
    (one,) = [state for state in people if state.id == person.id]
    if as_json:
        show_json(one)
    else:
        show_lines([f"{one.name}: {_state(one, now)}."])


def _state(person: PersonState, now: datetime) -> str:
    """`away until the end of Thu 24 Dec: holiday`, in their own time zone."""
    until = f" until {end_words(person.until, person.time_zone, now)}" if person.until else ""
    reason = f": {person.reason}" if person.reason else ""
    return f"{person.state}{until}{reason}"
