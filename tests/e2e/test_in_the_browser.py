"""A rep and a manager live their day in the workspace's page (S1, S2, S4)."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Desk
from tests.support.programs import ROOT

TWO_SECONDS = 2_000.0


def _open(page: Page, desk: Desk, person: str, conversation: str) -> None:
    page.goto(f"{desk.slack_url}/?as={person}#{conversation}")
    expect(page.get_by_role("textbox").last).to_be_visible()


def test_dm_appears_while_the_owner_looks_and_a_click_edits_it(desk: Desk, page: Page) -> None:
    """A form becomes a DM on the owner's screen within two seconds; Acknowledge edits it."""
    _open(page, desk, "U0AEINGRID", "D0AEINGRID")
    desk.send(
        name="Petra Falk",
        email="petra.falk@falkwerke-beispiel.de",
        company="Falkwerke GmbH",
        company_size="5000",
        job_title="CEO",
        country="Germany",
        phone="+49 30 901820",
    )

    expect(page.get_by_text("Petra Falk", exact=True)).to_be_visible(timeout=TWO_SECONDS)
    page.get_by_role("button", name="Acknowledge").click()

    expect(page.get_by_text("Next: log your first touch")).to_be_visible(timeout=TWO_SECONDS)
    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_rep_moves_a_lead_through_the_modal(desk: Desk, page: Page) -> None:
    """Disqualifying asks for a reason; without one the modal says so, with one it moves."""
    desk.send(
        name="Olaf Meister",
        email="olaf@meister-beispiel.de",
        company="Meister AG",
        company_size="7000",
        job_title="CEO",
        country="Germany",
    )
    owner = desk.owner_of("Olaf Meister")
    _open(page, desk, owner, f"D{owner[1:]}")
    card = page.get_by_role("listitem").filter(has_text="Olaf Meister")
    card.get_by_role("button", name="Move stage").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").select_option(label="Disqualified")
    dialog.get_by_role("button", name="Move").click()
    expect(dialog).to_contain_text("reason")
    dialog.get_by_role("textbox").fill("Only a student")
    dialog.get_by_role("button", name="Move").click()

    expect(dialog).to_be_hidden()
    expect(card).to_contain_text("Disqualified", timeout=TWO_SECONDS)


def test_manager_takes_the_suggestion(desk: Desk, page: Page) -> None:
    """An ambiguous lead waits in the channel until a manager presses Assign to suggested."""
    desk.send(
        name="Walter Portland",
        email="walter@roseworks-example.com",
        company="Roseworks Inc",
        job_title="VP Sales",
        country="US",
        city="Portland",
        phone="+1 503 226 1900",
    )
    _open(page, desk, "U0MGRRENATA", "C0LEADDESK")
    case = page.get_by_role("listitem").filter(has_text="Walter Portland")
    case.get_by_role("button", name="Assign to suggested").click()

    expect(case).to_contain_text("Renata Duarte", timeout=TWO_SECONDS)
    expect(case.get_by_role("button", name="Assign to suggested")).to_have_count(0)
    assert desk.owner_of("Walter Portland")


def test_manager_chooses_another_owner(desk: Desk, page: Page) -> None:
    """Choose owner opens a modal; the chosen person owns the lead."""
    desk.send(
        name="Nora Tanaka",
        email="nora@tanaka-example.jp",
        company="Tanaka KK",
        job_title="Director of IT",
        country="Japan",
        phone="+81 3 3224 9999",
    )
    _open(page, desk, "U0MGRTOBIAS", "C0LEADDESK")
    case = page.get_by_role("listitem").filter(has_text="Nora Tanaka")
    case.get_by_role("button", name="Choose owner").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").select_option(label="Hugo Lindqvist")
    dialog.get_by_role("button", name="Assign").click()

    expect(case).to_contain_text("Hugo Lindqvist", timeout=TWO_SECONDS)
    assert desk.owner_of("Nora Tanaka") == "U0SDRHUGO"


def test_command_explains(desk: Desk, page: Page) -> None:
    """`/lead why` tells the rep who was considered, seen by nobody else."""
    desk.send(
        name="Karla Why",
        email="karla@why-example.com",
        company="Why Inc",
        job_title="CTO",
        country="US",
        region="CA",
        phone="+1 650 253 0001",
    )
    desk.owner_of("Karla Why")
    _open(page, desk, "U0SDRBEN", "C0LEADDESK")
    expect(page.get_by_role("heading", name="leaddesk")).to_be_visible()
    composer = page.get_by_role("textbox", name="Message")
    composer.fill("/lead why Karla Why")
    composer.press("Enter")

    answer = page.get_by_role("listitem").filter(has_text="Only visible to you").last
    expect(answer).to_contain_text("Karla Why", timeout=TWO_SECONDS)
    expect(answer).to_contain_text("territory americas-west")


def test_hostile_lead_is_inert(desk: Desk, page: Page) -> None:
    """Markup, mentions and scripts in a lead's fields are shown as text and do nothing."""
    name = "<!channel> *Bold* <img src=x onerror=document.title='owned'>"
    desk.send(
        name=name,
        email="mallory@hostile-example.de",
        company="<https://evil.example|Your bank>",
        company_size="9000",
        job_title="CEO",
        country="Germany",
        message="@here ```<script>document.title='owned'</script>``` <@U0SDRANNA>",
    )
    owner = desk.owner_of("mallory@hostile-example.de")
    _open(page, desk, owner, f"D{owner[1:]}")
    card = page.get_by_role("listitem").filter(has_text="mallory@hostile-example.de")

    expect(card).to_contain_text("<https://evil.example|Your bank>")
    expect(card).to_contain_text("@here")
    expect(card.get_by_role("link")).to_have_count(0)
    assert "owned" not in page.title()


def test_home_lists_the_owners_leads(desk: Desk, page: Page) -> None:
    """A rep finds the lead with its clock in the Home of the app; Refresh follows what changed."""
    desk.send(
        name="Hanna Homann",
        email="hanna@homann-beispiel.de",
        company="Homann AG",
        company_size="6000",
        job_title="CEO",
        country="Germany",
    )
    owner = desk.owner_of("Hanna Homann")
    page.goto(f"{desk.slack_url}/?as={owner}#home")
    home = page.get_by_role("region", name="Home")
    expect(home).to_contain_text("Hanna Homann", timeout=TWO_SECONDS)
    desk.slack.as_(owner).click(
        "Acknowledge", desk.slack.as_(owner).wait_for_message("Hanna Homann")
    )
    home.get_by_role("button", name="Refresh").click()

    expect(home).to_contain_text("First touch by", timeout=TWO_SECONDS)


def test_manager_shares_a_table(desk: Desk, page: Page) -> None:
    """With the paperclip in the managers' channel: it becomes a proposal, told there."""
    rules = (ROOT / "policy" / "rules.csv").read_text()
    changed = rules.replace("pool:emea-sdr", "queue:holding", 1)
    assert changed != rules
    _open(page, desk, "U0MGRRENATA", "C0LEADDESK")
    expect(page.get_by_role("heading", name="leaddesk")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Share files", exact=True).click()
    chooser.value.set_files(FilePayload(name="rules.csv", mimeType="", buffer=changed.encode()))

    card = page.get_by_role("listitem").filter(has_text="Policy change proposed by Renata Duarte")
    expect(card).to_contain_text("rules.csv", timeout=5_000)
    expect(card.get_by_role("button", name="Approve", exact=True)).to_be_visible()
