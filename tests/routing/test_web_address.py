"""Addresses are read in one way only, and only public ones count as public (I8, SSRF)."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from routing.web_address import is_private, is_public, parse_web_address

TRICKS = [
    "https://evil.example\\@10.0.0.1/",
    "https://good.example@10.0.0.1/",
    "https://user:password@good.example/",
    "https://good.example#@10.0.0.1/",
    "https://good.example/#part",
    "https://good.example /",
    " https://good.example/",
    "https://good.example/\n",
    "https://good.example/\r\nHost: 10.0.0.1",
    "https://good.example\t/",
    "https://good.example./",
    "https://good..example/",
    "https://-good.example/",
    "https://g%6fod.example/",
    "https://good.example:0/",
    "https://good.example:99999/",
    "https://good.example:/x",
    "https://good.example:44３/",
    "https://gооd.example/",
    "https://１２７.0.0.1/",
    "https://127。0。0。1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.0.1.5/",
    "https://good.example.0x/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[::1/",
    "https://[]/",
    "https://[127.0.0.1]/",
    "https://good_example.com/",
    "https:///etc/passwd",
    "https:good.example/",
    "//good.example/",
    "good.example",
    "ftp://good.example/",
    "file:///etc/passwd",
    "gopher://good.example/",
    "javascript:alert(1)",
    "https://good.example/{domain}",
    "https://good.example/%zz",
    "https://good.example/" + "x" * 2000,
    "",
]


@pytest.mark.parametrize("text", TRICKS)
def test_address_that_two_parsers_could_read_differently_is_refused(text: str) -> None:
    """User names, other spellings of an IP address, scopes, bad letters: none gets through."""
    with pytest.raises(ValueError):
        parse_web_address(text)


def test_parts_are_those_that_will_be_connected_to_and_sent() -> None:
    """Host in lower case, the scheme's port, path and query as they are, an IPv6 host unpacked."""
    plain = parse_web_address("HTTPS://API.Example.com?domain=a%20b")
    six = parse_web_address("http://[2001:DB8::0:1]:8080/x")

    assert (plain.scheme, plain.host, plain.port) == ("https", "api.example.com", 443)
    assert (plain.target, plain.authority) == ("/?domain=a%20b", "api.example.com")
    assert (six.host, six.authority, six.literal) == (
        "2001:db8::1",
        "[2001:db8::1]:8080",
        ip_address("2001:db8::1"),
    )


NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2000::1%eth0",
]


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_address_that_is_or_carries_a_private_one_is_not_public(text: str) -> None:
    """Loopback, private, shared, link-local, multicast, and IPv4 packed into IPv6."""
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700::1111"])
def test_address_of_the_public_internet_is_public(text: str) -> None:
    """What everybody reaches may be called."""
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    ("text", "private"),
    [
        *(("127.0.0.1", True), ("10.1.2.3", True), ("::1", True), ("fd00::1", True)),
        *(("169.254.169.254", False), ("0.0.0.0", False), ("224.0.0.1", False)),
        *(("fe80::1", False), ("::ffff:127.0.0.1", False), ("8.8.8.8", False)),
    ],
)
def test_policy_may_allow_private_addresses_and_no_stranger_ones(text: str, private: bool) -> None:
    """A private network can be opened by name; the cloud's metadata address never."""
    assert is_private(ip_address(text)) is private
