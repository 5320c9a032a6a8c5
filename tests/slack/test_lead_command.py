"""`/lead` (S4)."""

from __future__ import annotations

from routing.lead import Quality, Score
from tests.slack.conftest import Desk


def test_find_lists_leads_and_where_they_are(desk: Desk) -> None:
    """A line for each lead: who, where, stage, score and id."""

    lead = desk.lead_of("ben", full_name="Jane Roe", company="Acme & Sons")

    answer = desk.person("Anna Kowalczyk").command("/lead find jane")

    assert answer == [f"Jane Roe · Acme & Sons\nwith Ben Okafor · New · {lead.id}"]

    case = desk.case(full_name="John Doe", email="john@x.example")
    (line,) = desk.person("Anna Kowalczyk").command("/lead find john")
    assert f"in a case: ambiguous territory · New · {case.id}" in line


def test_find_says_when_there_are_more(desk: Desk) -> None:
    """A long list is cut and says so."""

    for number in range(12):
        desk.lead_of("ben", full_name=f"Jane {number}", email=f"jane{number}@x.example")

    (answer,) = desk.person("Anna Kowalczyk").command("/lead find jane")

    assert answer.count("with Ben Okafor") == 10
    assert "There are more" in answer


def test_why_shows_the_trace(desk: Desk) -> None:
    """The decision in words, by name or by id."""

    lead = desk.case("ben", full_name="Jane Roe")
    anna = desk.person("Anna Kowalczyk")

    by_name, by_id = anna.command("/lead why Jane Roe"), anna.command(f"/lead why {lead.id}")

    assert by_name == by_id
    assert "Why: Jane Roe" in by_name[0]
    assert "Two territories match." in by_name[0]


def test_why_tells_times_in_the_readers_zone(desk: Desk) -> None:
    """The same instant for somebody in New York and somebody in Berlin (S4)."""
    desk.case("ben", full_name="Jane Roe")

    told = {
        who: desk.person(who).command("/lead why jane")[0]
        for who in ("Anna Kowalczyk", "Elif Aydin")
    }

    assert "Mon 23 Nov 12:00 EST, policy version 1:" in told["Anna Kowalczyk"]
    assert "Mon 23 Nov 18:00 CET, policy version 1:" in told["Elif Aydin"]


def test_why_answers_the_reader_first(desk: Desk) -> None:
    """One line about themselves, then the decisions, the newest first."""
    lead = desk.lead_of("ben", full_name="Jane Roe")
    renata = desk.person("Renata Duarte")
    renata.command("/lead reassign jane")
    renata.wait_for_modal("Reassign leads")
    assert renata.submit({"New owner": "Elif Aydin", "Reason": "Turkish"}) is None

    (to_ben,) = desk.person("Ben Okafor").command(f"/lead why {lead.id}")
    (to_elif,) = desk.person("Elif Aydin").command(f"/lead why {lead.id}")

    gave = "Renata Duarte gave it to Elif Aydin: Turkish"
    assert f"You did not get it: {gave}" in to_ben
    assert "You have it." in to_elif
    assert to_elif.index(f"Owner Elif Aydin: {gave}") < to_elif.index("Owner Ben Okafor: Fewest")


def test_show_tells_what_is_known(desk: Desk) -> None:
    """The lead's facts and its message, whole and literal."""

    desk.lead_of("ben", full_name="Jane Roe", title="*CEO*", message="<!channel> hi")

    (answer,) = desk.person("Anna Kowalczyk").command("/lead show jane")

    assert "Jane Roe is with Ben Okafor, stage New." in answer
    assert "Title: *CEO*" in answer
    assert "<!channel> hi" in answer


def test_show_tells_score_and_data_quality(desk: Desk) -> None:
    """Both numbers, and what broke when there is no score (I9, I10)."""

    failed = Score(value=None, failed="odd (TypeError)")
    desk.lead_of("ben", full_name="Jane Roe", score=Score(value=75), quality=Quality(value=83))
    desk.lead_of("ben", full_name="John Doe", email="john@x.example", score=failed)
    anna = desk.person("Anna Kowalczyk")

    assert "Score: 75, data quality 83" in anna.command("/lead show jane")[0]
    assert "Score: none, odd (TypeError) failed" in anna.command("/lead show john")[0]


def test_what_does_not_exist_is_said(desk: Desk) -> None:
    """Nobody found, several found, nothing asked: each has its sentence."""

    desk.lead_of("ben", full_name="Jane Roe", email="a@x.example")
    desk.lead_of("ben", full_name="Jane Doe", email="b@x.example")
    anna = desk.person("Anna Kowalczyk")

    assert anna.command("/lead find zz") == ["No lead matches “zz”."]
    wanted = ["No lead matches “zz”. Try /lead find with a name or e-mail."]
    assert anna.command("/lead why zz") == wanted
    assert desk.person("Renata Duarte").command("/lead reassign zz") == wanted
    assert "More than one lead matches" in anna.command("/lead why jane")[0]
    assert "Which lead?" in anna.command("/lead show")[0]


def test_anything_else_gets_help(desk: Desk) -> None:
    """Unknown words are answered with what there is."""

    anna = desk.person("Anna Kowalczyk")

    for line in ("/lead", "/lead help", "/lead dance now"):
        assert "/lead find WORDS" in anna.command(line)[0]


def test_only_mapped_people_are_answered(desk: Desk) -> None:
    """A stranger learns nothing of the leads."""

    desk.lead_of("ben", full_name="Jane Roe")

    (answer,) = desk.person("Sam Stranger").command("/lead find jane")

    assert "Jane" not in answer
    assert "can add you" in answer
