"""How the policy itself may be changed: who approves, and how carefully it is tried (G2)."""

from __future__ import annotations

from pydantic import Field

from routing.people import Role
from routing.values import Value


class PolicyChanges(Value):
    """`policy_changes` of `company.yml`.

    `moved_limit` and `share` are per cent: a change that moves more of the past leads than
    `moved_limit` is tried on `share` of the new leads before it is in force.
    """

    approvers: tuple[Role, ...] = Field(default=("ops", "admin"), min_length=1)
    """Roles whose people approve; never the person who proposed."""
    approvals: int = Field(default=1, ge=1)
    """How many different people must approve."""
    moved_limit: int = Field(default=20, ge=0, le=100)
    share: int = Field(default=10, ge=1, le=99)
    channel: str | None = None
    """Slack channel id (`C...`) where changes are told; the managers' channel otherwise."""
