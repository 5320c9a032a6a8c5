"""`baton people` and `baton queue` (R4, R8)."""

from __future__ import annotations

import pytest

from handlers.flows.ports import Ports
from tests.bot.cli.said import FINDING, OK, USAGE, Baton
from tests.flows.builders import receive
from tests.support.engine import WaitingEngine


def test_people_are_listed(baton: Baton, ports: Ports) -> None:
    """Everybody of the policy, with their state."""
    people = {one["id"]: one for one in baton("people", "list", "--json").json}

    assert len(people) == 15
    assert people["elif"]["state"] == "available"
    assert people["elif"]["skills"] == ["german", "turkish"]
    assert "Elif Aydin" in baton("people", "list").out


@pytest.mark.parametrize("who", ["elif", "Elif Aydin", "elif.aydin@meridian.example"])
def test_away_and_back(baton: Baton, ports: Ports, who: str) -> None:
    """By id, name or e-mail address; back again says so, and twice is no error."""
    gone = baton("people", "away", who, "--until", "2099-01-01", "--reason", "leave", "--json")
    assert (gone.code, gone.json["state"]) == (OK, "away")
    assert gone.json["until"].startswith("2099-01-01T23:00:00")
    assert "away until the end of Thu 1 Jan 2099: leave" in baton("people", "list").out

    assert baton("people", "back", who, "--json").json["state"] == "available"
    again = baton("people", "back", who)
    assert (again.code, "was not away" in again.out) == (OK, True)


@pytest.mark.parametrize("until", ["friday", "until Friday", "tomorrow", "today"])
def test_the_last_day_away_by_its_name(baton: Baton, ports: Ports, until: str) -> None:
    """A weekday or tomorrow is an end and no reason."""
    gone = baton("people", "away", "elif", "--until", until, "--json").json

    assert (gone["state"], gone["reason"]) == ("away", "")
    assert gone["until"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("elif", "--until", "next week"), USAGE, "write 2026-12-24, friday, tomorrow, "),
        (("elif", "--until", "friday dinner"), USAGE, "'friday dinner' is no day, time or span"),
        (("elif", "--until", ""), USAGE, "is no day, time or span"),
        (("elif", "--until", "2020-01-01"), USAGE, "is past"),
        (("nobody",), FINDING, "Nobody in the policy is called"),
    ],
)
def test_what_cannot_be_is_refused(
    baton: Baton, ports: Ports, words: tuple[str, ...], code: int, said: str
) -> None:
    """With what to write instead."""
    refused = baton("people", "away", *words)

    assert (refused.code, said in refused.err) == (code, True)


def test_queues_are_listed(baton: Baton, ports: Ports, engine: WaitingEngine) -> None:
    """All of them with their numbers; one of them with what waits in it."""
    receive(ports, city="Portland", region=None)
    engine.run_all(ports)

    queues = {one["queue"]: one for one in baton("queue", "list", "--json").json}
    assert (queues["default_review"]["cases"], queues["holding"]["leads"]) == (1, 0)
    (entry,) = baton("queue", "list", "default_review", "--json").json
    assert entry["why"] == "Ambiguous territory"
    assert entry["lead"] in baton("queue", "list", "default_review").out
    assert "Default review" in baton("queue", "list").out


def test_an_unknown_queue_is_refused(baton: Baton, ports: Ports) -> None:
    """With the one that was likely meant."""
    refused = baton("queue", "list", "holdin")

    assert (refused.code, "Did you mean holding?" in refused.err) == (FINDING, True)
