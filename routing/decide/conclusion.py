"""A way that has come to its end, as a decision with its trace."""

from __future__ import annotations

from routing.decide.choice.looked_at import NOBODY, LookedAt
from routing.decide.compiled import made
from routing.decide.decision import Decision, Route, Step, Trace


def conclude(
    way: Route, *steps: Step, people: LookedAt = NOBODY, place: str, **found: object
) -> Decision:
    """The decision at the end of this way and these steps; `found` are fields of it that the way
    does not give.
    """
    fields: dict[str, object] = {
        "place": place,
        "reason": way.reason,
        "owner": None,
        "pool": None,
        "queue": None,
        "case": None,
        "wait_until": None,
        "waits_for": None,
        "suggestion": None,
        "territory": way.territory,
        "segment": way.segment,
        "band": way.band,
        "rule": way.rule,
        "trace": _trace(way.steps + steps, people, taken=place == "owner"),
    }
    fields.update(found)
    return made(Decision, fields)


def _trace(steps: tuple[Step, ...], people: LookedAt, *, taken: bool) -> Trace:
    (strategy, claims, unit), refusals = people
    return made(
        Trace,
        {
            "steps": steps,
            "strategy": strategy if claims else None,
            "unit": unit,
            "claims": claims,
            "refusals": refusals,
            "is_taken": taken and bool(claims),
        },
    )


def chosen(person: str, reason: str) -> Step:
    """The last step of a lead that finds an owner."""
    step = {"step": "choice", "outcome": person, "reason": reason, "matched": (person,)}
    return made(Step, step | {"rejected": ()})
