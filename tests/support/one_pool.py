"""One pool that takes every lead, and whether it shared them exactly, whoever assigned (R4)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sqlalchemy import func, select

from routing.decide.decision import Decision, RoutingFacts
from storage.deciding.assignments import assignments, decisions
from storage.unit_of_work import UnitOfWork

POLICY = Path(__file__).parents[2] / "policy"
POOL = "everybody"
WEIGHTS = {"anna": 7, "ben": 5, "carmen": 3, "elif": 2, "fionn": 2, "giulia": 1, "hugo": 1}
CAPS = ",400,300,1000,"
"""Of these people in the example policy."""


def one_pool(folder: Path) -> Path:
    """A copy of the example policy in which these people share every lead and have no caps."""
    copy = folder / "policy"
    shutil.copytree(POLICY, copy)
    members = "".join(f"      - {{person: {who}, weight: {w}}}\n" for who, w in WEIGHTS.items())
    (copy / "pools.yml").write_text(
        f"pools:\n  - id: {POOL}\n    name: Everybody\n    strategy: weighted_round_robin\n"
        f"    members:\n{members}"
    )
    (copy / "rules.csv").write_text(
        f"id,territory,segment,band,source,priority,send_to\nall,*,*,*,*,0,pool:{POOL}\n"
    )
    people = (copy / "people.csv").read_text()
    (copy / "people.csv").write_text(people.replace(CAPS, ",,,,"))
    return copy


@dataclass(frozen=True)
class Sharing:
    """How many leads each person owns, and what the pool owes them still."""

    owned: dict[str, int]
    owed: dict[str, Fraction]

    @property
    def off(self) -> dict[str, Fraction]:
        """By how many leads each is above the exact share."""
        leads, weights = sum(self.owned.values()), sum(WEIGHTS.values())
        return {
            who: self.owned.get(who, 0) - Fraction(leads * weight, weights)
            for who, weight in WEIGHTS.items()
        }


def sharing(work: UnitOfWork) -> Sharing:
    balances = work.pools.balances(POOL)
    return Sharing(work.assignments.counts(), {who: one.owed for who, one in balances.items()})


def faults(work: UnitOfWork, leads: int) -> list[str]:
    """What is not as it must be when so many leads were shared out and nobody was ever away."""
    found = sharing(work)
    wrong = {
        f"leads are in {work.leads.place_counts()}": work.leads.place_counts() != {"owner": leads},
        f"people own {found.owned}": sum(found.owned.values()) != leads,
        f"somebody is a lead off: {found.off}": any(abs(off) >= 1 for off in found.off.values()),
        f"balances say otherwise: {found.owed}": found.owed
        != {w: -o for w, o in found.off.items()},
        "some lead was given twice": _twice(work),
        "some decision did not see the one before": not _is_chain(work, leads),
    }
    return [what for what, is_wrong in wrong.items() if is_wrong]


def _twice(work: UnitOfWork) -> bool:
    """Whether a lead ever had two owners, or was decided twice."""
    return any(
        work.connection.execute(
            select(table.c.lead_id).group_by(table.c.lead_id).having(func.count() > 1).limit(1)
        ).first()
        for table in (assignments, decisions)
    )


def _is_chain(work: UnitOfWork, leads: int) -> bool:
    """Whether each decision began with the balances that the one of the turn before had left."""
    made = sorted(_turns(work), key=lambda one: one[0].pools[0].turn)
    before = dict.fromkeys(WEIGHTS, Fraction(0))
    for facts, decision in made:
        if {member.person: member.owed for member in facts.pools[0].members} != before:
            return False
        before = decision.balances
    return len(made) == leads


def _turns(work: UnitOfWork) -> Iterator[tuple[RoutingFacts, Decision]]:
    for row in work.connection.execute(select(decisions.c.facts, decisions.c.decision)):
        yield row.facts, row.decision
