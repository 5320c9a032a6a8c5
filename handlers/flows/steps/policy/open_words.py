"""Accepted words whose proposal came to nothing are asked about again (I3, G2)."""

from __future__ import annotations

from datetime import datetime

from handlers.flows.policy_book import PolicyBook
from routing.normalise.text import fold
from routing.policy.reading.read_csv import read_csv
from storage.audit import Actor
from storage.unit_of_work import UnitOfWork

FILE = "aliases.csv"
COLUMNS = ("vocabulary", "raw", "value")
MOST = 10_000
"""Words and proposals that are looked at."""

POLICY = Actor(kind="system", id="policy")


def reopen_words(work: UnitOfWork, policies: PolicyBook, now: datetime) -> None:
    """Words that neither the policy in force nor a proposal that may come into force still has."""
    accepted = work.unread_words.listed("accepted", MOST)
    if not accepted:
        return
    active = policies.active(work)
    held = {(word.vocabulary, fold(word.raw)) for word in active.policy.aliases}
    lost = [word for word in accepted if (word.vocabulary, word.word) not in held]
    pending = work.proposals.in_state("open", "on_share", limit=MOST) if lost else []
    proposed = {pair for one in pending for pair in _words_of(one.files.get(FILE, ""))}
    for word in lost:
        if (word.vocabulary, word.word) in proposed:
            continue
        work.unread_words.reopen(word.vocabulary, word.word)
        work.audit.append(
            f"alias:{word.vocabulary}",
            "alias.reopened",
            actor=POLICY,
            now=now,
            correlation_id=word.word[:80],
            policy_version=active.version,
            reason="no proposal has its row any more",
            before={"raw": word.raw, "value": word.value},
        )


def _words_of(text: str) -> set[tuple[str, str]]:
    rows = read_csv(FILE, text, COLUMNS, COLUMNS).rows if text else []
    return {(row.cells.get("vocabulary", ""), fold(row.cells.get("raw", ""))) for row in rows}
