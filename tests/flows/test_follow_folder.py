"""The policy folder is version 1 at the first start and only proposes afterwards (G2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.policy_folder import read_policy_folder
from handlers.flows.policy.follow_folder import FOLDER, follow_folder
from handlers.flows.policy.review_policy import Reviewed, reject
from handlers.flows.policy_book import AdoptedError, PolicyBook
from handlers.flows.ports import Ports
from routing.policy.reading.errors import PolicyErrors
from storage.policy.proposals import Proposal
from storage.unit_of_work import Database
from tests.conftest import POLICY
from tests.support.policy_changes import (
    OPS,
    approved,
    changed,
    files_in_force,
    person,
    policy_actions,
    proposed,
    version_in_force,
)


def proposals(ports: Ports) -> list[Proposal]:
    with ports.database.reading() as work:
        return work.proposals.in_state()


def edited(ports: Ports) -> dict[str, str]:
    return changed(ports, "pools.yml", "name: EMEA SDRs", "name: Europe SDRs")


def test_first_start_adopts_the_folder(database: Database, ports: Ports) -> None:
    """Without any policy the folder is in force at once, and again at the next start; a wrong one
    is refused with its errors.
    """
    with database.writing() as work:
        work.connection.exec_driver_sql("DELETE FROM policies")
    fresh = replace(ports, policies=PolicyBook())
    files = read_policy_folder(POLICY)
    with pytest.raises(PolicyErrors):
        follow_folder(fresh, files | {"pools.yml": "pools: 1"})

    for _ in range(2):
        assert not follow_folder(fresh, files).odd
        assert (version_in_force(fresh), proposals(fresh)) == (1, [])


def test_a_changed_folder_only_proposes(ports: Ports) -> None:
    """Baton goes on with the version in force; however often it starts there is one proposal, by
    nobody, so that anybody with the role approves it.
    """
    for _ in range(3):
        news = follow_folder(ports, edited(ports))
        assert news.odd

    (proposal,) = proposals(ports)
    assert (proposal.proposer, version_in_force(ports)) == (FOLDER, 1)
    files = edited(ports)
    approved(ports, proposal)
    assert files_in_force(ports) == files
    assert not follow_folder(ports, files).odd


def test_an_old_or_rejected_folder_does_nothing(ports: Ports) -> None:
    """What was in force before, and what people rejected, is not proposed again."""
    first, other = files_in_force(ports), edited(ports)
    rejected = changed(ports, "company.yml", "name: Meridian Analytics", "name: No")
    approved(ports, proposed(ports, other))

    assert "is version 1" in follow_folder(ports, first).said
    follow_folder(ports, rejected)
    (proposal,) = [p for p in proposals(ports) if p.proposer == FOLDER]
    reject(ports, Reviewed(proposal.id), person(ports, OPS), "No.")
    assert "(rejected)" in follow_folder(ports, rejected).said
    assert (len(proposals(ports)), version_in_force(ports)) == (2, 2)


def test_the_folder_undoes_nobodys_change(ports: Ports) -> None:
    """What was approved in Slack since the folder was last in force is kept; where both changed the
    same, the folder is not proposed and says why.
    """
    apart = changed(ports, "company.yml", "name: Meridian Analytics", "name: Meridian")
    clash = changed(ports, "pools.yml", "name: EMEA SDRs", "name: Old world")
    approved(ports, proposed(ports, edited(ports)))

    follow_folder(ports, apart)
    (proposal,) = [p for p in proposals(ports) if p.proposer == FOLDER]
    assert "Europe SDRs" in proposal.files["pools.yml"]
    assert "name: Meridian\n" in proposal.files["company.yml"]
    news = follow_folder(ports, clash)
    assert news.odd
    assert "changed pools.yml" in news.said
    assert len(proposals(ports)) == 2


def test_a_folder_with_errors_changes_nothing(ports: Ports) -> None:
    """Leads go on by the version in force, and the errors are said."""
    news = follow_folder(ports, files_in_force(ports) | {"pools.yml": "pools: 1"})

    assert news.odd
    assert "errors" in news.said
    assert (version_in_force(ports), proposals(ports)) == (1, [])


def test_replicas_that_start_together_propose_once(ports: Ports) -> None:
    """Each reads the same new folder at the same moment: one proposal comes of it, whoever wins."""
    files = edited(ports)

    with ThreadPoolExecutor(3) as replicas:
        news = list(replicas.map(lambda _: follow_folder(ports, files), range(3)))

    (proposal,) = proposals(ports)
    assert all(proposal.id in one.said for one in news)


def test_only_the_first_version_is_adopted(ports: Ports) -> None:
    """Later files come into force by approval alone, whoever calls: the same files, too."""
    files = files_in_force(ports)
    for again in (files, files | {"rules.csv": files["rules.csv"] + "# more\n"}):
        with pytest.raises(AdoptedError), ports.database.writing() as work:
            ports.policies.adopt(work, again, ports.clock.now())

    assert version_in_force(ports) == 1
    assert policy_actions(ports) == ["policy.activated"]
