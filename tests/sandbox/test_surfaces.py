"""Triggers, stacks, hashes and response URLs, under a clock that the test moves."""

import json
from typing import Any

import pytest
from slack_sdk import WebClient
from websockets.sync.client import connect

from sandbox import SandboxServer
from sandbox.workspace.model import SlackError
from tests.sandbox.conftest import HandClock, ServerMaker
from tests.sandbox.sample_app import owner_modal
from tests.sandbox.test_web_api import refusal


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def server(make_server: ServerMaker, clock: HandClock) -> SandboxServer:
    return make_server(clock=clock)


def opened(server: SandboxServer, client: WebClient, **more: Any) -> dict[str, Any]:
    """A modal opened for Ana."""
    trigger = server.surfaces.new_trigger("U1ANA")
    view: dict[str, Any] = client.views_open(trigger_id=trigger, view={**owner_modal(), **more})[
        "view"
    ]
    return view


def test_a_trigger_lives_three_seconds(
    server: SandboxServer, client: WebClient, clock: HandClock
) -> None:
    """After three seconds views.open says expired_trigger_id."""

    young, old = server.surfaces.new_trigger("U1ANA"), server.surfaces.new_trigger("U1ANA")
    clock.advance(seconds=3)
    client.views_open(trigger_id=young, view=owner_modal())
    clock.advance(seconds=0.1)

    answer = refusal(client.views_open, trigger_id=old, view=owner_modal())
    assert answer["error"] == "expired_trigger_id"


def test_a_trigger_works_once(server: SandboxServer, client: WebClient) -> None:
    """The second use is exchanged_trigger_id; an invented one is invalid_trigger_id."""

    trigger = server.surfaces.new_trigger("U1ANA")
    client.views_open(trigger_id=trigger, view=owner_modal())

    for used, error in ((trigger, "exchanged_trigger_id"), ("1.2.x", "invalid_trigger_id")):
        assert refusal(client.views_open, trigger_id=used, view=owner_modal())["error"] == error


def test_a_bad_view_does_not_use_up_the_trigger(server: SandboxServer, client: WebClient) -> None:
    """A view refused for its form leaves the trigger usable."""

    trigger = server.surfaces.new_trigger("U1ANA")
    answer = refusal(client.views_open, trigger_id=trigger, view=owner_modal("x" * 25))

    assert answer["error"] == "invalid_arguments"
    assert "/view/title/text" in answer["response_metadata"]["messages"][0]
    assert client.views_open(trigger_id=trigger, view=owner_modal())["ok"]


def test_three_views_stack_and_no_more(server: SandboxServer, client: WebClient) -> None:
    """Two pushes are taken, the third is push_limit_reached; closing goes back one."""

    view = opened(server, client)
    for title in ("Second", "Third"):
        trigger = server.surfaces.new_trigger("U1ANA", view["id"])
        pushed = client.views_push(trigger_id=trigger, view=owner_modal(title))["view"]

    assert pushed["root_view_id"] == view["id"]
    trigger = server.surfaces.new_trigger("U1ANA", view["id"])
    answer = refusal(client.views_push, trigger_id=trigger, view=owner_modal("Fourth"))
    assert answer["error"] == "push_limit_reached"
    ana = server.driver.as_("U1ANA")
    ana.close()
    assert ana.wait_for_modal("Second")


def test_a_stale_hash_is_a_conflict(server: SandboxServer, client: WebClient) -> None:
    """views.update and views.publish with an old hash change nothing."""

    view = opened(server, client)
    client.views_update(view_id=view["id"], hash=view["hash"], view=owner_modal("Newer"))

    update = {"view_id": view["id"], "hash": view["hash"], "view": owner_modal("Late")}
    assert refusal(client.views_update, **update)["error"] == "hash_conflict"
    home: dict[str, Any] = {"user_id": "U1ANA", "view": {"type": "home", "blocks": []}}
    client.views_publish(**home)
    assert refusal(client.views_publish, **home, hash="1.x")["error"] == "hash_conflict"


def test_views_are_found_by_external_id(server: SandboxServer, client: WebClient) -> None:
    """external_id is unique and can be updated by; unknown views are not_found."""

    opened(server, client, external_id="case-7")
    client.views_update(
        external_id="case-7", view={**owner_modal("By name"), "external_id": "case-7"}
    )

    assert server.driver.as_("U1ANA").wait_for_modal("By name")
    assert refusal(client.views_update, view_id="V1", view=owner_modal())["error"] == "not_found"
    trigger = server.surfaces.new_trigger("U2BOB")
    again = {**owner_modal(), "external_id": "case-7"}
    assert refusal(client.views_open, trigger_id=trigger, view=again)["error"] == (
        "duplicate_external_id"
    )


def test_leaving_a_stack_closes_all_its_views(server: SandboxServer, client: WebClient) -> None:
    """The cross in the corner clears the stack, Cancel goes back one view."""

    view = opened(server, client)
    trigger = server.surfaces.new_trigger("U1ANA", view["id"])
    client.views_push(trigger_id=trigger, view=owner_modal("Second"))
    server.driver.as_("U1ANA").close(everything=True)

    assert server.driver.as_("U1ANA").modal() is None


def test_a_response_url_lives_half_an_hour(server: SandboxServer, clock: HandClock) -> None:
    """After thirty minutes it is expired."""

    token = server.workspace.responses.new("C1DESK", "U1ANA")
    clock.advance(minutes=30)
    server.workspace.responses.use(token)
    clock.advance(seconds=1)

    with pytest.raises(SlackError, match="expired_url"):
        server.workspace.responses.use(token)


def test_no_page_hears_of_a_response_url(server: SandboxServer) -> None:
    """Its token is the app's alone; the page is told of the next message instead."""

    with connect(server.base_url.replace("http", "ws") + "/sandbox/live?as=U1ANA") as page:
        server.workspace.responses.new("C1DESK", "U1ANA")
        server.workspace.post("C1DESK", "U2BOB", "hello")
        news = json.loads(page.recv(timeout=5))

    assert (news["kind"], news["message"]["text"]) == ("message.posted", "hello")
