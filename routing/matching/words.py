"""What levels and guards mean, for people. No word holds personal data."""

from __future__ import annotations

SPEAKS_FOR = {
    ("source_id", "same"): "the same record of the same source",
    ("email", "same"): "the same e-mail address",
    ("email", "near"): "e-mail addresses one slip apart",
    ("email", "local"): "the same e-mail name at another provider",
    ("phone", "same"): "the same phone number",
    ("phone", "near"): "phone numbers one slip apart",
    ("given", "same"): "the same given name",
    ("given", "nick"): "given names that are forms of one name",
    ("given", "near"): "given names one slip apart",
    ("given", "initial"): "a given name and its initial",
    ("family", "same"): "the same family name",
    ("family", "near"): "family names one slip apart",
    ("family", "part"): "one family name is part of the other",
    ("family", "initial"): "a family name and its initial",
    ("order", "swapped"): "given and family name swapped",
    ("rarity", "rare"): "a family name that few people carry",
    ("company", "same"): "the same company",
    ("company", "near"): "company names that are nearly the same",
    ("family", "hint"): "a mailbox that holds the other's family name",
    ("title", "same"): "the same job title",
    ("given", "variant"): "given names that are spelt nearly the same",
    ("place", "postal"): "the same postal code",
    ("place", "city"): "the same city",
}

SPEAKS_AGAINST = {
    ("email", "shared"): "a mailbox that several people read",
    ("email", "colleague"): "two mailboxes at one company",
    ("email", "other"): "different e-mail addresses",
    ("phone", "line"): "one phone number with two extensions",
    ("phone", "other"): "different phone numbers",
    ("given", "other"): "different given names",
    ("family", "other"): "different family names",
    ("rarity", "common"): "a family name that many people carry",
    ("company", "other"): "different companies",
    ("given", "far_initial"): "an initial of another form of the given name",
    ("title", "other"): "different job titles",
    ("generation", "other"): "one is a junior or senior",
    ("place", "elsewhere"): "different places",
    ("place", "abroad"): "different countries",
}

GUARDS = {
    "role_mailbox": "kept from merging: a shared mailbox is nobody's own",
    "switchboard": "kept from merging: colleagues may share a switchboard",
    "relatives": "kept from merging: relatives may share a phone or a mailbox",
    "recycled_number": "kept from merging: a number may pass to another person",
    "generations": "kept from merging: father and son may share name and phone",
    "names_conflict": "kept from merging: the names conflict",
    "namesakes": "kept from merging: namesakes have nothing else in common",
    "neighbouring_numbers": "kept from merging: two people may have neighbouring numbers",
    "first_name_only": "kept from merging: colleagues may share a first name",
    "not_enough": "kept from merging: likely, but nothing that only one person has is shared",
}
