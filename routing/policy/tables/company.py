"""`company.yml`: who the policy is for, and where its people meet."""

from __future__ import annotations

from routing.policy.tables.changes import PolicyChanges
from routing.values import Value


class Company(Value):
    """The whole of `company.yml`."""

    name: str
    managers_channel: str
    """Slack channel id (`C...`) where cases go unless the pool names its own."""
    default_time_zone: str = "UTC"
    policy_changes: PolicyChanges = PolicyChanges()

    @property
    def changes_channel(self) -> str:
        """Where proposed changes of the policy are told."""
        return self.policy_changes.channel or self.managers_channel
