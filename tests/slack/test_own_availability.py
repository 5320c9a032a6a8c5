"""`/lead away`, `/lead back`, and what Home says of it (R4, S4, S5)."""

from __future__ import annotations

import pytest

from handlers.slack.payload import typed_command
from tests.slack.conftest import Desk
from tests.slack.test_home import texts


def test_away_until_a_day_with_a_reason(desk: Desk) -> None:
    """In the person's own zone; Home says it, back ends it."""
    anna = desk.person("Anna Kowalczyk")

    (answer,) = anna.command("/lead away 2026-11-27 trade fair")
    assert answer.startswith("You are away until the end of Fri 27 Nov")
    assert "You are away until the end of Fri 27 Nov" in texts(anna.home())
    with desk.ports.database.reading() as work:
        (away,) = work.availability.away_at(desk.ports.clock.now())
    assert (away.person, away.reason) == ("anna", "trade fair")

    assert anna.command("/lead back") == ["Welcome back: you receive leads again."]
    assert anna.command("/lead back") == ["You were not away: you receive leads."]
    anna.click("Refresh")
    assert "You are away" not in texts(anna.home())


def test_away_without_an_end(desk: Desk) -> None:
    """What does not begin like a time is the reason, and is said back."""
    (answer,) = desk.person("Anna Kowalczyk").command("/lead away feeling ill")

    assert "until you type /lead back (feeling ill)" in answer
    with desk.ports.database.reading() as work:
        (away,) = work.availability.away_at(desk.ports.clock.now())
    assert (away.until, away.reason) == (None, "feeling ill")


def test_a_time_of_day_and_a_span(desk: Desk) -> None:
    """Both as people write them."""
    anna = desk.person("Anna Kowalczyk")

    assert "until Tue 24 Nov 13:00 EST" in anna.command("/lead away 2026-11-24 13:00 dentist")[0]
    assert "until Mon 23 Nov 16:00 EST" in anna.command("/lead away 4h")[0]


@pytest.mark.parametrize("words", ["friday dinner", "until Friday dinner", "Fri, dinner"])
def test_a_weekday_is_the_last_day_away(desk: Desk, words: str) -> None:
    """The next such day counts whole; the answer says the end and the reason."""
    (answer,) = desk.person("Anna Kowalczyk").command(f"/lead away {words}")

    assert answer.startswith("You are away until the end of Fri 27 Nov (dinner) and receive")
    assert absences(desk) == {"anna": "dinner"}


def test_a_weekday_for_somebody_else(desk: Desk) -> None:
    """After a bare first name, too: what follows is a time and no reason."""
    renata = desk.person("Renata Duarte")

    for words in ("anna until friday", "anna tomorrow", "@Anna Kowalczyk fri"):
        (answer,) = renata.command(f"/lead away {words}")
        assert answer.startswith("Anna Kowalczyk is away until")
        assert "/lead back" not in answer
        assert absences(desk) == {"anna": ""}


def test_an_end_nobody_can_read_changes_nothing(desk: Desk) -> None:
    """The answer says what to write."""
    anna = desk.person("Anna Kowalczyk")
    for words in ("2026-13-45", "2020-01-01", "24.12. holiday", "next week", "friday 13h", "until"):
        (answer,) = anna.command(f"/lead away {words}")
        assert "is past" in answer or "write 2026-12-24, friday, tomorrow" in answer

    with desk.ports.database.reading() as work:
        assert work.availability.away_at(desk.ports.clock.now()) == []


def test_a_stranger_is_nobody_to_be_away(desk: Desk) -> None:
    """Only people of the policy."""
    (answer,) = desk.person("Sam Stranger").command("/lead away")

    assert "Baton does not know you yet" in answer


def test_a_decider_sees_the_queues(desk: Desk) -> None:
    """On Home, those in which something waits; a rep does not."""
    desk.case("ben", full_name="Hard Case")

    home = texts(desk.person("Priya Raman").home())
    assert "Default review: 1 waits, the oldest since Mon 23 Nov" in home
    assert "Holding" not in home
    assert "Default review" not in texts(desk.person("Anna Kowalczyk").home())


def absences(desk: Desk) -> dict[str, str]:
    """Who is away now, and why."""
    with desk.ports.database.reading() as work:
        return {a.person: a.reason for a in work.availability.away_at(desk.ports.clock.now())}


