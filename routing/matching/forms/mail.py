"""Mail addresses in the form under which one mailbox is one string."""

from __future__ import annotations

import re
from dataclasses import dataclass

from routing.lead import Profile
from routing.matching.forms.names import full_forms
from routing.normalise.aliases import Aliases
from routing.normalise.text import fold, words

GMAIL = "gmail.com"
_SAME_PROVIDER = {"googlemail.com": GMAIL}
_JUNK = words(
    """test tests testing tester asdf asdfasdf qwerty none null nil na no nomail noemail no-email
    no.email noaddress fake unknown anonymous anon example sample dummy spam trash junk abc aaa xxx
    xyz foo bar foobar xx a b c x nobody noone notgiven not.given notprovided"""
)
_FAMILY = re.compile(r"famil|fam\d*$|home(?!r)|household|haushalt|couple")
_SHORTEST_NAME = 3
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """address, local, domain: canonical; shared: several people read it."""

    address: str | None
    local: str | None
    domain: str | None
    shared: bool


def mailbox(profile: Profile, aliases: Aliases) -> Mailbox | None:
    """The mailbox behind the profile's address, or None where there is none or it is junk."""
    local, at, _ = (profile.email or "").rpartition("@")
    if not at:
        return None
    domain = profile.email_domain or ""
    domain = aliases.mail_typos.get(domain, domain)
    domain = _SAME_PROVIDER.get(domain, domain)
    base = local.partition("+")[0] or local
    base = base.replace(".", "") if domain == GMAIL else base
    if base in _JUNK or base == domain.partition(".")[0]:
        return None
    shared = profile.role_mailbox or bool(_FAMILY.search(base))
    return Mailbox(f"{base}@{domain}", base, domain, shared)


def family_in_mailbox(profile: Profile, given: str) -> str | None:
    """The family name in a mailbox named for a person: `raymond.c.thomas90` with `ray`, or None."""
    local = (profile.email or "").partition("@")[0].partition("+")[0].rstrip(_DIGITS)
    parts = [fold(part) for part in re.split(r"[._-]", local) if part]
    if profile.role_mailbox or not parts:
        return None
    found = [_beside(form, parts) for form in sorted(full_forms(given), key=len, reverse=True)]
    beside_initial = _beside(given[0], parts) if len(parts) > 1 else None
    return next((name for name in (*found, beside_initial) if name), None)


def _beside(form: str, parts: list[str]) -> str | None:
    first, last = parts[0], parts[-1]
    if len(parts) > 1:
        name = last if first == form else first if last == form else ""
    elif first.startswith(form):
        name = first.removeprefix(form)
    else:
        name = first.removesuffix(form) if first.endswith(form) else ""
    return name if len(name) >= _SHORTEST_NAME else None
