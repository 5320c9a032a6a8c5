"""Flows wired to a real database and to twins that keep what they are told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.connectors.enrichment.enrichers import PolicyEnrichers
from bot.connectors.llm.template import TemplateSummariser
from bot.policy_folder import read_policy_folder
from handlers.flows.policy_book import PolicyBook
from handlers.flows.ports import Ports
from handlers.intake.csv_import import CsvReader
from storage.unit_of_work import Database
from tests.support.clock import TestClock
from tests.support.engine import WaitingEngine
from tests.support.messenger import KeepingMessenger

EXAMPLE = Path(__file__).parents[2] / "policy"


def ports_on(
    database: Database,
    clock: TestClock,
    engine: WaitingEngine,
    messenger: KeepingMessenger,
    files: Mapping[str, str] | None = None,
) -> Ports:
    """With these policy files in force, the example's unless stated."""
    policies = PolicyBook()
    with database.writing() as work:
        policies.adopt(work, files or read_policy_folder(EXAMPLE), clock.now())
    return Ports(
        clock=clock,
        database=database,
        engine=engine,
        policies=policies,
        enrichers=PolicyEnrichers(EXAMPLE, secret_of=lambda _: None),
        template=TemplateSummariser(),
        messenger=messenger,
        tables=CsvReader(),
    )
