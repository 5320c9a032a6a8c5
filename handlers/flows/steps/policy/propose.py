"""Make a proposal of changed files: checked, tried on past leads, stored and told (G2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.policy.open_words import reopen_words
from handlers.flows.steps.policy.policy_approvers import (
    require_approvers_left,
    require_enough_approvers,
)
from handlers.flows.steps.policy.policy_check import Checked, checked, require_no_new_leads
from handlers.flows.steps.policy.policy_force import Change, audit, put_in_force, stop_share
from handlers.flows.steps.telling import tell
from handlers.flows.telling.wording import named
from routing.policy.diff import is_only_availability
from routing.policy.three_way import brought_together
from storage.audit import Actor
from storage.database.base import new_id
from storage.policy.policies import digest_of
from storage.policy.proposals import Proposal
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Suggested:
    """Whole files, in whose name, and why. They change the version `base`, the one in force when
    it is None; `revises` is the open proposal whose files they replace, in the `revision` that they
    were made from where that matters. `handed_in` is the digest of the files as somebody wrote
    them where these are already brought together with other changes.
    """

    files: Mapping[str, str]
    proposer: Actor
    reason: str
    base: int | None = None
    revises: str | None = None
    revision: int | None = None
    handed_in: str | None = None


def propose(ports: Ports, suggested: Suggested) -> Proposal:
    """The proposal, told in Slack; in force at once where it only says who is there and takes
    nobody's leads.

    The proposer's open proposal of the very same files is returned as it is. Raises PolicyErrors,
    NotFoundError when nothing changes, NotAllowedError when nobody could approve it or somebody
    else proposed the same, TooLateError when a change made meanwhile stands against it.
    """
    now = ports.clock.now()
    with ports.database.reading() as work:
        active = ports.policies.active(work)
        in_force = work.policies.get(active.version).files
        files = _up_to_date(work, active, suggested)
    if files == in_force:
        raise NotFoundError(f"Nothing changes: version {active.version} says the same.")
    found = checked(ports, active, files)
    at_once = not found.takes_leads and is_only_availability(active.policy, found.policy)
    if not at_once:
        require_enough_approvers(active.policy, suggested.proposer)
    require_approvers_left(found.policy)
    new = Proposal(
        id=suggested.revises or new_id("prop"),
        base_version=active.version,
        files=files,
        digest=digest_of(files),
        source_digest=suggested.handed_in or digest_of(suggested.files),
        proposer=suggested.proposer,
        reason=suggested.reason,
        findings=found.findings,
        created_at=now,
        changed_at=now,
    )
    with ports.database.writing() as work:
        work.policies.hold()
        if ports.policies.active(work).version != active.version:
            raise TooLateError("Another version came into force just now. Propose it again.")
        if at_once:
            require_no_new_leads(work, active.policy, found.policy)
        known = _proposed_before(work, active, new)
        if known is not None and suggested.revises is None:
            return known
        proposal = _stored(work, ports, new, suggested)
        c = Change(ports, work, now, suggested.proposer, suggested.reason, proposal)
        audit(c, "policy.proposed", after=_on_record(proposal))
        if at_once:
            _in_force_at_once(c, found)
        reopen_words(work, ports.policies, now)
        _tell(c, active)
        return work.proposals.get(proposal.id)


def _up_to_date(work: UnitOfWork, active: ActivePolicy, s: Suggested) -> dict[str, str]:
    """The files with what came into force since their base. TooLateError where both changed."""
    base = s.base or active.version
    if base == active.version:
        return dict(s.files)
    old, now = (work.policies.get(version).files for version in (base, active.version))
    files, met = brought_together(old, s.files, now)
    if met:
        raise TooLateError(
            f"Version {active.version} changed {', '.join(met)} since version {base}, on which "
            "this change stands. Take those changes into your files and propose them again."
        )
    return files


def _proposed_before(work: UnitOfWork, active: ActivePolicy, new: Proposal) -> Proposal | None:
    """The proposer's own open proposal of the same files. NotAllowedError for somebody else's:
    whoever hands files in must be on record as their proposer, or could approve them.
    """
    pending = work.proposals.pending_like(new)
    for one in pending:
        if one.proposer != new.proposer:
            raise NotAllowedError(
                f"This is already proposed as {one.id} by {named(active.policy, one.proposer)}; "
                "your name and reason were not taken. Who writes a change does not approve it: if "
                "these files are yours, have that proposal rejected and propose them again."
            )
    return next((p for p in pending if (p.state, p.digest) == ("open", new.digest)), None)


def _stored(work: UnitOfWork, ports: Ports, new: Proposal, suggested: Suggested) -> Proposal:
    if suggested.revises is None:
        work.proposals.add(new)
        return new
    old = work.proposals.get(new.id)
    if old.proposer != new.proposer:
        raise NotAllowedError(
            "Somebody else proposed this: who writes a change does not approve it, so only the "
            "proposer may change it. Propose yours beside it."
        )
    if old.state not in ("open", "on_share"):
        raise TooLateError(f"This proposal is {old.state} by now. Propose the change anew.")
    if suggested.revision not in (None, old.revision):
        raise TooLateError("Somebody else changed this proposal just now. Look at it again.")
    if old.state == "on_share":
        stop_share(Change(ports, work, new.changed_at, new.proposer, new.reason), "other files")
        old = work.proposals.get(new.id)
    if not work.proposals.revise(old, new):
        raise TooLateError("Somebody else changed this proposal just now. Look at it again.")
    return work.proposals.get(new.id)


def _on_record(proposal: Proposal) -> dict[str, object]:
    impact = proposal.findings.impact
    return {
        "revision": proposal.revision,
        "digest": proposal.digest,
        "base_version": proposal.base_version,
        "leads": impact.leads,
        "moved": impact.moved,
    }


def _in_force_at_once(c: Change, found: Checked) -> None:
    assert c.proposal is not None
    version = put_in_force(c, c.proposal.files)
    outcome = f"In force at once as version {version}: it only says who is there."
    c.work.proposals.move(c.proposal, "active", c.now, version=version, outcome=outcome)


def _tell(c: Change, active: ActivePolicy) -> None:
    """Owe the proposal's message, or draw it anew where there is one."""
    assert c.proposal is not None
    if c.work.outbox.of_subject(c.proposal.id, "policy_card") is not None:
        tell.redraw(c.ports.engine, c.work, c.proposal.id, "policy_card")
        return
    message = OutboxMessage(
        id=new_id("msg"),
        kind="policy_card",
        subject_id=c.proposal.id,
        recipient=active.policy.company.changes_channel,
        created_at=c.now,
    )
    tell.send(c.ports.engine, c.work, message)
