"""What the parts of a policy mean together: dead rules, overlaps, gaps, promises (G2, R1, R2)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.decide.lookup.segment import SegmentIndex
from routing.decide.route import route
from routing.lead import LeadFacts
from routing.policy.analysis import segments, territories
from routing.policy.analysis.rules import columns_of, table_of
from routing.policy.check import ANALYSIS, check
from routing.policy.continents import CONTINENTS
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy, load_policy_with_warnings
from routing.policy.tables.calendars import Calendar, Window
from routing.policy.tables.exceptions import ExceptionPolicy
from routing.policy.tables.queues import Queue
from routing.policy.tables.rules import ANY, Rule
from routing.policy.tables.scoring import Scoring
from routing.policy.tables.segments import Segment
from routing.policy.tables.sla import Sla
from routing.policy.tables.sources import SourcePolicy
from routing.policy.tables.territories import TerritoryRow
from tests.routing.builders import (
    a_person,
    a_point_rule,
    a_policy,
    a_rule,
    an_sla_rule,
    example_files,
)


def _found(severity: str, /, **stated: object) -> list[str]:
    problems = check(a_policy(**stated), checks=ANALYSIS)
    return [str(p) for p in problems if p.severity == severity]


def _segments(*stated: dict[str, object]) -> dict[str, object]:
    entries = [{"id": "s", "name": "S"} | one for one in stated]
    return {"segments": tuple(Segment.model_validate(entry) for entry in entries)}


def _rows(*rows: tuple[str, ...]) -> dict[str, object]:
    names = ("territory", "country", "region", "city")
    parsed = [dict(zip(names, row, strict=False)) for row in rows]
    return {"territories": tuple(TerritoryRow.model_validate(row) for row in parsed)}


def _rules(*stated: Rule) -> dict[str, object]:
    return {"rules": stated}


BANDS = tuple(a_rule(band, send_to="nurture", band=band) for band in ("high", "medium", "low"))
BIG_AND_SMALL = ({"id": "big", "min_size": 500}, {"id": "rest", "unknown_size": True})
OFFICE = {day: (Window(opens=540, closes=1020),) for day in range(5)}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (
            _rules(a_rule("a", send_to="nurture"), a_rule("b", priority=1)),
            "rules.csv: rule 'a' never applies: 'b' has the same columns and comes first",
        ),
        (
            _rules(a_rule("a", territory="dach"), a_rule("b", territory="dach")),
            "rules.csv: rule 'b' never applies: 'a' has the same columns and comes first",
        ),
        (
            _rules(
                *(a_rule(b, territory="dach", band=b) for b in ("high", "medium", "low")),
                a_rule("dach", territory="dach"),
            ),
            "rule 'dach' never applies: rules that come before it take every lead it matches",
        ),
        (
            _rules(a_rule("low", band="low"))
            | {
                "scoring": Scoring(
                    points=(a_point_rule("e", 99, field="email", present=True),), high=50, medium=0
                )
            },
            "rules.csv: rule 'low' never applies: no lead is ever in band 'low'",
        ),
        (
            _rows(("dach", "DE"), ("france", "DE")) | _rules(a_rule("f", territory="france")),
            "rules.csv: rule 'f' never applies: no lead is ever in territory 'france'",
        ),
        (
            _segments({"id": "big", "min_size": 5}, {"id": "huge", "min_size": 50}),
            "segments.yml: no lead is ever in segment 'huge': those before it take them all",
        ),
        (
            _segments({"id": "tech", "industries": ["utilites"]}),
            "segments.yml: unknown sector 'utilites' (did you mean 'utilities'?)",
        ),
        (
            {"sla": Sla(rules=(an_sla_rule("all"), an_sla_rule("high", band="high")))},
            "sla.yml: SLA rule 'high' never counts: rules before it take every lead it fits",
        ),
    ],
)
def test_what_can_never_work_is_an_error(stated: dict[str, object], expected: str) -> None:
    """A row that promises what cannot happen misleads whoever reads the table."""
    assert any(expected in problem for problem in _found("error", **stated))


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (_rules(*BANDS, a_rule("rest")), "rule 'rest' is never needed: other rules take every"),
        (
            _rules(a_rule("t", territory="dach"), a_rule("b", send_to="nurture", band="low")),
            "rules.csv: rules 'b' (nurture) and 't' (pool:emea) match a lead from Germany, with "
            "1000 employees, a score of 0, by website alike: 'b' wins only because its id",
        ),
        (
            _rules(a_rule(territory="dach")),
            "rules.csv: no rule takes leads in territory 'france' and no territory, such as a "
            "lead from France, with ",
        ),
        (
            _rules(a_rule(), a_rule("x", band="low"))
            | _rules(a_rule("h", band="high"), a_rule("d", territory="dach")),
            "no rule takes 6 of 9 combinations of leads in territory 'france' and no territory",
        ),
        (_rows(("a", "DE"), ("b", "DE")), "territories.csv: DE: in a and b alike, so a person"),
        (
            _rows(("a", "DE", "", "Ulm"), ("b", "DE", "", "ULM")),
            "territories.csv: Ulm: in a and b alike",
        ),
        (
            _rows(("dach", "DE"), ("france", "DE")),
            "no lead is ever in territory 'dach' alone: it shares each of its places",
        ),
        (
            {"exceptions": ExceptionPolicy(ambiguous=("Portland",))},
            "exceptions.yml: 'Portland' is no place that several territories claim",
        ),
        (
            _rows(*((c, c) for n in ("Africa", "Asia") for c in CONTINENTS[n] if c != "JP")),
            "countries are in no territory: all of Antarctica; in Asia JP; all of Europe",
        ),
        (_rows(("west", "US", "US-CA")), "territories.csv: only parts of US are in a territory"),
        (_segments({"min_size": 10, "max_size": 99}), "no segment takes leads of 1 to 9 employees"),
        (
            _segments({"min_size": 10, "max_size": 99}),
            "segments.yml: no segment takes leads of 100 employees or more",
        ),
        (
            _segments({"max_size": 199}, {"id": "m", "min_size": 201, "max_size": 999}),
            "segments.yml: no segment takes leads of 200 employees",
        ),
        (_segments({}), "segments.yml: no segment takes leads of unknown size"),
        (
            _segments({"industries": ["retail"], "unknown_size": True, "min_size": 1}),
            "no segment takes some leads of unknown size, such as industry ",
        ),
        (
            {
                "scoring": Scoring(
                    points=(a_point_rule("e", 99, field="email", present=True),), high=50, medium=0
                )
            },
            "scoring.yml: medium begins at 0, so no score is ever low",
        ),
        (
            {
                "scoring": Scoring(
                    points=(a_point_rule("e", 40, field="email", present=True),), high=50, medium=10
                )
            },
            "scoring.yml: no score is ever high: all points together give 40, it needs 50",
        ),
        (
            {"people": (a_person("anna", manager="ben"), a_person("ben"))},
            "people.csv: Ben (sdr) has no manager: the managers' channel hears",
        ),
        (
            {"queues": (Queue(id="limbo", name="Limbo", owner="anna", age_limit="1d"),)},
            "queues.yml: no rule and no import sends leads to queue 'limbo'",
        ),
        (
            {
                "people": (a_person("anna", calendar="office"), a_person("ben", calendar="office")),
                "calendars": (
                    Calendar(id="always", always=True),
                    Calendar(id="office", weekly=OFFICE),
                ),
                "sla": Sla(rules=(an_sla_rule(acknowledge="15m", hours="24x7"),)),
            },
            "SLA rule 'all' runs round the clock, but everybody in pool 'emea' is closed",
        ),
    ],
)
def test_what_leaves_leads_to_people_is_a_warning(stated: dict[str, object], expected: str) -> None:
    """Such a policy works, and somebody should have meant it so."""
    assert any(expected in problem for problem in _found("warning", **stated))
    assert not [p for p in _found("error", **stated) if expected in p]


@pytest.mark.parametrize(
    ("stated", "unwanted"),
    [
        (_rules(a_rule(territory="nowhere"), a_rule("d")), "'default' never"),
        (
            _rules(a_rule("t", territory="dach"), a_rule("b", band="low", priority=1)),
            "alike",
        ),
        (_rules(a_rule("t", territory="dach"), a_rule("b", band="low")), "alike"),
        (
            _rules(a_rule(territory="dach"))
            | {"exceptions": ExceptionPolicy(unrouted=("france",))},
            "france",
        ),
        (
            _rows(("a", "DE", "", "Ulm"), ("b", "DE", "", "Ulm"))
            | {"exceptions": ExceptionPolicy(ambiguous=("ulm",))},
            "Ulm",
        ),
        (_rows(("all", "*")), "no territory"),
        ({"sla": Sla(rules=(an_sla_rule(acknowledge="15m", hours="24x7"),))}, "round the clock"),
        (
            {"sla": Sla(rules=(an_sla_rule("high", band="high"), an_sla_rule("all")))},
            "never counts",
        ),
    ],
)
def test_what_is_meant_is_no_finding(stated: dict[str, object], unwanted: str) -> None:
    """A stated priority, a declared exception, a name that is an error of its own."""
    found = [*_found("error", **stated), *_found("warning", **stated)]

    assert not any(unwanted in problem for problem in found)


def test_the_example_policy_has_no_findings() -> None:
    """Whoever copies it starts from a clean table."""
    assert load_policy_with_warnings(example_files())[1] == ()


def test_findings_know_their_lines() -> None:
    """A dead rule is found at its row."""
    files = example_files()
    files["rules.csv"] += "dead,emea-north,*,*,*,-1,queue:holding\n"
    line = files["rules.csv"].count("\n")

    with pytest.raises(PolicyErrors) as refused:
        load_policy_with_warnings(files)

    assert [(e.file, e.line) for e in refused.value.errors] == [("rules.csv", line)]


def test_a_stored_policy_is_not_refused_for_a_dead_rule() -> None:
    """It decided yesterday; a check that has learnt more must not stop it today."""
    files = example_files()
    files["rules.csv"] += "dead,emea-north,*,*,*,-1,queue:holding\n"

    assert load_policy(files).rules[-1].id == "dead"


def test_a_refused_row_is_not_taken_for_a_gap() -> None:
    """Who mends the territory's row would otherwise chase rules that are sound."""
    files = example_files()
    files["territories.csv"] = files["territories.csv"].replace("apac,AU,,", "apac,AUS,,,", 1)

    with pytest.raises(PolicyErrors) as refused:
        load_policy_with_warnings(files)

    assert {e.file for e in refused.value.errors} == {"territories.csv"}


