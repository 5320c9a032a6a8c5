"""`baton lead reassign` and `baton people hand-over` (R4, S4)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from routing.lead import Lead
from tests.bot.cli.said import FINDING, OK, USAGE, Baton
from tests.flows.builders import now_of
from tests.flows.test_set_availability import a_lead_from_berlin
from tests.support.engine import WaitingEngine


def _two(ports: Ports, engine: WaitingEngine) -> tuple[Lead, Lead]:
    return a_lead_from_berlin(ports, engine, 0), a_lead_from_berlin(ports, engine, 1)


def test_leads_are_reassigned(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """By id or by words; again, nothing happens, and the exit code says so."""
    one, two = _two(ports, engine)
    words = ("lead", "reassign", one.id, str(two.email), "--to", "Anna Kowalczyk", "--reason", "x")
    dry = baton(*words, "--dry-run", "--json")
    assert (dry.code, [m["after"] for m in dry.json]) == (OK, ["with Anna Kowalczyk"] * 2)
    assert now_of(ports, one) == one

    done = baton(*words)
    assert (done.code, "2 leads moved" in done.out) == (OK, True)
    assert {now_of(ports, lead).owner for lead in (one, two)} == {"anna"}
    again = baton(*words, "--json")
    assert (again.code, [m["moved"] for m in again.json]) == (FINDING, [False, False])
    history = baton("lead", "history", one.id).out
    assert "lead.reassigned" in history
    assert "system:cli:" in history


def test_policy_is_asked(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """Whoever it chooses, but not who has the lead."""
    one, _ = _two(ports, engine)
    done = baton("lead", "reassign", one.id, "--by-policy", "--reason", "busy", "--json")

    assert done.code == OK
    assert now_of(ports, one).owner not in (None, one.owner)


def test_what_does_not_say_one_target_is_refused(
    baton: Baton, ports: Ports, engine: WaitingEngine
) -> None:
    """Neither, both, nobody, somebody away, no reason, no such lead."""
    one, _ = _two(ports, engine)
    lead = ("lead", "reassign", one.id)
    why = ("--reason", "x")
    assert baton("people", "away", "anna").code == OK
    refused = [
        (baton(*lead, *why), USAGE, "either --to PERSON or --by-policy"),
        (baton(*lead, *why, "--by-policy", "--to", "ben"), USAGE, "either --to PERSON"),
        (baton(*lead, "--reason", " ", "--to", "ben"), USAGE, "Say why"),
        (baton(*lead, *why, "--to", "zed"), FINDING, "Nobody in the policy is called"),
        (
            baton(*lead, *why, "--to", "anna"),
            FINDING,
            "Anna Kowalczyk is away. Choose somebody else, or add --even-if-away",
        ),
        (baton("lead", "reassign", "zz", *why, "--to", "ben"), FINDING, "No lead matches"),
    ]
    for said, code, words in refused:
        assert (said.code, words in said.err) == (code, True), said
    assert now_of(ports, one) == one
    assert baton(*lead, *why, "--to", "anna", "--even-if-away").code == OK


def test_a_person_hands_over(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """The dry run counts; then the person is away and the work is there for the running Baton."""
    one, _ = _two(ports, engine)
    who = ("people", "hand-over", str(one.owner))
    words = (*who, "--reason", "leaves")
    dry = baton(*who, "--dry-run", "--json").json
    assert (dry["leads"], dry["stages"]) == (1, [{"stage": "New", "leads": 1}])
    assert sum(goal["leads"] for goal in dry["goes"]) == 1
    shown = baton(*who, "--dry-run")
    assert (shown.code, "Nothing is moved yet." in shown.out) == (OK, True)
    unsaid = baton(*who)
    assert (unsaid.code, "Say why: --reason." in unsaid.err) == (USAGE, True)

    started = baton(*words, "--json").json
    assert (started["leads"], started["set_away"]) == (1, True)
    twice = baton(*words)
    assert (twice.code, "has started this hand-over already" in twice.err) == (FINDING, True)
    engine.run_all(ports)


def test_a_hand_over_to_one_person(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """What else hangs on the person is said."""
    said = baton("people", "hand-over", "tobias", "--to", "anna", "--reason", "leaves")

    assert said.code == OK
    assert "Tobias Brandt has no open leads: there is nothing to hand over." in said.out
    assert "Under way" not in said.out
    assert "Manages Elif Aydin, " in said.out
