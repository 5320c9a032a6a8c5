"""Candidate keys: two leads are compared only when they share one.

Twelve kinds, chosen greedily by recall per candidate. A key is a stable signed 64-bit number, fit
for an indexed column; a key that more than `BLOCK` leads carry tells nothing and is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from routing.matching.forms.names import key_forms, sound
from routing.matching.forms.organisation import domain_core
from routing.matching.record import Record

BLOCK = 40
"""A key carried by more leads than this contributes no candidates."""

KINDS = (
    "source_id",
    "email",
    "organisation_first",
    "phone_initial",
    "sound_initial_city",
    "organisation_last",
    "name_pair",
    "last_four_postal",
    "phone_tail",
    "letters",
    "organisation_initial",
    "first_postal",
)
_TAIL = 7  # digits


def keys(record: Record) -> tuple[int, ...]:
    """The keys of a record, without repetition, in the order of their kinds."""
    return tuple(dict.fromkeys(_hash(kind, value) for kind, value in key_values(record)))


def key_values(record: Record) -> Iterator[tuple[str, str]]:
    """Kind and plain value of each key; the same number as `keys` gives where none repeats."""
    if record.source_ref:
        yield "source_id", record.source_ref
    if record.email and not record.shared_mailbox:
        yield "email", record.email
    if record.phone:
        yield "phone_tail", record.phone[-_TAIL:]
    yield from _name_keys(record)
    yield from _organisation_keys(record)
    yield from _postal_keys(record)


def _name_keys(record: Record) -> Iterator[tuple[str, str]]:
    given, family = record.given, record.family
    for initial in _initials(record) if record.phone else ():
        yield "phone_initial", f"{record.phone} {initial}"
    if not family:
        return
    if given and len(given) > 1:
        for form in key_forms(given):
            yield "name_pair", " ".join(sorted((form, family)))
        yield "letters", "".join(sorted(given + family))
    for initial in _initials(record) if record.city else ():
        yield "sound_initial_city", f"{sound(family)} {initial} {record.city}"


def _organisation_keys(record: Record) -> Iterator[tuple[str, str]]:
    for organisation in organisations(record):
        for form in _forms(record):
            yield "organisation_first", f"{organisation} {form}"
        if record.family:
            yield "organisation_last", f"{organisation} {record.family}"
        for initial in _initials(record):
            yield "organisation_initial", f"{organisation} {initial}"


def _postal_keys(record: Record) -> Iterator[tuple[str, str]]:
    if not record.postal_code:
        return
    if record.family:
        yield "last_four_postal", f"{record.family[:4]} {record.postal_code}"
    for form in _forms(record):
        yield "first_postal", f"{form} {record.postal_code}"


def organisations(record: Record) -> tuple[str, ...]:
    """The cores under which the record's company may be known: of its name, of its domain."""
    cores = (record.company, domain_core(record.domain) if record.domain else None)
    return tuple(dict.fromkeys(core for core in cores if core))


def _forms(record: Record) -> tuple[str, ...]:
    return key_forms(record.given) if record.given and len(record.given) > 1 else ()


def _initials(record: Record) -> tuple[str, ...]:
    """First letters of the forms of the given name; `Bob` is also found under R."""
    if not record.given:
        return ()
    return tuple(dict.fromkeys(form[0] for form in key_forms(record.given)))


def _hash(kind: str, value: str) -> int:
    digest = blake2b(f"{kind}\x1f{value}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
