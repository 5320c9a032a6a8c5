"""`/lead reassign` and `/lead handover` (S4, S6, R4)."""

from __future__ import annotations

from handlers.flows.steps.deciding.entered_absence import Absent
from handlers.flows.working.set_availability import go_away
from sandbox import PersonDriver
from storage.audit import Actor
from tests.slack.conftest import Desk
from tests.slack.test_home import texts
from tests.support.policies import enacted

ONLY = "Only a manager, sales ops or an admin can do this."


def _opened(person: PersonDriver, line: str, title: str) -> str:
    """What the form that this command opens says."""
    assert person.command(line) == []
    return texts(person.wait_for_modal(title))


def test_leads_are_reassigned_in_a_form(desk: Desk) -> None:
    """One or many, by id or by words; the answer takes the form's place and says of each what
    became of it; the old card closes and the new owner has one.
    """
    one = desk.lead_of("ben", full_name="Jane Roe", email="jane@x.example")
    two = desk.lead_of("elif", full_name="John Doe", email="john@y.example")
    renata = desk.person("Renata Duarte")

    form = _opened(renata, f"/lead reassign {one.id} john@y.example", "Reassign leads")
    assert f"Jane Roe: with Ben Okafor ({one.id})" in form
    assert "John Doe: with Elif Aydin" in form
    assert renata.submit({"New owner": "Elif Aydin", "Reason": "She knows them"}) is None
    answer = texts(renata.wait_for_modal("Reassign leads"))
    desk.send()

    assert "✅ Jane Roe: with Elif Aydin. Renata Duarte gave it to Elif Aydin: She knows" in answer
    assert "⚠️ John Doe stays with Elif Aydin. Elif Aydin has it already." in answer
    assert desk.assignment(one).person == "elif"
    (old,) = desk.person("Ben Okafor").dm()
    assert "No longer with Ben Okafor. It went to Elif Aydin." in old.shown
    assert old.labels == []
    assert "She knows them" in desk.person("Elif Aydin").dm()[-1].shown
    assert desk.assignment(two).person == "elif"


def test_policy_chooses_in_the_form(desk: Desk) -> None:
    """But not who has the lead; the reason is needed."""
    lead = desk.lead_of("ben", full_name="Jane Roe", country="US", region="US-CA", company_size=50)
    renata = desk.person("Renata Duarte")
    _opened(renata, "/lead reassign Jane Roe", "Reassign leads")

    errors = renata.submit({"New owner": "Whoever policy chooses"})
    assert errors is not None
    assert list(errors) == ["reason"]
    assert renata.submit({"New owner": "Whoever policy chooses", "Reason": "Ben is busy"}) is None
    assert desk.reread(lead).owner != "ben"
    assert "lead.reassigned" in desk.actions(lead)


def test_only_who_decides_opens_a_form(desk: Desk) -> None:
    """A rep and a stranger are told so, and what is not there is said."""
    desk.lead_of("ben", full_name="Jane Roe")
    ben, renata = desk.person("Ben Okafor"), desk.person("Renata Duarte")

    assert ben.command("/lead reassign jane") == [ONLY]
    assert ben.command("/lead handover Ben Okafor") == [ONLY]
    assert "does not know you yet" in desk.person("Sam Stranger").command("/lead reassign jane")[0]
    assert "Which leads?" in renata.command("/lead reassign")[0]
    assert "No lead matches “zz”" in renata.command("/lead reassign zz")[0]
    assert "Who leaves?" in renata.command("/lead handover")[0]
    assert "Nobody in the policy is called “zz”" in renata.command("/lead handover zz")[0]
    for person in (ben, renata):
        assert person.modal() is None


def test_the_role_counts_at_the_click(desk: Desk) -> None:
    """Somebody who lost their role while the form was open changes nothing."""
    lead = desk.lead_of("ben", full_name="Jane Roe")
    tobias = desk.person("Tobias Brandt")
    _opened(tobias, "/lead reassign jane", "Reassign leads")
    with desk.ports.database.writing() as work:
        files = dict(work.policies.get(desk.ports.policies.active(work).version).files)
        files["people.csv"] = files["people.csv"].replace("U0MGRTOBIAS,manager", "U0MGRTOBIAS,ae")
        enacted(desk.ports, work, files)

    errors = tobias.submit({"New owner": "Elif Aydin", "Reason": "mine"})
    assert errors == {"case.owner": ONLY}
    assert desk.assignment(lead).person == "ben"


