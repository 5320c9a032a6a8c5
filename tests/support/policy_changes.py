"""Changes of the example policy, proposed and approved in one line each."""

from __future__ import annotations

from handlers.flows.policy.propose_policy import propose_policy
from handlers.flows.policy.review_policy import Reviewed, approve
from handlers.flows.ports import Ports
from handlers.flows.steps.policy.propose import Suggested
from routing.people import Person
from storage.audit import Actor
from storage.policy.proposals import Proposal

PROPOSER = "renata"
"""A manager: may propose, not approve."""
OPS, ADMIN = "priya", "oscar"
"""Who approve by the example policy."""


def files_in_force(ports: Ports) -> dict[str, str]:
    with ports.database.reading() as work:
        return dict(work.policies.get(ports.policies.active(work).version).files)


def changed(ports: Ports, file: str, old: str, new: str) -> dict[str, str]:
    """The files in force with one text of one file replaced; it must be there."""
    files = files_in_force(ports)
    assert old in files[file], (file, old)
    return files | {file: files[file].replace(old, new)}


def person(ports: Ports, person_id: str) -> Person:
    with ports.database.reading() as work:
        return ports.policies.active(work).policy.person_by_id[person_id]


def proposed(ports: Ports, files: dict[str, str], by: str = PROPOSER, **more: object) -> Proposal:
    actor = Actor(kind="person", id=by)
    return propose_policy(ports, Suggested(files, actor, "To try it.", **more))  # type: ignore[arg-type]  # `base` or `revises`


def approved(ports: Ports, proposal: Proposal, by: str = OPS, *, share: bool = False) -> Proposal:
    seen = Reviewed(proposal.id, proposal.revision)
    return approve(ports, seen, person(ports, by), on_share=share)


def version_in_force(ports: Ports) -> int:
    with ports.database.reading() as work:
        return ports.policies.active(work).version


def policy_actions(ports: Ports) -> list[str]:
    """What the audit says was done to the policy, in order."""
    with ports.database.reading() as work:
        assert list(work.audit.faults()) == []
        return [entry.action for entry in work.audit.of("policy")]
