"""`baton policy propose` and what follows: approve, try, activate, take back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.desk import read_settings, reading, started
from bot.cli.output import (
    FINDING,
    AsJson,
    counted,
    fail,
    show_json,
    show_lines,
    show_table,
)
from bot.cli.who import at_the_keyboard
from bot.policy_folder import read_policy_folder
from handlers.flows.policy.propose_policy import bring_up_to_date, propose_policy
from handlers.flows.policy.review_policy import Reviewed, activate, approve, reject, stop
from handlers.flows.policy.roll_back_policy import Rollback, roll_back_policy
from handlers.flows.ports import Ports
from handlers.flows.refusals import NotFoundError
from handlers.flows.steps.find_person import find_person
from handlers.flows.steps.policy.propose import Suggested
from handlers.flows.telling.wording import approval_needed, named
from routing.people import Person
from routing.policy.model import Policy
from routing.replay.impact import in_words
from storage.audit import Actor
from storage.database.base import MissingError
from storage.policy.proposals import Proposal

Folder = Annotated[Path | None, typer.Argument(help="Default: BATON_POLICY_DIR.")]
Id = Annotated[str, typer.Argument(help="A proposal, `prop_...`.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for those who approve and the audit.")]
As = Annotated[
    str, typer.Option("--as", help="In whose name: a person's id, name or e-mail address.")
]
Limit = Annotated[int, typer.Option(min=1, max=10_000)]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group `policy`."""
    for command in (propose, proposals, show, rollback):
        app.command()(command)
    app.command("approve")(approve_one)
    app.command("reject")(reject_one)
    app.command("activate")(activate_one)
    app.command("stop")(stop_one)
    app.command("update")(update_one)


def propose(
    reason: Reason,
    folder: Folder = None,
    person: Annotated[
        str | None, typer.Option("--as", help="A person's id, name or e-mail.")
    ] = None,
    revises: Annotated[str | None, typer.Option(help="The proposal to replace.")] = None,
    as_json: AsJson = False,
) -> None:
    """Propose a folder's policy: checked, tried on past leads, and told in Slack for approval."""
    if not reason.strip():
        fail("Say why: --reason is for those who approve.")
    with _desk() as ports:
        try:
            named_one = folder is not None
            files = read_policy_folder(folder or read_settings().policy_dir, named=named_one)
        except FileNotFoundError as error:
            fail(str(error))
        actor = Actor(kind="person", id=_person(ports, person).id) if person else at_the_keyboard()
        proposal = propose_policy(ports, Suggested(files, actor, reason, revises=revises))
        _show(ports, proposal, as_json)


def proposals(limit: Limit = 20, as_json: AsJson = False) -> None:
    """Proposed changes of the policy, the newest first."""
    with reading() as (ports, work):
        found = work.proposals.in_state(limit=limit)
        policy = ports.policies.active(work).policy
    if as_json:
        show_json([_brief(one) for one in found])
        return
    rows = [
        (p.id, _state(p), named(policy, p.proposer), p.reason, f"{p.created_at:%Y-%m-%d %H:%M}Z")
        for p in found
    ]
    show_table(counted(len(found), "proposal"), ("id", "state", "by", "reason", "at"), rows)


def show(proposal: Id, as_json: AsJson = False) -> None:
    """What a proposal changes, whom it moves, and what became of it."""
    with _desk() as ports:
        with ports.database.reading() as work:
            found = work.proposals.get(proposal)
        _show(ports, found, as_json)


def approve_one(
    proposal: Id,
    person: As,
    share: Annotated[bool, typer.Option("--share", help="Only for a share of new leads.")] = False,
    as_json: AsJson = False,
) -> None:
    """Approve a proposal of somebody else; the last approval puts it in force or on a share."""
    _reviewed(
        person, as_json, lambda ports, who: approve(ports, Reviewed(proposal), who, on_share=share)
    )


