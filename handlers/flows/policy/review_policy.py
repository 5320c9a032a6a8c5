"""A second person approves a proposed change of the policy, or rejects it (G2)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, TooLateError
from handlers.flows.steps.policy.open_words import reopen_words
from handlers.flows.steps.policy.policy_approvers import (
    require_approver,
    require_other,
    valid_signers,
)
from handlers.flows.steps.policy.policy_check import require_nobody_stranded
from handlers.flows.steps.policy.policy_force import Change, audit, put_in_force, store
from handlers.flows.steps.telling import tell
from handlers.flows.telling.wording import sentence
from routing.people import Person
from routing.policy.reading.load import load_policy
from storage.audit import Actor
from storage.policy.proposals import Proposal, State


@dataclass(frozen=True)
class Reviewed:
    """A proposal as the person saw it: what has another revision by now is refused. None stands
    for whatever it is now.
    """

    proposal_id: str
    revision: int | None = None


def approve(ports: Ports, seen: Reviewed, person: Person, *, on_share: bool = False) -> Proposal:
    """Approve it; with the last approval it comes into force, or on a share of the new leads where
    policy or the approver wants that, in the same transaction.

    Raises NotAllowedError, TooLateError, or PolicyErrors where leads would be stranded.
    """
    now = ports.clock.now()
    with ports.database.writing() as work:
        work.policies.hold()
        active = ports.policies.active(work)
        proposal = work.proposals.get(seen.proposal_id)
        require_other(active.policy, person, proposal.proposer)
        _require_open(active, proposal, seen)
        actor = Actor(kind="person", id=person.id)
        c = Change(ports, work, now, actor, proposal.reason, proposal)
        if not work.proposals.sign(proposal, person.id, now):
            raise TooLateError("You have approved this already.")
        signers = valid_signers(active.policy, work.proposals.signers(proposal), proposal.proposer)
        audit(c, "policy.approved", after={"revision": proposal.revision, "by": signers})
        if len(signers) >= active.policy.company.policy_changes.approvals:
            _carry_out(c, active, on_share=on_share)
        tell.redraw(ports.engine, work, proposal.id, "policy_card")
        return work.proposals.get(proposal.id)


def must_share(active: ActivePolicy, proposal: Proposal) -> bool:
    """Whether policy wants the change tried on a share of the leads first."""
    return proposal.findings.impact.is_above(active.policy.company.policy_changes.moved_limit)


def _require_open(active: ActivePolicy, proposal: Proposal, seen: Reviewed) -> None:
    if proposal.state != "open":
        raise TooLateError(f"Too late: {proposal.outcome or f'it is {proposal.state}.'}")
    if seen.revision not in (None, proposal.revision):
        raise TooLateError("This proposal was changed since you saw it. Read it again.")
    if proposal.base_version != active.version:
        raise TooLateError(
            f"Version {active.version} came into force since. Bring the proposal up to date first: "
            f"baton policy update {proposal.id}."
        )


def _carry_out(c: Change, active: ActivePolicy, *, on_share: bool) -> None:
    proposal = c.proposal
    assert proposal is not None
    require_nobody_stranded(c.work, active.policy, load_policy(proposal.files))
    if on_share or must_share(active, proposal):
        _put_on_share(c, active, proposal)
        return
    version = put_in_force(c, proposal.files)
    name = active.policy.person(c.by.id).name
    outcome = f"Approved by {name}, in force as version {version}."
    _moved(c, proposal, "active", version=version, outcome=outcome)


def _put_on_share(c: Change, active: ActivePolicy, proposal: Proposal) -> None:
    for other in c.work.proposals.in_state("on_share"):
        raise TooLateError(
            f"{other.id} is being tried on a share of the leads: activate or stop it first."
        )
    version = store(c, proposal.files, in_force=False)
    percent = active.policy.company.policy_changes.share
    share = {"version": version, "percent": percent}
    name = active.policy.person(c.by.id).name
    outcome = f"Approved by {name}, tried on {percent} % of the new leads as version {version}."
    _moved(c, proposal, "on_share", **share, since=c.now, outcome=outcome)
    audit(c, "policy.share_started", after=dict(share))


def _moved(c: Change, proposal: Proposal, to: State, **changes: object) -> None:
    if not c.work.proposals.move(proposal, to, c.now, **changes):
        raise TooLateError("Somebody else was first. Look at the proposal again.")
    _tell_proposer(c, proposal.proposer, str(changes["outcome"]))


def _tell_proposer(c: Change, proposer: Actor, outcome: str) -> None:
    """Whoever proposed it hears in a direct message what became of it, unless it was their deed."""
    policy = c.ports.policies.active(c.work).policy
    person = policy.person_by_id.get(proposer.id) if proposer.kind == "person" else None
    if c.proposal is None or person is None or not person.active or proposer == c.by:
        return
    said = f"Your change of the policy, {c.proposal.id} ({c.proposal.reason}): {outcome}"
    tell.say(c.ports, c.work, person.slack_user, c.proposal.id, said)


def reject(ports: Ports, seen: Reviewed, person: Person, reason: str) -> Proposal:
    """Reject an open proposal, or withdraw one's own. Raises as `approve` does."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        work.policies.hold()
        active = ports.policies.active(work)
        proposal = work.proposals.get(seen.proposal_id)
        actor = Actor(kind="person", id=person.id)
        own = proposal.proposer == actor
        if not own:
            require_approver(active.policy, person)
        if proposal.state != "open":
            raise TooLateError(f"Too late: {proposal.outcome or f'it is {proposal.state}.'}")
        if not reason.strip():
            raise NotAllowedError("Say why: the proposer reads it.")
        c = Change(ports, work, now, actor, reason, proposal)
        word: State = "withdrawn" if own else "rejected"
        outcome = f"{word.capitalize()} by {person.name}: {sentence(reason)}"
        _moved(c, proposal, word, outcome=outcome)
        audit(c, f"policy.{word}", before={"revision": proposal.revision})
        reopen_words(work, ports.policies, now)
        tell.redraw(ports.engine, work, proposal.id, "policy_card")
        return work.proposals.get(proposal.id)


