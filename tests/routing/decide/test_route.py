"""How far policy gets without looking at people."""

from __future__ import annotations

import pytest

from routing.decide.decision import Route
from routing.decide.route import route
from routing.lead import ENRICHMENT_FAILED, LeadFacts
from routing.policy.model import Policy
from routing.policy.tables.exceptions import ExceptionPolicy
from routing.policy.tables.territories import TerritoryRow
from tests.routing.builders import a_lead, a_person, a_policy, a_pool, a_rule


def _steps(found: Route) -> list[tuple[str, str]]:
    return [(step.step, step.outcome) for step in found.steps]


def _row(territory: str, country: str, region: str = "", city: str = "") -> TerritoryRow:
    return TerritoryRow(
        territory=territory, country=country, region=region or None, city=city or None
    )


def test_an_ordinary_lead_takes_every_step_in_order() -> None:
    """Suppression, owner, fields, territory, segment, band, rule: each leaves its line."""
    found = route(a_policy(), a_lead(company_size=50))

    assert _steps(found) == [
        ("suppression", "none"),
        ("duplicate", "none"),
        ("known_owner", "none"),
        ("required_fields", "complete"),
        ("territory", "dach"),
        ("segment", "small"),
        ("band", "medium"),
        ("rule", "default"),
    ]
    assert str(found.target) == "pool:emea"
    assert found.candidate_pools == ("emea",)


def test_a_possible_duplicate_waits_for_a_person() -> None:
    """Even with a known owner: whose lead it is hangs on whether it is the same one (R5, I5)."""
    found = route(
        a_policy(),
        a_lead(
            possible_duplicate="lead_x",
            duplicate_reasons=("same phone", "alike names"),
            known_owner="anna",
        ),
    )

    assert (found.case, found.known_owner) == ("uncertain_duplicate", None)
    assert found.reason == "It may be the same as lead_x: same phone; alike names."
    assert _steps(found)[-1] == ("duplicate", "unsure")


def test_reasons_are_sentences_a_rep_understands() -> None:
    """Codes are spelt out and the kind of row is named."""
    reasons = {step.step: step.reason for step in route(a_policy(), a_lead()).steps}

    assert reasons["territory"] == "Berlin, Germany is in territory dach (country row)."
    assert reasons["segment"] == "A company of unknown size is in segment Unknown."
    assert reasons["band"] == "A score of 50 is medium."


def test_a_suppressed_lead_goes_no_further() -> None:
    """Suppression comes before everything, a known owner included."""
    found = route(a_policy(), a_lead(suppressed=True, known_owner="anna"))

    assert (found.target, found.case, found.known_owner) == (None, None, None)
    assert _steps(found) == [("suppression", "suppressed")]


def test_a_known_owner_comes_before_the_rules() -> None:
    """An active owner of the lead or its account keeps it, whatever its place and score."""
    found = route(a_policy(), a_lead(known_owner="ben", score=None, country=None))

    assert found.known_owner == "ben"
    assert found.reason == "Ben already owns this lead or its account."


def test_a_known_owner_who_is_away_is_passed_over() -> None:
    """Whose account it is gets nothing while away: the rules decide, the trace says why (R4)."""
    found = route(a_policy(), a_lead(known_owner="ben", owner_away="fair"))

    assert found.known_owner is None
    (step,) = (step for step in found.steps if step.step == "known_owner")
    assert step.reason.endswith(
        "owns this lead or its account but is away (fair): the rules decide."
    )


@pytest.mark.parametrize("owner", ["carl", "nobody"])
def test_a_known_owner_who_left_is_passed_over(owner: str) -> None:
    """Rules go on when the owner is deactivated or unknown, and the trace says so."""
    people = (a_person("anna"), a_person("ben"), a_person("carl", active=False))

    found = route(a_policy(people=people), a_lead(known_owner=owner))

    assert found.known_owner is None
    assert found.rule == "default"
    assert ("known_owner", "skipped") in _steps(found)