def test_of_two_forms_one_wins(desk: Desk) -> None:
    """The second one's answer says where the lead is now."""
    lead = desk.lead_of("ben", full_name="Jane Roe")
    renata, tobias = desk.person("Renata Duarte"), desk.person("Tobias Brandt")
    for person in (renata, tobias):
        _opened(person, "/lead reassign jane", "Reassign leads")

    renata.submit({"New owner": "Elif Aydin", "Reason": "a"})
    tobias.submit({"New owner": "Hugo Lindqvist", "Reason": "b"})

    assert desk.assignment(lead).person == "elif"
    answer = texts(tobias.wait_for_modal("Reassign leads"))
    assert "Jane Roe stays with Elif Aydin. Somebody else was first" in answer


def test_somebody_away_is_chosen_knowingly(desk: Desk) -> None:
    """The list says who is away; who went away since it was drawn is refused."""
    lead = desk.lead_of("ben", full_name="Jane Roe")
    by = Actor(kind="person", id="priya")
    go_away(desk.ports, "elif", Absent(reason="fair"), actor=by)
    renata = desk.person("Renata Duarte")
    _opened(renata, "/lead reassign jane", "Reassign leads")
    go_away(desk.ports, "hugo", Absent(), actor=by)

    errors = renata.submit({"New owner": "Hugo Lindqvist", "Reason": "a"})
    assert errors is not None
    assert errors["case.owner"].startswith("Hugo Lindqvist is away. Choose somebody else")
    assert renata.submit({"New owner": "Elif Aydin (away: fair)", "Reason": "a"}) is None
    assert desk.assignment(lead).person == "elif"


def test_a_hand_over_starts_in_a_form(desk: Desk) -> None:
    """The form says how much of which stages there is and what else hangs on the person; then all
    leads move, and whoever started it gets a message.
    """
    leads = [
        desk.lead_of("ben", full_name=f"Jane {n}", email=f"jane{n}@x.example") for n in range(3)
    ]
    renata = desk.person("Renata Duarte")
    form = _opened(renata, "/lead handover @Ben Okafor", "Hand over leads")
    assert "Ben Okafor has 3 open leads (3 New). From now on they receive nothing" in form

    assert renata.submit({"New owner": "Elif Aydin", "Reason": "Ben leaves"}) is None
    answer = texts(renata.wait_for_modal("Hand over leads"))
    assert "3 open leads of Ben Okafor on the way to others." in answer
    assert "Ben Okafor is away until they come back" in answer
    desk.send()

    assert {desk.assignment(lead).person for lead in leads} == {"elif"}
    told = renata.dm()[-1].shown
    assert told == "Ben Okafor has handed over 3 leads (Ben leaves).\n• with Elif Aydin: 3"


def test_a_hand_over_of_no_leads_says_so(desk: Desk) -> None:
    """In the form and in its answer; no message follows."""
    renata = desk.person("Renata Duarte")
    form = _opened(renata, "/lead handover @Ben Okafor", "Hand over leads")
    assert "Ben Okafor has no open leads. From now on they receive nothing." in form

    assert renata.submit({"New owner": "Whoever policy chooses", "Reason": "leaves"}) is None
    answer = texts(renata.wait_for_modal("Hand over leads"))
    assert "Ben Okafor has no open leads: there is nothing to hand over." in answer
    assert "You get a message" not in answer
    desk.send()
    assert not [one for one in renata.dm() if "handed over" in one.shown]


def test_a_hand_over_twice_is_refused(desk: Desk) -> None:
    """A second form, or a second press, meets the first."""
    desk.lead_of("ben")
    renata, tobias = desk.person("Renata Duarte"), desk.person("Tobias Brandt")
    for person in (renata, tobias):
        _opened(person, "/lead handover ben", "Hand over leads")
    given = {"New owner": "Whoever policy chooses", "Reason": "leaves"}
    assert renata.submit(given) is None

    errors = tobias.submit(given)
    assert errors is not None
    assert errors["case.owner"].startswith("Renata Duarte has started this hand-over already")


def test_a_form_that_slack_cannot_open_is_not_silent(desk: Desk) -> None:
    """The command was acknowledged; the person is told all the same."""
    desk.lead_of("ben", full_name="Jane Roe")
    renata = desk.person("Renata Duarte")
    desk.server.faults.fail("views.open")

    renata.command("/lead reassign jane", wait=0.1)
    desk.server.driver.wait_for(lambda: desk.engine.waiting, what="the apology")
    desk.send()
    assert "Something went wrong" in renata.ephemerals()[-1].shown
