"""A change of the policy is proposed, approved by somebody else, tried and taken back (G2, R7)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from handlers.flows.policy.propose_policy import bring_up_to_date, propose_policy
from handlers.flows.policy.review_policy import Reviewed, activate, approve, reject, stop
from handlers.flows.policy.roll_back_policy import Rollback, roll_back_policy
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.policy.propose import Suggested
from handlers.flows.telling.messages import PolicyCard
from routing.policy.reading.errors import PolicyErrors
from routing.replay.share import is_in_share
from storage.audit import Actor
from storage.policy.proposals import Proposal
from tests.flows.builders import a_stranger, receive, the_lead
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger
from tests.support.policies import enacted
from tests.support.policy_changes import (
    ADMIN,
    OPS,
    PROPOSER,
    approved,
    changed,
    files_in_force,
    person,
    policy_actions,
    proposed,
    version_in_force,
)

WEST = "default-americas-west,americas-west,*,*,*,0,pool:americas-sdr"
WEST_ELSEWHERE = WEST.replace("americas-sdr", "emea-sdr")
MARKET = "mid-market-high-americas-west,americas-west,mid_market,high,*,0,pool:enterprise-americas"
MARKET_ELSEWHERE = MARKET.replace("enterprise-americas", "emea-sdr")


def to_emea(ports: Ports) -> dict[str, str]:
    """The leads of the west go to the other side of the ocean: most past leads move."""
    files = changed(ports, "rules.csv", WEST, WEST_ELSEWHERE)
    return files | {"rules.csv": files["rules.csv"].replace(MARKET, MARKET_ELSEWHERE)}


def renamed(ports: Ports) -> dict[str, str]:
    """A change that moves nobody."""
    return changed(ports, "pools.yml", "name: EMEA SDRs", "name: Europe SDRs")


def some_leads(ports: Ports, engine: WaitingEngine, start: int = 0, count: int = 6) -> None:
    for number in range(start, start + count):
        receive(ports, **a_stranger(number))
    engine.run_all(ports)


def card(messenger: KeepingMessenger) -> PolicyCard:
    return next(p.message for p in reversed(messenger.posted) if isinstance(p.message, PolicyCard))


def state(ports: Ports, proposal: Proposal) -> str:
    with ports.database.reading() as work:
        return work.proposals.get(proposal.id).state


def test_another_persons_approval_puts_it_in_force(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Proposed, told in the channel, approved: version 2 is in force, every step on record."""
    some_leads(ports, engine)
    proposal = proposed(ports, renamed(ports))
    engine.run_all(ports)

    assert version_in_force(ports) == 1
    assert card(messenger).figures == ("0 of 6 past leads would move (0 %).",)
    approved(ports, proposal)
    engine.run_all(ports)

    assert version_in_force(ports) == 2
    assert files_in_force(ports) == proposal.files
    assert card(messenger).state == "in_force"
    assert "Approved by Priya Raman" in card(messenger).outcome
    assert policy_actions(ports)[-3:] == ["policy.proposed", "policy.approved", "policy.activated"]


def test_nobody_approves_their_own_change(ports: Ports) -> None:
    """A proposer with the role is refused; so is who has no such role (D9, S6)."""
    proposal = proposed(ports, renamed(ports), by=OPS)

    with pytest.raises(NotAllowedError, match="somebody else must approve"):
        approved(ports, proposal, by=OPS)
    with pytest.raises(NotAllowedError, match="Only sales ops or an admin"):
        approved(ports, proposal, by="tobias")
    with pytest.raises(NotAllowedError, match="Only sales ops or an admin"):
        approved(ports, proposal, by="anna")
    assert (state(ports, proposal), version_in_force(ports)) == ("open", 1)


def test_the_same_files_have_one_proposer(ports: Ports) -> None:
    """Handing in what somebody else proposed is refused, not lost in silence, whoever was first and
    also while it is tried on a share; one's own again is the same proposal.
    """
    files = renamed(ports)
    keyboard = Actor(kind="system", id="cli:root")
    first = propose_policy(ports, Suggested(files, keyboard, "A"))

    for _ in range(2):
        assert propose_policy(ports, Suggested(files, keyboard, "B")).id == first.id
        with pytest.raises(NotAllowedError) as refused:
            proposed(ports, files, by=OPS)
        assert f"{first.id} by root at the command line; your name and" in str(refused.value)
        with ports.database.reading() as work:
            assert len(work.proposals.in_state()) == 1
    approved(ports, first, share=True)
    with pytest.raises(NotAllowedError, match="already proposed"):
        proposed(ports, files, by=ADMIN)


