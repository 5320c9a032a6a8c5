"""What Baton says, as values: no Slack in here. Cards render them, the Messenger sends them."""

from __future__ import annotations

from typing import Literal

from routing.values import Value


class ClockLine(Value):
    """One clock on a card: `due` is already written in the owner's zone."""

    label: str
    due: str
    state: Literal["running", "met", "late"]


class LeadCard(Value):
    """The owner's DM about one lead (S1). All texts are plain; rendering escapes them."""

    lead_id: str
    assignment_id: str
    name: str
    title: str | None
    company: str | None
    company_facts: str | None
    location: str | None
    email: str | None
    phone: str | None
    website: str | None
    source: str
    received: str
    message: str | None
    owner: str
    why_lead: str
    why_you: str
    summary: str
    summary_by_ai: bool
    score: int | None
    factors: tuple[tuple[str, int], ...]
    band: str | None
    stage: str
    clocks: tuple[ClockLine, ...]
    flags: tuple[str, ...]
    status: str
    """One line: who did what last, or what is asked for."""
    open: bool
    """Whether the owner can still act on it."""
    acknowledged: bool
    touched: bool
    can_move: bool


class BesideLead(Value):
    """Another lead, to be compared with the one of the case."""

    lead_id: str
    name: str
    place: str
    facts: tuple[tuple[str, str], ...]
    """Label and value pairs, as on the case."""


class CaseCard(Value):
    """One exception in the managers' channel (S2)."""

    case_id: str
    lead_id: str
    title: str
    name: str
    facts: tuple[tuple[str, str], ...]
    """Label and value pairs about the lead."""
    reason: str
    trace: tuple[str, ...]
    suggestion: str | None
    suggestion_reason: str | None
    opened: str
    due: str
    open: bool
    outcome: str | None
    """Who decided what, when and why, once resolved."""
    queue: str | None = None
    """The queue it belongs to, and who answers for that."""
    beside: BesideLead | None = None
    """The lead it may be the same as, while that is the question."""


class PolicyCard(Value):
    """One proposed change of the policy (G2). All texts are plain; rendering escapes them."""

    proposal_id: str
    revision: int
    proposer: str
    reason: str
    changes: tuple[str, ...]
    """The change in words, one line each."""
    figures: tuple[str, ...]
    """What a replay of past leads says."""
    warnings: tuple[str, ...]
    approvals: tuple[str, ...]
    """Who approved so far, while more are needed."""
    trial: tuple[str, ...]
    """How the share of the new leads fares beside the others."""
    state: Literal["open", "outdated", "on_share", "in_force", "over"]
    outcome: str
    """What is asked for or what became of it, in one line."""
    version: int | None = None
    share: int
    must_share: bool
    """Whether approving starts a share first; where not, the approver chooses."""


class TextMessage(Value):
    """Plain lines; `mentions` are Slack user ids that Baton holds, put before the text."""

    text: str
    mentions: tuple[str, ...] = ()


class DigestLine(Value):
    """One lead of a digest. `done` says that its person has dealt with it."""

    name: str
    company: str | None
    score: int | None
    done: bool


class ImportDigest(Value):
    """Many imported leads in one message: to their owner, or as cases to a channel (I1)."""

    import_id: str
    about: Literal["leads", "cases"]
    source: str
    file_name: str
    total: int
    lines: tuple[DigestLine, ...]
    """The first of them, the highest score first."""
    reasons: tuple[tuple[str, int], ...]
    """Title and number of the cases of one kind."""
    clocks: bool
    """Whether deadlines run."""
    cards_left: int
    """How many of them nobody has asked a card for."""


class HomeLead(Value):
    """One lead of the person's own. `clock` is the one that asks for something next."""

    lead_id: str
    name: str
    company: str | None
    stage: str
    score: int | None
    clock: ClockLine | None


class TeamLine(Value):
    """One person's load: open leads, and how many of them missed a clock still not met.

    `away` is empty, or `away until the end of Fri 27 Nov`, in their own time zone.
    """

    name: str
    open_leads: int
    missed: int
    away: str = ""


class TeamHome(Value):
    """What whoever decides sees of everybody."""

    lines: tuple[TeamLine, ...]
    cases: tuple[tuple[str, int], ...]
    """Title and number of the cases that wait."""
    switched_off: tuple[str, ...]
    missed: int
    queues: tuple[str, ...] = ()
    """One line for each queue in which something waits."""


class Home(Value):
    """One person's Home. All texts are plain; rendering escapes them."""

    name: str
    hours: str
    leads: tuple[HomeLead, ...]
    team: TeamHome | None
    as_of: str
    away: Literal["no", "entered", "planned"] = "no"
    """Entered absences end with Back; a planned one stands in the policy."""


Message = LeadCard | CaseCard | PolicyCard | TextMessage | ImportDigest
