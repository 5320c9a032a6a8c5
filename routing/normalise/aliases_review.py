"""What no table could map: the words that people may give a meaning, as an alias of policy."""

from __future__ import annotations

from routing.normalise.lead import NormalisedLead
from routing.normalise.own_words import Vocabulary

VOCABULARY: dict[str, Vocabulary] = {
    "industry_unknown": "industry",
    "industry_ambiguous": "industry",
    "title_unknown": "title",
    "title_ambiguous": "title",
    "country_unknown": "country",
    "country_ambiguous": "country",
    "region_unknown": "region",
    "region_ambiguous": "region",
    "company_form_unknown": "legal_form",
}
"""Flag codes of values that an alias could map, and the vocabulary it would belong to."""


def unmapped(normalised: NormalisedLead) -> tuple[tuple[Vocabulary, str], ...]:
    """Each vocabulary with the raw text that it did not know, in the order of the flags.

    Suspicious values are left out: an alias must never be made of an attack.
    """
    suspicious = {flag.field for flag in normalised.flags if flag.code == "suspicious"}
    found = (
        (VOCABULARY[flag.code], flag.raw)
        for flag in normalised.flags
        if flag.code in VOCABULARY and flag.field not in suspicious
    )
    return tuple(dict.fromkeys(found))
