"""The clock that starts things: it holds no state, so a restart loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.log import where_raised

log = structlog.get_logger(__name__)

Job = Callable[[], object]


class Ticker:
    """Runs each job at its interval, one at a time, on every replica."""

    def __init__(self) -> None:
        self._overdue: list[Callable[[], None]] = []
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def every(self, interval: timedelta, name: str, job: Job) -> None:
        """Register a job; an error is logged and the next tick comes all the same."""
        self._scheduler.add_job(
            _guarded(name, job), "interval", seconds=interval.total_seconds(), id=name
        )

    def daily(self, hour: int, name: str, job: Job) -> None:
        """Register a job for this hour of each UTC day, and for the start: it may be overdue."""
        self._by_the_clock(name, job, hour=hour)

    def weekly(self, day: str, hour: int, name: str, job: Job) -> None:
        """Register a job for this day (`sun`) and UTC hour, and for the start."""
        self._by_the_clock(name, job, day_of_week=day, hour=hour)

    def _by_the_clock(self, name: str, job: Job, **when: str | int) -> None:
        run = _guarded(name, job)
        self._overdue.append(run)
        self._scheduler.add_job(run, "cron", id=name, **when)

    def start(self) -> None:
        """Do what may be overdue, then go by the clock."""
        for run in self._overdue:
            run()
        self._scheduler.start()

    def stop(self) -> None:
        """Wait for running jobs, then start no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)


def _guarded(name: str, job: Job) -> Callable[[], None]:
    def run() -> None:
        try:
            job()
        except Exception as error:  # a tick must never be the last one
            log.error("tick_failed", job=name, error=where_raised(error))

    return run
