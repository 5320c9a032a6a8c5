"""Companies by the core of their name or of their own domain (`Acme Tech, Inc.`, `acmetech.io`)."""

from __future__ import annotations

import re
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from routing.lead import Profile
from routing.normalise.aliases import Aliases
from routing.normalise.domain import registrable
from routing.normalise.text import fold, words

_ICANN = PublicSuffixList(only_icann=True, accept_unknown=False)
_SITE_BUILDERS = words("wordpress.com tumblr.com squarespace.com godaddysites.com jimdo.com")
_SAYS_NOTHING = words(
    """the and of y et und group grp holding holdings company co corp corporation inc incorporated
    international intl global ltd limited llc llp plc gmbh ag sa sas sarl srl spa bv nv ab oy pty"""
)
_SHORTENED = (
    ("technologies", "tech"), ("technology", "tech"), ("solutions", "sol"), ("solns", "sol"),
    ("services", "svc"), ("service", "svc"), ("svcs", "svc"), ("partners", "ptnr"),
    ("ptnrs", "ptnr"), ("properties", "prop"), ("props", "prop"), ("systems", "sys"),
    ("consulting", "cons"), ("engineering", "eng"), ("management", "mgmt"),
    ("manufacturing", "mfg"), ("industries", "ind"), ("associates", "assoc"),
    ("brothers", "bros"), ("laboratories", "lab"), ("labs", "lab"),
)  # fmt: skip
_TAIL = re.compile(r"(?<=\w{3})(?:group|grp|holdings?|corp|inc|gmbh|llc|ltd)?\d*$")


@lru_cache(maxsize=50_000)
def company_core(name: str) -> str | None:
    """Letters and digits of a name's telling words, joined and shortened alike, or None."""
    given = fold(name).split()
    telling = [word for word in given if word not in _SAYS_NOTHING] or given
    return _shortened("".join(telling)) or None


@lru_cache(maxsize=50_000)
def domain_core(domain: str) -> str:
    """The core of a company's own registrable domain: `acme-tech2.co.uk` is `acmetech`."""
    return _shortened(_TAIL.sub("", domain.partition(".")[0].replace("-", "")))


def _shortened(joined: str) -> str:
    for long, short in _SHORTENED:
        joined = joined.replace(long, short)
    return joined


def own_domain(profile: Profile, aliases: Aliases) -> str | None:
    """The company's own registrable domain: of a corporate mailbox, else of the website.

    None for a mail provider's, for a page at a hosting provider (a private public suffix such as
    github.io) and for a website on a platform where many have theirs.
    """
    corporate = profile.mailbox_class == "corporate" and profile.email_domain
    domain = registrable(profile.email_domain or "") if corporate else profile.domain
    if not domain or _is_hosted(domain):
        return None
    if domain in aliases.personal_domains or domain in aliases.disposable_domains:
        return None
    return None if not corporate and domain in aliases.platforms | _SITE_BUILDERS else domain


@lru_cache(maxsize=50_000)
def _is_hosted(domain: str) -> bool:
    """Whether the suffix belongs to a provider that lets others use names below it."""
    return bool(_ICANN.privatesuffix(domain) != domain)
