"""Whatever a stranger types, every card stays within Slack's limits and says only what it says."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.flows.looking.leaving import Leaver, Stay
from handlers.flows.telling.messages import (
    CaseCard,
    ClockLine,
    Home,
    HomeLead,
    LeadCard,
    TeamHome,
    TeamLine,
    TextMessage,
)
from handlers.slack.button_value import ButtonValue, SeenLeads
from handlers.slack.cards.answers import (
    FoundLine,
    explanation_answer,
    found_answer,
    lead_answer,
    line_answer,
)
from handlers.slack.cards.away_modal import away_modal
from handlers.slack.cards.form import answer_modal
from handlers.slack.cards.home_view import home_view, not_for_you
from handlers.slack.cards.move_modal import hand_over_modal, reassign_modal
from handlers.slack.cards.owner_modal import owner_modal
from handlers.slack.cards.render import render
from handlers.slack.cards.stage_modal import stage_modal
from routing.lead import Lead
from routing.people import Person
from routing.policy.tables.stages import Stage
from tests.routing.builders import a_policy
from tests.slack.builders import HOSTILE
from tests.slack.limits import assert_view, assert_within_limits

ids = st.from_regex(r"[a-z]{3,4}_[0-9a-z]{16}", fullmatch=True)
hostile = st.sampled_from(HOSTILE)
huge = st.builds(lambda text, times: text * times, hostile, st.sampled_from([100, 2_000, 5_000]))
outside = st.one_of(
    hostile, huge, st.text(max_size=300), st.lists(hostile, max_size=4).map(" ".join)
)
maybe = st.none() | outside
few = partial(st.lists, max_size=60)
lead_cards = st.builds(
    LeadCard,
    lead_id=ids,
    assignment_id=ids,
    name=outside,
    title=maybe,
    company=maybe,
    company_facts=maybe,
    location=maybe,
    email=maybe,
    phone=maybe,
    website=maybe,
    source=outside,
    received=outside,
    message=maybe,
    owner=outside,
    why_lead=outside,
    why_you=outside,
    summary=outside,
    score=st.none() | st.integers(0, 100),
    factors=few(st.tuples(outside, st.integers(-100, 100))).map(tuple),
    band=maybe,
    stage=outside,
    clocks=few(st.builds(ClockLine, label=outside, due=outside), max_size=20).map(tuple),
    flags=few(outside).map(tuple),
    status=outside,
)
case_cards = st.builds(
    CaseCard,
    case_id=ids,
    lead_id=ids,
    title=outside,
    name=outside,
    facts=few(st.tuples(outside, outside)).map(tuple),
    reason=outside,
    trace=few(outside).map(tuple),
    suggestion=maybe,
    suggestion_reason=maybe,
    opened=outside,
    due=outside,
    outcome=maybe,
)
text_messages = st.builds(
    TextMessage,
    text=outside,
    mentions=few(st.sampled_from(["U0SDRANNA", "W012"]) | outside).map(tuple),
)
leads = st.builds(
    Lead,
    id=ids,
    source=outside,
    received_at=st.just(datetime(2026, 11, 23, tzinfo=UTC)),
    stage=st.just("new"),
    stage_since=st.just(datetime(2026, 11, 23, tzinfo=UTC)),
    flags=few(outside).map(tuple),
    full_name=maybe,
    email=maybe,
    company=maybe,
    title=maybe,
    city=maybe,
    message=maybe,
)
people = st.builds(
    Person,
    id=ids,
    name=outside,
    email=outside,
    slack_user=ids,
    role=st.just("sdr"),
)
clocks = st.builds(ClockLine, label=outside, due=outside)
homes = st.builds(
    Home,
    name=outside,
    hours=outside,
    leads=few(
        st.builds(
            HomeLead,
            lead_id=ids,
            name=outside,
            company=maybe,
            stage=outside,
            clock=st.none() | clocks,
        )
    ).map(tuple),
    team=st.none()
    | st.builds(
        TeamHome,
        lines=few(st.builds(TeamLine, name=outside)).map(tuple),
        cases=few(st.tuples(outside, st.integers(0, 9_999))).map(tuple),
        switched_off=few(outside).map(tuple),
    ),
    as_of=outside,
)
thorough = settings(max_examples=60, deadline=None)


@thorough
@given(lead_cards)
def test_lead_cards(card: LeadCard) -> None:
    """An owner's card."""

    assert_within_limits(render(card))


@thorough
@given(case_cards)
def test_case_cards(card: CaseCard) -> None:
    """A case in the managers' channel."""

    assert_within_limits(render(card))


@thorough
@given(text_messages)
def test_text_messages(message: TextMessage) -> None:
    """A reminder, a timeline line, a whisper."""

    assert_within_limits(render(message))


@thorough
@given(leads, outside, few(outside))
def test_answers(lead: Lead, words: str, lines: list[str]) -> None:
    """Answers to the slash command."""

    found = FoundLine(lead.id, lead.display_name, lead.company, words, words, None)

    assert_within_limits(lead_answer(lead, words, a_policy()))
    assert_within_limits(explanation_answer(words, lead.id, words, lines))
    assert_within_limits(found_answer(words, [found] * 10, more=True))
    assert_within_limits(found_answer(words, [], more=False))
    assert_within_limits(line_answer(words))


@thorough
@given(outside, st.lists(outside, min_size=1, max_size=120), few(people, min_size=1))
def test_modals(name: str, names: list[str], members: list[Person]) -> None:
    """Both modals, with more stages and people than a menu holds."""

    value = ButtonValue(lead="lead_1", case="case_1")
    stages = [Stage(id=f"s{n}", name=text, needs_reason=n % 2 == 0) for n, text in enumerate(names)]
    groups = [(text, members) for text in names[:5]]

    assert_view(stage_modal(value, name, name, stages))
    assert_view(owner_modal(value, name, groups, suggested=members[0].id))
    assert_view(away_modal())


@thorough
@given(homes, outside)
def test_homes(home: Home, reason: str) -> None:
    """A person's Home with more leads and people than a view holds."""

    assert_view(home_view(home))
    assert_view(not_for_you(reason))


@thorough
@given(few(outside, max_size=20), few(people), few(outside))
def test_forms_that_move_leads(lines: list[str], members: list[Person], hangs: list[str]) -> None:
    """Where leads go, with whoever is away, and the answer that takes the form's place."""

    away = {person.id: person.name for person in members[::2]}
    leaver = Leaver(
        person="ben",
        name=" ".join(lines),
        leads=3,
        stages=tuple(Stay(stage=line, leads=1) for line in lines),
        hangs=tuple(hangs),
    )
    seen = SeenLeads(leads={f"lead_{n:016}": f"dec_{n:016}" for n in range(20)})

    assert_view(reassign_modal(seen, lines, [("Pool", members)] if members else [], away))
    assert_view(hand_over_modal(leaver, [("Pool", members)] if members else [], away))
    assert_view(answer_modal("Reassign leads", [*lines, "Done."]))