def test_other_files_become_no_copy_of_a_proposal(ports: Ports) -> None:
    """A proposal cannot be edited into the files of somebody else's."""
    theirs = proposed(ports, renamed(ports))
    mine = proposed(ports, to_emea(ports), by=OPS)

    with pytest.raises(NotAllowedError, match=f"already proposed as {theirs.id}"):
        proposed(ports, renamed(ports), by=OPS, revises=mine.id)
    assert (state(ports, mine), mine.revision) == ("open", 1)


def test_an_approval_is_given_once(ports: Ports) -> None:
    """Approving twice is refused, and so is approving what was rejected (D9)."""
    first, second = proposed(ports, renamed(ports)), proposed(ports, to_emea(ports))
    approved(ports, first)
    reject(ports, Reviewed(second.id), person(ports, OPS), "Not now.")

    for proposal, why in ((first, "in force as version 2"), (second, "Rejected by Priya Raman")):
        with pytest.raises(TooLateError, match=why):
            approved(ports, proposal, by=ADMIN)
    with pytest.raises(TooLateError):
        reject(ports, Reviewed(second.id), person(ports, ADMIN), "Twice.")
    assert version_in_force(ports) == 2


def test_approvals_of_other_files_do_not_count(ports: Ports) -> None:
    """With two approvals needed, an edit after the first one starts them anew (D1)."""
    two = changed(
        ports, "company.yml", "name: Meridian", "policy_changes: {approvals: 2}\nname: Meridian"
    )
    approved(ports, proposed(ports, two))
    proposal = proposed(ports, renamed(ports))
    approved(ports, proposal, by=OPS)
    with pytest.raises(TooLateError, match="approved this already"):
        approved(ports, proposal, by=OPS)

    other = changed(ports, "pools.yml", "name: EMEA SDRs", "name: The others")
    edited = proposed(ports, other, revises=proposal.id)
    with pytest.raises(TooLateError, match="changed since you saw it"):
        approved(ports, proposal, by=ADMIN)
    approved(ports, edited, by=ADMIN)

    assert (edited.revision, state(ports, edited), version_in_force(ports)) == (2, "open", 2)
    approved(ports, edited, by=OPS)
    assert (state(ports, edited), version_in_force(ports)) == ("active", 3)


def test_two_edits_at_once_lose_nothing(ports: Ports) -> None:
    """Files made from an older revision do not replace those of a newer one."""
    proposal = proposed(ports, renamed(ports))
    proposed(ports, to_emea(ports), revises=proposal.id, revision=1)

    with pytest.raises(TooLateError, match="Somebody else changed"):
        proposed(ports, renamed(ports), revises=proposal.id, revision=1)


def test_a_proposal_that_nobody_could_approve_is_refused(ports: Ports) -> None:
    """When the role is held by nobody but the proposer, it says whom it lacks (D3)."""
    alone = changed(
        ports, "company.yml", "name: Meridian", "policy_changes: {approvers: [ops]}\nname: Meridian"
    )
    approved(ports, proposed(ports, alone))

    with pytest.raises(NotAllowedError, match=r"needs 1 of sales ops .* there are 0"):
        proposed(ports, renamed(ports), by=OPS)
    assert proposed(ports, renamed(ports), by=ADMIN).state == "open"


@pytest.mark.parametrize("turn", range(3))
def test_of_approve_and_reject_at_once_one_wins(ports: Ports, turn: int) -> None:
    """Two people press at the same instant: exactly one is told that it was too late (D11)."""
    proposal = proposed(ports, renamed(ports))
    seen = Reviewed(proposal.id, proposal.revision)
    ops, admin = person(ports, OPS), person(ports, ADMIN)

    def outcome(press: Callable[[], Proposal]) -> str:
        try:
            return press().state
        except TooLateError:
            return "too late"

    with ThreadPoolExecutor(2) as pool:
        said = list(
            pool.map(
                outcome,
                (
                    lambda: approve(ports, seen, ops),
                    lambda: reject(ports, seen, admin, "No."),
                ),
            )
        )

    assert sorted(said) in (["active", "too late"], ["rejected", "too late"])
    assert version_in_force(ports) == (2 if "active" in said else 1)
    assert state(ports, proposal) in said


