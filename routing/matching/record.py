"""What the matcher compares: one lead in its matching forms.

The forms are coarser than the profile's, so that two spellings of one thing meet: a mail address
without tag and dots, a phone number as national digits, folded names, a company without legal form.
"""

from __future__ import annotations

from dataclasses import dataclass

from routing.lead import Profile
from routing.matching.forms.mail import Mailbox, family_in_mailbox, mailbox
from routing.matching.forms.names import generation
from routing.matching.forms.organisation import company_core, own_domain
from routing.matching.forms.phones import extension_of, national_digits
from routing.normalise.aliases import DEFAULT_ALIASES, Aliases
from routing.normalise.text import fold

_POSTAL = 5  # signs of a postal code that are compared: without the +4 of the United States


@dataclass(frozen=True, slots=True)
class Written:
    """What a source gave beside the profile.

    source, source_id: who sent the lead and its id there; phone: the number as it was written,
    for those that libphonenumber does not take for valid and that still tell two leads alike;
    name: the name as it was written, for `Jr.` and the like.
    """

    source: str | None = None
    source_id: str | None = None
    phone: str | None = None
    postal_code: str | None = None
    name: str | None = None


NOTHING = Written()


@dataclass(frozen=True, slots=True)
class Record:
    """One lead as the matcher sees it; None where a value is missing or says nothing (junk).

    source_ref: source and its id; email: canonical, with its parts local and mail_domain;
    shared_mailbox: a role's or a family's; phone: national digits without extension; given,
    family: folded, one word each; company: core of the name; domain: its own registrable domain;
    city, title: folded; generation: jr, sr, iii or iv; family_hint: the family name that the
    mailbox suggests where none was given.
    """

    id: str
    source_ref: str | None = None
    email: str | None = None
    local: str | None = None
    mail_domain: str | None = None
    shared_mailbox: bool = False
    phone: str | None = None
    extension: str | None = None
    given: str | None = None
    family: str | None = None
    company: str | None = None
    domain: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    title: str | None = None
    generation: str | None = None
    family_hint: str | None = None


def record_of(
    profile: Profile, lead_id: str, written: Written = NOTHING, aliases: Aliases = DEFAULT_ALIASES
) -> Record:
    """The record of a normalised lead; total on any text, the same for the same lead."""
    mail = mailbox(profile, aliases) or Mailbox(None, None, None, False)
    phone = profile.phone or written.phone
    given, family = _given(profile), _joined(profile.family_name)
    return Record(
        id=lead_id,
        source_ref=_source_ref(written),
        email=mail.address,
        local=mail.local,
        mail_domain=mail.domain,
        shared_mailbox=mail.shared,
        phone=national_digits(phone) if phone else None,
        extension=profile.phone_ext or (extension_of(phone) if phone else None),
        given=given,
        family=family,
        company=company_core(profile.company) if profile.company else None,
        domain=own_domain(profile, aliases),
        city=_folded(profile.city),
        postal_code=(_joined(written.postal_code) or "")[:_POSTAL] or None,
        country=profile.country,
        title=_folded(profile.title),
        generation=generation(written.name) if written.name else None,
        family_hint=family_in_mailbox(profile, given) if given and not family else None,
    )


def _source_ref(written: Written) -> str | None:
    source_id = (written.source_id or "").strip()
    return f"{written.source or ''}\x1f{source_id}" if source_id else None


def _given(profile: Profile) -> str | None:
    """The given name in one word, without initials behind it (`Mary R.` -> `mary`)."""
    words = (_folded(profile.given_name) or "").split()
    while len(words) > 1 and len(words[-1]) == 1:
        words.pop()
    return "".join(words) or None


def _joined(text: str | None) -> str | None:
    return (_folded(text) or "").replace(" ", "") or None


def _folded(text: str | None) -> str | None:
    return (fold(text) or None) if text else None
