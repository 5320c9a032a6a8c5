"""One step back: an earlier policy is in force again, at once (G2)."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.flows.policy_book import STREAM
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError, TooLateError
from handlers.flows.steps.policy.policy_approvers import require_approver
from handlers.flows.steps.policy.policy_force import Change, put_in_force, stop_share
from routing.people import Person
from routing.policy.errors import PolicyErrors
from routing.policy.load import load_policy
from storage.audit import Actor
from storage.base import MissingError
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Rollback:
    """Back `to` this version, by default the one in force before. `of` is the version the person
    saw in force, None for whatever is.
    """

    by: Actor
    reason: str
    to: int | None = None
    of: int | None = None


def roll_back_policy(ports: Ports, wish: Rollback, person: Person | None = None) -> int:
    """The number of the new version, which has the old one's files; a share is stopped.

    Raises NotAllowedError, NotFoundError when there is no such version, TooLateError when another
    version is in force than the person saw.
    """
    now = ports.clock.now()
    with ports.database.writing() as work:
        work.policies.hold()
        active = ports.policies.active(work)
        if person is not None:
            require_approver(active.policy, person)
        if wish.of not in (None, active.version):
            raise TooLateError(f"Version {active.version} is in force by now, not {wish.of}.")
        to, files = _files(work, active.version, wish.to)
        c = Change(ports, work, now, wish.by, f"Back to version {to}: {wish.reason}")
        stop_share(c, f"the policy was rolled back to version {to}")
        version = put_in_force(c, files)
        work.audit.append(
            STREAM,
            "policy.rolled_back",
            actor=wish.by,
            now=now,
            correlation_id=f"policy-{version}",
            policy_version=version,
            reason=wish.reason,
            before={"version": active.version},
            after={"version": version, "files_of": to},
        )
        return version


def _files(work: UnitOfWork, active: int, to: int | None) -> tuple[int, dict[str, str]]:
    wanted = work.policies.before(active) if to is None else to
    if wanted is None:
        raise NotFoundError("There is no earlier version to go back to.")
    try:
        old = work.policies.get(wanted)
    except MissingError:
        raise NotFoundError(f"There is no version {wanted}. See `baton policy versions`.") from None
    if old.activated_at is None:
        raise NotFoundError(f"Version {wanted} was never in force: it was only tried.")
    if old.files == work.policies.get(active).files:
        raise NotFoundError(f"Version {wanted} says the same as version {active}, now in force.")
    try:
        load_policy(old.files)
    except PolicyErrors as wrong:
        raise NotFoundError(f"Version {wanted} cannot be read any more: {wrong}") from wrong
    return wanted, old.files
