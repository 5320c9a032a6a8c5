"""The index of rules finds what a scan in the one total order finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from routing.decide.lookup.rules import COLUMNS, Query, RuleIndex
from routing.policy.tables.rules import ANY, Rule
from tests.routing.builders import a_target

values = st.sampled_from(["a", "b", "c"])
columns = st.sampled_from(["a", "b", "c", ANY, ANY])
rules = st.lists(
    st.builds(
        Rule,
        id=st.uuids().map(str),
        territory=columns,
        segment=columns,
        band=columns,
        source=columns,
        priority=st.integers(0, 2),
        send_to=st.just(a_target("nurture")),
    ),
    max_size=25,
    unique_by=lambda rule: rule.id,
)
queries = st.builds(
    Query,
    territory=st.none() | values,
    segment=st.none() | values,
    band=st.none() | values,
    source=values,
)


def _scan(table: list[Rule], query: Query) -> Rule | None:
    """The first rule, in order, each of whose stated columns the lead has."""
    order = sorted(table, key=lambda rule: (-rule.specificity, -rule.priority, rule.id))
    for rule in order:
        if all(getattr(rule, name) in (ANY, getattr(query, name)) for name in COLUMNS):
            return rule
    return None


@given(rules, queries)
def test_the_index_agrees_with_a_scan(table: list[Rule], query: Query) -> None:
    """For any table and lead, in any order of the file."""
    expected = _scan(table, query)

    assert RuleIndex(table).find(query)[0] == expected
    assert RuleIndex(table[::-1]).find(query)[0] == expected


@given(rules, queries)
def test_every_rule_before_the_winner_is_accounted_for(table: list[Rule], query: Query) -> None:
    """Named with its reason, or counted: nothing that was tried is left out of the trace."""
    winner, step = RuleIndex(table).find(query)

    order = sorted(table, key=lambda rule: (-rule.specificity, -rule.priority, rule.id))
    before = order.index(winner) if winner else len(order)
    named = [line for line in step.rejected if ": " in line]
    counted = sum(int(line.split()[0]) for line in step.rejected if ": " not in line)
    assert len(named) + counted == before
    assert not any("comes later" in line for line in named)
