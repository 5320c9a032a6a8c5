"""Durable work runs, in order for each key, survives errors, and obeys its switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Lock

import pytest

from bot import engine as engine_module
from bot.clock import SystemClock
from bot.engine import DurableEngine
from handlers.flows.ports import FlowName, RetryLater
from storage.database.engine import open_work_engine
from storage.unit_of_work import Database

SOON = 20.0
"""Seconds a test waits for what should take a fraction of one."""


class Recorder:
    """What the engine ran, in order; `answer` may raise."""

    def __init__(self) -> None:
        self.ran: list[tuple[FlowName, tuple[str, ...]]] = []
        self.stuck: list[tuple[FlowName, tuple[str, ...], str]] = []
        self.answer: Callable[[tuple[str, ...]], None] = lambda arguments: None
        self._lock = Lock()
        self._changed = Event()

    def run(self, flow: FlowName, arguments: tuple[str, ...]) -> None:
        with self._lock:
            self.ran.append((flow, arguments))
        self._changed.set()
        self.answer(arguments)

    def on_stuck(self, flow: FlowName, arguments: tuple[str, ...], error: str) -> None:
        self.stuck.append((flow, arguments, error))
        self._changed.set()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        for _ in range(int(SOON / 0.05)):
            if condition():
                return
            self._changed.clear()
            self._changed.wait(0.05)
        raise AssertionError(f"did not happen within {SOON} s; ran {self.ran}")


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def engine(database: Database, database_url: str, recorder: Recorder) -> Iterator[DurableEngine]:
    work_engine = open_work_engine(database_url)
    engine = DurableEngine(
        database=database, work_engine=work_engine, clock=SystemClock(), replica="one"
    )
    engine.wire(recorder.run, recorder.on_stuck)
    engine.launch()
    yield engine
    engine.stop(wait_seconds=0)
    work_engine.dispose()


def _submit(database: Database, engine: DurableEngine, number: int = 1, **options: object) -> None:
    with database.writing() as work:
        engine.submit(
            work,
            "work_lead",
            f"lead_{number}",
            key=str(options.get("key", f"lead_{number}")),
            work_id=f"w{number:03}",
        )


def test_work_is_left_before_any_launch(
    database: Database, database_url: str, recorder: Recorder
) -> None:
    """A command that comes before the first start makes the tables of work; the start runs it."""
    work_engine = open_work_engine(database_url)
    engine = DurableEngine(
        database=database, work_engine=work_engine, clock=SystemClock(), replica="one"
    )
    engine.wire(recorder.run, recorder.on_stuck)
    for _ in range(2):
        engine.prepare()
    _submit(database, engine)

    engine.launch()

    recorder.wait_for(lambda: recorder.ran == [("work_lead", ("lead_1",))])
    engine.stop(wait_seconds=0)
    work_engine.dispose()


def test_submitted_work_runs_once(
    database: Database, engine: DurableEngine, recorder: Recorder
) -> None:
    """The same work id twice is one piece of work."""
    _submit(database, engine)
    _submit(database, engine)
    _submit(database, engine, 2)

    recorder.wait_for(lambda: len(recorder.ran) >= 2)
    assert sorted(recorder.ran) == [("work_lead", ("lead_1",)), ("work_lead", ("lead_2",))]


def test_rolled_back_submission_never_runs(
    database: Database, engine: DurableEngine, recorder: Recorder
) -> None:
    """Work commits with the rows that make it necessary, or not at all."""
    with pytest.raises(RuntimeError), database.writing() as work:
        engine.submit(work, "work_lead", "lost", key="lost", work_id="lost")
        raise RuntimeError
    _submit(database, engine)

    recorder.wait_for(lambda: len(recorder.ran) >= 1)
    assert recorder.ran == [("work_lead", ("lead_1",))]


def test_work_of_one_key_runs_in_order_one_at_a_time(
    database: Database, engine: DurableEngine, recorder: Recorder
) -> None:
    """Twenty pieces of one lead's work never overlap and keep their order (to the millisecond)."""
    running = Lock()
    overlaps: list[str] = []

    def one_at_a_time(arguments: tuple[str, ...]) -> None:
        if not running.acquire(blocking=False):
            overlaps.append(arguments[0])
            return
        Event().wait(0.005)
        running.release()

    recorder.answer = one_at_a_time
    for number in range(20):
        _submit(database, engine, number, key="same")

    recorder.wait_for(lambda: len(recorder.ran) == 20)
    assert overlaps == []
    assert [arguments for _, arguments in recorder.ran] == [(f"lead_{n}",) for n in range(20)]


