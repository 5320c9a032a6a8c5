"""What a changed policy would do, found out before anybody is asked to approve it (G2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.refusals import TooLateError
from handlers.flows.steps.deciding.pool_states import hold_pools_of
from handlers.flows.steps.policy.past_decisions import past_decisions
from routing.lead import INCOMING
from routing.policy.diff import differences
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, PolicyErrors
from routing.policy.reading.load import load_policy_with_warnings
from routing.replay.impact import Impact, ImpactCount
from routing.replay.replay import Replay
from storage.policy.proposals import Findings
from storage.unit_of_work import UnitOfWork

SAMPLE = 1000
"""The newest decisions that a proposal is replayed on."""
NOTHING_SAID = "Nothing but comments or the order of rows."
NOT_REPLAYED = {
    "aliases": "how leads are read",
    "sources": "how leads are read",
    "matching": "which leads are one",
    "enrichment": "what is looked up",
    "sla": "clocks",
}
"""Parts whose effect the stored facts of a decision cannot show."""


@dataclass(frozen=True)
class Checked:
    """A change that may be proposed."""

    policy: Policy
    findings: Findings
    takes_leads: bool
    """Whether somebody who has open leads becomes inactive: they go to others."""


def checked(ports: Ports, active: ActivePolicy, files: Mapping[str, str]) -> Checked:
    """The change with all that is known of its effect. Raises PolicyErrors."""
    policy, warnings = load_policy_with_warnings(files)
    with ports.database.reading() as work:
        warned = [*map(str, warnings), *require_nobody_stranded(work, active.policy, policy)]
        going = open_leads_of_leavers(work, active.policy, policy)
    warned += [
        f"The replay does not show what the change of {part} does ({what})."
        for part, what in NOT_REPLAYED.items()
        if getattr(active.policy, part) != getattr(policy, part)
    ]
    findings = Findings(
        changes=tuple(f"{d.file}: {d.words}" for d in differences(active.policy, policy))
        or (NOTHING_SAID,),
        warnings=tuple(warned),
        impact=impact_of(ports, active, policy),
    )
    return Checked(policy, findings, takes_leads=bool(going))


def require_nobody_stranded(work: UnitOfWork, old: Policy, new: Policy) -> list[str]:
    """Warnings about leads whose owner or pool is gone.

    Raises PolicyErrors where leads are in a stage or a queue that would be no more.
    """
    stages = {s.id for s in old.lifecycle.stages} - {s.id for s in new.lifecycle.stages}
    queues = {q.id for q in old.queues} - {q.id for q in new.queues} - {INCOMING}
    lost = [
        *_in_gone(work.leads.count_by("stage"), stages, "stages.yml", "stage"),
        *_in_gone(work.leads.count_by("queue"), queues, "queues.yml", "queue"),
    ]
    if lost:
        raise PolicyErrors(lost)
    people = old.person_by_id.keys() - new.person_by_id.keys()
    going = open_leads_of_leavers(work, old, new)
    pools = old.pool_by_id.keys() - new.pool_by_id.keys()
    owned, pooled = work.leads.count_by("owner"), work.assignments.open_by_pool()
    return [
        *(
            f"{owned[p]} leads belong to {p}, who is no longer in people.csv: keep the row with "
            "active = no, so that closed leads keep their owner's name."
            for p in sorted(people & owned.keys())
        ),
        *(
            f"Open leads of {new.person(p).name}, who is no longer active: {going[p]}. They are "
            "routed again within a minute."
            for p in going
        ),
        *(
            f"{pooled[p]} leads came to their owners by the pool {p}, which is gone: they stay."
            for p in sorted(pools & pooled.keys())
        ),
    ]


def require_no_new_leads(work: UnitOfWork, old: Policy, new: Policy) -> None:
    """Raises TooLateError when somebody who would be no longer active got a lead since the check.
    Their pools are held from now on: whoever decides beside us is done, or comes after us.
    """
    left = _leavers(old, new)
    hold_pools_of(work, old, left)
    if open_leads_of_leavers(work, old, new):
        names = " and ".join(new.person(p).name for p in left)
        raise TooLateError(f"Leads went to {names} just now. Propose it again.")


def open_leads_of_leavers(work: UnitOfWork, old: Policy, new: Policy) -> Mapping[str, int]:
    """How many open leads those have who would be no longer active."""
    return work.leads.open_counts(_leavers(old, new), new.done_stages)


def _leavers(old: Policy, new: Policy) -> list[str]:
    return [p.id for p in new.people if not p.active and old.person(p.id).active]


def _in_gone(counts: Mapping[str, int], gone: set[str], file: str, what: str) -> list[PolicyError]:
    return [
        PolicyError(
            file,
            None,
            f"{counts[name]} leads are in the {what} {name!r}, which would be gone: "
            f"keep it, or move them first",
        )
        for name in sorted(gone & counts.keys())
    ]


def impact_of(ports: Ports, active: ActivePolicy, new: Policy, limit: int = SAMPLE) -> Impact:
    """The newest decisions made again by the policy in force and by the new one, compared."""
    count, rescored = ImpactCount(), active.policy.scoring != new.scoring
    before, after = Replay(active.policy, active.version), Replay(new, active.version + 1)
    for past in past_decisions(ports, limit):
        made = past.made
        old_facts = past.scored_by(active.policy.scoring) if rescored else made.facts
        new_facts = past.scored_by(new.scoring) if rescored else made.facts
        one = before.decide(old_facts, made.decision)
        other = after.decide(new_facts, made.decision)
        if past.is_last:
            count.add(made.lead_id, one, other)
    return count.result()