def reject_one(proposal: Id, person: As, reason: Reason, as_json: AsJson = False) -> None:
    """Reject an open proposal, or withdraw one's own."""
    _reviewed(person, as_json, lambda ports, who: reject(ports, Reviewed(proposal), who, reason))


def activate_one(proposal: Id, person: As, as_json: AsJson = False) -> None:
    """Put in force what is tried on a share of the new leads."""
    _reviewed(person, as_json, lambda ports, who: activate(ports, Reviewed(proposal), who))


def stop_one(proposal: Id, person: As, reason: Reason, as_json: AsJson = False) -> None:
    """Stop trying a version on a share of the new leads; it does not come into force."""
    _reviewed(person, as_json, lambda ports, who: stop(ports, Reviewed(proposal), who, reason))


def update_one(proposal: Id, as_json: AsJson = False) -> None:
    """Take into an open proposal what came into force since; approvals start anew."""
    with _desk() as ports:
        _show(ports, bring_up_to_date(ports, proposal), as_json)


def rollback(
    reason: Reason,
    to: Annotated[int | None, typer.Option(help="A version; default: the one before.")] = None,
    person: Annotated[
        str | None, typer.Option("--as", help="A person's id, name or e-mail.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put an earlier policy in force again, at once."""
    with _desk() as ports:
        who = _person(ports, person) if person else None
        by = Actor(kind="person", id=who.id) if who else at_the_keyboard()
        done = roll_back_policy(ports, Rollback(by, reason, to=to), who)
    if as_json:
        show_json({"version": done.version, "restores": done.restores, "left": dict(done.left)})
    else:
        show_lines(
            [
                f"Version {done.version} is in force now: the files of version {done.restores}, "
                "and who is away since.",
                *done.in_words(),
                f"What that changes: baton policy diff {done.replaces} {done.version}",
            ]
        )


def _reviewed(person: str, as_json: bool, deed: Callable[[Ports, Person], Proposal]) -> None:
    with _desk() as ports:
        _show(ports, deed(ports, _person(ports, person)), as_json)


@contextmanager
def _desk() -> Iterator[Ports]:
    """The desk of a Baton that has a policy; what refuses ends the command."""
    with started() as ports:
        try:
            yield ports
        except MissingError as missing:
            fail(f"There is no proposal {missing}. See `baton policy proposals`.", FINDING)


def _person(ports: Ports, words: str) -> Person:
    with ports.database.reading() as work:
        found = find_person(ports.policies.active(work).policy, words)
    if not found.active:
        raise NotFoundError(f"{found.name} is no longer active in the policy.")
    return found


def _show(ports: Ports, proposal: Proposal, as_json: bool) -> None:
    with ports.database.reading() as work:
        found = work.proposals.get(proposal.id)
        policy = ports.policies.active(work).policy
        signers = work.proposals.signers(found)
    if as_json:
        show_json(_brief(found) | {"signers": signers})
    else:
        show_lines(_lines(found, policy))


def _state(proposal: Proposal) -> str:
    return {"active": "in force", "on_share": "on a share"}.get(proposal.state, proposal.state)


def _lines(proposal: Proposal, policy: Policy) -> list[str]:
    found = proposal.findings
    return [
        f"{proposal.id} (revision {proposal.revision}) by {named(policy, proposal.proposer)}: "
        f"{_state(proposal)}",
        proposal.reason,
        *(f"  {line}" for line in found.changes),
        *in_words(found.impact, policy),
        *(f"warning: {line}" for line in found.warnings),
        *([proposal.outcome] if proposal.outcome else []),
        *([_next(proposal, policy)] if proposal.state == "open" else []),
    ]


def _next(proposal: Proposal, policy: Policy) -> str:
    """Who has the next word, and how."""
    return (
        f"{approval_needed(policy)} They press Approve in Slack, or: "
        f"baton policy approve {proposal.id} --as PERSON"
    )


def _brief(proposal: Proposal) -> dict[str, object]:
    """Everything but the files."""
    return proposal.model_dump(mode="json", exclude={"files"})
