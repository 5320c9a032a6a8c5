"""Kill switches over HTTP, behind an admin token (G3)."""

from __future__ import annotations

import pytest

from storage.switches import SWITCHES
from tests.bot.serving import JSON, TOKEN, Answer, Site, a_program, serving
from tests.support.databases import SqliteDatabases

BEARER = f"Bearer {TOKEN}"
ORDER = {"name": "ai", "on": False, "reason": "it talks too much"}


def turn(site: Site, order: object, authorization: str = BEARER) -> Answer:
    return site.post("/switches", order, authorization=authorization)


def states(site: Site) -> dict[str, bool]:
    answer = site.get("/switches", authorization=BEARER)
    assert answer.status == 200
    return {switch["name"]: switch["is_on"] for switch in answer.json}


def test_switch_is_turned_off_and_on_again(site: Site) -> None:
    """The answer and the list show every switch; who, when and why are kept and audited."""
    off = turn(site, ORDER)

    assert off.status == 200
    assert states(site) == {name: name != "ai" for name in SWITCHES}
    (ai,) = [switch for switch in off.json if switch["name"] == "ai"]
    assert (ai["changed_by"], ai["reason"]) == ("http", ORDER["reason"])
    assert ai["changed_at"]
    assert turn(site, ORDER | {"on": True}).status == 200
    assert all(states(site).values())
    with site.program.ports.database.reading() as work:
        assert [e.action for e in work.audit.of("switch:ai")] == ["switch.off", "switch.on"]
        assert list(work.audit.faults()) == []


def test_turning_it_twice_is_once(site: Site) -> None:
    """A switch that stands that way already is left alone, the first reason with it."""
    turn(site, ORDER)
    turn(site, ORDER | {"reason": "again"})

    with site.program.ports.database.reading() as work:
        assert len(work.audit.of("switch:ai")) == 1


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}",
     f"Bearer {TOKEN[:-1]}", "Bearer é", f"Bearer Bearer {TOKEN}"],
)  # fmt: skip
def test_without_the_token_nothing_is_told_or_turned(shared: Site, given: str) -> None:
    """401 for the list and for an order, which is not even read."""
    headers = {"authorization": given} if given else {}

    for answer in (
        shared.get("/switches", **headers),
        shared.post("/switches", ORDER, **headers),
        shared.ask("POST", "/switches", b"[" * 9_999, headers),
    ):
        assert (answer.status, answer.media) == (401, "application/problem+json")
        assert TOKEN not in answer.body.decode()
    assert all(states(shared).values())


def test_without_a_token_in_the_settings_the_endpoint_is_shut(
    sqlite_databases: SqliteDatabases,
) -> None:
    """403, whatever is sent: an unset token is no empty password."""
    with serving(a_program(sqlite_databases.fresh(), token=None)) as site:
        for given in ("", "Bearer ", "Bearer None"):
            assert turn(site, ORDER, given).status == 403
            assert site.get("/switches", authorization=given).status == 403


@pytest.mark.parametrize(
    ("order", "fields"),
    [
        ({}, ["name", "on", "reason"]),
        (ORDER | {"name": "nosuch"}, ["name"]),
        (ORDER | {"name": ["ai"]}, ["name"]),
        (ORDER | {"name": None}, ["name"]),
        (ORDER | {"on": "false"}, ["on"]),
        (ORDER | {"on": 0}, ["on"]),
        (ORDER | {"on": None}, ["on"]),
        (ORDER | {"reason": ""}, ["reason"]),
        (ORDER | {"reason": "  \n"}, ["reason"]),
        (ORDER | {"reason": 7}, ["reason"]),
        (ORDER | {"reason": 10**400}, ["reason"]),
        (ORDER | {"reason": "r" * 501}, ["reason"]),
        (ORDER | {"reason": "a\0b"}, ["reason"]),
        (ORDER | {"reason": "\ud800"}, ["reason"]),
    ],
)
def test_order_that_cannot_be_used_names_each_field(
    shared: Site, order: dict[str, object], fields: list[str]
) -> None:
    """422, and nothing is turned."""
    answer = turn(shared, order)

    assert (answer.status, answer.media) == (422, "application/problem+json")
    assert [e["field"] for e in answer.json["errors"]] == fields
    assert all(states(shared).values())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"[" * 4_000, 400),
        (b'{"on": NaN}', 400),
        (b'{"name": "ai", "name": "sla", "on": false, "reason": "x"}', 422),
        (b" " * 5_000, 413),
    ],
)
def test_body_that_is_no_order_is_refused(shared: Site, body: bytes, status: int) -> None:
    """What cannot be read turns nothing, and is never a server error."""
    headers = {"Authorization": BEARER, "Content-Type": JSON}
    answer = shared.ask("POST", "/switches", body, headers)

    assert (answer.status, answer.media) == (status, "application/problem+json")
    assert all(states(shared).values())
