"""Another policy in force, without anybody's approval: what only tests may do."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from routing.policy.reading.load import load_policy_with_warnings
from storage.policy.policies import PolicyVersion, digest_of
from storage.unit_of_work import UnitOfWork


def enacted(ports: Ports, work: UnitOfWork, files: Mapping[str, str]) -> ActivePolicy:
    """Store these files as the version in force, unless they are. Raises PolicyErrors."""
    load_policy_with_warnings(files)
    active = ports.policies.active(work)
    if digest_of(files) == work.policies.digest(active.version):
        return active
    work.policies.add(
        PolicyVersion(
            version=work.policies.next_version(),
            digest=digest_of(files),
            files=dict(files),
            activated_at=ports.clock.now(),
            activated_by="test",
        )
    )
    return ports.policies.active(work)
