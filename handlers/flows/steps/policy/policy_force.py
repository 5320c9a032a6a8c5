"""Put a policy in force, with all that follows from it, in the caller's transaction (G2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.flows.policy_book import STREAM, ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.rescore import EVERY, submit_rescoring
from handlers.flows.steps.policy.open_words import reopen_words
from handlers.flows.steps.telling import tell
from routing.policy.diff import is_only_availability
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy
from routing.policy.three_way import brought_together
from storage.audit import Actor
from storage.policy.policies import PolicyVersion, digest_of
from storage.policy.proposals import Proposal
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Change:
    """Where and in whose name the policy changes; the caller holds the policies."""

    ports: Ports
    work: UnitOfWork
    now: datetime
    by: Actor
    reason: str
    proposal: Proposal | None = None
    restores: int | None = None


def put_in_force(c: Change, files: Mapping[str, str], tried: int | None = None) -> int:
    """Make these files the policy in force, as a new version or as the one that was `tried`."""
    before = c.ports.policies.active(c.work)
    version = tried or store(c, files, in_force=True)
    if tried is not None:
        c.work.policies.activate(tried, c.by.id, c.now)
    after = ActivePolicy(version, c.ports.policies.version(c.work, version))
    audit(c, "policy.activated", before={"version": before.version}, after={"version": version})
    for old in c.work.proposals.in_state("active"):
        if c.proposal is None or old.id != c.proposal.id:
            c.work.proposals.move(old, "superseded", c.now)
            tell.redraw(c.ports.engine, c.work, old.id, "policy_card")
    if tried is None:
        _look_after_share(c, before, after)
    for proposal in c.work.proposals.in_state("open"):
        tell.redraw(c.ports.engine, c.work, proposal.id, "policy_card")
    if before.policy.scoring != after.policy.scoring:
        submit_rescoring(c.ports, c.work, f"policy-{version}", "", EVERY)
    reopen_words(c.work, c.ports.policies, c.now)
    return version


def store(c: Change, files: Mapping[str, str], *, in_force: bool) -> int:
    """Keep the files as the next version; gives its number."""
    version = c.work.policies.next_version()
    c.work.policies.add(
        PolicyVersion(
            version=version,
            digest=digest_of(files),
            files=dict(files),
            activated_at=c.now if in_force else None,
            activated_by=c.by.id if in_force else None,
            proposal_id=c.proposal.id if c.proposal else None,
            restores=c.restores,
        )
    )
    return version


def audit(c: Change, action: str, **states: dict[str, object]) -> None:
    """One entry on the policy's stream, under the proposal it is about."""
    c.work.audit.append(
        STREAM,
        action,
        actor=c.by,
        now=c.now,
        correlation_id=c.proposal.id if c.proposal else f"policy-{c.now:%Y%m%dT%H%M%S}",
        policy_version=c.work.policies.active_version(),
        reason=c.reason,
        **states,
    )


def stop_share(c: Change, why: str) -> None:
    """End what is tried on a share of the leads; its proposal is open again, with no approvals."""
    for tried in c.work.proposals.in_state("on_share"):
        c.work.proposals.revise(tried, tried.model_copy(update={"changed_at": c.now}))
        c.work.audit.append(
            STREAM,
            "policy.share_stopped",
            actor=c.by,
            now=c.now,
            correlation_id=tried.id,
            policy_version=c.work.policies.active_version(),
            reason=why,
            before={"version": tried.version, "percent": tried.percent},
        )
        tell.redraw(c.ports.engine, c.work, tried.id, "policy_card")


def _look_after_share(c: Change, before: ActivePolicy, after: ActivePolicy) -> None:
    """Another version came into force while one was tried: who is there is taken into that one
    too, after any other change it must be checked and approved anew.
    """
    for tried in c.work.proposals.in_state("on_share"):
        files = _with_availability(c, tried, before, after)
        if files is None:
            stop_share(c, f"version {after.version} came into force")
            continue
        version = store(_about(c, tried), files, in_force=False)
        c.work.proposals.move(
            tried,
            "on_share",
            c.now,
            version=version,
            files=files,
            digest=digest_of(files),
            base_version=after.version,
        )
        tell.redraw(c.ports.engine, c.work, tried.id, "policy_card")


def _about(c: Change, proposal: Proposal) -> Change:
    return Change(c.ports, c.work, c.now, c.by, c.reason, proposal)


def _with_availability(
    c: Change, tried: Proposal, before: ActivePolicy, after: ActivePolicy
) -> dict[str, str] | None:
    if not is_only_availability(before.policy, after.policy):
        return None
    old, new = (c.work.policies.get(one.version).files for one in (before, after))
    files, met = brought_together(old, tried.files, new)
    try:
        load_policy(files)
    except PolicyErrors:
        return None
    return None if met else files
