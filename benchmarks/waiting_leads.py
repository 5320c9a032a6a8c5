"""Leads that wait behind a switch that is off, and processes that work them once it is on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.databases import temporary_folder
from benchmarks.leads import form_fields
from benchmarks.processes import Process, python, running, wait_until
from benchmarks.program import POLICY
from benchmarks.worker import READY
from bot.settings import Settings
from bot.wiring import Program, adopt_policy, build
from handlers.flows.draft import LeadDraft
from handlers.flows.taking_in.receive_lead import receive_lead
from handlers.flows.taking_in.take_in_deliveries import take_in_deliveries
from handlers.flows.working.set_switch import set_switch
from routing.normalise.lead import RawLead
from storage.audit import Actor
from storage.switches import SwitchName

Fields = Callable[[int], dict[str, str]]
"""The plain fields of the lead of a number."""

ACTOR = Actor(kind="system", id="benchmark")


@contextmanager
def desk(url: str, policy: Path = POLICY) -> Iterator[Program]:
    """A program that is not launched: it stores leads and turns switches, and works nothing."""
    settings = Settings(_env_file=None).model_copy(
        update={"database_url": url, "policy_dir": policy}
    )
    program = build(settings)
    adopt_policy(program.ports, policy)
    try:
        yield program
    finally:
        program.engine.stop()
        program.ports.database.engine.dispose()


def make_queues(url: str, policy: Path = POLICY) -> None:
    """Start and stop once: the engine's own tables are made at its first launch."""
    with working(url, "bench-first", policy):
        pass


def store(program: Program, number: int, fields: Fields = form_fields) -> float:
    """Receive the leads one after the other, nobody working them; gives leads a second."""
    source = program.ports.policies.latest_known().policy.source("web", "website")
    assert source is not None
    started = time.perf_counter()
    for at in range(number):
        draft = LeadDraft(
            source=source,
            delivery_key=f"bench-{at}",
            source_id=None,
            raw=RawLead(**fields(at)),
            payload=b"{}",
            content_type="application/json",
        )
        receive_lead(program.ports, draft)
    while take_in_deliveries(program.ports):
        pass
    return number / (time.perf_counter() - started)


def turn(program: Program, *, on: bool, switch: SwitchName = "routing") -> None:
    set_switch(program.ports, switch, is_on=on, actor=ACTOR, reason="a benchmark")


@contextmanager
def working(url: str, replica: str, policy: Path = POLICY) -> Iterator[Process]:
    """One working process. On SQLite it takes the name that Baton gives itself there."""
    settings = {
        "BATON_DATABASE_URL": url,
        "BATON_POLICY_DIR": str(policy),
        "BATON_LOG_LEVEL": "WARNING",
    }
    if url.startswith("postgresql"):
        settings["BATON_REPLICA"] = replica
    with (
        temporary_folder() as folder,
        running(python("benchmarks.worker"), folder, settings) as process,
    ):
        ready: Path = folder / READY
        wait_until(ready.exists, process)
        yield process
