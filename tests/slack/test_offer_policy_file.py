"""A table shared in the workspace is fetched with the bot's token and proposed (G2)."""

from __future__ import annotations

import pytest

from bot.connectors.slack_files import shared_file
from handlers.flows.ports import FileRefusedError
from handlers.slack.cards.render import Rendered
from tests.flows.test_policy_changes import WEST, WEST_ELSEWHERE
from tests.slack.conftest import Desk
from tests.slack.limits import assert_within_limits
from tests.support.policy_changes import files_in_force, proposed, version_in_force

DESK = "lead-desk"


def test_a_table_is_shared_and_approved(desk: Desk) -> None:
    """Without git: share the table in the channel, a second person approves it."""
    renata, priya = desk.person("Renata Duarte"), desk.person("Priya Raman")
    table = files_in_force(desk.ports)["rules.csv"].replace(WEST, WEST_ELSEWHERE)
    renata.upload("rules.csv", table, DESK)
    desk.server.driver.wait_for(lambda: desk.engine.waiting, what="the file's event")
    desk.send()

    upload = next(m for m in renata.channel(DESK) if m.data.get("files"))
    assert "It is proposed as prop_" in renata.thread(upload)[-1].shown
    priya.click("Approve")
    desk.send()
    assert version_in_force(desk.ports) == 2


def test_errors_stand_in_the_thread(desk: Desk) -> None:
    """Every error of the table, with its line."""
    renata = desk.person("Renata Duarte")
    table = files_in_force(desk.ports)["rules.csv"].replace("pool:emea-sdr", "pool:emea")
    renata.upload("rules.csv", table)
    desk.server.driver.wait_for(lambda: desk.engine.waiting, what="the file's event")
    desk.send()

    upload = next(m for m in renata.dm() if m.data.get("files"))
    assert "unknown pool 'emea'" in renata.thread(upload)[-1].shown
    assert version_in_force(desk.ports) == 1


HOSTILE = ("<!channel>", "<@U0MGRTOBIAS>", "<http://evil.example|Your bank>", "`x` *y* ~z~ :tada:")


def test_hostile_cells_stay_text(desk: Desk) -> None:
    """Mentions, masked links, formatting and 50 kB of them call nobody, link nowhere, and fit."""
    renata = desk.person("Renata Duarte")
    table = "\n".join(
        ["id,territory,segment,band,source,priority,send_to"]
        + [f"r{n},{sign * (50_000 // len(sign))},,,,,{sign}" for n, sign in enumerate(HOSTILE)]
    )
    renata.upload("rules.csv", table, DESK)
    desk.server.driver.wait_for(lambda: desk.engine.waiting, what="the file's event")
    desk.send()

    upload = next(m for m in renata.channel(DESK) if m.data.get("files"))
    answer = renata.thread(upload)[-1]
    assert_within_limits(Rendered(answer.text, answer.blocks))
    for line, sign in enumerate(HOSTILE, start=2):
        assert f"rules.csv:{line}: " in answer.shown
        assert sign in answer.shown
    assert version_in_force(desk.ports) == 1


def test_a_change_with_a_huge_cell_is_told(desk: Desk) -> None:
    """The card quotes the beginning of what changes, and tells the other changes, too."""
    files = files_in_force(desk.ports)
    pools = files["pools.yml"]
    assert pools.count("name: EMEA SDRs") == 1
    huge = "<!here> &" * 5_000
    rules = files["rules.csv"].replace(WEST, WEST_ELSEWHERE)
    new = pools.replace("name: EMEA SDRs", f'name: "{huge}"')
    proposed(desk.ports, files | {"pools.yml": new, "rules.csv": rules})
    desk.send()

    (card,) = desk.person("Priya Raman").channel(DESK)
    assert_within_limits(Rendered(card.text, card.blocks))
    assert "pools.yml" in card.shown
    assert "rules.csv" in card.shown
    assert card.labels == ["Approve", "Approve for 10 % first", "Reject"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil.example/files/F1",
        "http://files.slack.com/x",
        "https://files.slack.com.evil.example/x",
        "https://files.slack.com@evil.example/x",
        "https://user@slack.example/x",
        "file:///etc/passwd",
    ],
)
def test_the_token_goes_to_slack_only(url: str) -> None:
    """An address that is not Slack's is refused before anything is sent."""
    about = {"name": "people.csv", "url_private": url}

    with pytest.raises(FileRefusedError, match="not kept by Slack"):
        shared_file(about, "C1", token="xoxb-1", api_url="https://slack.com/api/", largest=10)


def test_a_large_file_is_not_fetched() -> None:
    """What Slack says is too large is refused by its size alone."""
    about = {"size": 11, "url_private": "https://files.slack.com/x"}

    with pytest.raises(FileRefusedError, match="larger than 10 bytes"):
        shared_file(about, "C1", token="xoxb-1", api_url="https://slack.com/api/", largest=10)
