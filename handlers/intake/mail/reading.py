"""From a message to a lead: whose message it is, what the lead said, what people should check."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from handlers.intake.mail.automatic import automatic, takes_no_reply
from handlers.intake.mail.forwarded import original, passes_on
from handlers.intake.mail.labels import labelled
from handlers.intake.mail.message import Address, Mail
from handlers.intake.mail.quoted import split_signature, without_quotes
from routing.normalise.lead import RawLead
from routing.normalise.phone import parse_phone
from routing.policy.tables.mail import MailPolicy
from routing.policy.tables.sources import SourcePolicy

_PHONE_LINE = re.compile(
    r"^[*_\s]*(?:phone|telephone|tel|mobile|mob|cell|direct|office|telefon|téléphone|teléfono|mobil"
    r"|handy|t|m|p)[*_\s]*[.:][*_.:\s]*(?P<number>\+?[\d(][\d\s()./-]{5,30})",
    re.I,
)
_LAST_LINES = 12
MOST_FORWARDS = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """The lead in a message. `suspicions` and `ignored` are those of a `LeadDraft`."""

    raw: RawLead
    suspicions: tuple[str, ...] = ()
    ignored: str | None = None


def read_lead(source: SourcePolicy, came: Mail) -> Reading:
    """The lead in this message. What cannot be read is a lead with a suspicion, never an error."""
    policy = source.mail
    if not came.is_readable:
        return Reading(RawLead(), ("unreadable",))
    if came.is_report:
        return _automatic(policy, RawLead(message=_message(came.subject, came.text)), "bounce")
    mail = _first_written(policy, came)
    sender = mail.sender.email
    if _is_ours(policy, mail.sender) or _notifies(policy, sender) or takes_no_reply(sender):
        return _of_notification(source, mail)
    found = _of_person(source, mail, mail.sender if mail.sender != Address() else mail.reply_to)
    why = automatic(mail) if mail is came else None  # a person found it worth passing on
    return _automatic(policy, found.raw, why) if why else found


def _first_written(policy: MailPolicy, mail: Mail) -> Mail:
    """The message itself, or the one that our own people passed on to each other."""
    for _ in range(MOST_FORWARDS):
        inner = original(mail) if _is_ours(policy, mail.sender) else None
        if inner is None:
            break
        mail = inner
    return mail


def _of_notification(source: SourcePolicy, mail: Mail) -> Reading:
    """A message from our own site or a form service: its labelled lines or its Reply-To name the
    lead. Its sender never does, for all leads of that service would become one.
    """
    fields = labelled(without_quotes(mail.text), source.mail.labels)
    if fields.get("email") or (fields.get("phone") and len(fields) > 1):
        message = fields.pop("message", None) or without_quotes(mail.text)
        return Reading(RawLead(**fields, message=_message(mail.subject, message)))
    answer_to = mail.reply_to
    nobody = _is_ours(source.mail, answer_to) or takes_no_reply(answer_to.email)
    if answer_to.email and not nobody:
        return _of_person(source, mail, answer_to)
    unnamed = RawLead(message=_message(mail.subject, without_quotes(mail.text)))
    why = automatic(mail)
    return _automatic(source.mail, unnamed, why) if why else Reading(unnamed, ("sender_unknown",))


def _of_person(source: SourcePolicy, mail: Mail, sender: Address) -> Reading:
    """What a person wrote: their address from the header, what they labelled from the text."""
    text, below = split_signature(without_quotes(mail.text))
    whole = mail.text.strip() if passes_on(mail) else text
    fields = labelled(text, source.mail.labels)
    said = RawLead()
    if len(fields) >= 3 and fields.get("email", sender.email).lower() == sender.email.lower():
        said = RawLead(**fields)
    phone = said.phone or _signed_phone(f"{text}\n{below}", source.default_region)
    return Reading(
        replace(
            said,
            name=said.name or sender.name or None,
            email=sender.email or None,
            phone=phone,
            message=_message(mail.subject, said.message or whole),
        )
    )


def _signed_phone(text: str, region: str | None) -> str | None:
    """A valid number behind a label such as `Tel:` in the last lines, where signatures stand."""
    for line in text.split("\n")[-_LAST_LINES:]:
        match = _PHONE_LINE.match(line[:200])
        if match and parse_phone(match["number"], region):
            return match["number"].strip()
    return None


def _automatic(policy: MailPolicy, raw: RawLead, why: str) -> Reading:
    if policy.automatic == "case":
        return Reading(raw, (why,))
    return Reading(raw, ignored=why)


def _is_ours(policy: MailPolicy, sender: Address) -> bool:
    domain = sender.domain
    return any(domain == own or domain.endswith(f".{own}") for own in policy.own_domains)


def _notifies(policy: MailPolicy, address: str) -> bool:
    found = address.lower()
    return found in policy.notifiers or found.rpartition("@")[2] in policy.notifiers


def _message(subject: str, text: str) -> str | None:
    return "\n\n".join(part for part in (subject.strip(), text.strip()) if part) or None