def test_many_gaps_are_told_in_a_few_lines() -> None:
    """A table with nothing but territories is one finding, not a thousand."""
    rows = [(f"t-{code.lower()}", code) for codes in CONTINENTS.values() for code in codes]
    found = _found("warning", **_rows(*rows), **_rules(a_rule(territory="t-de")))

    gaps = [problem for problem in found if "no rule takes" in problem]

    assert len(gaps) == 1
    assert "and 246 more" in gaps[0]


ROWS = (("DE",), ("FR",), (ANY,), ("DE", "DE-BY"), ("DE", "", "Ulm"), ("DE", "DE-BY", "Ulm"))
"""Places of territory rows: country, region and city, as far as they are stated."""
WHERE = (("DE", None, None), ("DE", "DE-BY", None), ("DE", None, "Ulm"), ("DE", "DE-BY", "ulm"),
         ("FR", None, None), ("JP", None, None), (None, None, None))  # fmt: skip
"""Places of leads: each row's own, one that only `*` takes, and none."""
TERRITORIES = ("north", "south", "west")
SOURCES = ("website", "fair", "partner")
names = st.sampled_from


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Small policies of every shape: shared places, odd segments, rules of any columns."""
    places = draw(st.lists(st.tuples(names(TERRITORIES), names(ROWS)), max_size=7, min_size=1))
    sizes = st.one_of(st.none(), st.integers(1, 5))
    segment: st.SearchStrategy[dict[str, object]] = st.builds(
        dict,
        min_size=sizes,
        max_size=sizes,
        unknown_size=st.booleans(),
        industries=st.lists(names(["retail", "utilities"]), max_size=1),
        title_tiers=st.lists(names(["vp", "ic"]), max_size=1),
    )
    parts = draw(st.lists(segment, min_size=1, max_size=4))
    ids = [f"s{n}" for n in range(len(parts))]
    rule: st.SearchStrategy[dict[str, object]] = st.builds(
        dict,
        territory=names([ANY, *TERRITORIES]),
        segment=names([ANY, *ids]),
        band=names([ANY, "high", "medium", "low"]),
        source=names([ANY, *SOURCES]),
        priority=st.integers(-1, 1),
        send_to=names(["pool:emea", "nurture", "queue:holding"]),
    )
    drawn = draw(st.lists(rule, max_size=9))
    return a_policy(
        **_rows(*((territory, *place) for territory, place in dict.fromkeys(places))),
        **_segments(*({"id": name} | part for name, part in zip(ids, parts, strict=True))),
        rules=tuple(Rule.model_validate({"id": f"r{n}"} | one) for n, one in enumerate(drawn)),
        scoring=Scoring(points=(), high=60, medium=draw(names([0, 30]))),
        sources=tuple(SourcePolicy(id=name, kind="web", key=name, name=name) for name in SOURCES),
    )


KINDS = [
    LeadFacts(lead_id="x", source="", company_size=size, industry=industry, title_tier=tier)
    for size, industry, tier in product(
        (1, 2, 3, 4, 5, 9, None), ("retail", "utilities", "education", None),
        ("vp", "ic", "manager", None),
    )
]  # fmt: skip
"""Leads of every size, industry and tier that the segments of these policies tell apart."""


def _leads(policy: Policy) -> Iterator[LeadFacts]:
    """A lead of each segment from each place, of each score and source."""
    of_segment = {SegmentIndex(policy.segments).find(lead)[0]: lead for lead in KINDS}
    for lead, (country, region, city), score, source in product(
        of_segment.values(), WHERE, (90, 40, 0), SOURCES
    ):
        place = {"country": country, "region": region, "city": city}
        yield lead.model_copy(update=place | {"score": score, "source": source})


def _ties(policy: Policy, cell: tuple[str | None, ...]) -> set[str]:
    """The rules that match as well as the winner and lead elsewhere: only their ids decide."""
    fits = [
        rule
        for rule in sorted(policy.rules, key=lambda r: (-r.specificity, -r.priority, r.id))
        if all(want in (ANY, have) for want, have in zip(columns_of(rule), cell, strict=True))
    ]
    first = {columns_of(rule): rule for rule in reversed(fits)}
    return {
        rule.id
        for rule in fits[1:]
        if first[columns_of(rule)] is rule
        and (rule.specificity, rule.priority) == (fits[0].specificity, fits[0].priority)
        and rule.send_to != fits[0].send_to
    }


@settings(max_examples=60, deadline=None)
@given(policies())
def test_dead_rules_ties_and_gaps_are_those_the_router_shows(policy: Policy) -> None:
    """Every kind of lead sent through the router: the same rules win, the same come second by
    their ids alone, the same leads get none."""
    winners, ties, lost = set[str | None](), set[str](), set[tuple[object, ...]]()
    for lead in _leads(policy):
        found = route(policy, lead)
        if found.case == "ambiguous_territory":
            continue
        cell = (found.territory, found.segment, found.band, lead.source)
        if found.case == "no_rule":
            lost.add(cell)
        winners.add(found.rule)
        ties |= _ties(policy, cell)

    table = table_of(policy)

    assert {policy.rules[n].id for n in table.findings.wins} == winners - {None}
    assert {policy.rules[n].id for n in table.findings.ties} == ties
    told = {cell for box in table.findings.uncovered() for cell in product(*box)}
    assert told == lost


@settings(max_examples=60)
@given(policies())
def test_examples_are_in_what_they_stand_for(policy: Policy) -> None:
    """The lead that stands for a segment or a territory is in it, and every one has its lead."""
    for name, lead in segments.examples(policy).items():
        assert SegmentIndex(policy.segments).find(lead)[0] == name
    reached = {SegmentIndex(policy.segments).find(lead)[0] for lead in KINDS}
    assert reached == set(segments.examples(policy))
    found = [route(policy, lead) for lead in _leads(policy)]
    placed = {one.territory for one in found if one.case != "ambiguous_territory"}
    assert placed == set(territories.examples(policy))
