"""Somebody proposes a change of the policy, or puts an open proposal on a newer version (G2)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from handlers.flows.steps.policy.propose import Suggested, propose
from storage.policy.proposals import Proposal


def propose_policy(ports: Ports, suggested: Suggested) -> Proposal:
    """Propose whole files. Raises as `propose` does."""
    return propose(ports, suggested)


def bring_up_to_date(ports: Ports, proposal_id: str) -> Proposal:
    """Put an open proposal on the version in force; approvals start anew. Raises as proposing."""
    with ports.database.reading() as work:
        old = work.proposals.get(proposal_id)
    suggested = Suggested(
        files=old.files,
        proposer=old.proposer,
        reason=old.reason,
        base=old.base_version,
        revises=old.id,
        handed_in=old.source_digest,
        revision=old.revision,
    )
    return propose(ports, suggested)
