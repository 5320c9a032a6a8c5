"""Messages with everything that does not matter to a test filled in, and texts that mean harm."""

from __future__ import annotations

from handlers.flows.telling.messages import CaseCard, ClockLine, LeadCard, PolicyCard

RUNNING = ClockLine(label="Acknowledgement", due="Mon 23 Nov 12:15 EST", state="running")
HOSTILE = (
    "<!channel>",
    "<!here|here>",
    "<@U123ABC45>",
    "<!subteam^S1>",
    "\u200b<!everyone>",
    "<https://evil.example|https://bank.example/login>",
    "<tel:911|call>",
    "```\n<!channel>\n```",
    "*Approved by* <@U0MGRRENATA>",
    "&amp;lt;!channel&gt;",
    "[Approve](https://evil.example)",
    "> quoted\n> lines",
    ":rotating_light: :white_check_mark:",
    "a\x00b\x1b[31mred",
    "\ud800 lone \udfff",
    "\u202egnp.exe\u2066 \u05e9\u05dc\u05d5\u05dd",
    "line\u2028para\r\nnext\x85last",
    "\U0001f9d1\u200d\U0001f4bb" * 30,
    "{0.__class__} %s%n ${7*7}",
    " \t\n ",
    "",
)


def a_lead_card(**changes: object) -> LeadCard:
    """Jane's card as Anna gets it first."""
    usual: dict[str, object] = {
        "lead_id": "lead_1",
        "assignment_id": "asg_1",
        "name": "Jane Roe",
        "title": "VP Engineering",
        "company": "Acme Robotics",
        "company_facts": "1,200 employees · technology",
        "location": "Austin, US-TX",
        "email": "jane@acme.example",
        "phone": "+15125550123",
        "website": "acme.example",
        "source": "Website",
        "received": "Mon 23 Nov 12:00 EST",
        "message": "We need 40 seats.",
        "owner": "Anna Kowalczyk",
        "why_lead": "Score 78 (high): Enterprise (+30)",
        "why_you": "Fewest active leads in Americas SDR.",
        "summary": "Jane leads engineering at Acme.",
        "summary_by_ai": False,
        "score": 78,
        "factors": (("Enterprise", 30), ("Free mail", -5)),
        "band": "high",
        "stage": "New",
        "clocks": (RUNNING,),
        "flags": (),
        "status": "Acknowledge to take it.",
        "open": True,
        "acknowledged": False,
        "touched": False,
        "can_move": True,
    }
    return LeadCard.model_validate(usual | changes)


def a_case_card(**changes: object) -> CaseCard:
    """An open case with a suggestion."""
    usual: dict[str, object] = {
        "case_id": "case_1",
        "lead_id": "lead_1",
        "title": "Ambiguous territory",
        "name": "Jane Roe",
        "facts": (("Company", "Acme Robotics"), ("From", "Springfield, US")),
        "reason": "Springfield is in two territories.",
        "trace": ("Case ambiguous territory: two match", "  not west: no state"),
        "suggestion": "Ben Okafor",
        "suggestion_reason": "fewest active leads",
        "opened": "Mon 23 Nov 12:00 EST",
        "due": "Mon 23 Nov 16:00 EST",
        "open": True,
        "outcome": None,
    }
    return CaseCard.model_validate(usual | changes)


def a_policy_card(**changes: object) -> PolicyCard:
    """An open proposal that moves a few leads."""
    usual: dict[str, object] = {
        "proposal_id": "prop_1",
        "revision": 1,
        "proposer": "Renata Duarte",
        "reason": "Bea is back.",
        "changes": ("pools.yml: +1 -0 lines",),
        "figures": ("14 of 200 past leads would move (7 %).",),
        "warnings": (),
        "approvals": (),
        "trial": (),
        "state": "open",
        "outcome": "It needs one approval of sales ops or an admin, not of the proposer.",
        "share": 10,
        "must_share": False,
    }
    return PolicyCard.model_validate(usual | changes)
