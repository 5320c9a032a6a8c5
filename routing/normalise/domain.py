"""The host of a website as a browser would find it, and its registrable domain.

Rules: WHATWG URL (what ends the host; backslash counts as slash), IDNA 2008 (`idna`), the public
suffix list with its private section (`publicsuffixlist`), RFC 1035 label and name lengths.
Library URL parsers resolve `https://evil.org\\@acme.com` to acme.com; this one does not.
"""

import re
from dataclasses import dataclass

import idna
from publicsuffixlist import PublicSuffixList

from routing.normalise.text import plain

_SUFFIXES = PublicSuffixList(only_icann=False, accept_unknown=False)
_SCHEME = re.compile(r"(?:(?:https?|ftp):?/{2,}|/{2,}|https?:(?=[^/\d]))", re.I)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d{1,5}(?:[/?#\\]|$))", re.I)
_END_OF_HOST = re.compile(r"[/?#\\]")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")
_PORT = re.compile(r":\d{0,5}$")
_FRAME = " \t\r\n<>()[]{}\"'`,;"
_DOTS = str.maketrans({"。": ".", "．": ".", "｡": "."})
_SITE_BUILDERS = frozenset(  # outside the public suffix list: a sub-domain is another one's site
    {"wordpress.com", "weebly.com", "wixsite.com", "jimdo.com", "jimdofree.com", "webnode.com"}
    | {"tumblr.com", "substack.com", "medium.com", "squarespace.com", "strikingly.com", "carrd.co"}
    | {"business.site", "site123.me", "godaddysites.com", "livejournal.com", "canalblog.com"}
)
_SPECIAL_USE = frozenset(  # RFC 2606, 6761, 6762, 7686, 8375, 9476
    {"test", "example", "invalid", "localhost", "local", "onion", "internal", "arpa", "alt"}
)
LONGEST_URL_HEAD = 2_048  # characters in which the host must lie


@dataclass(frozen=True, slots=True)
class Website:
    """host: the whole host in ASCII; registrable: one label below its suffix.

    bare: the site is the domain itself: no path, no customer's name before a site builder's domain.
    """

    host: str
    registrable: str
    bare: bool


def to_ascii(name: str) -> str | None:
    """Return a host name in lower-case A-labels (IDNA 2008), or None where it is not one."""
    name = name.translate(_DOTS).lower().removesuffix(".")
    if not name.isascii() or "xn--" in name:
        try:
            name = idna.encode(name, uts46=True, transitional=False, std3_rules=True).decode()
        except (idna.IDNAError, UnicodeError, ValueError, IndexError):
            return None
    if not 3 < len(name) <= 253:
        return None
    return name if all(map(_LABEL.match, name.split("."))) else None


def registrable(host_name: str) -> str | None:
    """Return the registrable domain of an ASCII host, or None: a bare suffix, an unknown TLD.

    `www.gov.uk` is itself registrable; `acme.github.io` stays whole (private suffix).
    """
    if host_name.rpartition(".")[2] in _SPECIAL_USE:
        return None
    found: str | None = _SUFFIXES.privatesuffix(host_name)
    return found


def host(value: str) -> str | None:
    """Return the ASCII host of a website as people type it, or None.

    Taken: scheme or none, `//`, port, path, user info (`user:pass@`), brackets and commas around
    it, an emoji behind it. Refused: other schemes, IP addresses, underscores, inner spaces before
    a further word, percent-escapes and control characters inside the host.
    """
    authority = _authority(value)
    return to_ascii(authority) if authority else None


def _authority(value: str) -> str | None:
    text = plain(value[:LONGEST_URL_HEAD].strip(_FRAME + "\0\ufeff\u200b")).strip(_FRAME + "\0")
    scheme = _SCHEME.match(text)
    if not scheme and _OTHER_SCHEME.match(text) and "@" not in text.split("/")[0]:
        return None
    text = text[scheme.end() :] if scheme else text
    text = _END_OF_HOST.split(text, maxsplit=1)[0]
    if not scheme and "@" in text:
        return None  # a mail address in the website field
    text = text.rpartition("@")[2]
    text = _PORT.sub("", _without_tail(text))
    return text if text and not re.search(r"[\s\x00-\x1f%_]", text) else None


def _without_tail(text: str) -> str:
    """Cut what follows the host after a space when no further word is there (an emoji)."""
    head, space, tail = text.partition(" ")
    if space and not re.search(r"\w", tail):
        text = head
    return text.strip(_FRAME + "\0.!*") if not text.endswith("..") else text


def website(value: str) -> Website | None:
    """Return host and registrable domain of a website, or None where either is not certain."""
    found = host(value)
    domain = registrable(found) if found else None
    if not found or not domain:
        return None
    text = plain(value[:LONGEST_URL_HEAD].strip(_FRAME))
    rest = _SCHEME.sub("", text, count=1)
    path = _END_OF_HOST.split(rest, maxsplit=1)[1:]
    is_customer = domain in _SITE_BUILDERS and found not in (domain, f"www.{domain}")
    return Website(found, domain, not is_customer and not any(part.strip("/ ") for part in path))
