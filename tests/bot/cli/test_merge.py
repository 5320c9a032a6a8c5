"""`baton merge`: what became one lead, and taking it back (I6)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from tests.bot.cli.said import FINDING, OK, USAGE, Baton
from tests.flows.builders import receive, the_lead


def test_a_merge_is_listed_with_its_reasons(baton: Baton, ports: Ports) -> None:
    """Which lead became part of which, by whom and why; a lead's own merges by its id."""
    receive(ports)
    receive(ports, message="again")
    (merge,) = baton("merge", "list", "--json").json

    assert merge["survivor_id"] == the_lead(ports).id
    assert merge["reasons"]
    assert merge["absorbed"]["message"] == "again"
    assert merge["id"] in baton("merge", "list", "--lead", merge["absorbed_id"]).out
    assert baton("merge", "list", "--lead", "lead_nobody", "--json").json == []


def test_the_absorbed_lead_is_still_found(baton: Baton, ports: Ports) -> None:
    """An id that people wrote down leads to the lead that it is now."""
    receive(ports)
    receive(ports, message="again")
    (merge,) = baton("merge", "list", "--json").json

    shown = baton("lead", "show", merge["absorbed_id"], "--json").json

    assert shown["id"] == merge["survivor_id"]


def test_dry_run_changes_nothing(baton: Baton, ports: Ports) -> None:
    """It says what would happen; afterwards all is as before."""
    receive(ports)
    receive(ports, message="again")
    (merge,) = baton("merge", "list", "--json").json
    said = baton("merge", "undo", merge["id"], "--reason", "x", "--dry-run")

    assert said.code == OK
    assert "Would be undone: 1 merge." in said.out
    assert baton("merge", "list", "--json").json == [merge]


def test_several_are_undone_in_the_right_order(baton: Baton, ports: Ports) -> None:
    """Merges named in any order, or by time, are taken back newest first."""
    receive(ports)
    receive(ports, message="two")
    receive(ports, message="three")
    said = baton("merge", "undo", "--since", "2026-11-01", "--reason", "wrong rule", "--json")

    assert said.code == OK
    assert len(said.json) == 2
    with ports.database.reading() as work:
        assert len(work.leads.find("", 10)) == 3


def test_what_cannot_be_undone_says_why(baton: Baton, ports: Ports) -> None:
    """An unknown merge, one undone before, no reason, and nothing named."""
    receive(ports)
    receive(ports, message="two")
    (merge,) = baton("merge", "list", "--json").json
    baton("merge", "undo", merge["id"], "--reason", "wrong")

    again = baton("merge", "undo", merge["id"], "--reason", "wrong")
    unknown = baton("merge", "undo", "mrg_nothing", "--reason", "wrong")

    assert (again.code, unknown.code) == (FINDING, FINDING)
    assert "was undone before" in again.err
    assert "There is no merge mrg_nothing" in unknown.err
    assert baton("merge", "undo", "--reason", "wrong").code == USAGE
    assert baton("merge", "undo", merge["id"], "--reason", " ").code == USAGE
    assert (
        baton("merge", "undo", merge["id"], "--since", "2026-11-01", "--reason", "w").code == USAGE
    )
