"""A change of the policy is approved, tried and taken back in its channel (G2, S6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from handlers.slack.cards.render import render
from tests.flows.test_policy_changes import renamed, some_leads, to_emea
from tests.slack.builders import HOSTILE, a_policy_card
from tests.slack.conftest import Desk
from tests.slack.limits import assert_within_limits
from tests.support.policy_changes import proposed, version_in_force

DESK = "lead-desk"


def waits(desk: Desk) -> None:
    """Until the listener has queued what it has to say, then say it."""
    desk.server.driver.wait_for(lambda: desk.engine.waiting, what="an answer")
    desk.send()


def test_two_people_bring_a_change_into_force(desk: Desk) -> None:
    """One proposes, the other reads the figures and approves: one message, edited in place."""
    some_leads(desk.ports, desk.engine)
    proposed(desk.ports, renamed(desk.ports))
    desk.send()
    priya = desk.person("Priya Raman")

    (message,) = priya.channel(DESK)
    assert "Policy change proposed by Renata Duarte" in message.shown
    assert "pools.yml" in message.shown
    assert "0 of 6 past leads would move" in message.shown
    assert message.labels == ["Approve", "Approve for 10 % first", "Reject"]
    priya.click("Approve")
    desk.send()

    (message,) = priya.channel(DESK)
    assert version_in_force(desk.ports) == 2
    assert "Approved by Priya Raman, in force as version 2" in message.shown
    assert message.labels == ["Roll back"]


def test_a_viewer_and_the_proposer_are_told(desk: Desk) -> None:
    """Who may not approve reads why, at the click, and nothing changes."""
    proposed(desk.ports, renamed(desk.ports), by="priya")
    desk.send()

    for name, told in (
        ("Anna Kowalczyk", "Only sales ops or an admin can do this."),
        ("Renata Duarte", "Only sales ops or an admin can do this."),
        ("Priya Raman", "You proposed this change: somebody else must approve it."),
    ):
        who = desk.person(name)
        who.click("Approve")
        waits(desk)
        assert who.channel(DESK)[-1].shown == told
    anna = desk.person("Anna Kowalczyk")
    anna.click("Reject")
    waits(desk)
    assert anna.modal() is None
    assert version_in_force(desk.ports) == 1


def test_a_large_change_goes_by_a_share(desk: Desk) -> None:
    """Approve starts the share, the message compares both versions, Activate ends it."""
    some_leads(desk.ports, desk.engine)
    proposed(desk.ports, to_emea(desk.ports))
    desk.send()
    priya, oscar = desk.person("Priya Raman"), desk.person("Oscar Nyman")
    assert priya.channel(DESK)[-1].labels == ["Approve", "Reject"]

    priya.click("Approve")
    desk.send()
    message = priya.channel(DESK)[-1]
    assert "tried on 10 % of the new leads" in message.shown
    assert message.labels == ["Activate", "Stop", "Compare now"]
    some_leads(desk.ports, desk.engine, start=6, count=20)
    oscar.click("Compare now")
    desk.send()
    assert "The version in force:" in oscar.channel(DESK)[-1].shown
    oscar.click("Activate")
    desk.send()

    assert version_in_force(desk.ports) == 2
    assert priya.channel(DESK)[-1].labels == ["Roll back"]


def test_taking_back_asks_for_a_reason(desk: Desk) -> None:
    """Reject, Stop and Roll back open a form; the reason is needed and stands on the message."""
    oscar = desk.person("Oscar Nyman")
    proposed(desk.ports, to_emea(desk.ports))
    desk.send()
    oscar.click("Reject")
    oscar.wait_for_modal("Reject")
    assert oscar.submit({"Reason": "Not this quarter"}) is None
    desk.send()
    (message,) = oscar.channel(DESK)
    assert "Rejected by Oscar Nyman: Not this quarter" in message.shown
    assert message.labels == []

    proposed(desk.ports, renamed(desk.ports))
    desk.send()
    oscar.click("Approve for 10 % first")
    desk.send()
    oscar.click("Stop")
    oscar.wait_for_modal("Stop")
    assert oscar.submit({"Reason": "Odd"}) is None
    desk.send()
    assert "Stopped by Oscar Nyman: Odd" in oscar.channel(DESK)[-1].shown

    proposed(desk.ports, renamed(desk.ports) | {})
    desk.send()
    oscar.click("Approve")
    desk.send()
    in_force = version_in_force(desk.ports)
    oscar.click("Roll back")
    oscar.wait_for_modal("Roll back")
    assert oscar.submit({"Reason": "Wrong"}) is None
    desk.send()
    assert version_in_force(desk.ports) == in_force + 1
    assert oscar.channel(DESK)[-1].labels == []


def test_an_old_message_decides_nothing(desk: Desk) -> None:
    """Files changed while somebody read: their click is refused until they have seen them."""
    first = proposed(desk.ports, renamed(desk.ports))
    desk.send()
    seen = desk.person("Priya Raman").channel(DESK)[-1]
    proposed(desk.ports, to_emea(desk.ports), revises=first.id)

    priya = desk.person("Priya Raman")
    priya.click("Approve", seen)
    waits(desk)

    assert "changed since you saw it" in priya.channel(DESK)[-1].shown
    assert version_in_force(desk.ports) == 1


def test_of_two_presses_at_once_one_counts(desk: Desk) -> None:
    """Two approvers press at the same moment: one version, and one of them reads who was first."""
    proposed(desk.ports, renamed(desk.ports))
    desk.send()
    people = [desk.person("Priya Raman"), desk.person("Oscar Nyman")]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda person: person.click("Approve"), people))
    desk.send()

    assert version_in_force(desk.ports) == 2
    told = [m.shown for p in people for m in p.ephemerals()]
    assert [text.split(":")[0] for text in told] == ["Too late"]


def test_the_card_keeps_within_slacks_limits() -> None:
    """Whatever a folder or a reason holds."""
    for text in (*HOSTILE, "x" * 9000):
        for state in ("open", "outdated", "on_share", "in_force", "over"):
            lines = (text,) * 30
            card = a_policy_card(
                state=state, proposer=text, reason=text, changes=lines, figures=lines,
                warnings=lines, approvals=lines, trial=lines, outcome=text,
            )  # fmt: skip
            assert_within_limits(render(card))
