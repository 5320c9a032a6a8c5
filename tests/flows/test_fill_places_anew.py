"""What waits is decided anew as any lead is: by its own policy, to whatever is true now (R4, R8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.flows.deciding.fill_places import fill_places
from handlers.flows.ports import Ports
from handlers.flows.working.set_availability import Absent, go_away
from tests.flows.builders import now_of
from tests.flows.test_set_availability import PRIYA, a_lead_from_berlin
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.policy_changes import approved, changed, proposed

TO_SDRS = "default-emea-central,emea-central,*,*,*,0,pool:emea-sdr"
TO_ENTERPRISE = TO_SDRS.replace("pool:emea-sdr", "pool:enterprise-emea")


def _everybody_is_in_the_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.flows.policy_book.is_in_share", lambda *_: True)


def test_a_lead_of_a_share_waits_by_the_policy_that_is_tried(
    ports: Ports, engine: WaitingEngine, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The policy in force has somebody for it, but it is not the one that decides this lead."""
    _everybody_is_in_the_share(monkeypatch)
    for who in ("ingrid", "mateo"):
        go_away(ports, who, Absent(), actor=PRIYA)
    tried = changed(ports, "rules.csv", TO_SDRS, TO_ENTERPRISE)
    approved(ports, proposed(ports, tried), share=True)
    lead = a_lead_from_berlin(ports, engine, 1)
    assert (lead.place, lead.waits_for) == ("case", "enterprise-emea")

    clock.forward(timedelta(minutes=1))
    fill_places(ports)

    assert now_of(ports, lead) == lead
    with ports.database.reading() as work:
        assert [one.policy_version for one in work.assignments.decisions_of(lead.id)] == [2]
