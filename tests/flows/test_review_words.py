"""What becomes of an accepted word when its proposal comes to nothing (I3, G2)."""

from __future__ import annotations

import pytest

from handlers.flows.matching.review_words import accept_word
from handlers.flows.policy.review_policy import Reviewed, reject, stop
from handlers.flows.policy.roll_back_policy import Rollback, roll_back_policy
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError
from storage.audit import Actor
from storage.policy.proposals import Proposal
from storage.records.unread_words import State
from tests.flows.builders import a_stranger, receive
from tests.support.policy_changes import (
    ADMIN,
    OPS,
    approved,
    changed,
    files_in_force,
    person,
    proposed,
)

RENATA = Actor(kind="person", id="renata")
WORDS = ("Kite Yards", "Zorbing Parks")


@pytest.fixture
def gathered(ports: Ports) -> Proposal:
    """Two words that leads brought, accepted: one proposal."""
    for number, word in enumerate(WORDS):
        receive(ports, **a_stranger(number), industry=word)
        proposal = accept_word(ports, "industry", word, "retail", RENATA)
    assert words(ports, "accepted") == {*WORDS}
    return proposal


def words(ports: Ports, state: State) -> set[str]:
    with ports.database.reading() as work:
        return {word.raw for word in work.unread_words.listed(state, 10)}


def test_a_rejected_word_is_open_again(ports: Ports, gathered: Proposal) -> None:
    """On record, with no meaning left over; it can be accepted anew."""
    reject(ports, Reviewed(gathered.id), person(ports, OPS), "Not retail.")

    assert words(ports, "open") == {*WORDS}
    with ports.database.reading() as work:
        assert {(w.value, w.decided_by) for w in work.unread_words.listed("open", 10)} == {
            (None, None)
        }
        actions = [entry.action for entry in work.audit.of("alias:industry")]
    assert actions == [*["alias.accepted"] * 2, *["alias.reopened"] * 2]
    assert accept_word(ports, "industry", "Kite Yards", "retail", RENATA).state == "open"
    assert words(ports, "open") == {"Zorbing Parks"}


def test_a_word_of_a_stopped_share_is_open_again(ports: Ports, gathered: Proposal) -> None:
    """While it is tried it is not asked about."""
    tried = approved(ports, gathered, share=True)
    assert words(ports, "open") == set()

    stop(ports, Reviewed(tried.id), person(ports, OPS), "No good.")
    assert words(ports, "open") == {*WORDS}


def test_a_word_left_out_of_the_next_revision_is_open_again(
    ports: Ports, gathered: Proposal
) -> None:
    """Its proposer takes one row out: that word alone is open."""
    files = dict(gathered.files)
    files["aliases.csv"] = files["aliases.csv"].replace("industry,Kite Yards,retail\n", "")

    proposed(ports, files, revises=gathered.id)

    assert (words(ports, "open"), words(ports, "accepted")) == ({"Kite Yards"}, {"Zorbing Parks"})


def test_a_word_in_force_stays_accepted_until_it_is_rolled_back(
    ports: Ports, gathered: Proposal
) -> None:
    """The next change supersedes the proposal, not the word; going behind it opens the word."""
    approved(ports, gathered)
    later = proposed(ports, changed(ports, "pools.yml", "name: EMEA SDRs", "name: The others"))
    approved(ports, later, by=ADMIN)
    assert words(ports, "accepted") == {*WORDS}

    wish = Rollback(Actor(kind="person", id=OPS), "Back to the first.", to=1)
    roll_back_policy(ports, wish, person(ports, OPS))

    assert words(ports, "open") == {*WORDS}


def test_a_word_that_could_not_be_proposed_stays_open(ports: Ports) -> None:
    """Nobody is left to approve it: the refusal is told, and the word is not lost."""
    people = files_in_force(ports)["people.csv"]
    alone = people.replace("U0ADMOSCAR,admin", "U0ADMOSCAR,manager")
    approved(ports, proposed(ports, files_in_force(ports) | {"people.csv": alone}))
    receive(ports, **a_stranger(1), industry="Kite Yards")

    with pytest.raises(NotAllowedError, match="Nobody could approve this"):
        accept_word(ports, "industry", "Kite Yards", "retail", Actor(kind="person", id=OPS))

    assert words(ports, "open") == {"Kite Yards"}