def test_missing_required_fields_are_a_case() -> None:
    """Every missing field is named; `a|b` asks for one of the two."""
    policy = a_policy(exceptions=ExceptionPolicy(required_fields=("email|phone", "company")))

    assert route(policy, a_lead(phone=True, email=False, company="Acme")).case is None
    found = route(policy, a_lead(email=False))

    assert found.case == "missing_fields"
    assert found.reason == "Required fields are missing: email or phone, company."


@pytest.mark.parametrize(
    ("lead", "territory"),
    [
        (a_lead(country="US", region="US-OR", city="Portland"), "oregon"),
        (a_lead(country="US", region="US-TX", city="portland"), "any-portland"),
        (a_lead(country="US", region="US-OR", city="Salem"), "west"),
        (a_lead(country="US", region="US-TX", city="Austin"), "usa"),
        (a_lead(country="US", region=None, city=None), "usa"),
        (a_lead(country="FR", region=None, city="Portland"), "world"),
        (a_lead(country=None, region=None, city=None), "world"),
    ],
)
def test_the_most_specific_territory_wins(lead: LeadFacts, territory: str) -> None:
    """A city of a region before a city before a region before a country before everywhere."""
    rows = (
        _row("world", "*"),
        _row("usa", "US"),
        _row("west", "US", "US-OR"),
        _row("any-portland", "US", "", "PORTLAND"),
        _row("oregon", "US", "US-OR", "Portland"),
    )

    assert route(a_policy(territories=rows), lead).territory == territory


def test_two_equally_specific_territories_are_a_case() -> None:
    """The pools of both are named, so that somebody of either can be suggested."""
    policy = a_policy(
        territories=(_row("west", "US", "", "Portland"), _row("east", "US", "", "Portland")),
        people=tuple(a_person(name) for name in ("anna", "ben")),
        pools=(a_pool("anna", id="west-sdr"), a_pool("ben", id="east-sdr")),
        rules=(
            a_rule("w", "pool:west-sdr", territory="west"),
            a_rule("e", "pool:east-sdr", territory="east"),
        ),
    )

    found = route(policy, a_lead(country="US", region=None, city="Portland"))

    assert found.case == "ambiguous_territory"
    assert found.candidate_pools == ("east-sdr", "west-sdr")
    assert found.territory is None


def test_the_same_territory_twice_is_not_ambiguous() -> None:
    """Only different territories contradict each other."""
    rows = (_row("dach", "DE"), _row("dach", "DE", "", "Berlin"), _row("dach", "DE", "", "berlin"))

    assert route(a_policy(territories=rows), a_lead()).territory == "dach"


def test_no_territory_still_meets_rules_for_everywhere() -> None:
    """A lead in no territory is matched by rules that state none."""
    found = route(a_policy(), a_lead(country="BR"))

    assert found.territory is None
    assert found.rule == "default"


@pytest.mark.parametrize(
    ("size", "segment"), [(1000, "enterprise"), (999, "small"), (0, "small"), (None, "unknown")]
)
def test_enterprise_starts_at_a_thousand(size: int | None, segment: str) -> None:
    """Bounds include both ends, and an unknown size fits only where policy says so."""
    assert route(a_policy(), a_lead(company_size=size)).segment == segment


@pytest.mark.parametrize(
    ("score", "band"), [(0, "low"), (29, "low"), (30, "medium"), (69, "medium"), (70, "high")]
)
def test_bands_start_at_their_number(score: int, band: str) -> None:
    """A band takes its first score and every one up to the next band."""
    assert route(a_policy(), a_lead(score=score)).band == band


def test_a_failed_score_is_a_case_and_never_low() -> None:
    """A null score is looked at by a person."""
    policy = a_policy(rules=(a_rule("low", "nurture", band="low"), a_rule()))

    found = route(policy, a_lead(score=None))

    assert (found.case, found.band, found.target) == ("score_failed", None, None)


def _rules_policy(*rules: str) -> Policy:
    """Rules written `id territory segment band priority`."""
    parsed = []
    for line in rules:
        name, territory, segment, band, priority = line.split()
        columns = {"territory": territory, "segment": segment, "band": band}
        parsed.append(a_rule(name, priority=priority, **columns))
    return a_policy(rules=tuple(parsed))


