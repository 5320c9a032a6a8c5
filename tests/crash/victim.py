"""A process that runs one real lead and is killed at a commit of its own choosing.

It counts the commits that write, of Baton and of its work runner alike, and sends itself SIGKILL
right before or right after the chosen one: nothing in the process gets a chance to tidy up.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from threading import Event, Lock
from typing import Any, Literal

from sqlalchemy import Connection, Engine, event

from bot.settings import Settings
from bot.wiring import Program, build
from handlers.flows.taking_in.receive_lead import receive_lead
from tests.crash.importing import import_file
from tests.crash.leaving import hand_over_all
from tests.crash.sharing import share_leads
from tests.flows.builders import a_draft

SOON = 20.0
FINISHED = 0
TOO_SLOW = 3
WRITES = ("INSERT", "UPDATE", "DELETE")

When = Literal["before", "after"]


@dataclass(frozen=True)
class Order:
    """What one victim does. `kill_at` counts writing commits from 1; None lives to the end."""

    database_url: str
    slack_api_url: str
    name: str
    kill_at: int | None
    when: When = "after"
    rows: int = 0
    """With rows, the victim imports a file of so many leads instead of sending one."""
    leaving: int = 0
    """So many leads of somebody who leaves are handed over instead."""
    policy_dir: str | None = None
    """With a policy folder, it is the replica `name` and works the leads that wait."""


class CommitCounter:
    """Counts writing commits on an engine and kills the process at the chosen one."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._count = 0
        self._lock = Lock()

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._note_write)
        commit = engine.dialect.do_commit

        def counted(dbapi_connection: Any) -> None:
            number = self._next(dbapi_connection)
            self._die_if(number, "before")
            commit(dbapi_connection)
            self._die_if(number, "after")

        engine.dialect.do_commit = counted  # type: ignore[method-assign]

    def _note_write(
        self, connection: Connection, _cursor: Any, statement: str, *_rest: Any
    ) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            with self._lock:
                self._writers().add(id(connection.connection.dbapi_connection))

    def _writers(self) -> set[int]:
        if not hasattr(self, "_writing"):
            self._writing: set[int] = set()
        return self._writing

    def _next(self, dbapi_connection: Any) -> int:
        raw = getattr(dbapi_connection, "dbapi_connection", dbapi_connection)
        with self._lock:
            if id(raw) not in self._writers():
                return 0
            self._writers().discard(id(raw))
            self._count += 1
            return self._count

    def _die_if(self, number: int, when: When) -> None:
        if number and (number, when) == (self._order.kill_at, self._order.when):
            os.kill(os.getpid(), signal.SIGKILL)


def live(order: Order) -> None:
    """Send one lead and work until its owner has the card, or what the order says; ends the
    process.
    """
    program = build(_settings(order))
    counter = CommitCounter(order)
    counter.watch(program.ports.database.engine)
    counter.watch(program.engine.work_engine)
    program.start()
    if order.policy_dir:
        os._exit(FINISHED if share_leads(program) else TOO_SLOW)
    if order.rows:
        os._exit(FINISHED if import_file(program, order.name, order.rows) else TOO_SLOW)
    if order.leaving:
        is_over = hand_over_all(program, order.name, order.leaving)
        os._exit(FINISHED if is_over else TOO_SLOW)
    email = f"{order.name}@acme-widgets.com"
    receive_lead(
        program.ports, a_draft(program.ports, key=order.name, name=order.name, email=email)
    )
    os._exit(FINISHED if _done(program, email) else TOO_SLOW)


def _settings(order: Order) -> Settings:
    settings = {
        "BATON_DATABASE_URL": order.database_url,
        "BATON_REPLICA": order.name if order.policy_dir else "victim",
        "SLACK_BOT_TOKEN": "xoxb-local",
        "SLACK_API_URL": order.slack_api_url,
    }
    policy = {"BATON_POLICY_DIR": order.policy_dir} if order.policy_dir else {}
    return Settings.model_validate(settings | policy)


def _done(program: Program, email: str) -> bool:
    """Whether the card was sent and nothing is left to do, within a bounded time."""
    pause = Event()
    for _ in range(int(SOON / 0.02)):
        with program.ports.database.reading() as work:
            found = work.leads.find(email, 1)
            sent = work.outbox.state_counts().get("sent", 0)
        if found and found[0].place == "owner" and sent and _idle(program):
            return True
        pause.wait(0.02)
    return False


def _idle(program: Program) -> bool:
    return not any(program.engine.stats().values())
