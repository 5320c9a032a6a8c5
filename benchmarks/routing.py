"""Decisions with the whole trace at 10 to 10,000 rules, beside a rule engine's decision table."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from benchmarks.many_rules import leads_of, policy_of
from benchmarks.report import Report, middle
from routing.decide.compiled import compiled
from routing.decide.decide import decide
from routing.decide.decision import RoutingFacts
from routing.policy.model import Policy

METHOD = """One process, one thread. Distinct leads, each with the state of its pool: five people of
weights 1 to 3, one of them away, all balances exact. A decision is everything from suppression to
the choice with every step and everybody looked at. `first` is the first round after the policy was
loaded, with nothing remembered; `decisions/s` is the median of the rounds after it, by CPU time.
`zen-engine` (its own decision table in Rust, called from Python) gets the territory, segment and
band ready-made and only looks for the rule; it chooses nobody and keeps no trace."""

RULES = (10, 100, 1_000, 10_000)
LEADS = 10_000
QUICK_LEADS = 500
ROUNDS = 5
MOST_ZEN = 200
"""Look-ups by the other engine at 10,000 rules, which it tries one after the other."""


def measure(quick: bool) -> Report:
    report = Report("Routing at many rules", METHOD)
    for rules in RULES:
        policy = policy_of(rules)
        facts = list(leads_of(policy, QUICK_LEADS if quick else LEADS))
        zen = _zen(policy, facts, quick)
        gc.collect()
        gc.freeze()
        policy = policy.model_copy()
        first, *rounds = [_rate(partial(decide, policy), facts) for _ in range(ROUNDS + 1)]
        gc.unfreeze()
        report.add(
            "Decisions a second",
            {
                "rules": rules,
                "leads": len(facts),
                "first": first,
                "decisions/s": middle(rounds),
                "zen-engine, the rule alone": zen,
            },
        )
    return report


def _rate(call: Callable[[Any], object], given: Sequence[Any]) -> float:
    started = time.process_time()
    for one in given:
        call(one)
    return len(given) / (time.process_time() - started)


def _zen(policy: Policy, facts: Sequence[RoutingFacts], quick: bool) -> float | None:
    """Rules found a second; None where the engine is not installed."""
    try:
        import zen  # only this benchmark compares
    except ImportError:
        return None
    decision = zen.ZenEngine().create_decision(json.dumps(_table(policy)))
    most = max(MOST_ZEN, QUICK_LEADS * 100 // len(policy.rules)) if quick else len(facts)
    asked = [_columns(policy, one) for one in facts[: min(most, len(facts))]]
    return _rate(decision.evaluate, asked)


def _columns(policy: Policy, facts: RoutingFacts) -> dict[str, str | None]:
    index, lead = compiled(policy), facts.lead
    (territory,) = index.territories.match(lead).territories
    segment, _ = index.segments.find(lead)
    return {"territory": territory, "segment": segment, "band": index.bands[lead.score or 0][0]}


def _table(policy: Policy) -> dict[str, object]:
    names = ("territory", "segment", "band")
    rules = [
        {"_id": rule.id, "out": json.dumps(str(rule.send_to))}
        | {name: json.dumps(getattr(rule, name)) for name in names}
        for rule in policy.rules
    ]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in names],
        "outputs": [{"id": "out", "name": "send to", "field": "send_to"}],
        "rules": rules,
    }
    place = {"x": 0, "y": 0}
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": place},
            {"id": "table", "name": "table", "type": "decisionTableNode", "position": place}
            | {"content": content},
            {"id": "out", "name": "out", "type": "outputNode", "position": place},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