@pytest.mark.parametrize(
    ("rules", "winner"),
    [
        (["all * * * 99", "one dach * * 0"], "one"),
        (["one dach * * 0", "two dach unknown * 0"], "two"),
        (["a dach * * 1", "b * unknown * 2"], "b"),
        (["b * unknown * 1", "a dach * * 1"], "a"),
        (["no france * * 50", "all * * * 0"], "all"),
    ],
)
def test_rules_have_one_total_order(rules: list[str], winner: str) -> None:
    """More stated columns first, then higher priority, then id; never the order of the file."""
    assert route(_rules_policy(*rules), a_lead()).rule == winner
    assert route(_rules_policy(*reversed(rules)), a_lead()).rule == winner


def test_rules_tried_before_the_winner_say_why_they_do_not_fit() -> None:
    """Rules of the lead's territory one by one, the others counted."""
    policy = _rules_policy(
        "x dach enterprise * 0", "y dach * high 0", "z france * low 0", "d * * * 0"
    )

    step = route(policy, a_lead()).steps[-1]

    assert step.rejected == (
        "x: segment is unknown, not enterprise",
        "y: band is medium, not high",
        "1 more, not for this territory",
    )


def test_a_trace_names_at_most_twenty_rules() -> None:
    """Ten thousand rules do not make a trace that nobody can read."""
    rules = tuple(a_rule(f"r{i:03}", band="high", priority=i) for i in range(100))

    step = route(a_policy(rules=(*rules, a_rule())), a_lead()).steps[-1]

    assert len(step.rejected) == 21
    assert step.rejected[0] == "r099: band is medium, not high"
    assert step.rejected[-1] == "80 more"


def test_no_rule_is_a_case() -> None:
    """What no rule takes, people decide; the reason shows what was looked for."""
    found = route(a_policy(rules=(a_rule(territory="france"),)), a_lead())

    assert found.case == "no_rule"
    assert found.reason == (
        "No rule takes a lead with territory dach, segment unknown, band medium, source website."
    )


FAILED = (ENRICHMENT_FAILED,)
HELD = a_rule("held", segment="unknown", priority=9, send_to="queue:holding")


@pytest.mark.parametrize(
    ("stated", "case"),
    [
        ({"flags": FAILED}, "enrichment_failed"),
        ({"flags": FAILED, "company_size": 5, "industry": "retail"}, None),
        ({"flags": ("enrichment:country_unknown",)}, None),
        ({}, None),
    ],
)
def test_lead_held_because_enrichment_failed_is_a_case(
    stated: dict[str, object], case: str | None
) -> None:
    """Waiting for a size that nobody will bring is for people to see; other leads are held (R5)."""
    found = route(a_policy(rules=(a_rule("default"), HELD)), a_lead(**stated))

    assert found.case == case
    if case:
        assert "company size" in found.reason
        assert found.steps[-1].step == "enrichment"


def test_failed_enrichment_keeps_nobody_from_people_who_can_take_the_lead() -> None:
    """A rule that sends the lead to a pool goes on with what there is."""
    found = route(a_policy(), a_lead(flags=FAILED))

    assert (found.case, str(found.target)) == (None, "pool:emea")


def test_required_field_that_enrichment_failed_to_bring_is_a_case_of_its_own() -> None:
    """Missing because a provider was down, not because the sender left it out."""
    policy = a_policy(exceptions=ExceptionPolicy(required_fields=("company",)))

    assert route(policy, a_lead(flags=FAILED)).case == "enrichment_failed"
    assert route(policy, a_lead()).case == "missing_fields"
    required = ExceptionPolicy(required_fields=("phone",))
    assert route(a_policy(exceptions=required), a_lead(flags=FAILED)).case == "missing_fields"


def test_place_without_rules_is_no_failure_of_enrichment() -> None:
    """Where no size would find a rule, the size is not what is missing."""
    only_others = a_policy(rules=(a_rule("other", territory="nowhere"),))

    assert route(only_others, a_lead(flags=FAILED)).case == "no_rule"
    by_size = a_policy(rules=(a_rule("sized", segment="small"),))
    assert route(by_size, a_lead(flags=FAILED)).case == "enrichment_failed"
