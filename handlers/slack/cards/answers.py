"""Answers to `/lead`, cut to fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.slack.cards.layout import columns, divider, header, paragraph, quiet, to_dicts
from handlers.slack.cards.render import Rendered
from handlers.slack.cards.text import cut, fallback, one_line, packed
from routing.absence_end import CAN_BE_WRITTEN
from routing.lead import Lead
from routing.policy.model import Policy

FACT = 300
WHY_SECTIONS = 4
HELP = (
    "/lead find WORDS — leads by name, e-mail, company or id; without words, the newest",
    "/lead show LEAD — what Baton knows of a lead",
    "/lead why LEAD — how it came to where it is",
    "/lead away [UNTIL] [REASON] — receive no leads; UNTIL is your last day away, a time, or how "
    f"long: {CAN_BE_WRITTEN}",
    "/lead back — receive leads again",
    "/lead reassign LEAD [LEAD ...] — give leads to somebody else; for who decides",
    "/lead handover WHO — somebody leaves: all their open leads go to others; for who decides",
    "/lead away @PERSON …, /lead back @PERSON — the same for somebody else, for who decides",
    "LEAD is an id, or words that only one lead matches.",
)


@dataclass(frozen=True)
class FoundLine:
    """One lead of a list, in words."""

    id: str
    name: str
    company: str | None
    place: str
    stage: str
    score: int | None


def line_answer(text: str) -> Rendered:
    return Rendered(fallback(text), to_dicts([paragraph(text)]))


def help_answer() -> Rendered:
    return line_answer("\n".join(HELP))


def found_answer(words: str, leads: Sequence[FoundLine], *, more: bool) -> Rendered:
    """A short list, newest first."""
    if not leads:
        return line_answer(f"No lead matches “{words}”." if words else "There are no leads yet.")
    rest = "There are more: add a word to narrow it down." if more else None
    blocks = to_dicts([*(paragraph(_found(lead), FACT) for lead in leads), quiet(rest)])
    return Rendered(fallback("; ".join(lead.name[:FACT] for lead in leads)), blocks)


def _found(lead: FoundLine) -> str:
    score = None if lead.score is None else f"score {lead.score}"
    who = " · ".join(cut(one_line(part), 90) for part in (lead.name, lead.company) if part)
    where = " · ".join(part for part in (lead.place, lead.stage, score, lead.id) if part)
    return f"{who}\n{where}"


def explanation_answer(name: str, lead_id: str, place: str, lines: Sequence[str]) -> Rendered:
    """The decision's lines in as many sections as they need, up to a few."""
    head = f"{one_line(name)} is {place}."
    sections = packed([cut(line.rstrip(), 400) for line in lines])
    rest = None
    if len(sections) > WHY_SECTIONS:
        rest = f"The whole story: baton lead why {lead_id}"
    shown = [paragraph(section) for section in sections[:WHY_SECTIONS]]
    blocks = to_dicts([header(f"Why: {name}"), paragraph(head, FACT), *shown, quiet(rest)])
    return Rendered(fallback(head), blocks)


def lead_answer(lead: Lead, place: str, policy: Policy) -> Rendered:
    """All of one lead that people may want to read."""
    facts = (
        ("Title", lead.title),
        ("Company", lead.company),
        ("Employees", f"{lead.company_size:,}" if lead.company_size else None),
        ("Industry", lead.industry),
        ("From", ", ".join(p for p in (lead.city, lead.region, lead.country) if p)),
        ("E-mail", lead.email),
        ("Phone", lead.phone),
        ("Source", lead.source),
        ("Score", _score(lead)),
        ("Flags", ", ".join(lead.flags)),
    )
    head = f"{one_line(lead.display_name)} is {place}, stage {policy.stage_name(lead.stage)}."
    shown = [f"{label}: {one_line(fact)}" for label, fact in facts if fact]
    blocks = to_dicts(
        [
            header(lead.display_name),
            paragraph(head, FACT),
            columns(shown, FACT),
            divider() if lead.message else None,
            paragraph(lead.message),
            quiet(lead.id),
        ]
    )
    return Rendered(fallback(head), blocks)


def _score(lead: Lead) -> str | None:
    """`75, data quality 83`: both in one field, as Slack shows ten."""
    score, quality = lead.score, lead.quality
    parts = (
        (f"none, {score.failed} failed" if score.failed else str(score.value)) if score else None,
        f"data quality {quality.value}" if quality else None,
    )
    return ", ".join(part for part in parts if part) or None
