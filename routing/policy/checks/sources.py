"""Sources: whether a request finds exactly one, what its fields are called, who may send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from routing.policy.checks import names
from routing.policy.iso import country_name
from routing.policy.model import Policy
from routing.policy.reading.errors import PolicyError, nearest
from routing.policy.reading.origins import Origins
from routing.policy.reading.read_yaml import Path
from routing.policy.tables.sources import SourcePolicy

FILE = "sources.yml"
PLAIN_FIELDS = (
    *("source_id", "name", "first_name", "last_name", "email", "phone", "company", "website"),
    *("job_title", "industry", "country", "region", "city", "postal_code", "company_size"),
    *("message", "consent"),
)
"""Baton's plain names of raw lead fields, which `fields` maps to a source's own names."""


def problems(policy: Policy, origins: Origins) -> Iterator[PolicyError]:
    yield from names.ids(origins, FILE, [s.id for s in policy.sources])
    seen: set[tuple[str, str]] = set()
    for i, source in enumerate(policy.sources):
        yield from _source(origins, i, source)
        if (source.kind, source.key) in seen:
            message = f"there are two {source.kind} sources with the key {source.key!r}"
            yield origins.error(FILE, (i, "key"), message)
        seen.add((source.kind, source.key))


def _source(origins: Origins, i: int, source: SourcePolicy) -> Iterator[PolicyError]:
    yield from _fields(origins, (i, "fields"), source.fields)
    yield from _fields(origins, (i, "mail", "labels"), source.mail.labels)
    if source.default_region is not None and country_name(source.default_region) is None:
        message = f"unknown country {source.default_region!r}: write its ISO code, such as DE"
        yield origins.error(FILE, (i, "default_region"), message)
    for path, message in (*_variables(source), *_misplaced(source), *_form(source)):
        yield origins.error(FILE, (i, *path), message)


def _fields(origins: Origins, path: Path, given: Iterable[str]) -> Iterator[PolicyError]:
    for name in given:
        if name not in PLAIN_FIELDS:
            message = f"unknown field {name!r}"
            yield origins.error(FILE, (*path, name), message, nearest(name, PLAIN_FIELDS))


Found = Iterator[tuple[Path, str]]
"""Where in the source's entry something is wrong, and what."""


def _variables(source: SourcePolicy) -> Found:
    imap = source.mail.imap
    named: list[tuple[Path, str | None]] = [(("secret_env",), source.secret_env)]
    if imap is not None:
        named += [(("mail", "imap", "user_env"), imap.user_env)]
        named += [(("mail", "imap", "password_env"), imap.password_env)]
        if imap.tls == "none" and imap.host not in ("127.0.0.1", "::1", "localhost"):
            message = "tls: none would send the password in the clear: write implicit or starttls"
            yield ("mail", "imap", "tls"), message
    for path, name in named:
        if name is not None and not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            yield path, f"{name!r} is not the name of an environment variable"
    if source.secret_env is None and (
        source.kind == "partner" or (source.kind == "email" and imap is None)
    ):
        message = f"{source.kind} source {source.id!r} needs secret_env: anybody could send"
        yield ("kind",), message


_ONLY_FOR = {
    "honeypot": "web", "origins": "web", "per_minute": "web", "envelope": "partner", "mail": "email"
}  # fmt: skip


def _misplaced(source: SourcePolicy) -> Found:
    """A key that its kind of source never reads would promise what does not happen."""
    usual = SourcePolicy(id=source.id, kind=source.kind, key=source.key, name=source.name)
    for name, kind in _ONLY_FOR.items():
        if kind != source.kind and getattr(source, name) != getattr(usual, name):
            yield (name,), f"{name!r} is for {kind} sources"


def _form(source: SourcePolicy) -> Found:
    taken = {source.fields.get(name, name) for name in PLAIN_FIELDS} | {*PLAIN_FIELDS}
    if source.honeypot in taken:
        yield ("honeypot",), f"{source.honeypot!r} is a field that people fill in"
    for n, origin in enumerate(source.origins):
        if origin != "*" and not re.fullmatch(r"https?://[a-z0-9.-]+(?::\d{1,5})?", origin):
            message = f"{origin!r} is not an origin: write https://www.example.com, without a path"
            yield ("origins", n), message
    for n, domain in enumerate(source.mail.own_domains):
        if not _is_domain(domain):
            message = f"{domain!r} is not a domain: write example.com"
            yield ("mail", "own_domains", n), message


def _is_domain(text: str) -> bool:
    return re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", text) is not None
