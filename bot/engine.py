"""Durable work on DBOS: the only module that knows it.

Work is submitted in the caller's transaction and runs at least once, one at a time for each key,
on whichever replica picks it up. Flows are idempotent, so a repeated run does nothing twice.
What the library leaves open is handled here: replicas that die are found by their heartbeat,
work that fails is tried again later with growing pauses and in the end shown to people, and work
of a switched-off workflow waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Event

import structlog
from dbos import DBOS, DBOSClient, EnqueueOptions
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from bot.log import where_raised
from handlers.flows.ports import Clock, FlowName, RetryLater
from handlers.flows.registry import FLOWS, QueueName
from storage.switches import SwitchName
from storage.unit_of_work import Database, UnitOfWork
from storage.work import FailingWork

log = structlog.get_logger(__name__)

NAME = "baton"
# A constant: a new release must pick up the work that an older one left.
WORK_VERSION = "1"
ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=2)
DEAD_AFTER = timedelta(seconds=15)
SWITCHED_OFF_PAUSE = timedelta(seconds=5)
DATABASE_PAUSE_SECONDS = 0.5
UNFINISHED = ["ENQUEUED", "DELAYED", "PENDING"]
KEPT = timedelta(days=1)
"""How long finished work is remembered, so that a late repetition still runs once."""

CONCURRENCY: dict[QueueName, int] = {"leads": 16, "summaries": 4, "slack": 16, "imports": 2}
POLL_SECONDS: dict[QueueName, float] = {
    "leads": 0.1,
    "summaries": 0.5,
    "slack": 0.1,
    "imports": 0.5,
}

Runner = Callable[[FlowName, tuple[str, ...]], None]
OnStuck = Callable[[FlowName, tuple[str, ...], str], None]


@dataclass(frozen=True)
class Job:
    """One attempt at a piece of work; only ids travel in `arguments`."""

    flow: FlowName
    work_id: str
    key: str
    attempt: int
    arguments: tuple[str, ...]

    def next_attempt(self) -> Job:
        return replace(self, attempt=self.attempt + 1)


class DurableEngine:
    """One running engine a process; `launch` before anything runs, `stop` at the end."""

    def __init__(
        self,
        *,
        database: Database,
        work_engine: DatabaseEngine,
        clock: Clock,
        replica: str,
        concurrency: dict[QueueName, int] | None = None,
    ) -> None:
        self._database = database
        self.work_engine = work_engine
        self._clock = clock
        self.replica = replica
        self._concurrency = concurrency or CONCURRENCY
        self._url = work_engine.url.render_as_string(hide_password=False)
        self._client: DBOSClient | None = None
        self._running = False
        self._stopping = Event()
        self._run: Runner = _not_wired
        self._on_stuck: OnStuck = _nothing

    def wire(self, run: Runner, on_stuck: OnStuck) -> None:
        """What runs a flow, and what is told when work has used up its attempts."""
        self._run = run
        self._on_stuck = on_stuck

    def prepare(self) -> None:
        """Make the tables of work where no start has made them yet, so that work can be left."""
        schema = "dbos" if self.work_engine.dialect.name == "postgresql" else None
        if not inspect(self.work_engine).has_table("workflow_status", schema=schema):
            DBOS.migrate(self._url)

    def launch(self) -> None:
        """Start running work. Work this replica left unfinished is taken up again."""
        DBOS(
            config={
                "name": NAME,
                "system_database_url": self._url,
                "system_database_engine": self.work_engine,
                "application_version": WORK_VERSION,
                "executor_id": self.replica,
                "log_level": "ERROR",
                "console_log_level": "ERROR",
            }
        )
        for name in FLOWS:
            self._register(name)
        with self._database.writing() as work:
            # Before any work is picked up: a replica that dies at once must be missed, too.
            work.work.beat(self.replica, work.work.time(self._clock.now()))
        DBOS.launch()
        self._running = True
        for queue, concurrency in self._concurrency.items():
            DBOS.register_queue(
                queue,
                worker_concurrency=concurrency,
                partition_concurrency=1,
                polling_interval_sec=POLL_SECONDS[queue],
                on_conflict="never_update",
            )
        self.follow_switches()

    def stop(self, wait_seconds: int = 5) -> None:
        """Stop picking up work; what runs may finish, the rest waits for the next start."""
        self._stopping.set()
        if self._running:
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=wait_seconds)
            self._running = False
        if self._client is not None:
            self._client.destroy()
            self._client = None

    def _register(self, name: FlowName) -> None:
        def flow(work_id: str, key: str, attempt: int, *arguments: str) -> None:
            self._perform(Job(name, work_id, key, attempt, arguments))

        flow.__qualname__ = name
        DBOS.workflow(name=name, max_recovery_attempts=50)(flow)

    def submit(
        self,
        work: UnitOfWork,
        flow: FlowName,
        *arguments: str,
        key: str,
        work_id: str,
        delay: timedelta = timedelta(),
    ) -> None:
        """Queue a flow in the caller's transaction. The same `work_id` twice runs once."""
        self._enqueue(work, Job(flow, work_id, key, 0, arguments), delay)

    def _enqueue(self, work: UnitOfWork, job: Job, delay: timedelta) -> None:
        options: EnqueueOptions = {
            "workflow_name": job.flow,
            "queue_name": FLOWS[job.flow].queue,
            "workflow_id": f"{job.work_id}#{job.attempt}" if job.attempt else job.work_id,
            "app_version": WORK_VERSION,
            "queue_partition_key": job.key,
        }
        if delay:
            options["delay_seconds"] = delay.total_seconds()
        self.client.enqueue_in_transaction(
            work.connection, options, job.work_id, job.key, job.attempt, *job.arguments
        )

    @property
    def client(self) -> DBOSClient:
        if self._client is None:
            self._client = DBOSClient(
                system_database_url=self._url,
                system_database_engine=self.work_engine,
                application_name=NAME,
            )
        return self._client

    def _perform(self, job: Job) -> None:
        """Run a flow once. Whatever it raises ends in a later attempt or on the stuck list."""
        try:
            if self._is_off(FLOWS[job.flow].switch):
                self._again(job, SWITCHED_OFF_PAUSE)
                return
            self._run(job.flow, job.arguments)
            if job.attempt:
                with self._database.writing() as work:
                    work.work.succeed(job.work_id)
        except RetryLater as later:
            self._until_stored(partial(self._failed, job, later, later.after))
        except Exception as error:  # whatever broke, the work must not be lost
            self._until_stored(partial(self._failed, job, error, None))

    def _until_stored(self, store: Callable[[], None]) -> None:
        """What happened to the work is recorded, however long the database is away."""
        while True:
            try:
                store()
                return
            except SQLAlchemyError as error:
                log.warning("database_away", error=where_raised(error))
                if self._stopping.wait(DATABASE_PAUSE_SECONDS):
                    raise

    def _failed(self, job: Job, error: Exception, wait: timedelta | None) -> None:
        """Record the failure and try again later; without `wait` the pauses grow and end."""
        reason = where_raised(error)
        with self._database.writing() as work:
            attempts = work.work.attempts(job.work_id) + (wait is None)
            stuck = attempts >= ATTEMPTS
            work.work.fail(
                FailingWork(
                    work_id=job.work_id,
                    flow=job.flow,
                    key=job.key,
                    arguments=job.arguments,
                    attempts=attempts,
                    state="stuck" if stuck else "waiting" if wait else "retrying",
                    error=reason,
                    changed_at=self._clock.now(),
                )
            )
            if not stuck:
                pause = wait or FIRST_PAUSE * 2 ** (attempts - 1)
                self._enqueue(work, job.next_attempt(), pause)
        tell = log.debug if wait else log.warning
        tell("work_put_back", flow=job.flow, work_id=job.work_id, stuck=stuck, error=reason)
        if stuck:
            self._on_stuck(job.flow, job.arguments, reason)

    def _again(self, job: Job, delay: timedelta) -> None:
        with self._database.writing() as work:
            self._enqueue(work, job.next_attempt(), delay)

    def _is_off(self, switch: SwitchName) -> bool:
        with self._database.reading() as work:
            return not work.switches.is_on(switch)

    def pause(self, switch: str) -> None:
        """Start nothing more of this switch's queues on any replica; the row stays the truth."""
        for queue in _queues_of(switch):
            self._set_concurrency(queue, 0)

    def resume(self, switch: str) -> None:
        for queue in _queues_of(switch):
            self._set_concurrency(queue, self._concurrency[queue])

    def _set_concurrency(self, queue: QueueName, concurrency: int) -> None:
        if self._running:
            registered = DBOS.retrieve_queue(queue)
            if registered is not None and registered.worker_concurrency != concurrency:
                registered.set_worker_concurrency(concurrency)

    def follow_switches(self) -> None:
        """Bring every queue in line with its switch's row, whoever turned it."""
        with self._database.reading() as work:
            states = {switch.name: switch.is_on for switch in work.switches.listed()}
        for name, is_on in states.items():
            if is_on:
                self.resume(name)
            else:
                self.pause(name)

    def supervise(self, now: datetime) -> int:
        """Say that this replica lives, and take over the work of those that do not.

        Gives how many pieces of work were taken over.
        """
        with self._database.writing() as work:
            now = work.work.time(now)
            work.work.beat(self.replica, now)
            dead = work.work.claim_silent(now - DEAD_AFTER, now)
        return sum(self._take_over(replica) for replica in dead)

    def adopt_orphans(self, now: datetime) -> None:
        """Find running work whose replica is on no list; it counts as silent from now on."""
        running = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        owners = {status.executor_id for status in running if status.executor_id}
        with self._database.writing() as work:
            work.work.adopt_orphans(sorted(owners), work.work.time(now))

    def _take_over(self, replica: str) -> int:
        left = DBOS.list_workflows(
            status="PENDING", executor_id=replica, load_input=False, load_output=False
        )
        for queue in {status.queue_name for status in left}:
            ids = [status.workflow_id for status in left if status.queue_name == queue]
            DBOS.resume_workflows(ids, queue_name=queue)
        with self._database.writing() as work:
            work.work.forget_replica(replica)
        log.warning("replica_lost", replica=replica, taken_over=len(left))
        return len(left)

    def unfinished(self) -> frozenset[tuple[str, str]]:
        """The flow and the first argument of every piece of work that waits or runs."""
        found = self.client.list_workflows(status=UNFINISHED, load_output=False)
        given = [(status.name, status.input["args"][3:]) for status in found if status.input]
        return frozenset((name, arguments[0]) for name, arguments in given if arguments)

    def stats(self) -> dict[str, dict[str, int]]:
        """How many pieces of work wait and run in each queue."""
        counts: dict[str, dict[str, int]] = {queue: {} for queue in self._concurrency}
        waiting = self.client.list_workflows(status=UNFINISHED, load_input=False, load_output=False)
        for status in waiting:
            queue = counts.setdefault(status.queue_name or "", {})
            queue[status.status.lower()] = queue.get(status.status.lower(), 0) + 1
        return counts

    def prune(self, before: datetime) -> int:
        """Forget work that finished before; gives how many pieces."""
        done = self.client.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before.isoformat(),
            load_input=False,
            load_output=False,
            limit=10_000,
        )
        self.client.delete_workflows([status.workflow_id for status in done])
        return len(done)


def _queues_of(switch: str) -> set[QueueName]:
    return {flow.queue for flow in FLOWS.values() if flow.switch == switch}


def _not_wired(flow: FlowName, arguments: tuple[str, ...]) -> None:
    raise RuntimeError("the engine was launched before it was wired")


def _nothing(flow: FlowName, arguments: tuple[str, ...], error: str) -> None:
    return None
