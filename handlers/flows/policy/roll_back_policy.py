"""One step back: an earlier policy is in force again, at once (G2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from handlers.flows.policy_book import STREAM, ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError, TooLateError
from handlers.flows.steps.policy.policy_approvers import require_approver
from handlers.flows.steps.policy.policy_check import open_leads_of_leavers
from handlers.flows.steps.policy.policy_force import Change, put_in_force, stop_share
from handlers.flows.steps.telling import tell
from handlers.flows.telling.wording import sentence
from routing.people import Person
from routing.policy.diff import differences, is_only_availability
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyErrors, shortened
from routing.policy.reading.load import load_policy
from routing.policy.three_way import brought_together
from storage.audit import Actor
from storage.policy.policies import PolicyVersion
from storage.unit_of_work import UnitOfWork

LINES = 10
"""Lines of what a roll-back changes that are told one by one."""
LINE = 300
"""Characters of each."""


@dataclass(frozen=True)
class Rollback:
    """Back `to` this version, by default to the newest that says something else than the one in
    force and was not taken back itself. `of` is the version the person saw in force, None for
    whatever is.
    """

    by: Actor
    reason: str
    to: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class RolledBack:
    """The new version, the one it replaces, and the earlier one whose files it has beside who is
    away since.

    `left` is how many leads are in which stage that the new version does not have, `going` how many
    open leads those have, by name, who are no longer active in it.
    """

    version: int
    replaces: int
    restores: int
    left: Mapping[str, int]
    going: Mapping[str, int]

    def in_words(self) -> list[str]:
        """What becomes of leads in a stage that is gone and of people who are, a line for each."""
        return [
            *(
                f"Leads in the stage {stage}, which the policy does not have now: {number}. They "
                "count as open until their owners move them or the stage is back."
                for stage, number in self.left.items()
            ),
            *(
                f"Open leads of {name}, who is no longer active: {number}. They are routed again "
                "within a minute."
                for name, number in self.going.items()
            ),
        ]


def roll_back_policy(ports: Ports, wish: Rollback, person: Person | None = None) -> RolledBack:
    """Put an earlier policy in force as a new version; a share is stopped, and who is away stays.

    Raises NotAllowedError, NotFoundError when there is no such version to go back to, TooLateError
    when another version is in force than the person saw.
    """
    now = ports.clock.now()
    with ports.database.writing() as work:
        work.policies.hold()
        active = ports.policies.active(work)
        if person is not None:
            require_approver(active.policy, person)
        if wish.of not in (None, active.version):
            raise TooLateError(f"Version {active.version} is in force by now, not {wish.of}.")
        past = work.policies.once_in_force()
        to = _step_back(ports, work, past) if wish.to is None else wish.to
        files = _files(work, past, to)
        then = load_policy(files)
        going = {
            active.policy.person(who).name: number
            for who, number in open_leads_of_leavers(work, active.policy, then).items()
        }
        version, left = work.policies.next_version(), _left(work, then)
        done = RolledBack(version, active.version, to, left, going)
        c = Change(ports, work, now, wish.by, f"Back to version {to}: {wish.reason}", restores=to)
        stop_share(c, f"the policy was rolled back to version {to}")
        name = active.policy.person(wish.by.id).name
        for undone in work.proposals.in_state("active"):
            said = f"{undone.outcome} Rolled back by {name}: {sentence(wish.reason)}"
            outcome = " ".join([said, *done.in_words()])
            work.proposals.move(undone, "active", now, outcome=outcome)
        put_in_force(c, files)
        work.audit.append(
            STREAM,
            "policy.rolled_back",
            actor=wish.by,
            now=now,
            correlation_id=f"policy-{done.version}",
            policy_version=done.version,
            reason=wish.reason,
            before={"version": active.version},
            after={"version": done.version, "files_of": to, "stages_left": dict(done.left)},
        )
        _tell(c, active, done)
        return done


def _left(work: UnitOfWork, policy: Policy) -> dict[str, int]:
    """How many leads are in a stage that this policy does not have."""
    stages = work.leads.count_by("stage")
    return {stage: n for stage, n in sorted(stages.items()) if stage not in policy.stage_by_id}


def _tell(c: Change, before: ActivePolicy, done: RolledBack) -> None:
    """Say it where changes are told, whether or not a card told of the version that is gone; where
    the policies have different channels, in both.
    """
    now_in_force = c.ports.policies.active(c.work).policy
    name = before.policy.person(c.by.id).name
    lines = [
        f"{name} rolled the policy back. Version {done.version} is in force now: the files of "
        f"version {c.restores}, and who is away since. {sentence(c.reason)}",
        *done.in_words(),
        *_changes(before.policy, now_in_force),
    ]
    note = "\n".join(lines)
    channels = (before.policy.company.changes_channel, now_in_force.company.changes_channel)
    for channel in dict.fromkeys(channels):
        tell.say(c.ports, c.work, channel, f"policy-{done.version}", note)


def _changes(before: Policy, now: Policy) -> list[str]:
    """What that changes, in words, cut to what a message holds."""
    found = [f"• {one.file}: {one.words}" for one in differences(before, now)]
    more = [f"…and {len(found) - LINES} more."] if len(found) > LINES else []
    told = [shortened(line, LINE) for line in found[:LINES]]
    return ["What that changes:", *told, *more] if told else []


def taken_back(past: Sequence[PolicyVersion]) -> frozenset[int]:
    """The versions that a later roll-back went behind."""
    return frozenset(
        one.version
        for one in past
        for back in past
        if back.restores is not None and back.restores < one.version < back.version
    )


def _step_back(ports: Ports, work: UnitOfWork, past: Sequence[PolicyVersion]) -> int:
    undone, now = taken_back(past), ports.policies.active(work).policy
    for one in past[1:]:
        if one.version in undone:
            continue
        if not is_only_availability(ports.policies.version(work, one.version), now):
            return one.version
    raise NotFoundError("There is no earlier version to go back to.")


def _files(work: UnitOfWork, past: Sequence[PolicyVersion], to: int) -> dict[str, str]:
    """The files of that version with what was said since about who is away."""
    if to not in {one.version for one in past}:
        never = 0 < to < work.policies.next_version()
        why = "was never in force: it was only tried" if never else "does not exist"
        raise NotFoundError(f"Version {to} {why}. See `baton policy versions`.")
    if to in taken_back(past):
        raise NotFoundError(
            f"Version {to} was rolled back since. Propose its files again: "
            f"baton policy export --version {to} FOLDER, then baton policy propose FOLDER."
        )
    files = _with_availability(work, past, to)
    if files == work.policies.get(past[0].version).files:
        raise NotFoundError(f"Version {to} says the same as version {past[0].version}, in force.")
    return files


def _with_availability(work: UnitOfWork, past: Sequence[PolicyVersion], to: int) -> dict[str, str]:
    after = [one.version for one in reversed(past) if one.version >= to]
    files = work.policies.get(to).files
    try:
        load_policy(files)
        for before, since in pairwise(after):
            old, new = (work.policies.get(version).files for version in (before, since))
            if is_only_availability(load_policy(old), load_policy(new)):
                both, met = brought_together(old, files, new)
                files = files if met else both
        load_policy(files)
    except PolicyErrors as wrong:
        raise NotFoundError(f"Version {to} cannot be read any more: {wrong}") from wrong
    return files
