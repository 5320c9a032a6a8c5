"""`baton aliases`: words nobody knew, and what people make of them (I3)."""

from __future__ import annotations

from handlers.flows.ports import Ports
from tests.bot.cli.said import FINDING, OK, Baton
from tests.flows.builders import a_stranger, receive


def two_with_one_word(ports: Ports) -> None:
    for number, word in enumerate(("Zorbing Parks", "zorbing  parks")):
        source = a_stranger(number)
        receive(ports, **source, industry=word)


def test_unknown_words_are_counted(baton: Baton, ports: Ports) -> None:
    """Spellings of one word count together; what is known is not listed."""
    two_with_one_word(ports)
    receive(ports, **a_stranger(3), industry="Software")

    (word,) = baton("aliases", "list", "--json").json
    assert (word["vocabulary"], word["raw"], word["seen"]) == ("industry", "Zorbing Parks", 2)
    assert "Zorbing Parks" in baton("aliases", "list").out


def test_an_accepted_word_becomes_a_row_of_the_policy(baton: Baton, ports: Ports) -> None:
    """It leaves the list, and the file that would teach it holds it."""
    two_with_one_word(ports)
    said = baton("aliases", "accept", "industry", "zorbing parks", "retail")

    assert said.code == OK, said.err
    assert baton("aliases", "list", "--json").json == []
    assert "industry,Zorbing Parks,retail" in baton("aliases", "export").out
    with ports.database.reading() as work:
        (entry,) = work.audit.of("alias:industry")
    assert entry.action == "alias.accepted"


def test_accepted_words_gather_in_one_proposal(baton: Baton, ports: Ports) -> None:
    """What one person accepts is proposed together; another person's approval teaches it (G2)."""
    two_with_one_word(ports)
    receive(ports, **a_stranger(3), industry="Kite Yards")
    baton("aliases", "accept", "industry", "Zorbing Parks", "retail")
    baton("aliases", "accept", "industry", "Kite Yards", "retail")
    baton("aliases", "accept", "industry", "Kite Yards", "retail")

    (proposal,) = baton("policy", "proposals", "--json").json
    assert (proposal["state"], proposal["revision"]) == ("open", 2)
    assert baton("policy", "approve", proposal["id"], "--as", "priya").code == OK
    with ports.database.reading() as work:
        words = {word.raw for word in ports.policies.active(work).policy.aliases}
    assert {"Zorbing Parks", "Kite Yards"} <= words


def test_a_meaning_that_the_policy_lacks_is_refused(baton: Baton, ports: Ports) -> None:
    """A misspelt sector is no meaning: the word stays on the list."""
    two_with_one_word(ports)
    said = baton("aliases", "accept", "industry", "zorbing parks", "retial")

    assert said.code == FINDING
    assert "unknown sector 'retial'" in said.err
    assert len(baton("aliases", "list", "--json").json) == 1


def test_a_dismissed_word_is_not_asked_again(baton: Baton, ports: Ports) -> None:
    """It counts on, off the list; a word never seen cannot be dismissed."""
    two_with_one_word(ports)
    assert baton("aliases", "dismiss", "industry", "Zorbing Parks").code == OK
    receive(ports, **a_stranger(5), industry="ZORBING PARKS")

    assert baton("aliases", "list", "--json").json == []
    (word,) = baton("aliases", "list", "--state", "dismissed", "--json").json
    assert word["seen"] == 3
    assert baton("aliases", "dismiss", "industry", "nothing like it").code == FINDING
