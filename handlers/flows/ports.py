"""What flows need from outside, as protocols; `bot.wiring` fills them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from handlers.flows.draft import ImportedRow, TableLayout
from handlers.flows.policy_book import PolicyBook
from handlers.flows.telling.messages import Message
from prompts.lead_summary import SummaryInput
from routing.policy.tables.enrichment import Provider
from routing.policy.tables.sources import SourcePolicy
from storage.unit_of_work import Database, UnitOfWork

FlowName = Literal[
    "take_in_apart",
    "work_lead",
    "fill_places",
    "hand_over",
    "import_leads",
    "route_import",
    "write_summary",
    "send_message",
    "send_whisper",
    "redraw_message",
    "rescore_leads",
    "recalculate_quality",
    "take_policy_file",
]


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, in UTC."""


class Engine(Protocol):
    """Durable work: what is submitted runs at least once, one at a time for each key."""

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

    def unfinished(self) -> frozenset[tuple[str, str]]:
        """The flow and the first argument of every piece of work that waits or runs."""

    def pause(self, switch: str) -> None:
        """Start nothing more of the flows this switch governs, on any replica."""

    def resume(self, switch: str) -> None:
        """Take the waiting work up again."""


class RetryLater(Exception):
    """The outside world cannot take this work now; it is no fault of the work.

    `after` is how long to wait. The engine tries again for as long as it takes.
    """

    def __init__(self, why: str, after: timedelta) -> None:
        super().__init__(why)
        self.after = after


class EnrichmentFailedError(Exception):
    """The provider did not answer, or answered what cannot be used.

    `reason` is a word or two such as `timeout`; `after` is how long the provider asked to be
    left alone.
    """

    def __init__(self, reason: str, after: timedelta = timedelta()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class Enricher(Protocol):
    """One provider of company facts."""

    name: str

    def look_up(self, domain: str) -> Mapping[str, str | int]:
        """What is known of the company behind a registrable domain: some of the fields policy
        may want, in the provider's own words. Empty when nothing is.

        Raises EnrichmentFailedError.
        """


class Enrichers(Protocol):
    """The providers that policy names."""

    def ask(self, provider: Provider, domain: str, *, seconds: float) -> Mapping[str, str | int]:
        """What this provider knows of the domain, within so many seconds.

        Raises EnrichmentFailedError, also when the provider is given a rest or has had its rate.
        """

    def counts(self) -> Mapping[tuple[str, str], int]:
        """How often each provider was asked in this process, by provider and outcome."""

    def close(self) -> None:
        """Let go of connections and threads."""


class SummaryFailedError(Exception):
    """The model did not write a usable summary in time; `outcome` says why in a word or two."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@dataclass(frozen=True)
class WrittenSummary:
    """A summary and what it cost; tokens are None when the server did not say."""

    text: str
    input_tokens: int | None = None
    output_tokens: int | None = None


class Summariser(Protocol):
    model: str

    def summarise(self, lead: SummaryInput) -> WrittenSummary:
        """Two or three plain sentences for the owner. Raises SummaryFailedError."""

    def close(self) -> None:
        """Let go of connections and threads."""


class MessageRefusedError(Exception):
    """Slack refused the message for certain; it was not posted."""


class MessageUnclearError(Exception):
    """No usable answer: the message may or may not have arrived."""


@dataclass(frozen=True)
class MessagePlace:
    """Where Slack put a message. `ts` is None for a message only one person sees."""

    channel: str
    ts: str | None


@dataclass(frozen=True)
class SharedFile:
    """A file that somebody shared. `ts` is that of the message in `channel`, where known."""

    name: str
    content: bytes
    channel: str
    ts: str | None


class FileRefusedError(Exception):
    """The file cannot be taken; the message says why."""


class Messenger(Protocol):
    """Speaks in Slack. Methods raise RetryLater when Slack asks for patience,
    MessageRefusedError or MessageUnclearError."""

    def post(
        self, recipient: str, message: Message, *, message_id: str, thread: MessagePlace | None
    ) -> MessagePlace:
        """Post to a user's DM (`U...`) or a channel (`C...`), marked with `message_id`."""

    def whisper(self, channel: str, user: str, text: str) -> None:
        """Show one person a line in a channel."""

    def update(self, place: MessagePlace, message: Message) -> None:
        """Replace what a posted message says."""

    def find(
        self, recipient: str, *, message_id: str, since: datetime, thread: MessagePlace | None
    ) -> MessagePlace | None:
        """The message marked with `message_id` posted after `since`, if it arrived."""

    def fetch(self, file_id: str, channel: str, *, largest: int) -> SharedFile:
        """A file that was shared in this channel, of at most so many bytes; FileRefusedError."""


class TableReader(Protocol):
    """Reads files of many leads, each time from their start."""

    def look(self, source: SourcePolicy, chunks: Iterable[bytes]) -> TableLayout:
        """How the file is to be read; raises what its sender is told when it cannot be."""

    def rows(
        self, source: SourcePolicy, layout: TableLayout, chunks: Iterable[bytes], *, after: int = 0
    ) -> Iterator[ImportedRow]:
        """Every row that starts below line `after`, as a draft or with its problem."""


@dataclass(frozen=True)
class Ports:
    """Everything a flow may reach; one value, made in `bot.wiring` and by the tests."""

    clock: Clock
    database: Database
    engine: Engine
    policies: PolicyBook
    enrichers: Enrichers
    template: Summariser
    messenger: Messenger
    tables: TableReader
    ai: Summariser | None = None
    replica: str = "embedded"
    """This process among those that share the database."""
