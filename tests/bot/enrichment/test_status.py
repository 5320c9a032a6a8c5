"""How providers are doing is to be seen from outside (G4, I8)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from prometheus_client import CollectorRegistry, generate_latest

from bot.web.health import StateCollector
from bot.wiring import Program
from handlers.flows.ports import Ports
from routing.policy.tables.enrichment import Provider


def test_metrics_count_calls_by_provider_and_outcome(ports: Ports) -> None:
    """Found and not found are counted apart; no label holds a domain."""
    one = Provider(id="directory", file="directory.csv")
    for domain in ("bewoodtech.co", "unknown.example", "other.example"):
        ports.enrichers.ask(one, domain, seconds=1)
    registry = CollectorRegistry()
    registry.register(StateCollector(cast("Program", SimpleNamespace(ports=ports))))
    lines = generate_latest(registry).decode().splitlines()

    said = [line for line in lines if line.startswith("baton_enrichment_calls_total")]
    assert said == [
        'baton_enrichment_calls_total{outcome="found",provider="directory"} 1.0',
        'baton_enrichment_calls_total{outcome="nothing",provider="directory"} 2.0',
    ]
