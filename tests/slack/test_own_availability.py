"""`/lead away`, `/lead back`, and what Home says of it (R4, S4, S5)."""

from __future__ import annotations

from tests.slack.conftest import Desk
from tests.slack.test_home import texts


def test_away_until_a_day_with_a_reason(desk: Desk) -> None:
    """In the person's own zone; Home says it, back ends it."""
    anna = desk.person("Anna Kowalczyk")

    (answer,) = anna.command("/lead away 2026-11-27 trade fair")
    assert answer.startswith("You are away until Sat 28 Nov 00:00 EST")
    assert "You are away until Sat 28 Nov 00:00 EST" in texts(anna.home())
    with desk.ports.database.reading() as work:
        (away,) = work.availability.away_at(desk.ports.clock.now())
    assert (away.person, away.reason) == ("anna", "trade fair")

    assert anna.command("/lead back") == ["Welcome back: you receive leads again."]
    assert anna.command("/lead back") == ["You were not away: you receive leads."]
    anna.click("Refresh")
    assert "You are away" not in texts(anna.home())


def test_away_without_an_end(desk: Desk) -> None:
    """What does not begin with a digit is the reason."""
    (answer,) = desk.person("Anna Kowalczyk").command("/lead away feeling ill")

    assert "until you type /lead back" in answer
    with desk.ports.database.reading() as work:
        (away,) = work.availability.away_at(desk.ports.clock.now())
    assert (away.until, away.reason) == (None, "feeling ill")


def test_a_time_of_day_and_a_span(desk: Desk) -> None:
    """Both as people write them."""
    anna = desk.person("Anna Kowalczyk")

    assert "until Tue 24 Nov 13:00 EST" in anna.command("/lead away 2026-11-24 13:00 dentist")[0]
    assert "until Mon 23 Nov 16:00 EST" in anna.command("/lead away 4h")[0]


def test_an_end_nobody_can_read_changes_nothing(desk: Desk) -> None:
    """The answer says what to write."""
    anna = desk.person("Anna Kowalczyk")
    for words in ("2026-13-45", "2020-01-01", "24.12. holiday"):
        (answer,) = anna.command(f"/lead away {words}")
        assert "is past" in answer or "write 2026-12-24" in answer

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