def test_two_approvals_at_once_make_one_version(ports: Ports) -> None:
    """Two approvers press at once: one version comes of it."""
    proposal = proposed(ports, renamed(ports))

    def press(who: str) -> bool:
        try:
            approved(ports, proposal, by=who)
        except TooLateError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, (OPS, ADMIN))) == [False, True]
    assert version_in_force(ports) == 2


def test_a_crash_in_the_approval_leaves_nothing(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Approval and activation are one transaction: after a crash in between it is open as before,
    and the version number that was taken back is read anew.
    """
    proposal = proposed(ports, renamed(ports))
    with monkeypatch.context() as broken:
        broken.setattr(type(ports.engine), "submit", _crash)
        with pytest.raises(OSError):
            approved(ports, proposal)

    assert (state(ports, proposal), version_in_force(ports)) == ("open", 1)
    other = proposed(ports, changed(ports, "pools.yml", "name: EMEA SDRs", "name: Others"))
    approved(ports, other)
    with ports.database.reading() as work:
        active = ports.policies.active(work)
    assert (active.version, active.policy.pool_by_id["emea-sdr"].name) == (2, "Others")


def _crash(*_: object, **__: object) -> None:
    raise OSError("power cut")


def test_a_large_change_is_tried_on_a_share_first(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger, clock: TestClock
) -> None:
    """More leads move than policy allows at once: approving starts a share of the new leads, which
    stays the same for each lead, and every decision keeps the version it was made by.
    """
    some_leads(ports, engine)
    clock.forward(timedelta(minutes=1))
    proposal = proposed(ports, to_emea(ports))
    assert proposal.findings.impact.moved == 6

    tried = approved(ports, proposal)
    assert (tried.state, tried.percent, version_in_force(ports)) == ("on_share", 10, 1)
    with ports.database.reading() as work:
        (old,) = work.leads.find("Abel", 1)[:1]
        assert ports.policies.for_lead(work, old.id).version == 1

    some_leads(ports, engine, start=6, count=40)
    assert tried.since is not None
    with ports.database.reading() as work:
        new = [lead for lead in work.leads.find("", 100) if lead.received_at >= tried.since]
        versions = {lead.id: work.assignments.decisions_of(lead.id)[-1].policy_version
                    for lead in new}  # fmt: skip
    assert len(new) >= 40
    assert versions == {lead.id: 2 if is_in_share(lead.id, 10) else 1 for lead in new}
    engine.run_all(ports)
    assert card(messenger).state == "on_share"

    done = activate(ports, Reviewed(proposal.id), person(ports, ADMIN))
    engine.run_all(ports)
    assert (done.state, version_in_force(ports)) == ("active", 2)
    assert card(messenger).state == "in_force"
    receive(ports, **a_stranger(48))
    engine.run_all(ports)
    with ports.database.reading() as work:
        (last,) = work.leads.find("Gemma Grant", 1)
        assert work.assignments.decisions_of(last.id)[-1].policy_version == 2


def test_a_share_is_stopped(ports: Ports, engine: WaitingEngine) -> None:
    """One press and every new lead goes by the version in force; nothing can activate it then."""
    proposal = approved(ports, proposed(ports, renamed(ports)), share=True)
    assert proposal.state == "on_share"
    with pytest.raises(NotAllowedError):
        stop(ports, Reviewed(proposal.id), person(ports, "anna"), "No.")

    stop(ports, Reviewed(proposal.id), person(ports, OPS), "Odd figures.")

    with ports.database.reading() as work:
        assert work.proposals.share() is None
    with pytest.raises(TooLateError):
        activate(ports, Reviewed(proposal.id), person(ports, ADMIN))
    assert version_in_force(ports) == 1


def test_only_one_change_is_tried_at_a_time(ports: Ports) -> None:
    """A second share would make both reports worthless."""
    approved(ports, proposed(ports, renamed(ports)), share=True)
    second = proposed(ports, changed(ports, "pools.yml", "name: Americas SDRs", "name: A"))

    with pytest.raises(TooLateError, match="is being tried"):
        approved(ports, second, share=True)
    assert state(ports, second) == "open"


def test_the_proposer_does_not_activate(ports: Ports) -> None:
    """What somebody proposed somebody else puts in force, after the share too."""
    proposal = approved(ports, proposed(ports, renamed(ports), by=OPS), by=ADMIN, share=True)

    with pytest.raises(NotAllowedError, match="somebody else"):
        activate(ports, Reviewed(proposal.id), person(ports, OPS))


def test_a_share_ends_when_its_files_change(ports: Ports) -> None:
    """Files changed after the sign-off: the share stops and the change must be approved anew."""
    proposal = approved(ports, proposed(ports, renamed(ports)), share=True)
    other = changed(ports, "pools.yml", "name: EMEA SDRs", "name: The others")

    edited = proposed(ports, other, revises=proposal.id)

    with ports.database.reading() as work:
        assert work.proposals.share() is None
        assert work.proposals.signers(edited) == []
    assert state(ports, edited) == "open"


def test_one_step_back(ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger) -> None:
    """Rolling back makes a new version with the old files, at once, and stops a share."""
    before = files_in_force(ports)
    first = approved(ports, proposed(ports, renamed(ports)))
    tried = approved(ports, proposed(ports, to_emea(ports)), share=True)
    wish = Rollback(Actor(kind="person", id=OPS), "It went wrong.", of=2)
    with pytest.raises(NotAllowedError):
        roll_back_policy(ports, wish, person(ports, "renata"))

    done = roll_back_policy(ports, wish, person(ports, OPS))

    assert (done.version, done.restores, files_in_force(ports)) == (4, 1, before)
    assert version_in_force(ports) == 4
    assert (state(ports, first), state(ports, tried)) == ("superseded", "open")
    assert policy_actions(ports)[-3:] == [
        "policy.share_stopped", "policy.activated", "policy.rolled_back"
    ]  # fmt: skip
    with pytest.raises(TooLateError, match="Version 4 is in force by now"):
        roll_back_policy(ports, wish, person(ports, OPS))
    with pytest.raises(NotFoundError, match="never in force"):
        roll_back_policy(ports, Rollback(wish.by, "x", to=3))
    engine.run_all(ports)
    cards = [p.message for p in messenger.posted if isinstance(p.message, PolicyCard)]
    assert [c.state for c in cards] == ["over", "outdated"]


def test_what_was_rolled_back_stays_back(ports: Ports) -> None:
    """A second press of Roll back does not redo the change, and nobody names it as an older one:
    it is proposed again, like any other.
    """
    approved(ports, proposed(ports, renamed(ports)))
    wish = Rollback(Actor(kind="person", id=OPS), "It went wrong.")
    roll_back_policy(ports, wish, person(ports, OPS))

    with pytest.raises(NotFoundError, match="no earlier version"):
        roll_back_policy(ports, wish, person(ports, ADMIN))
    with pytest.raises(NotFoundError, match=r"Version 2 was rolled back since\. Propose"):
        roll_back_policy(ports, Rollback(wish.by, "I want it", to=2), person(ports, OPS))
    assert version_in_force(ports) == 3


def test_a_roll_back_is_always_told(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Also from a version that no card told of: in the channel of changes, and where the version
    before tells its changes when that is another.
    """
    files = files_in_force(ports)
    company = files["company.yml"] + "policy_changes:\n  channel: C0ELSEWHERE\n"
    with ports.database.writing() as work:
        enacted(ports, work, files | {"company.yml": company})
    wish = Rollback(Actor(kind="person", id=OPS), "It went wrong.")

    roll_back_policy(ports, wish, person(ports, OPS))
    engine.run_all(ports)

    told = messenger.texts()
    assert [channel for channel, _ in told] == ["C0ELSEWHERE", "C0LEADDESK"]
    for _, text in told:
        assert text.startswith("Priya Raman rolled the policy back. Version 3 is in force now")
        assert "the files of version 1" in text
        assert "It went wrong." in text
        assert "What that changes:\n• company.yml: " in text
        assert "baton policy" not in text


def test_the_proposer_hears_what_became_of_it(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Approved, or rejected with the reason: a direct message to who proposed it. What they did
    themselves, and what no person proposed, is told to nobody.
    """
    renata = person(ports, PROPOSER).slack_user
    good, bad = proposed(ports, renamed(ports)), proposed(ports, to_emea(ports))
    mine = proposed(ports, changed(ports, "pools.yml", "name: Americas SDRs", "name: A"))
    keyboard = Actor(kind="system", id="cli:renata")
    other = changed(ports, "pools.yml", "name: Americas SDRs", "name: B")
    nobodys = propose_policy(ports, Suggested(other, keyboard, "To try it."))
    reject(ports, Reviewed(bad.id), person(ports, OPS), "Vienna is closed")
    reject(ports, Reviewed(mine.id), person(ports, PROPOSER), "A mistake")
    reject(ports, Reviewed(nobodys.id), person(ports, OPS), "No")
    approved(ports, good)
    engine.run_all(ports)

    yours = "Your change of the policy, {} (To try it.): {}"
    assert [text for to, text in messenger.texts() if to == renata] == [
        yours.format(bad.id, "Rejected by Priya Raman: Vienna is closed."),
        yours.format(good.id, "Approved by Priya Raman, in force as version 2."),
    ]


def test_reasons_end_as_sentences(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """A reason without a full stop does not run into what the card says next."""
    approved(ports, proposed(ports, renamed(ports)))
    wish = Rollback(Actor(kind="person", id=OPS), "Vienna complained")
    roll_back_policy(ports, wish, person(ports, OPS))
    engine.run_all(ports)

    said = card(messenger).outcome
    assert said.endswith("Rolled back by Priya Raman: Vienna complained. No longer in force.")


def test_a_long_roll_back_is_told_in_part(
    ports: Ports, engine: WaitingEngine, messenger: KeepingMessenger
) -> None:
    """Of many changes the first are told, each cut to a line, and the rest is counted."""
    files = files_in_force(ports)
    pools = files["pools.yml"].replace("name: EMEA SDRs", f"name: {'E' * 5_000}")
    scoring = files["scoring.yml"].replace("points: 1", "points: 2")
    with ports.database.writing() as work:
        enacted(ports, work, files | {"pools.yml": pools, "scoring.yml": scoring})
    wish = Rollback(Actor(kind="person", id=OPS), "It went wrong.")
    roll_back_policy(ports, wish, person(ports, OPS))
    engine.run_all(ports)

    lines = messenger.texts()[-1][1].splitlines()
    told = [line for line in lines if line.startswith("•")]
    assert len(told) == 10
    assert max(map(len, lines)) <= 300
    assert lines[-1].startswith("…and ")


def test_one_step_back_is_behind_the_last_change(ports: Ports) -> None:
    """Who is away is no step of its own, and stays away when the change before it goes."""
    before = files_in_force(ports)
    approved(ports, proposed(ports, renamed(ports)))
    away = files_in_force(ports).get("absences.csv", "person,from,until,reason\n")
    row = "anna,2026-12-01,2026-12-04,leave\n"
    proposed(ports, files_in_force(ports) | {"absences.csv": away.rstrip("\n") + "\n" + row})
    assert version_in_force(ports) == 3

    wish = Rollback(Actor(kind="person", id=OPS), "It went wrong.")
    done = roll_back_policy(ports, wish, person(ports, OPS))

    after = files_in_force(ports)
    assert (done.version, done.restores) == (4, 1)
    assert row in after["absences.csv"]
    assert after["pools.yml"] == before["pools.yml"]


def test_no_change_undoes_another_in_silence(ports: Ports) -> None:
    """A proposal made on an older version is refused until it has taken in what came since; where
    both changed the same rows it says in which file.
    """
    mine, apart = proposed(ports, renamed(ports)), to_emea(ports)
    other = proposed(ports, apart)
    clash = changed(ports, "pools.yml", "name: EMEA SDRs", "name: Old world")
    late = proposed(ports, clash)
    approved(ports, mine)

    with pytest.raises(TooLateError, match="Bring the proposal up to date"):
        approved(ports, other)
    fresh = bring_up_to_date(ports, other.id)
    assert fresh.files == apart | {"pools.yml": files_in_force(ports)["pools.yml"]}
    with pytest.raises(TooLateError, match=r"changed pools\.yml"):
        bring_up_to_date(ports, late.id)
    approved(ports, fresh)
    assert version_in_force(ports) == 3


def test_who_is_there_needs_no_approval(ports: Ports) -> None:
    """A person set inactive is in force at once, and a share that runs learns of it."""
    tried = approved(ports, proposed(ports, renamed(ports)), share=True)
    anna = next(r for r in files_in_force(ports)["people.csv"].splitlines() if r.startswith("anna"))
    away = changed(ports, "people.csv", anna, anna.replace(",yes,", ",no,"))

    proposal = proposed(ports, away)

    assert (proposal.state, version_in_force(ports)) == ("active", 3)
    with ports.database.reading() as work:
        share = work.proposals.share()
        assert share is not None
        policy = ports.policies.version(work, share.version)
    assert (share.version, policy.pool_by_id["emea-sdr"].name) == (4, "Europe SDRs")
    assert not policy.person("anna").active
    activate(ports, Reviewed(tried.id), person(ports, ADMIN))
    assert version_in_force(ports) == 4


def test_a_wrong_policy_is_not_proposed(ports: Ports) -> None:
    """All its errors come at once, with file and line; what says nothing new is refused too."""
    with pytest.raises(PolicyErrors, match="unknown pool"):
        proposed(ports, changed(ports, "rules.csv", "pool:emea-sdr", "pool:emea-sdrs"))
    with pytest.raises(NotFoundError, match="Nothing changes"):
        proposed(ports, files_in_force(ports))


def test_no_lead_is_stranded(ports: Ports, engine: WaitingEngine) -> None:
    """A policy without the stage or queue that leads are in is refused, with how many and what to
    do; leads of a person who would be gone are a warning.
    """
    receive(ports)
    engine.run_all(ports)
    lead = the_lead(ports)
    row = next(
        r
        for r in files_in_force(ports)["people.csv"].splitlines()
        if r.startswith(f"{lead.owner},")
    )
    files = changed(ports, "people.csv", row + "\n", "")
    pools = "\n".join(
        line for line in files["pools.yml"].splitlines() if f"person: {lead.owner}" not in line
    )
    proposal = proposed(ports, files | {"pools.yml": pools})
    assert any("1 leads belong to" in line for line in proposal.findings.warnings)

    parked = "  - {id: parked, name: Parked, owner: priya, clock: 1d, age_limit: 2d}\n"
    with_queue = files_in_force(ports)["queues.yml"] + parked
    approved(ports, proposed(ports, files_in_force(ports) | {"queues.yml": with_queue}))
    with ports.database.writing() as work:
        work.leads.save(
            lead.model_copy(update={"place": "queue", "queue": "parked", "owner": None}),
            ports.clock.now(),
        )
    with pytest.raises(PolicyErrors, match="1 leads are in the queue 'parked'"):
        proposed(ports, changed(ports, "queues.yml", parked, ""))


def test_a_new_scoring_scores_everybody_again(ports: Ports, engine: WaitingEngine) -> None:
    """Leads in their place get the score of the scoring that came into force."""
    receive(ports)
    engine.run_all(ports)
    before = the_lead(ports).score
    assert before is not None
    assert before.value is not None
    scoring = files_in_force(ports)["scoring.yml"]
    lower = scoring.replace("points: 20", "points: 1").replace("points: 25", "points: 1")
    assert lower != scoring

    approved(ports, proposed(ports, files_in_force(ports) | {"scoring.yml": lower}), share=False)
    if version_in_force(ports) == 1:
        with ports.database.reading() as work:
            (tried,) = work.proposals.in_state("on_share")
        activate(ports, Reviewed(tried.id), person(ports, ADMIN))
    engine.run_all(ports)

    after = the_lead(ports).score
    assert after is not None
    assert after.value is not None
    assert after.value < before.value


def test_the_proposer_withdraws(ports: Ports) -> None:
    """Whoever proposed may take it back; others need the role to reject it, and a reason."""
    proposal = proposed(ports, renamed(ports))
    with pytest.raises(NotAllowedError):
        reject(ports, Reviewed(proposal.id), person(ports, "tobias"), "No.")
    with pytest.raises(NotAllowedError, match="Say why"):
        reject(ports, Reviewed(proposal.id), person(ports, OPS), " ")

    reject(ports, Reviewed(proposal.id), person(ports, PROPOSER), "A mistake.")

    assert state(ports, proposal) == "withdrawn"
