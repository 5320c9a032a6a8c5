"""Hand an import's leads to routing, and tell whom they went to in one digest each (I1, S1, S2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.flows.ports import Ports
from handlers.flows.steps.telling.digest import owe_digest
from routing.lead import INCOMING
from storage.audit import Actor
from storage.taking_in.imports import ImportRun
from storage.unit_of_work import UnitOfWork

AT_ONCE = 100
"""Leads of one import that routing has in its hands; the rest waits its turn."""
PAUSE = timedelta(seconds=1)
NEWS_EVERY = timedelta(minutes=5)
SYSTEM = Actor(kind="system", id="route_import")


def route_import(ports: Ports, import_id: str, label: str, turn: str) -> None:
    """Hand over as many leads as there is room for, and come back until all are decided."""
    now = ports.clock.now()
    with ports.database.writing() as work:
        run = work.imports.lock(import_id)
        on_their_way = work.imported_leads.on_their_way(import_id)
        handed = _hand_over(ports, work, run, AT_ONCE - on_their_way)
        goes_on = bool(handed or on_their_way)
        if (run.state == "finished" and not goes_on) or now >= _last_news(run) + NEWS_EVERY:
            run = _tell(ports, work, run)
        elif not goes_on:
            _look_again(ports, work, run, now)
        work.imports.save(run.model_copy(update={"feeding": goes_on}))
        if goes_on:
            following = str(int(turn) + 1)
            ports.engine.submit(
                work,
                "route_import",
                import_id,
                label,
                following,
                key=import_id,
                work_id=f"route:{import_id}:{label}:{following}",
                delay=PAUSE,
            )


def _hand_over(ports: Ports, work: UnitOfWork, run: ImportRun, room: int) -> list[str]:
    if room <= 0 or not run.handling.route:
        return []
    leads = work.imported_leads.waiting(run.id, room)
    for lead_id in leads:
        _to_incoming(ports, work, run, lead_id)
        work_id = f"work:{run.id}:{lead_id}"
        ports.engine.submit(work, "work_lead", lead_id, key=lead_id, work_id=work_id)
    work.imported_leads.hand_over(run.id, leads)
    return leads


def _to_incoming(ports: Ports, work: UnitOfWork, run: ImportRun, lead_id: str) -> None:
    """A lead that waited in the import's queue is routed after all."""
    lead = work.leads.lock(lead_id)
    if (lead.place, lead.queue) != ("queue", run.handling.queue):
        return
    now = ports.clock.now()
    work.leads.save(lead.model_copy(update={"queue": INCOMING}), now)
    work.audit.append(
        f"lead:{lead_id}",
        "lead.released",
        actor=SYSTEM,
        now=now,
        correlation_id=run.id,
        policy_version=ports.policies.active(work).version,
        before={"queue": lead.queue},
        after={"queue": INCOMING},
    )


def _look_again(ports: Ports, work: UnitOfWork, run: ImportRun, now: datetime) -> None:
    """The file has not ended and perhaps never will: who has leads of it is told all the same."""
    label = f"news{int(now.timestamp() // NEWS_EVERY.total_seconds())}"
    work_id = f"route:{run.id}:{label}:0"
    ports.engine.submit(
        work, "route_import", run.id, label, "0", key=run.id, work_id=work_id, delay=NEWS_EVERY
    )


def _last_news(run: ImportRun) -> datetime:
    return run.told_at or run.started_at


def _tell(ports: Ports, work: UnitOfWork, run: ImportRun) -> ImportRun:
    """Owe each recipient the digest, or bring the one they have up to date."""
    now = ports.clock.now()
    for recipient in work.imported_leads.recipients(run.id):
        owe_digest(ports, work, run.id, recipient)
    return run.model_copy(update={"told_at": now})
