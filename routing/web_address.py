"""Web addresses that Baton may call: read once, strictly, and which network addresses are public.

The parts found here are the parts that are connected to and sent: nothing parses the text again,
so no two parsers can disagree (`https://good.example\\@10.0.0.1`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal

IPAddress = IPv4Address | IPv6Address
HTTPS_PORT, HTTP_PORT = 443, 80
LONGEST = 2_000

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>[1-9]\d{0,4}))?"
    r"(?P<target>(?:/(?:[a-z0-9\-._~!$&'()*+,;=:@/]|%[0-9a-f]{2})*)?"
    r"(?:\?(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?)",
    re.I | re.ASCII,
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")

# Beyond what `ipaddress` calls global: there routers lead to private or to many addresses.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(net)
    for net in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
_UNICAST_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
_PRIVATE = tuple(IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_LOOPBACK = IPv4Network("127.0.0.0/8")
_PRIVATE_6 = (IPv6Network("fc00::/7"), IPv6Network("::1/128"))


@dataclass(frozen=True)
class WebAddress:
    """`host` is in lower case, an IPv6 address without brackets; `target` is path and query."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str

    @property
    def literal(self) -> IPAddress | None:
        """The network address when the host is one."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """The value of the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = HTTPS_PORT if self.scheme == "https" else HTTP_PORT
        return host if self.port == usual else f"{host}:{self.port}"


def parse_web_address(text: str) -> WebAddress:
    """The parts of an absolute http or https address; ValueError says what is wrong with it.

    Refused: user names, fragments, back slashes, spaces, letters beyond ASCII (write `xn--`
    names), numbers that are no dotted IPv4 address, IPv6 scopes, a dot behind the host.
    """
    found = _ADDRESS.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise ValueError(
            "write an address such as https://api.example.com/v1/companies?domain=example.com: "
            "no user name, no #, no spaces, no letters beyond ASCII"
        )
    scheme: Literal["http", "https"] = "https" if found["scheme"].lower() == "https" else "http"
    port = int(found["port"] or (HTTPS_PORT if scheme == "https" else HTTP_PORT))
    if port > 65_535:
        raise ValueError(f"{port} is no port")
    target = found["target"] or "/"
    target = f"/{target}" if target.startswith("?") else target
    return WebAddress(scheme, _host(found["host"].lower()), port, target)


def _host(text: str) -> str:
    if text.startswith("["):
        return str(IPv6Address(text[1:-1]))
    labels = text.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return str(IPv4Address(text))
    if len(text) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(f"{text!r} is no host name")
    return text


def is_public(address: IPAddress) -> bool:
    """Whether the address can only be a host on the public internet.

    Of IPv6 only global unicast without the ranges that carry an IPv4 address within them.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in net for net in _NOT_PUBLIC_4)
    inside = address.scope_id is None and address in _UNICAST_6
    return inside and not any(address in net for net in _NOT_PUBLIC_6)


def is_private(address: IPAddress) -> bool:
    """Whether it is loopback or a private network's own address, which a policy may allow.

    Never link-local (cloud metadata), multicast, unspecified or an IPv4 address inside an IPv6 one.
    """
    if isinstance(address, IPv4Address):
        return any(address in net for net in (*_PRIVATE, _LOOPBACK))
    return address.scope_id is None and any(address in net for net in _PRIVATE_6)
