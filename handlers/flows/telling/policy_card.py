"""What the message about a proposed change of the policy says now (G2)."""

from __future__ import annotations

from handlers.flows.telling.compare_share import compare_share, trial_in_words
from handlers.flows.telling.messages import PolicyCard
from handlers.flows.telling.wording import approval_needed, named, sentence
from routing.policy.model import Policy
from routing.replay.impact import in_words
from storage.policy.proposals import Proposal
from storage.telling.outbox import OutboxMessage
from storage.unit_of_work import UnitOfWork

LINES = 20
"""Lines of a change that a card shows; the rest is counted."""


def policy_card(work: UnitOfWork, policy: Policy, owed: OutboxMessage) -> PolicyCard:
    proposal = work.proposals.get(owed.subject_id)
    changes = policy.company.policy_changes
    found = proposal.findings
    active = work.policies.active_version()
    must_share = found.impact.is_above(changes.moved_limit)
    signers = work.proposals.signers(proposal) if proposal.state == "open" else []
    state = _state(proposal, active)
    return PolicyCard(
        proposal_id=proposal.id,
        revision=proposal.revision,
        proposer=named(policy, proposal.proposer),
        reason=proposal.reason,
        changes=_some(found.changes, proposal.id),
        figures=tuple(in_words(found.impact, policy)),
        warnings=_some(found.warnings, proposal.id),
        approvals=tuple(policy.person(person).name for person in signers),
        trial=trial_in_words(compare_share(work, proposal), policy) if state == "on_share" else (),
        state=state,
        outcome=_outcome(proposal, policy, state, must_share),
        version=proposal.version,
        share=changes.share,
        must_share=must_share,
    )


def _some(lines: tuple[str, ...], proposal_id: str) -> tuple[str, ...]:
    more = len(lines) - LINES
    rest = (f"…and {more} more: baton policy show {proposal_id}",) if more > 0 else ()
    return (*lines[:LINES], *rest)


def _state(proposal: Proposal, active: int | None) -> str:
    if proposal.state == "open":
        return "open" if proposal.base_version == active else "outdated"
    if proposal.state == "on_share":
        return "on_share"
    return "in_force" if proposal.state == "active" and proposal.version == active else "over"


def _outcome(proposal: Proposal, policy: Policy, state: str, must_share: bool) -> str:
    changes = policy.company.policy_changes
    if state == "outdated":
        return "Another version came into force since: bring it up to date first."
    if state != "open":
        superseded = proposal.state == "superseded"
        said = sentence(proposal.outcome or proposal.state)
        return f"{said} No longer in force." if superseded else said
    how = approval_needed(policy)
    if must_share:
        how += (
            f" More than {changes.moved_limit} % of the leads would move, so that it is tried on "
            f"{changes.share} % of the new leads first."
        )
    return how
