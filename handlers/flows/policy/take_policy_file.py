"""A policy table that a person shares in Slack becomes a proposal of theirs (G2)."""

from __future__ import annotations

from handlers.flows.ports import FileRefusedError, Ports, SharedFile
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.permission import require_decider
from handlers.flows.steps.policy.propose import Suggested, propose
from handlers.flows.steps.telling import tell
from handlers.flows.telling.wording import approval_needed
from routing.policy.reading.errors import PolicyErrors, shortened
from routing.policy.reading.load import TABLES
from storage.audit import Actor
from storage.database.base import new_id
from storage.telling.outbox import OutboxMessage

LARGEST = 5_000_000
"""Bytes of a table; a hundred thousand rows fit."""
LINES = 20
"""Errors that are told one by one."""
LINE = 300
"""Characters of each."""


def offer_policy_file(ports: Ports, file_id: str, *, user: str, channel: str) -> None:
    """Queue a file that was shared where Baton looks for tables: once, however often it is told."""
    with ports.database.writing() as work:
        company = ports.policies.active(work).policy.company
        here = channel in (company.changes_channel, company.managers_channel)
        if here or channel.startswith("D"):
            ports.engine.submit(
                work,
                "take_policy_file",
                file_id,
                user,
                channel,
                key=channel,
                work_id=f"file:{file_id}",
            )


def take_policy_file(ports: Ports, file_id: str, user: str, channel: str) -> None:
    """Propose the table, and say under the message what came of it.

    What is no table of the policy is left alone in a channel, unless it looks like one, was shared
    where changes are told, and by somebody who may propose.
    """
    try:
        file = ports.messenger.fetch(file_id, channel, largest=LARGEST)
    except FileRefusedError as refusal:
        file = SharedFile("", b"", channel, None)
        if channel.startswith("D"):
            _answer(ports, file_id, file, str(refusal))
        return
    if file.name in TABLES:
        _answer(ports, file_id, file, _proposed(ports, file, user))
    elif channel.startswith("D") or _means_a_table(ports, file.name, user, channel):
        names = ", ".join(sorted(TABLES))
        said = f"I read only {names}, by these very names: rename it and share it again."
        _answer(ports, file_id, file, said)


def _means_a_table(ports: Ports, name: str, user: str, channel: str) -> bool:
    """Whether a file of another name was probably meant for Baton, such as `people (1).csv`."""
    if not name.casefold().endswith((".csv", ".yml")):
        return False
    with ports.database.reading() as work:
        policy = ports.policies.active(work).policy
    person = policy.person_by_slack_user.get(user)
    decides = person is not None and person.active and person.may_decide
    return decides and channel == policy.company.changes_channel


def _proposed(ports: Ports, file: SharedFile, user: str) -> str:
    """What came of it, in words."""
    with ports.database.reading() as work:
        active = ports.policies.active(work)
        files = work.policies.get(active.version).files
    person = active.policy.person_by_slack_user.get(user)
    try:
        if person is None or not person.active:
            raise NotAllowedError("Only an active person of the policy can propose a change.")
        require_decider(person)
        text = file.content.decode("utf-8-sig").replace("\r\n", "\n")
        suggested = Suggested(
            files=files | {file.name: text},
            proposer=Actor(kind="person", id=person.id),
            reason=f"{file.name} was shared in Slack.",
            base=active.version,
        )
        proposal = propose(ports, suggested)
    except UnicodeDecodeError:
        return f"{file.name} is not UTF-8 text: save it as CSV in UTF-8 and share it again."
    except PolicyErrors as wrong:
        more = len(wrong.errors) - LINES
        lines = [shortened(str(error), LINE) for error in wrong.errors[:LINES]]
        rest = [f"…and {more} more."] if more > 0 else []
        return "\n".join(["It is not proposed. Mend this and share it again:", *lines, *rest])
    except (NotAllowedError, NotFoundError, TooLateError) as refusal:
        return f"It is not proposed. {refusal}"
    if proposal.state == "active":
        return f"It only says who is there, and is in force as version {proposal.version}."
    return f"It is proposed as {proposal.id}. {approval_needed(active.policy)}"


def _answer(ports: Ports, file_id: str, file: SharedFile, text: str) -> None:
    """Owe the answer, in the thread of the message that shared the file."""
    now, place = ports.clock.now(), f"file:{file_id}"[:40]
    with ports.database.writing() as work:
        if file.ts is not None and work.outbox.of_subject(place, "upload") is None:
            shared = OutboxMessage(
                id=new_id("msg"), kind="upload", subject_id=place, recipient=file.channel,
                state="sent", created_at=now, sent_at=now, channel=file.channel, ts=file.ts,
                drawn_revision=1,
            )  # fmt: skip
            work.outbox.add(shared)
        parent = work.outbox.of_subject(place, "upload")
        answer = OutboxMessage(
            id=new_id("msg"), kind="timeline", subject_id=place, recipient=file.channel,
            thread_of=parent.id if parent else None, note=text, created_at=now,
        )  # fmt: skip
        tell.send(ports.engine, work, answer)
