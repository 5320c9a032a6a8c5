"""The work an import queues, and what it leaves on the record."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.flows.ports import Ports
from storage.audit import Actor
from storage.taking_in.imports import ImportRun
from storage.unit_of_work import UnitOfWork

STREAM = "import"
LATE = timedelta(minutes=1)
"""Leads that leave a queue within one such stretch are told together."""


def continue_import(ports: Ports, work: UnitOfWork, run: ImportRun) -> None:
    """Take the stored file in from where it stands."""
    work_id = f"import:{run.id}:{run.cursor}"
    ports.engine.submit(work, "import_leads", run.id, key=run.id, work_id=work_id)


def feed_routing(ports: Ports, work: UnitOfWork, run: ImportRun, label: str) -> ImportRun:
    """Hand its leads to routing a few at a time, so that other leads need not wait for them.

    Gives the import with that on its way; the caller holds it locked and saves it. `label` tells
    this start from every other one.
    """
    if run.feeding or not run.handling.route:
        return run
    work_id = f"route:{run.id}:{label}:0"
    ports.engine.submit(work, "route_import", run.id, label, "0", key=run.id, work_id=work_id)
    return run.model_copy(update={"feeding": True})


def tell_late(ports: Ports, work: UnitOfWork, import_id: str, now: datetime) -> None:
    """Bring the import's digests up to date: a lead of it left the queue it had waited in."""
    label = f"late{int(now.timestamp() // LATE.total_seconds())}"
    work_id = f"route:{import_id}:{label}:0"
    ports.engine.submit(
        work, "route_import", import_id, label, "0", key=import_id, work_id=work_id, delay=LATE
    )


def audit_import(ports: Ports, work: UnitOfWork, run: ImportRun, action: str, actor: Actor) -> None:
    counts = {"accepted", "duplicates", "errors"} if run.rows else set()
    work.audit.append(
        f"{STREAM}:{run.id}",
        action,
        actor=actor,
        now=ports.clock.now(),
        correlation_id=run.id,
        policy_version=ports.policies.active(work).version,
        after=run.model_dump(mode="json", include={"source", "digest", "handling", *counts}),
    )
