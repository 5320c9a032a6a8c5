"""What every step that changes a lead works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from storage.audit import Actor
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Settlement:
    """Where, when, by which policy and in whose name something is done to leads; one for each
    transaction.
    """

    ports: Ports
    work: UnitOfWork
    active: ActivePolicy
    now: datetime
    actor: Actor

    def on_record(
        self,
        lead_id: str,
        action: str,
        *,
        about: str,
        reason: str | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> int:
        """Audit what was done to the lead; `about` is the id of what the entry belongs to. Gives
        the number of the entry in the lead's stream.
        """
        return self.work.audit.append(
            f"lead:{lead_id}",
            action,
            actor=self.actor,
            now=self.now,
            correlation_id=about,
            policy_version=self.active.version,
            reason=reason,
            before=before,
            after=after,
        )