def test_failing_work_is_tried_again(
    database: Database, engine: DurableEngine, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error puts the work back; when it succeeds nothing is left on the list."""
    monkeypatch.setattr(engine_module, "FIRST_PAUSE", timedelta(milliseconds=50))

    def fail_twice(arguments: tuple[str, ...]) -> None:
        if len(recorder.ran) < 3:
            raise ValueError(arguments[0])

    recorder.answer = fail_twice
    _submit(database, engine)

    recorder.wait_for(lambda: len(recorder.ran) == 3)
    recorder.wait_for(lambda: _failing(database) == {})
    assert recorder.stuck == []


def test_work_that_always_fails_is_shown_to_people(
    database: Database, engine: DurableEngine, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its attempts the work stops, is reported once and stands on the stuck list."""
    monkeypatch.setattr(engine_module, "FIRST_PAUSE", timedelta(milliseconds=1))
    monkeypatch.setattr(engine_module, "ATTEMPTS", 3)

    def fail(arguments: tuple[str, ...]) -> None:
        raise ValueError("Jane Roe, jane@acme.example")

    recorder.answer = fail
    _submit(database, engine)

    recorder.wait_for(lambda: len(recorder.stuck) == 1)
    assert len(recorder.ran) == 3
    with database.reading() as work:
        (stuck,) = work.work.stuck()
    assert (stuck.flow, stuck.arguments, stuck.attempts) == ("work_lead", ("lead_1",), 3)
    assert "Jane" not in stuck.error


def test_patience_never_ends(
    database: Database, engine: DurableEngine, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work that the outside world asks to wait goes on trying beyond the attempts of an error."""
    monkeypatch.setattr(engine_module, "ATTEMPTS", 2)
    enough = 4

    def busy(arguments: tuple[str, ...]) -> None:
        if len(recorder.ran) < enough:
            raise RetryLater("busy", timedelta(milliseconds=1))

    recorder.answer = busy
    _submit(database, engine)

    recorder.wait_for(lambda: len(recorder.ran) == enough)
    assert recorder.stuck == []


def test_switched_off_work_waits_and_then_runs(
    database: Database, engine: DurableEngine, recorder: Recorder
) -> None:
    """Off: nothing starts. On: everything that waited runs, once."""
    _turn(database, engine, False)
    for number in range(3):
        _submit(database, engine, number)
    Event().wait(0.5)
    assert recorder.ran == []
    assert engine.unfinished() == {("work_lead", f"lead_{number}") for number in range(3)}

    _turn(database, engine, True)
    recorder.wait_for(lambda: len(recorder.ran) == 3)
    recorder.wait_for(lambda: engine.unfinished() == frozenset())


def test_switch_row_alone_holds_the_work(
    database: Database, engine: DurableEngine, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work already picked up when the switch turned reads the row and puts itself back."""
    monkeypatch.setattr(engine_module, "SWITCHED_OFF_PAUSE", timedelta(milliseconds=50))
    with database.writing() as work:
        work.switches.set("routing", False, by="t", reason="trial", now=SystemClock().now())
    _submit(database, engine)
    Event().wait(0.5)
    assert recorder.ran == []

    with database.writing() as work:
        work.switches.set("routing", True, by="t", reason="over", now=SystemClock().now())
    recorder.wait_for(lambda: len(recorder.ran) == 1)


def test_work_left_by_a_stopped_engine_runs_after_the_restart(
    database: Database, database_url: str, recorder: Recorder
) -> None:
    """What was submitted while nothing ran is taken up by the next start."""
    work_engine = open_work_engine(database_url)
    first = DurableEngine(
        database=database, work_engine=work_engine, clock=SystemClock(), replica="one"
    )
    first.wire(recorder.run, recorder.on_stuck)
    first.launch()
    first.stop(wait_seconds=0)
    client = DurableEngine(
        database=database, work_engine=work_engine, clock=SystemClock(), replica="two"
    )
    _submit(database, client)
    client.stop()

    again = DurableEngine(
        database=database, work_engine=work_engine, clock=SystemClock(), replica="one"
    )
    again.wire(recorder.run, recorder.on_stuck)
    again.launch()
    recorder.wait_for(lambda: len(recorder.ran) >= 1)
    again.stop(wait_seconds=0)
    assert recorder.ran == [("work_lead", ("lead_1",))]
    work_engine.dispose()


def test_work_of_a_silent_replica_is_taken_over_once(
    database: Database, engine: DurableEngine, recorder: Recorder
) -> None:
    """A replica that stops beating is claimed by one of the others, who forgets it afterwards."""
    now = SystemClock().now()
    with database.writing() as work:
        work.work.beat("gone", now - timedelta(minutes=1))

    engine.supervise(now)

    with database.writing() as work:
        assert work.work.claim_silent(now + timedelta(minutes=1), now) == ["one"]
    _submit(database, engine)
    recorder.wait_for(lambda: len(recorder.ran) == 1)


def test_work_of_a_replica_that_never_beat_is_found(
    database: Database, engine: DurableEngine, recorder: Recorder
) -> None:
    """A replica that died before its first heartbeat is on no list; its running work tells."""
    hold = Event()

    def wait(_: tuple[str, ...]) -> None:
        hold.wait(SOON)

    recorder.answer = wait
    _submit(database, engine)
    recorder.wait_for(lambda: len(recorder.ran) == 1)
    with database.writing() as work:
        work.work.forget_replica("one")
    now = SystemClock().now()

    engine.adopt_orphans(now)

    with database.writing() as work:
        later = work.work.time(now) + timedelta(minutes=1)
        assert work.work.claim_silent(later, later) == ["one"]
    hold.set()


def test_replica_is_on_the_list_before_it_picks_up_work(
    database: Database, engine: DurableEngine
) -> None:
    """From its launch on a replica can be missed."""
    with database.writing() as work:
        later = work.work.time(SystemClock().now()) + timedelta(minutes=1)

        assert work.work.claim_silent(later, later) == ["one"]


def test_two_supervisors_never_claim_the_same_replica(database: Database) -> None:
    """Of all that look at once, one gets the dead replica."""
    now = SystemClock().now()
    with database.writing() as work:
        work.work.beat("gone", now - timedelta(minutes=1))

    def claim(_: int) -> list[str]:
        with database.writing() as work:
            return work.work.claim_silent(now - timedelta(seconds=5), now)

    with ThreadPoolExecutor(4) as threads:
        claims = list(threads.map(claim, range(4)))

    assert sorted(claims) == [[], [], [], ["gone"]]


def test_finished_work_is_forgotten(
    database: Database, engine: DurableEngine, recorder: Recorder
) -> None:
    """Pruning removes what finished before the given time, and nothing that waits."""
    _submit(database, engine)
    recorder.wait_for(lambda: len(recorder.ran) == 1)
    recorder.wait_for(lambda: engine.stats()["leads"] == {})

    assert engine.prune(SystemClock().now() + timedelta(seconds=5)) == 1
    assert engine.prune(SystemClock().now() + timedelta(seconds=5)) == 0


def _failing(database: Database) -> dict[str, int]:
    with database.reading() as work:
        return work.work.failing_counts()


def _turn(database: Database, engine: DurableEngine, is_on: bool) -> None:
    with database.writing() as work:
        work.switches.set("routing", is_on, by="t", reason="trial", now=SystemClock().now())
    if is_on:
        engine.resume("routing")
    else:
        engine.pause("routing")