def activate(ports: Ports, seen: Reviewed, person: Person) -> Proposal:
    """Put in force what is tried on a share of the leads. Raises as `approve` does."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        work.policies.hold()
        active = ports.policies.active(work)
        proposal = work.proposals.get(seen.proposal_id)
        require_other(active.policy, person, proposal.proposer)
        version = _tried(proposal, seen)
        new = ports.policies.version(work, version)
        require_nobody_stranded(work, active.policy, new)
        c = Change(ports, work, now, Actor(kind="person", id=person.id), proposal.reason, proposal)
        outcome = f"In force as version {version}, activated by {person.name}."
        _moved(c, proposal, "active", outcome=outcome)
        put_in_force(c, proposal.files, tried=version)
        tell.redraw(ports.engine, work, proposal.id, "policy_card")
        return work.proposals.get(proposal.id)


def stop(ports: Ports, seen: Reviewed, person: Person, reason: str) -> Proposal:
    """End the share: every new lead goes by the version in force again. Raises as `approve`."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        work.policies.hold()
        policy = ports.policies.active(work).policy
        require_approver(policy, person)
        proposal = work.proposals.get(seen.proposal_id)
        _tried(proposal, seen)
        c = Change(ports, work, now, Actor(kind="person", id=person.id), reason, proposal)
        outcome = f"Stopped by {person.name}: {sentence(reason)}"
        _moved(c, proposal, "withdrawn", outcome=outcome)
        audit(c, "policy.share_stopped", before={"version": proposal.version})
        reopen_words(work, ports.policies, now)
        tell.redraw(ports.engine, work, proposal.id, "policy_card")
        return work.proposals.get(proposal.id)


def _tried(proposal: Proposal, seen: Reviewed) -> int:
    """The version it is tried as. TooLateError when it is not."""
    if proposal.state != "on_share" or proposal.version is None:
        raise TooLateError(f"It is not tried on a share of the leads: it is {proposal.state}.")
    if seen.revision not in (None, proposal.revision):
        raise TooLateError("This proposal was changed since you saw it. Read it again.")
    return proposal.version
