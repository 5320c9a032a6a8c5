"""The one place where everything is put together; the tests use it too."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TextIO

import structlog
from slack_sdk import WebClient

from bot.clock import SystemClock
from bot.connectors.enrichment.enrichers import PolicyEnrichers
from bot.connectors.llm.template import TemplateSummariser
from bot.connectors.mailbox import ImapServers
from bot.connectors.slack import SlackMessenger
from bot.engine import KEPT, DurableEngine
from bot.intake_round import IntakeRound
from bot.mail_round import MailRound
from bot.only_one import hold
from bot.policy_folder import DIRECTORY, read_policy_folder
from bot.scheduler import Ticker
from bot.settings import Settings, named_secret
from handlers.flows.deciding.report_stuck import report_stuck
from handlers.flows.policy.follow_folder import follow_folder
from handlers.flows.policy_book import ActivePolicy, PolicyBook
from handlers.flows.ports import Clock, FlowName, Messenger, Ports, Summariser
from handlers.flows.registry import FLOWS
from handlers.flows.steps.again import done_again
from handlers.flows.taking_in.take_in_apart import take_in_unread
from handlers.flows.telling.report_undelivered import report_undelivered
from handlers.flows.working.enforce_sla import enforce_sla
from handlers.intake.csv_import import CsvReader
from handlers.jobs.fill_free_places import fill_free_places
from handlers.jobs.heal import heal
from handlers.jobs.periodic import recalculate_quality_weekly, rescore_daily
from routing.policy.reading.errors import PolicyErrors
from storage.database.engine import open_engine, open_work_engine
from storage.schema import upgrade
from storage.unit_of_work import Database

log = structlog.get_logger(__name__)

EMBEDDED_REPLICA = "embedded"
"""On SQLite there is one process, and it takes up its own work after a crash."""


@dataclass(frozen=True)
class Program:
    """Everything that runs, and the ports its flows use."""

    settings: Settings
    ports: Ports
    engine: DurableEngine
    ticker: Ticker
    mail: MailRound
    intake: IntakeRound
    locks: list[TextIO | None] = field(default_factory=list)

    def start(self) -> None:
        """Adopt the policy folder and start working. Raises AlreadyRunningError, PolicyErrors."""
        self.locks.append(hold(self.ports.database.engine.url))
        adopt_policy(self.ports, self.settings.policy_dir)
        self.engine.launch()
        self.intake.start()
        self.ticker.start()

    def stop(self) -> None:
        """Start nothing more, let what runs finish, and let go of everything."""
        self.ticker.stop()
        self.mail.stop()
        self.intake.stop()
        self.close()

    def close(self) -> None:
        """Let go of the engine, the model and the database of a program that is not started."""
        self.engine.stop()
        if self.ports.ai is not None:
            self.ports.ai.close()
        self.ports.enrichers.close()
        self.engine.work_engine.dispose()
        self.ports.database.engine.dispose()
        for lock in self.locks:
            if lock is not None:
                lock.close()


def open_database(settings: Settings) -> Database:
    """The database with its schema brought up to date."""
    engine = open_engine(settings.database_url)
    upgrade(engine)
    return Database(engine)


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    messenger: Messenger | None = None,
    ai: Summariser | None = None,
) -> Program:
    """Wire the program from its settings; what is passed in replaces what would be made."""
    clock = clock or SystemClock()
    database = open_database(settings)
    engine = DurableEngine(
        database=database,
        work_engine=open_work_engine(settings.database_url),
        clock=clock,
        replica=settings.replica or _replica_name(database),
    )
    ports = Ports(
        clock=clock,
        database=database,
        engine=engine,
        policies=PolicyBook(),
        enrichers=_enrichers(settings),
        template=TemplateSummariser(),
        messenger=messenger or SlackMessenger(slack_client(settings)),
        tables=CsvReader(),
        ai=ai or _ai(settings),
        replica=engine.replica,
    )
    engine.wire(
        run=lambda flow, arguments: FLOWS[flow].run(ports, *arguments),
        on_stuck=lambda flow, arguments, error: _on_stuck(ports, flow, arguments, error),
    )
    mail = MailRound(ports, ImapServers(named_secret))
    return Program(settings, ports, engine, _ticker(ports, engine, mail), mail, IntakeRound(ports))


def _replica_name(database: Database) -> str:
    if database.engine.dialect.name == "sqlite":
        return EMBEDDED_REPLICA
    return f"{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}"


def slack_client(settings: Settings) -> WebClient:
    """A client that never resends by itself: a repeated post would be a second message."""
    token = settings.slack_bot_token
    return WebClient(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack_api_url,
        timeout=10,
        retry_handlers=[],
    )


def _enrichers(settings: Settings) -> PolicyEnrichers:
    """The providers of policy; DirectoryError when the embedded directory cannot be used."""
    enrichers = PolicyEnrichers(settings.policy_dir, secret_of=named_secret)
    if (settings.policy_dir / DIRECTORY).exists():
        enrichers.open_file(DIRECTORY)
    return enrichers


def _ai(settings: Settings) -> Summariser | None:
    if not settings.has_ai:
        return None
    # Heavy and optional (the `ai` extra): loaded only where a model is configured.
    try:
        from bot.connectors.llm.openai import OpenAiSummariser
    except ModuleNotFoundError:
        log.warning("ai_not_installed", mend="run `make extras`, or unset OPENAI_API_KEY")
        return None

    key = settings.openai_api_key
    return OpenAiSummariser(
        api_key=key.get_secret_value() if key else "none",
        base_url=settings.openai_base_url,
        model=settings.ai_model,
    )


def _on_stuck(ports: Ports, flow: FlowName, arguments: tuple[str, ...], error: str) -> None:
    if flow == "work_lead":
        report_stuck(ports, arguments[0], error)
    elif flow == "send_message":
        report_undelivered(ports, arguments[0], error)
    elif flow == "take_in_apart":
        take_in_unread(ports, arguments[0])


def _ticker(ports: Ports, engine: DurableEngine, mail: MailRound) -> Ticker:
    ticker = Ticker()
    ticker.every(timedelta(seconds=1), "enforce_sla", lambda: enforce_sla(ports))
    ticker.every(timedelta(seconds=5), "fill_places", lambda: fill_free_places(ports))
    ticker.every(timedelta(seconds=1), "supervise", lambda: engine.supervise(ports.clock.now()))
    ticker.every(timedelta(seconds=5), "orphans", lambda: engine.adopt_orphans(ports.clock.now()))
    ticker.every(timedelta(seconds=1), "follow", lambda: _follow(ports, engine))
    ticker.every(timedelta(seconds=1), "fetch_mail", mail.tick)
    ticker.every(timedelta(minutes=1), "heal", lambda: heal(ports))
    ticker.every(timedelta(hours=1), "prune", lambda: engine.prune(ports.clock.now() - KEPT))
    ticker.daily(3, "rescore_leads", lambda: rescore_daily(ports))
    ticker.weekly("sun", 4, "recalculate_quality", lambda: recalculate_quality_weekly(ports))
    return ticker


def adopt_policy(ports: Ports, folder: Path) -> ActivePolicy:
    """Put the folder's policy in force at the first start, propose it when it changed later.

    Raises PolicyErrors where there is no policy yet to go on with.
    """
    try:
        news = done_again(lambda: follow_folder(ports, read_policy_folder(folder)))
        (log.warning if news.odd else log.info)("policy_folder", state=news.said)
    except (FileNotFoundError, PolicyErrors) as wrong:
        with ports.database.reading() as work:
            if work.policies.active_version() is None:
                raise
        log.error("policy_folder_unreadable", error=str(wrong))
    with ports.database.reading() as work:
        return ports.policies.active(work)


def _follow(ports: Ports, engine: DurableEngine) -> None:
    """See what other processes changed: the policy in force and the switches."""
    with ports.database.reading() as work:
        ports.policies.active(work)
    engine.follow_switches()
