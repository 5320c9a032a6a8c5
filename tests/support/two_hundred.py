"""Two hundred leads as strangers type them, and what must have become of them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

from sandbox import Driver
from tests.support.programs import baton_json, post_json, reading, wait_until

LEADS = Path(__file__).parents[1] / "data" / "leads_200.csv"


def read_leads() -> list[dict[str, str]]:
    with LEADS.open(encoding="utf-8", newline="") as file:
        return [{k: v for k, v in row.items() if v} for row in csv.DictReader(file)]


def post_all(
    base_urls: list[str], *, after: Mapping[int, Event] | None = None
) -> list[dict[str, Any]]:
    """Post every lead under a key of its own; a sender nobody answers tries the next address.

    `after` maps how many answers have come to an event that is then set.
    """
    answered: list[int] = []

    def post(number_and_lead: tuple[int, dict[str, str]]) -> dict[str, Any]:
        number, lead = number_and_lead
        for attempt in range(50):
            url = base_urls[(number + attempt) % len(base_urls)]
            try:
                headers = {"idempotency-key": f"lead-{number}"}
                answer = post_json(f"{url}/intake/web/website", lead, headers)
            except OSError:
                Event().wait(0.1)
                continue
            answered.append(number)
            if after and len(answered) in after:
                after[len(answered)].set()
            return answer
        raise AssertionError(f"nobody took lead {number}")

    with ThreadPoolExecutor(8) as senders:
        return list(senders.map(post, enumerate(read_leads())))


def wait_until_settled(env: Mapping[str, str], folder: Path, seconds: float = 120) -> None:
    """Until every lead has its place and every message was sent."""

    def settled() -> bool:
        with reading(env) as work:
            waiting = "queue" in work.leads.place_counts() or work.work.failing_counts()
            return not waiting and set(work.outbox.state_counts()) == {"sent"}

    wait_until(settled, seconds, "every lead has a place and every message was sent")
    health = baton_json("health", env=env, folder=folder)
    assert (set(health["messages"]), health["failing_work"]) == ({"sent"}, {})


def check_everything(env: Mapping[str, str], folder: Path, slack: Driver) -> None:
    """The promises: one visible place each, one DM for each owned lead, a whole audit."""
    leads = baton_json("lead", "find", "--limit", "1000", env=env, folder=folder)
    places = Counter(lead["place"] for lead in leads)
    assert set(places) <= {"owner", "case", "queue", "nurture"}
    assert places["owner"] >= len(leads) / 2
    for lead in leads:
        named = [kind for kind in ("owner", "case", "queue") if lead[kind]]
        assert named == ([] if lead["place"] == "nurture" else [lead["place"]])
    owned = [lead["id"] for lead in leads if lead["place"] == "owner"]
    assert Counter(told_leads(slack)) == Counter(owned)
    assert baton_json("audit", "verify", env=env, folder=folder)["faults"] == []


def told_leads(slack: Driver) -> list[str]:
    """The lead of every card in anybody's DM, as often as it stands there."""
    return [
        word
        for person in slack.get("people")["people"]
        for message in slack.as_(person["id"]).dm()
        for word in message.shown.split()
        if word.startswith("lead_")
    ]
