"""From a form POST to the owner's direct message in the local workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.databases import Databases, Kind, databases, temporary_folder
from benchmarks.load import Order, Outcome, post_leads
from benchmarks.processes import cpu_seconds
from benchmarks.program import POLICY, running_baton
from benchmarks.progress import Told, looking_at, owners_told, wait_for_messages
from benchmarks.report import Report, Row, percentile
from benchmarks.wide_policy import reps_of, widen

METHOD = """`baton run` with its local workspace in the same process, as `make run` starts it; leads
posted at even intervals by a process of its own. Every time is counted from the moment the POST
was due. `202` is its answer, `begun` when the engine began to work the lead, `queued` when the
summary was asked for, `DM` the workspace's own time of the owner's message (its ts, in the same
clock, from which on the page shows it), `sent` when the outbox row said `sent`. Baton paces itself
to one message a second in a channel after a burst of ten, so what one rep gets counts: the example
policy has few reps, the wide one many, so that only the pipeline is measured. `late` counts owners
whose message did not come within a minute after the last POST; cases, nurture and queues have no
DM. An unmeasured second of load goes before."""

RATES = (2.0, 15.0)
WARM_LEADS = 5
TWINS = 5
DRAIN_SECONDS = 60.0


@dataclass(frozen=True)
class Setting:
    name: str
    policy: Path


def measure(quick: bool) -> Report:
    report = Report("Form POST to the owner's DM", METHOD)
    seconds = 5.0 if quick else 30.0
    with databases() as place, temporary_folder() as folder:
        settings = (Setting("example", POLICY), Setting("wide", widen(folder, TWINS)))
        for kind in place.kinds:
            for rate in RATES:
                for setting in settings:
                    _measure_one(report, place, kind, rate, seconds, setting)
    return report


def _measure_one(
    report: Report, place: Databases, kind: Kind, rate: float, seconds: float, setting: Setting
) -> None:
    url = place.fresh(kind)
    with (
        temporary_folder() as folder,
        running_baton(folder, url, setting.policy) as program,
        looking_at(url) as database,
    ):
        path = "/intake/web/website"
        post_leads(Order(program.port, path, 1, 1.0, WARM_LEADS, rate=10.0, first=1_000_000))
        wait_for_messages(database, DRAIN_SECONDS)
        before = cpu_seconds(program.process)
        done = post_leads(Order(program.port, path, 16, seconds, rate=rate))
        wait_for_messages(database, DRAIN_SECONDS)
        cpu = cpu_seconds(program.process) - before
        told = owners_told(database)
    key: Row = {"database": kind, "leads/s": rate, "policy": setting.name}
    mine = [(sent, told[r]) for sent, r in zip(done.sent, done.receipts, strict=True) if r in told]
    report.add(
        "Milliseconds from POST",
        key | {"reps": reps_of(setting.policy)} | _delays(done, mine),
    )
    report.add("Cost", key | _cost(done, mine, cpu))


def _delays(done: Outcome, mine: list[tuple[float, Told]]) -> Row:
    marks = {
        "202": done.milliseconds,
        "begun": [(told.assigned - sent) * 1000 for sent, told in mine],
        "queued": [(told.queued - sent) * 1000 for sent, told in mine],
        "DM": [(told.shown - sent) * 1000 for sent, told in mine if told.shown],
        "sent": [(told.sent - sent) * 1000 for sent, told in mine if told.sent],
    }
    return {
        f"{mark} {name}": percentile(values, share)
        for mark, values in marks.items()
        for name, share in (("p50", 0.5), ("p99", 0.99))
    }


def _cost(done: Outcome, mine: list[tuple[float, Told]], cpu: float) -> Row:
    shares = [told.person for _, told in mine]
    return {
        "accepted": len(done.receipts),
        "refused": sum(done.refused.values()),
        "with an owner": len(mine),
        "late": sum(told.shown is None for _, told in mine),
        "reps who shared": len(set(shares)),
        "most for one rep": max((shares.count(person) for person in set(shares)), default=0),
        "CPU ms/lead": cpu * 1000 / max(len(done.receipts), 1),
    }
