"""The policy folder at a start: version 1 at the first, afterwards it only proposes (G2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.flows.policy_book import ActivePolicy
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotAllowedError, NotFoundError, TooLateError
from handlers.flows.steps.policy.propose import Suggested, propose
from routing.policy.reading.errors import PolicyErrors
from storage.audit import Actor
from storage.policy.policies import digest_of
from storage.unit_of_work import UnitOfWork

FOLDER = Actor(kind="system", id="policy folder")


@dataclass(frozen=True)
class FolderNews:
    """What the folder means to the policy in force, in words; `odd` when people should act."""

    said: str
    odd: bool = False


def follow_folder(ports: Ports, files: Mapping[str, str]) -> FolderNews:
    """Adopt the folder at the very first start, else propose what is new in it.

    Raises PolicyErrors only where there is no policy to go on with.
    """
    with ports.database.writing() as work:
        if work.policies.active_version() is None:
            active = ports.policies.adopt(work, files, ports.clock.now())
            return FolderNews(f"version {active.version} is in force, as in the folder")
    with ports.database.reading() as work:
        active = ports.policies.active(work)
        news = folder_news(work, active, files)
        base = _last_of_folder(work)
    return news or _proposed(ports, active, files, base)


def folder_news(
    work: UnitOfWork, active: ActivePolicy, files: Mapping[str, str]
) -> FolderNews | None:
    """What is known of a folder with these files; None when they are new."""
    digest = digest_of(files)
    was = work.policies.was_in_force(digest)
    if was == active.version:
        return FolderNews(f"version {was} is in force, as in the folder")
    known = work.proposals.known(digest)
    if known is not None:
        return FolderNews(
            f"version {active.version} is in force; the folder was proposed as {known.id} "
            f"({known.state.replace('_', ' ')})",
            odd=known.state == "open",
        )
    if was is not None:
        return FolderNews(f"version {active.version} is in force; the folder is version {was}")
    return None


def _proposed(
    ports: Ports, active: ActivePolicy, files: Mapping[str, str], base: int
) -> FolderNews:
    head = f"version {active.version} is in force"
    reason = "The policy folder was changed."
    try:
        proposal = propose(ports, Suggested(files, FOLDER, reason, base=base))
    except PolicyErrors as wrong:
        return FolderNews(f"{head}; the folder has {len(wrong.errors)} errors: {wrong}", odd=True)
    except NotFoundError:
        return FolderNews(f"{head}; the folder says the same")
    except (NotAllowedError, TooLateError) as refusal:
        with ports.database.reading() as work:
            # Another replica that started at the same moment may have proposed it first.
            news = folder_news(work, ports.policies.active(work), files)
        if news is not None:
            return news
        return FolderNews(f"{head}; the folder is not proposed: {refusal}", odd=True)
    if proposal.state == "active":
        return FolderNews(f"{head}; the folder only says who is there and is in force now")
    return FolderNews(f"{head}; the folder is proposed as {proposal.id}", odd=True)


def _last_of_folder(work: UnitOfWork) -> int:
    """The version that the folder was before somebody edited it."""
    mine = [
        proposal.version
        for proposal in work.proposals.in_state("active", "superseded")
        if proposal.proposer == FOLDER and proposal.version is not None
    ]
    return max(mine, default=1)
