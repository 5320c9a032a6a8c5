"""People give the words that no vocabulary knew a meaning, or none (I3).

An accepted word decides nothing by itself: it is a proposed row of the policy's `aliases.csv`,
which another person approves (G2).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError
from handlers.flows.steps.policy.open_words import COLUMNS, FILE
from handlers.flows.steps.policy.propose import Suggested, propose
from routing.normalise.text import fold
from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy
from storage.audit import Actor
from storage.policy.proposals import Proposal
from storage.unit_of_work import UnitOfWork

MOST = 10_000
"""Accepted words that one file takes."""


WORDS = "Words that leads brought and no vocabulary knew."
"""The reason of a proposal that gathers accepted words."""


def accept_word(ports: Ports, vocabulary: str, raw: str, value: str, actor: Actor) -> Proposal:
    """Keep what the word means, and propose its row with the others that this actor accepted and
    nobody has approved yet.

    NotFoundError when it was never seen, or its value means nothing to the policy; the message
    says what would. Raises as proposing does.
    """
    with ports.database.reading() as work:
        files = _files(ports, work)
        _require_seen(work, vocabulary, raw)
        files[FILE] = _with_rows(files.get(FILE), [(vocabulary, raw, value)])
        try:
            load_policy(files)
        except PolicyErrors as wrong:
            raise NotFoundError(f"That cannot be an alias: {wrong.errors[0].message}.") from None
    proposal = _proposed(ports, (vocabulary, raw, value), actor)
    with ports.database.writing() as work:
        _decide(ports, work, vocabulary, raw, value, actor)
    return proposal


def _proposed(ports: Ports, row: tuple[str, str, str], actor: Actor) -> Proposal:
    with ports.database.reading() as work:
        active = ports.policies.active(work).version
        waiting = [
            proposal
            for proposal in work.proposals.in_state("open")
            if (proposal.proposer, proposal.reason) == (actor, WORDS)
        ]
        gathers = waiting[0] if waiting else None
        files = dict(gathers.files if gathers else work.policies.get(active).files)
    if gathers is not None and _with_rows(None, [row]).splitlines()[1] in files[FILE].splitlines():
        return gathers
    files[FILE] = _with_rows(files.get(FILE), [row])
    suggested = Suggested(
        files=files,
        proposer=actor,
        reason=WORDS,
        base=gathers.base_version if gathers else active,
        revises=gathers.id if gathers else None,
        revision=gathers.revision if gathers else None,
    )
    return propose(ports, suggested)


def dismiss_word(ports: Ports, vocabulary: str, raw: str, actor: Actor) -> None:
    """Ask about this word no more. NotFoundError when it was never seen."""
    with ports.database.writing() as work:
        _decide(ports, work, vocabulary, raw, None, actor)


def aliases_file(ports: Ports, work: UnitOfWork) -> str:
    """The policy's `aliases.csv` with the accepted words that it lacks behind its rows."""
    known = {
        (word.vocabulary, fold(word.raw)) for word in ports.policies.active(work).policy.aliases
    }
    rows = [
        (word.vocabulary, word.raw, word.value or "")
        for word in work.unread_words.listed("accepted", MOST)
        if (word.vocabulary, word.word) not in known
    ]
    return _with_rows(_files(ports, work).get(FILE), rows)


def _files(ports: Ports, work: UnitOfWork) -> dict[str, str]:
    return dict(work.policies.get(ports.policies.active(work).version).files)


def _decide(
    ports: Ports, work: UnitOfWork, vocabulary: str, raw: str, value: str | None, actor: Actor
) -> None:
    _require_seen(work, vocabulary, raw)
    work.unread_words.decide(vocabulary, fold(raw), value, actor.id)
    work.audit.append(
        f"alias:{vocabulary}",
        "alias.dismissed" if value is None else "alias.accepted",
        actor=actor,
        now=ports.clock.now(),
        correlation_id=fold(raw)[:80],
        policy_version=ports.policies.active(work).version,
        after={"raw": raw, "value": value},
    )


def _require_seen(work: UnitOfWork, vocabulary: str, raw: str) -> None:
    if not work.unread_words.has(vocabulary, fold(raw)):
        raise NotFoundError(f"No lead has brought {raw!r} as {vocabulary}. See `aliases list`.")


def _with_rows(text: str | None, rows: Sequence[tuple[str, str, str]]) -> str:
    """The file with these rows behind its own; a new file gets its header first."""
    out = io.StringIO()
    out.write(text.rstrip("\n") + "\n" if text else ",".join(COLUMNS) + "\n")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
