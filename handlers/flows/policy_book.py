"""The policy in force, by version; parsed once each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from routing.policy.model import Policy
from routing.policy.reading.load import load_policy, load_policy_with_warnings
from routing.replay.share import is_in_share
from storage.audit import Actor
from storage.policy.policies import PolicyVersion, digest_of
from storage.policy.proposals import Share
from storage.unit_of_work import UnitOfWork

STREAM = "policy"


class NoPolicyError(LookupError):
    """Baton was never started on this database; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "Baton was never started on this database. Start it once with `baton run`: that puts "
            "the policy folder in force."
        )


class AdoptedError(Exception):
    """A policy is in force: only an approved proposal changes it."""


@dataclass(frozen=True)
class ActivePolicy:
    version: int
    policy: Policy


@dataclass(frozen=True)
class Deciders:
    """The policies that decide leads now: the one in force, and the one that is `tried` on a share
    of the new leads.
    """

    active: ActivePolicy
    tried: ActivePolicy | None = None
    share: Share | None = None

    def of(self, lead_id: str, received_at: datetime) -> ActivePolicy:
        """The policy that decides this lead."""
        if self.tried is None or self.share is None or received_at < self.share.since:
            return self.active
        return self.tried if is_in_share(lead_id, self.share.percent) else self.active


class PolicyBook:
    """Reads policy versions from the database and keeps the parsed ones."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._parsed: dict[str, Policy] = {}
        self._newest: ActivePolicy | None = None

    def active(self, work: UnitOfWork) -> ActivePolicy:
        """The policy in force in this transaction. NoPolicyError before the first start."""
        version = work.policies.active_version()
        if version is None:
            raise NoPolicyError
        active = ActivePolicy(version, self.version(work, version))
        self._newest = active
        return active

    def for_lead(self, work: UnitOfWork, lead_id: str | None) -> ActivePolicy:
        """The policy that decides this lead: the one in force, or the one that is tried on a
        share of the new leads when the lead is one of these.
        """
        deciders = self.deciders(work)
        lead = work.leads.get(lead_id) if lead_id and deciders.share else None
        return deciders.of(lead.id, lead.received_at) if lead else deciders.active

    def deciders(self, work: UnitOfWork) -> Deciders:
        """Both policies, where one is tried."""
        active, share = self.active(work), work.proposals.share()
        if share is None:
            return Deciders(active)
        tried = ActivePolicy(share.version, self.version(work, share.version))
        return Deciders(active, tried, share)

    def version(self, work: UnitOfWork, version: int) -> Policy:
        """One version, in force or not. KeyError when there is none."""
        # By digest, not by number: a transaction that is taken back gives its number to another.
        digest = work.policies.digest(version)
        with self._lock:
            if digest not in self._parsed:
                self._parsed[digest] = load_policy(work.policies.get(version).files)
            return self._parsed[digest]

    def latest_known(self) -> ActivePolicy:
        """The policy last seen in force, without asking the database.

        LookupError before `active` or `adopt` was called.
        """
        if self._newest is None:
            raise LookupError("the policy has not been read yet")
        return self._newest

    def adopt(self, work: UnitOfWork, files: Mapping[str, str], now: datetime) -> ActivePolicy:
        """Make these files the first version, which nobody approves; every later one is proposed.

        Raises PolicyErrors for whatever `baton policy check` calls an error, and AdoptedError where
        there is a version already.
        """
        if work.policies.next_version() > 1:
            raise AdoptedError("There is a policy already: propose the files instead.")
        load_policy_with_warnings(files)
        work.policies.add(
            PolicyVersion(
                version=1,
                digest=digest_of(files),
                files=dict(files),
                activated_at=now,
                activated_by="start",
            )
        )
        work.audit.append(
            STREAM,
            "policy.activated",
            actor=Actor(kind="system", id="start"),
            now=now,
            correlation_id="policy-1",
            policy_version=1,
            reason="the policy folder at start",
        )
        return self.active(work)
