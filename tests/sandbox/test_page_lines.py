"""The days between messages and the "New" line, in Debian's Chromium."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from sandbox import SandboxServer
from tests.sandbox.conftest import HandClock, ServerMaker, Visit, load_more

WEEK_AGO = datetime(2026, 11, 15, 12, 0, tzinfo=UTC)
# Half past midnight on Monday in Madrid, still Sunday in New York.
AFTER_MIDNIGHT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
MANY, FIRST_UNREAD = 10_000, 9_700
DAYS = {21: "Yesterday", 22: "Today"}
# Each line with its name, and each message with its text, from top to bottom.
ROWS = """list => [...list.children].map(row =>
  row.getAttribute("aria-label") ?? row.querySelector(".text").innerText)"""


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(make_server: ServerMaker, clock: HandClock) -> SandboxServer:
    return make_server(clock=clock)


def rows(page: Page) -> list[str]:
    found: list[str] = page.locator("#messages").evaluate(ROWS)
    return found


def say(server: SandboxServer, clock: HandClock, at: datetime, *texts: str) -> None:
    clock.now = at
    for text in texts:
        server.workspace.post("C1DESK", "U3MIA", text)


def read_all(server: SandboxServer) -> None:
    for user in ("U1ANA", "U2BOB"):
        server.workspace.mark_read(user, "C1DESK")


def open_desk(page: Page) -> None:
    page.get_by_role("link", name="lead-desk").click()
    expect(page.locator("#title")).to_have_text("# lead-desk")


def test_days_are_named_in_the_persons_zone(
    server: SandboxServer, clock: HandClock, visit: Visit
) -> None:
    """What is today in Madrid was said yesterday in New York; other days have their date."""

    say(server, clock, WEEK_AGO.replace(year=2025), "a year ago")
    say(server, clock, WEEK_AGO, "a week ago", "more of it")
    say(server, clock, AFTER_MIDNIGHT, "late")
    say(server, clock, MORNING, "now")
    read_all(server)
    ana, bob = (visit(user, "C1DESK", at=MORNING) for user in ("U1ANA", "U2BOB"))

    dated = ["Saturday 15 November 2025", "a year ago", "Sunday 15 November", "a week ago"]
    for page, rest in (
        (ana, ["Today", "late", "now"]),
        (bob, ["Yesterday", "late", "Today", "now"]),
    ):
        expect(page.get_by_text("now", exact=True)).to_be_visible()
        assert rows(page) == [*dated, "more of it", *rest]
    expect(ana.get_by_role("separator", name="Today", exact=True)).to_have_count(1)


def test_today_becomes_yesterday_at_midnight(
    server: SandboxServer, clock: HandClock, visit: Visit
) -> None:
    """A page that stays open over midnight names the days anew."""

    before_midnight = datetime(2026, 11, 22, 22, 58, tzinfo=UTC)
    say(server, clock, before_midnight, "late")
    read_all(server)
    page = visit("U1ANA", "C1DESK", at=before_midnight)
    expect(page.get_by_role("separator", name="Today")).to_be_visible()
    page.clock.fast_forward("03:00")

    expect(page.get_by_role("separator", name="Yesterday")).to_be_visible()
    expect(page.get_by_role("separator")).to_have_count(1)


def test_what_is_unread_is_under_a_line(
    server: SandboxServer, clock: HandClock, visit: Visit
) -> None:
    """It stands above the first unread message, stays while one reads, and is gone next time."""

    say(server, clock, MORNING, "one", "two")
    read_all(server)
    page = visit(at=MORNING)
    server.workspace.post("C1DESK", "U1ANA", "my own")
    say(server, clock, MORNING, "three", "four")
    open_desk(page)
    mark = page.get_by_role("separator", name="new messages")
    expect(mark).to_be_visible()
    say(server, clock, MORNING, "five")
    expect(page.get_by_text("five")).to_be_visible()

    said = ["Today", "one", "two", "my own"]
    assert rows(page) == [*said, "new messages", "three", "four", "five"]
    page.get_by_role("link", name="Baton", exact=True).click()
    open_desk(page)
    expect(page.get_by_text("five")).to_be_visible()
    expect(mark).to_have_count(0)


def test_one_line_names_the_day_and_what_is_new(
    server: SandboxServer, clock: HandClock, visit: Visit
) -> None:
    """When a day begins with the first unread message one line says both."""

    say(server, clock, AFTER_MIDNIGHT, "late")
    read_all(server)
    say(server, clock, MORNING, "now")
    page = visit("U2BOB", "C1DESK", at=MORNING)
    expect(page.get_by_text("now", exact=True)).to_be_visible()

    assert rows(page) == ["Yesterday", "late", "Today, new messages", "now"]
    expect(page.get_by_role("separator", name="Today, new messages")).to_be_visible()


def test_lines_go_with_their_messages(
    server: SandboxServer, clock: HandClock, visit: Visit
) -> None:
    """A day without messages has no line; "New" moves to the next message that was unread."""

    say(server, clock, WEEK_AGO, "old")
    read_all(server)
    say(server, clock, MORNING, "three", "four")
    page = visit("U1ANA", "C1DESK", at=MORNING)
    expect(page.get_by_text("four")).to_be_visible()
    old, three, _ = server.workspace.conversation("C1DESK").timeline
    server.workspace.delete("C1DESK", old)
    server.workspace.delete("C1DESK", three)

    expect(page.locator(".message")).to_have_count(1)
    assert rows(page) == ["Today, new messages", "four"]


def test_a_line_that_stays_is_not_read_aloud_again(
    server: SandboxServer, clock: HandClock, visit: Visit
) -> None:
    """Screen readers hear of added nodes: a new message adds itself only."""

    say(server, clock, MORNING, "one")
    page = visit("U1ANA", "C1DESK", at=MORNING)
    line = page.get_by_role("separator", name="Today")
    line.evaluate("line => { line.id = 'the-same'; }")
    say(server, clock, MORNING, "two")
    expect(page.get_by_text("two")).to_be_visible()

    expect(line).to_have_id("the-same")


def test_lines_are_right_in_any_window_of_ten_thousand(
    server: SandboxServer, clock: HandClock, visit: Visit
) -> None:
    """Wherever one scrolls, days and "New" stand where they belong, and nowhere else."""

    clock.now = WEEK_AGO
    for number in range(MANY):
        if number == FIRST_UNREAD:
            read_all(server)
        clock.advance(minutes=1)
        server.workspace.post("C1DESK", "U3MIA", str(number))
    page = visit("U1ANA", "C1DESK", at=clock.now)
    expect(page.get_by_text(str(MANY - 1), exact=True)).to_be_visible()
    windows = [rows(page)]
    while int(windows[-1][1]) > 9_250:
        load_more(page, "older")
        windows.append(rows(page))
    while int(windows[-1][-1]) < FIRST_UNREAD + 20:
        load_more(page, "newer")
        windows.append(rows(page))

    page.get_by_role("button", name="Jump to the latest").click()
    expect(page.get_by_text(str(MANY - 1), exact=True)).to_be_visible()
    while int(rows(page)[1]) > FIRST_UNREAD:
        load_more(page, "older")
    windows.append(rows(page))

    for window in windows:
        assert window == rows_between(int(window[1]), int(window[-1]))
    lines = {row for window in windows for row in window if not row.isdigit()}
    assert {"Yesterday", "Today", "new messages"} <= lines
    assert any("new messages" in row for row in windows[-1])
    assert max(len(window) for window in windows) < 260


def rows_between(first: int, last: int) -> list[str]:
    """What the page should show of these messages, one a minute."""
    found: list[str] = []
    day = ""
    for number in range(first, last + 1):
        said = (WEEK_AGO + timedelta(minutes=number + 1)).astimezone(MADRID)
        names = [] if day == (day := DAYS[said.day]) else [day]
        names += ["new messages"] if number == FIRST_UNREAD else []
        found += [", ".join(names)] if names else []
        found.append(str(number))
    return found