@pytest.mark.parametrize(
    "who",
    ["@Anna Kowalczyk", "@anna", "@kowalczyk", "Anna Kowalczyk", "anna.kowalczyk@meridian.example"],
)
def test_who_decides_says_it_for_somebody_else(desk: Desk, who: str) -> None:
    """By mention, by `@` and a name, by a whole name or an address; the person is told by whom."""
    renata = desk.person("Renata Duarte")

    (answer,) = renata.command(f"/lead away {who} 2026-11-27 trade fair")
    assert answer.startswith("Anna Kowalczyk is away until the end of Fri 27 Nov")
    assert absences(desk) == {"anna": "trade fair"}
    desk.send()
    told = desk.person("Anna Kowalczyk").dm()[-1].shown
    assert "Renata Duarte has set you away until the end of Fri 27 Nov (trade fair)" in told

    assert renata.command(f"/lead back {who}") == ["Anna Kowalczyk receives leads again."]
    assert renata.command(f"/lead back {who}") == ["Anna Kowalczyk was not away."]
    assert absences(desk) == {}
    with desk.ports.database.reading() as work:
        (_, back) = work.audit.of("person:anna")
    assert (back.action, back.actor.id) == ("person.back", "renata")


def test_of_others_only_who_decides_says_it(desk: Desk) -> None:
    """A rep who names a colleague is refused; a bare name is the reason they give."""
    anna = desk.person("Anna Kowalczyk")
    for words in ("away @Ben Okafor", "back @Ben Okafor", "away @ben 4h"):
        (answer,) = anna.command(f"/lead {words}")
        assert "Only they themselves or a manager" in answer
    assert absences(desk) == {}

    anna.command("/lead away ben knows my leads")
    assert absences(desk) == {"anna": "ben knows my leads"}
    anna.command("/lead away @Anna Kowalczyk 4h")
    assert absences(desk) == {"anna": ""}


def test_a_decider_is_away_themselves_as_before(desk: Desk) -> None:
    """A time, a reason or nothing is about oneself; nobody is told what they said."""
    renata = desk.person("Renata Duarte")
    for words, reason in (("4h", ""), ("4h ben stands in", "ben stands in"), ("ill", "ill")):
        (answer,) = renata.command(f"/lead away {words}")
        assert answer.startswith("You are away until")
        assert absences(desk) == {"renata": reason}
    assert renata.command("/lead back") == ["Welcome back: you receive leads again."]
    assert desk.engine.waiting == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("back Elif Aydin", "Only they themselves or a manager"),
        ("back elif", "Only they themselves or a manager"),
        ("back aydin", "Only they themselves or a manager"),
        ("back from lunch", "Nobody is called “from lunch”. Write /lead back for yourself"),
        ("back @Elif Aydin now", "Nobody is called “now”. Write /lead back for yourself"),
        ("back elif.aydin@meridian.example", "Only they themselves or a manager"),
    ],
)
def test_words_after_back_never_end_ones_own_absence(desk: Desk, words: str, told: str) -> None:
    """A colleague is refused, other words are asked about; who wrote them is still away."""
    anna = desk.person("Anna Kowalczyk")
    anna.command("/lead away ill")

    assert told in anna.command(f"/lead {words}")[0]
    assert absences(desk) == {"anna": "ill"}
    assert anna.command("/lead back Anna Kowalczyk") == ["Welcome back: you receive leads again."]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("away ben trade fair", "Is this about Ben"),
        ("away @nobody 4h", "Nobody in the policy is called “nobody”"),
        ("away <@U0NOBODY1>", "Nobody in the policy has the Slack id U0NOBODY1"),
        ("away jane@acme.example 4h", "the e-mail address jane@acme.example"),
        ("back soon", "Nobody is called “soon”"),
        ("away @Anna Kowalczyk 2020-01-01", "is past"),
    ],
)
def test_words_that_may_mean_either_are_asked_about(desk: Desk, words: str, told: str) -> None:
    """Nobody is sent away by a guess, and nobody by a slip."""
    (answer,) = desk.person("Renata Duarte").command(f"/lead {words}")

    assert told in answer
    assert absences(desk) == {}


def test_links_and_signs_of_a_command_are_read_as_typed() -> None:
    """Slack writes addresses as links and signs as entities; mentions of people stay."""
    text = "find <mailto:jane@acme.com|jane@acme.com> <http://acme.com|acme.com> R&amp;D &lt;x&gt;"

    assert typed_command({"text": text}) == "find jane@acme.com acme.com R&D <x>"
    assert typed_command({"text": "away <@U1ANA|ana> 4h"}) == "away <@U1ANA|ana> 4h"
