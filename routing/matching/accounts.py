"""Which account a lead belongs to: by its company's own domain, else by its company's name."""

from __future__ import annotations

from routing.lead import Profile
from routing.matching.forms.organisation import own_domain
from routing.normalise.aliases import DEFAULT_ALIASES, Aliases

_TELLING = 4  # characters of a company key that is unlikely to be shared by chance


def account_key(profile: Profile, aliases: Aliases = DEFAULT_ALIASES) -> str | None:
    """`domain:acme.com`, else `company:KEY:COUNTRY` where both are known, else None.

    Never by the domain of a mail provider or of a platform where others have pages of their own.
    A name counts only within its country: two countries may have a company of one name.
    """
    domain = own_domain(profile, aliases)
    if domain:
        return f"domain:{domain}"
    key = profile.company_key
    if not key or len(key) < _TELLING or not profile.country:
        return None
    return f"company:{key}:{profile.country}"
