"""Who may approve a change of the policy, whatever a tried policy says of them (G2, S6)."""

from __future__ import annotations

import pytest

from handlers.flows.policy.follow_folder import follow_folder
from handlers.flows.policy.propose_policy import bring_up_to_date
from handlers.flows.policy.review_policy import Reviewed, activate, approve, reject
from handlers.flows.policy.roll_back_policy import Rollback, roll_back_policy
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, TooLateError
from handlers.flows.steps.deciding.moving import MoveOrder
from handlers.flows.steps.policy.policy_approvers import require_approvers_left
from handlers.slack.who import person_of
from routing.policy.model import Policy
from storage.audit import Actor
from tests.flows.changed_policy import only, put_in_force
from tests.flows.test_reassign import moved
from tests.flows.test_set_availability import a_lead_from_berlin
from tests.support.engine import WaitingEngine
from tests.support.policy_changes import (
    ADMIN,
    OPS,
    approved,
    changed,
    files_in_force,
    person,
    proposed,
    version_in_force,
)

NEWCOMER = "mal,Mal Lory,mal@meridian.example,U0MALLORY,admin,,Europe/London,business-uk,yes,,,,\n"


def renamed(ports: Ports, name: str) -> dict[str, str]:
    return changed(ports, "pools.yml", "name: EMEA SDRs", f"name: {name}")


def with_newcomer(ports: Ports) -> dict[str, str]:
    """The policy with one more admin."""
    files = files_in_force(ports)
    return files | {"people.csv": files["people.csv"].rstrip("\n") + "\n" + NEWCOMER}


def test_who_edits_a_proposal_is_its_proposer(ports: Ports) -> None:
    """Nobody writes into somebody else's proposal and then approves it."""
    proposal = proposed(ports, renamed(ports, "Europe"))

    with pytest.raises(NotAllowedError, match="Somebody else proposed this"):
        proposed(ports, renamed(ports, "Elsewhere"), by=OPS, revises=proposal.id)


def test_a_tried_policy_makes_nobody_an_approver(ports: Ports) -> None:
    """Somebody whom only the tried policy knows neither activates, approves, rejects nor rolls
    back; their own leads they may work.
    """
    tried = approved(ports, proposed(ports, with_newcomer(ports)), share=True)
    other = proposed(ports, renamed(ports, "Europe"))
    newcomer = person_of(ports, "U0MALLORY")

    assert not newcomer.may_decide
    for attempt in (
        lambda: activate(ports, Reviewed(tried.id), newcomer),
        lambda: approve(ports, Reviewed(other.id), newcomer),
        lambda: reject(ports, Reviewed(other.id), newcomer, "mine"),
        lambda: roll_back_policy(
            ports, Rollback(Actor(kind="person", id=newcomer.id), "mine"), newcomer
        ),
    ):
        with pytest.raises(NotAllowedError, match="Only sales ops or an admin"):
            attempt()
    assert version_in_force(ports) == 1


def test_a_tried_policy_hands_nobody_over(ports: Ports) -> None:
    """A Slack account that the tried policy gives to somebody known is not theirs yet."""
    approved(
        ports,
        proposed(ports, changed(ports, "people.csv", "U0OPSPRIYA", "U0MALLORY")),
        by=ADMIN,
        share=True,
    )

    with pytest.raises(NotAllowedError, match="does not know you"):
        person_of(ports, "U0MALLORY")


def test_an_approver_is_not_switched_off_without_approval(ports: Ports) -> None:
    """`active` of people who approve is more than who is there: it is approved like any change."""
    row = next(r for r in files_in_force(ports)["people.csv"].splitlines() if r.startswith(OPS))
    proposal = proposed(ports, changed(ports, "people.csv", row, row.replace(",yes,", ",no,")))

    assert (proposal.state, version_in_force(ports)) == ("open", 1)


@pytest.mark.parametrize("rule", ["{approvals: 99}", "{approvers: [ae], approvals: 50}"])
def test_a_policy_that_locks_itself_is_refused(ports: Ports, rule: str) -> None:
    """Nobody proposes a policy that could never be changed again."""
    locked = changed(
        ports, "company.yml", "name: Meridian", f"policy_changes: {rule}\nname: Meridian"
    )

    with pytest.raises(NotAllowedError, match="nobody could change it again"):
        proposed(ports, locked)


def test_a_folder_brought_up_to_date_is_still_that_folder(ports: Ports) -> None:
    """However often its proposal is put on a newer version, a start proposes it no second time."""
    folder = renamed(ports, "Folder")
    follow_folder(ports, folder)
    with ports.database.reading() as work:
        (open_one,) = work.proposals.in_state("open")
    for name in ("Hold", "Held"):
        now = files_in_force(ports)["queues.yml"]
        before = now.partition("id: holding, name: ")[2].partition(",")[0]
        approved(
            ports,
            proposed(ports, changed(ports, "queues.yml", f"name: {before},", f"name: {name},")),
        )
        bring_up_to_date(ports, open_one.id)

    follow_folder(ports, folder)
    with ports.database.reading() as work:
        assert [one.id for one in work.proposals.in_state("open")] == [open_one.id]
    assert person(ports, OPS).active


def test_who_gets_a_lead_meanwhile_is_not_switched_off_without_approval(
    ports: Ports, engine: WaitingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody had no leads when the change was checked and has one when it would come into force:
    it is refused, and proposed again it waits for approval.
    """
    put_in_force(ports, only("hugo"))
    rows = files_in_force(ports)["people.csv"].splitlines()
    hugo = next(row for row in rows if row.startswith("hugo"))
    inactive = changed(ports, "people.csv", hugo, hugo.replace(",yes,", ",no,"))
    checking = "handlers.flows.steps.policy.propose.require_approvers_left"

    def meanwhile(new: Policy) -> None:
        monkeypatch.setattr(checking, require_approvers_left)
        assert a_lead_from_berlin(ports, engine).owner == "hugo"
        require_approvers_left(new)

    monkeypatch.setattr(checking, meanwhile)
    before = version_in_force(ports)
    with pytest.raises(TooLateError, match="Leads went to Hugo Lindqvist just now"):
        proposed(ports, inactive)

    assert proposed(ports, inactive).state == "open"
    assert version_in_force(ports) == before


def test_a_roll_back_says_whose_leads_it_takes(ports: Ports, engine: WaitingEngine) -> None:
    """It needs no approval, also where the earlier version has somebody as inactive."""
    put_in_force(ports, only("hugo", "elif"))
    rows = files_in_force(ports)["people.csv"].splitlines()
    hugo = next(row for row in rows if row.startswith("hugo"))
    inactive = hugo.replace(",yes,", ",no,")
    assert proposed(ports, changed(ports, "people.csv", hugo, inactive)).state == "active"
    back = changed(ports, "people.csv", inactive, hugo)
    approved(ports, proposed(ports, renamed(ports, "Europe") | {"people.csv": back["people.csv"]}))
    moved(ports, [a_lead_from_berlin(ports, engine)], MoveOrder("hugo", "knows them"))

    wish = Rollback(Actor(kind="person", id=OPS), "too early")
    done = roll_back_policy(ports, wish, person(ports, OPS))

    assert done.in_words() == [
        "Open leads of Hugo Lindqvist, who is no longer active: 1. They are routed again within "
        "a minute."
    ]
