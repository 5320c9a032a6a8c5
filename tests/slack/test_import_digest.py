"""The digest of an import in Slack: one message, and the cards at a press (S1, S2)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.flows.telling.messages import DigestLine, ImportDigest
from handlers.slack.cards.render import render
from tests.flows.imports import a_file, imported
from tests.slack.builders import HOSTILE
from tests.slack.conftest import Desk
from tests.slack.limits import assert_within_limits

outside = st.one_of(
    st.sampled_from(HOSTILE),
    st.builds(lambda text: text * 2_000, st.sampled_from(HOSTILE)),
    st.text(max_size=300),
)
lines = st.builds(
    DigestLine,
    name=outside,
    company=st.none() | outside,
    score=st.none() | st.integers(0, 100),
    done=st.booleans(),
)
digests = st.builds(
    ImportDigest,
    import_id=st.just("imp_0123456789abcdef"),
    about=st.sampled_from(["leads", "cases"]),
    source=outside,
    file_name=outside,
    total=st.integers(1, 1_000_000),
    lines=st.lists(lines, max_size=20).map(tuple),
    reasons=st.lists(st.tuples(outside, st.integers(1, 9)), max_size=10).map(tuple),
    clocks=st.booleans(),
    cards_left=st.integers(0, 1_000_000),
)


@settings(max_examples=60, deadline=None)
@given(digests)
def test_digest_stays_within_limits(digest: ImportDigest) -> None:
    """Whatever stands in a file, and whatever the file is called."""
    assert_within_limits(render(digest))


def test_owner_gets_one_message_and_then_the_cards(desk: Desk) -> None:
    """The list names the leads; the button brings a card for each, and goes when all are there."""
    run = imported(desk.ports, a_file("ann", "bea", "cleo"))
    desk.send()
    with desk.ports.database.reading() as work:
        policy = desk.ports.policies.active(work).policy
        recipient = work.imported_leads.recipients(run.id)[0]
        total = sum(work.imported_leads.counts(run.id, recipient).values())
    owner = desk.person(policy.person_by_slack_user[recipient].name)

    (digest,) = owner.dm()
    assert "for you: Event attendee list" in digest.shown
    assert digest.labels == ["Send me the cards"]

    owner.click("Send me the cards")
    desk.send()

    assert len(owner.dm()) == 1 + total
    assert owner.dm()[0].labels == []
    assert "Acknowledge" in owner.dm()[-1].labels
