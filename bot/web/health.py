"""Is it alive, can it take leads, what is it doing: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from bot.web.problems import refusals
from bot.wiring import Program


def add_to(app: FastAPI, program: Program) -> None:
    """Add the three endpoints."""
    registry = CollectorRegistry()
    registry.register(StateCollector(program))

    @app.get("/healthz", summary="Alive", response_class=JSONResponse)
    async def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get(
        "/readyz",
        summary="Able to store a lead",
        response_class=JSONResponse,
        responses={503: {"description": "Not now; `status` says why."}},
    )
    async def readyz() -> Response:
        ready, detail = await run_in_threadpool(_readiness, program)
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"status": detail}, status_code=status)

    @app.get(
        "/metrics",
        summary="Prometheus metrics",
        response_class=PlainTextResponse,
        responses=refusals(HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def metrics() -> Response:
        text = await run_in_threadpool(generate_latest, registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)


def _readiness(program: Program) -> tuple[bool, str]:
    try:
        with program.ports.database.reading() as work:
            program.ports.policies.active(work)
    except SQLAlchemyError:
        return False, "the database does not answer"
    except LookupError as error:
        return False, str(error)
    return True, "ok"


class StateCollector(Collector):
    """Counts read from the database at each scrape; no label ever holds a person's data."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def collect(self) -> Iterator[Metric]:
        with self._program.ports.database.reading() as work:
            yield _gauge("baton_leads", "Leads by place", "place", work.leads.place_counts())
            waiting = {"waiting": work.receipts.waiting()[0]}
            yield _gauge("baton_deliveries", "Deliveries to take in", "state", waiting)
            yield _gauge("baton_messages", "Slack messages", "state", work.outbox.state_counts())
            yield _gauge("baton_failing_work", "Failing work", "state", work.work.failing_counts())
            switches = {s.name: int(s.is_on) for s in work.switches.listed()}
            yield _gauge("baton_switch_on", "1 when the workflow is on", "workflow", switches)
            clocks = {
                "armed": work.deadlines.count("armed"),
                "failed": work.deadlines.count("failed"),
            }
            yield _gauge("baton_deadlines", "Clocks that run or failed", "state", clocks)
            failures = {m.source: m.failures for m in work.mailboxes.listed()}
            text = "Runs in a row that failed"
            yield _gauge("baton_mailbox_failures", text, "source", failures)
        yield _enrichment_calls(self._program.ports.enrichers.counts())


def _enrichment_calls(counts: Mapping[tuple[str, str], int]) -> Metric:
    text = "Providers asked by this process since it started"
    family = CounterMetricFamily("baton_enrichment_calls", text, labels=["provider", "outcome"])
    for labels, value in counts.items():
        family.add_metric(labels, value)
    return family


def _gauge(name: str, text: str, label: str, values: Mapping[Any, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
