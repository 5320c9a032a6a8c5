"""E-mail address, its domains, and the class of the mailbox.

Rules: RFC 5321 limits (local part 64, path 254), IDNA 2008, `email-validator` with strict=True and
no look at the network; quoted local parts, address literals and special-use TLDs are refused; two
addresses are refused; a misspelt domain is kept and flagged, never repaired.
"""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from routing.normalise.aliases import Aliases
from routing.normalise.domain import registrable
from routing.normalise.text import mixes_scripts, one_line, words
from routing.values import MailboxClass

LONGEST = 1_000  # characters with everything around the address

_INNER_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LABELLED = re.compile(r"^(?:e-?mail(?: ?address| ?adresse)?|mail|correo|courriel)\s*[:=]\s*", re.I)
_MAILTO = re.compile(r"^mailto:([^?]*)(?:\?.*)?$", re.I)
_ANGLE = re.compile(r"^[^<>@]*<\s*([^<>\s]+@[^<>\s]+)\s*>[\s,;.]*$")
_TAGGED = re.compile(r"^(?:<(\w+)(?: [^<>]*)?>)+([^<>\s]+@[^<>\s]+)(?:</\w+>)+$")
_PAIRS = (("<", ">"), ("(", ")"), ("[", "]"), ("{", "}"), ('"', '"'), ("'", "'"), ("“", "”"))
_REFUSED_LOCAL = re.compile(r"['\"|`<>]|^=|=cmd|--|^[+@]")
_PARTED = re.compile(r"[._-]|(?<=[a-z]{2})(?=\d)")
_PLACES = words(
    "de at ch uk us usa eu emea apac dach fr es it nl be pl cz se no dk fi pt br mx ca au nz in jp"
    " sg ae za ie gb global europe asia america americas latam germany france spain italy berlin"
    " munich muenchen hamburg london paris madrid vienna wien zurich north south east west"
    " nord sued intl international team group"
)
_SEPARATE_TAG = re.compile(r"[+].*$")


@dataclass(frozen=True, slots=True)
class Email:
    """One address.

    address: lower case, NFC, domain in Unicode; domain: the whole mail domain in ASCII;
    registrable: its registrable domain, None for a name under no public suffix (gmail.con);
    mailbox_class: None where the domain is misspelt or under no public suffix;
    role: a function rather than a person (info@, sales@).
    """

    address: str
    domain: str
    registrable: str | None
    mailbox_class: MailboxClass | None
    role: bool
    typo_of: str | None
    mixed_scripts: bool


def _unwrapped(value: str) -> str:
    """The address without what people and address books put around it."""
    text = _LABELLED.sub("", value.strip())
    for pattern, group in ((_MAILTO, 1), (_ANGLE, 1), (_TAGGED, 2)):
        match = pattern.match(text)
        if match:
            text = match[group]
    text = text.strip(" ,;")
    for opening, closing in _PAIRS:
        if len(text) > 2 and text[0] == opening and text[-1] == closing:
            text = text[1:-1].strip()
    return text.rstrip(".,;:")


def counts_addresses(value: str) -> int:
    """Return how many addresses stand side by side in `value` (two are never chosen from)."""
    return len(re.findall(r"[^\s@,;/<>]+@[^\s@,;/<>]+\.[^\s@,;/<>]+", value[:LONGEST]))


def parse_email(value: str, aliases: Aliases) -> Email | None:
    """Return the one certain address in `value`, or None.

    Never raises. A NUL or other control character inside refuses the value: dropping it would
    weld two names into one.
    """
    text = value.strip("\0 \t\r\n")
    if len(text) > LONGEST or _INNER_CONTROL.search(text):
        return None
    text = _unwrapped(one_line(text))
    if text.count("@") != 1 or _REFUSED_LOCAL.search(_refusable(text)):
        return None
    try:
        found = validate_email(text, strict=True, check_deliverability=False)
    except (EmailNotValidError, ValueError, IndexError):
        return None
    if len(found.normalized) > 254:
        return None
    return _email(found.normalized.lower(), found.ascii_domain.lower(), aliases)


def _refusable(text: str) -> str:
    """The local part with an apostrophe between letters (O'Brien) allowed."""
    return re.sub(r"(?<=\w)'(?=\w)", "", text.rpartition("@")[0])


def _email(address: str, domain: str, aliases: Aliases) -> Email:
    local, _, shown = address.rpartition("@")
    base, typo_of = registrable(domain), aliases.mail_typos.get(domain)
    return Email(
        address=address,
        domain=domain,
        registrable=base,
        mailbox_class=mailbox_class(domain, base, aliases) if base and not typo_of else None,
        role=is_role(_SEPARATE_TAG.sub("", local), aliases),
        typo_of=typo_of,
        mixed_scripts=mixes_scripts(local) or mixes_scripts(shown),
    )


def is_role(local: str, aliases: Aliases) -> bool:
    """Tell whether a local part is a function: `sales`, `customer.service`, `info-de`, `sales2`.

    A function beside anything but a place, a number or another function may be a person (`hr.lee`).
    """
    roles = aliases.role_mailboxes
    if local in roles:
        return True
    parts = [part for part in _PARTED.split(local) if part]
    if "".join(parts) in roles:
        return True
    named = [part for part in parts if part in roles]
    return bool(named) and all(part in roles or part in _PLACES or part.isdigit() for part in parts)


def mailbox_class(domain: str, base: str, aliases: Aliases) -> MailboxClass:
    """Return the class of a mail domain (ASCII) with its registrable domain `base`.

    Disposable is looked up first, since the two public lists share some 500 domains. Education and
    government count as corporate. A sub-domain of a listed provider is of its class.
    """
    names = {domain, base}
    if names & aliases.corporate_domains:
        return "corporate"
    if names & aliases.disposable_domains:
        return "disposable"
    return "personal" if names & aliases.personal_domains else "corporate"
