"""Baton's listeners in a local workspace: real Bolt, real Socket Mode, real flows and database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.connectors.slack import Pace, SlackMessenger
from handlers.flows.ports import Ports
from handlers.flows.steps.deciding.settle import settle
from handlers.flows.steps.settlement import Settlement
from handlers.slack.edge import SlackEdge
from handlers.slack.listeners import register_listeners
from routing.decide.decision import Decision, RoutingFacts, Suggestion
from routing.lead import Lead, facts_of
from sandbox import (
    APP_TOKEN,
    BOT_TOKEN,
    SIGNING_SECRET,
    PersonDriver,
    SandboxChannel,
    SandboxPerson,
    SandboxServer,
)
from storage.audit import Actor
from storage.database.base import new_id
from storage.deciding.assignments import POLICY, Assignment, StoredDecision
from storage.deciding.cases import ExceptionCase
from tests.conftest import ROOT
from tests.sandbox.conftest import leave
from tests.storage.builders import a_lead
from tests.support.databases import SqliteDatabases
from tests.support.engine import WaitingEngine

STRANGER = SandboxPerson("U0STRANGER", "Sam Stranger", "sam@meridian.example")


@pytest.fixture
def database_url(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    """The flows have tests on both databases; what is tested here is Slack."""
    url = sqlite_databases.fresh()
    yield url
    sqlite_databases.drop(url)


@pytest.fixture
def workspace(ports: Ports) -> Iterator[SandboxServer]:
    """Everybody of the example policy, a stranger, and the managers' channel."""
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    people = [SandboxPerson(p.slack_user, p.name, p.email, p.time_zone) for p in policy.people]
    channels = [SandboxChannel(policy.company.managers_channel, "lead-desk")]
    manifest = ROOT / "manifest.yml"
    server = SandboxServer(people=[*people, STRANGER], channels=channels, manifest=manifest, port=0)
    server.start()
    yield server
    server.stop()


@dataclass(frozen=True)
class Desk:
    """Baton at work in the workspace: leads are put in place, owed messages are sent."""

    ports: Ports
    engine: WaitingEngine
    server: SandboxServer

    def person(self, name: str) -> PersonDriver:
        return self.server.driver.as_(name)

    def send(self) -> None:
        """Send all that Baton owes Slack."""
        self.engine.run_all(self.ports)

    def lead_of(self, owner: str, **changes: object) -> Lead:
        """A lead whose owner (a person's id) has the card."""
        return self._settled(Decision(place="owner", owner=owner, reason="Fewest leads."), changes)

    def case(self, suggested: str | None = None, **changes: object) -> Lead:
        """A lead whose case is in the managers' channel."""
        suggestion = Suggestion(person=suggested, reason="fewest leads") if suggested else None
        decision = Decision(
            place="case",
            case="ambiguous_territory",
            reason="Two territories match.",
            suggestion=suggestion,
        )
        return self._settled(decision, changes)

    def stage(self, lead: Lead) -> str:
        return self.reread(lead).stage

    def reread(self, lead: Lead) -> Lead:
        with self.ports.database.reading() as work:
            found = work.leads.get(lead.id)
        assert found is not None
        return found

    def assignment(self, lead: Lead) -> Assignment:
        with self.ports.database.reading() as work:
            found = work.assignments.current(lead.id)
        assert found is not None
        return found

    def open_case(self, lead: Lead) -> ExceptionCase | None:
        with self.ports.database.reading() as work:
            return work.cases.open_of(lead.id)

    def actions(self, lead: Lead) -> list[str]:
        """The lead's audit, as actions."""
        with self.ports.database.reading() as work:
            return [entry.action for entry in work.audit.of(f"lead:{lead.id}")]

    def _settled(self, decision: Decision, changes: dict[str, object]) -> Lead:
        now = self.ports.clock.now()
        with self.ports.database.writing() as work:
            lead = a_lead(work, **changes)
            active = self.ports.policies.active(work)
            stored = StoredDecision(
                id=new_id("dec"),
                lead_id=lead.id,
                decided_at=now,
                decided_by=POLICY,
                policy_version=active.version,
                facts=RoutingFacts(lead=facts_of(lead), policy_version=active.version, now=now),
                decision=decision,
            )
            work.assignments.add_decision(stored)
            actor = Actor(kind="system", id="test")
            settle(Settlement(self.ports, work, active, now, actor), lead, stored)
        self.send()
        return lead


@pytest.fixture
def desk(ports: Ports, engine: WaitingEngine, workspace: SandboxServer) -> Iterator[Desk]:
    """Baton connected to the workspace."""
    client = WebClient(token=BOT_TOKEN, base_url=workspace.api_url, retry_handlers=[])
    spoken = replace(ports, messenger=SlackMessenger(client, Pace(rate=100, burst=100)))
    app = App(client=client, signing_secret=SIGNING_SECRET, process_before_response=True)
    register_listeners(app, SlackEdge(ports=spoken))
    web = WebClient(token=APP_TOKEN, base_url=workspace.api_url, retry_handlers=[])
    handler = SocketModeHandler(app, APP_TOKEN, web_client=web)
    handler.connect()
    workspace.driver.wait_for(lambda: workspace.hub.connections, what="the socket")
    yield Desk(spoken, engine, workspace)
    leave(workspace, handler)
