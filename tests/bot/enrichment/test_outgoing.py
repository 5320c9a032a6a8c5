"""Calls to configured addresses go where they were checked to go, and end in time (I8, SSRF)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from bot.connectors.outgoing import Call, Limits, Outgoing, OutgoingError, Reach
from tests.bot.enrichment.certificates import contexts_for
from tests.bot.enrichment.server import (
    HOST,
    Answering,
    Service,
    drip,
    drip_headers,
    flood,
    hang,
    http,
    running,
)

NAME = "api.example.test"
DEADLINE = 0.25
MOST = DEADLINE + 0.7
"""Seconds a call may take in all, on a busy machine."""
PUBLIC = "93.184.215.14"


@pytest.fixture
def service() -> Iterator[Service]:
    with running(http({"name": "Acme"})) as service:
        yield service


def outgoing(*addresses: str) -> Outgoing:
    return Outgoing(resolve=lambda host, port: addresses)


def call_to(service: Service, host: str = HOST, *, seconds: float = 5, **changes: object) -> Call:
    """A call to the service that policy allows although it is neither https nor public."""
    reach = Reach(ports=(service.port,), allow_http=True, allow_private=(host,))
    limits = Limits(seconds=seconds, connect_seconds=seconds, max_bytes=100_000)
    stated = {"url": f"http://{host}:{service.port}/x?y=1", "reach": reach, "limits": limits}
    return Call(**(stated | changes))  # type: ignore[arg-type]


def refusal(out: Outgoing, call: Call) -> str:
    with pytest.raises(OutgoingError) as failure:
        out.send(call)
    return failure.value.reason


def test_call_says_what_it_was_told_and_brings_the_answer(service: Service) -> None:
    """Path, query, host and headers go out; status, headers and body come back."""
    call = call_to(service, headers={"X-Key": "k"})
    reply = outgoing().send(call)

    assert (reply.status, reply.body) == (200, b'{"name": "Acme"}')
    assert reply.headers["content-length"] == "16"
    head = service.requests[0]
    assert head.startswith("GET /x?y=1 HTTP/1.1\r\n")
    assert f"Host: {HOST}:{service.port}\r\n" in head
    assert "X-Key: k\r\n" in head


def test_body_is_sent(service: Service) -> None:
    """A POST carries its bytes and their length."""
    outgoing().send(call_to(service, method="POST", body=b"abc"))

    assert "Content-Length: 3" in service.requests[0]


def test_connection_goes_to_the_checked_address_under_the_name_of_the_host(
    tmp_path: Path,
) -> None:
    """The name is resolved once; certificate and Host are those of the name, not of the address."""
    server, client = contexts_for(NAME, tmp_path)
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return [HOST] if len(asked) == 1 else ["10.0.0.1"]

    with running(http({}), server) as service:
        out = Outgoing(resolve=resolve, ssl_context=client)
        reach = Reach(ports=(service.port,), allow_private=(NAME,))
        reply = out.send(Call(url=f"https://{NAME}:{service.port}/", reach=reach))

    assert reply.status == 200
    assert asked == [NAME]
    assert f"Host: {NAME}:{service.port}\r\n" in service.requests[0]


def test_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    """An address that answers for somebody else is not talked to."""
    server, client = contexts_for("other.example.test", tmp_path)
    with running(http({}), server) as service:
        out = Outgoing(resolve=lambda host, port: [HOST], ssl_context=client)
        reach = Reach(ports=(service.port,), allow_private=(NAME,))

        assert refusal(out, Call(url=f"https://{NAME}:{service.port}/", reach=reach)) == (
            "unreachable"
        )
    assert service.requests == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        ["169.254.169.254", PUBLIC],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["fe80::1%lo"],
        ["not an address"],
        [],
    ],
)
def test_host_with_one_address_that_is_not_public_is_refused(addresses: list[str]) -> None:
    """Also when a public address stands beside it: nobody has both by accident."""
    assert refusal(outgoing(*addresses), Call(url="https://api.example.com/")) == "address_refused"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://127.0.0.1/", "address_refused"),
        ("https://[::1]/", "address_refused"),
        ("https://[::ffff:10.0.0.1]/", "address_refused"),
        ("https://169.254.169.254/latest/meta-data", "address_refused"),
        ("https://2130706433/", "address_refused"),
        ("https://good.example\\@10.0.0.1/", "address_refused"),
        ("https://user:pw@api.example.com/", "address_refused"),
        ("http://api.example.com:443/", "not_https"),
        ("http://api.example.com/", "port_refused"),
        ("https://api.example.com:22/", "port_refused"),
    ],
)
def test_address_that_policy_does_not_allow_is_refused(url: str, why: str) -> None:
    """Another scheme, another port, an address instead of a name: nothing is connected to."""
    assert refusal(outgoing(PUBLIC), Call(url=url)) == why


def test_metadata_address_is_refused_even_for_a_host_that_may_be_private(
    service: Service,
) -> None:
    """Opening a private network does not open the cloud's own address."""
    assert refusal(outgoing("169.254.169.254"), call_to(service, NAME)) == "address_refused"


def test_next_address_is_tried_when_one_does_not_answer(service: Service) -> None:
    """A host whose first address is dead is reached by its second, within the time."""
    with running(hang) as dead:
        pass
    assert dead.port
    call = call_to(service, NAME)

    assert outgoing("127.0.0.77", HOST).send(call).status == 200


def test_redirect_is_an_answer_and_is_not_followed(service: Service) -> None:
    """Wherever it points, nobody goes there."""
    with running(http({})) as inside:
        location = f"Location: http://{HOST}:{inside.port}/secret"
        service.answering = http({}, "302 Found", location)

        assert outgoing().send(call_to(service)).status == 302
        assert inside.requests == []


def test_proxy_of_the_environment_is_not_used(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the environment names for other programs cannot see the secret."""
    with running(http({})) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{HOST}:{proxy.port}")
        outgoing().send(call_to(service))

    assert proxy.requests == []


@pytest.mark.parametrize("answering", [hang, drip, drip_headers])
def test_one_deadline_covers_everything(service: Service, answering: Answering) -> None:
    """A server that hangs or drips byte by byte is left when the time is over."""
    service.answering = answering
    started = monotonic()

    assert refusal(outgoing(), call_to(service, seconds=DEADLINE)) == "timeout"
    assert monotonic() - started < MOST


def test_resolver_that_hangs_is_left_behind(service: Service) -> None:
    """The deadline covers the look-up of the name too."""
    over = Event()
    out = Outgoing(resolve=lambda host, port: [HOST] if over.wait(20) else [])
    started = monotonic()
    try:
        assert refusal(out, call_to(service, NAME, seconds=DEADLINE)) == "timeout"
        assert monotonic() - started < MOST
    finally:
        over.set()
        out.close()


def test_name_without_an_address_is_unresolved(service: Service) -> None:
    """What the resolver raises is this module's own error."""

    def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    assert refusal(Outgoing(resolve=resolve), call_to(service, NAME)) == "unresolved"


BOMB = gzip.compress(b"x" * 30_000_000)


@pytest.mark.parametrize(
    ("answering", "why"),
    [
        (flood, "too_large"),
        (http(b"x" * 100_001), "too_large"),
        (http(b"", length=10**15), "too_large"),
        (http(BOMB, "200 OK", "Content-Encoding: gzip"), "packed"),
        (http(b"{}", length=50), "not_http"),
        (lambda talk: talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), "not_http"),
        (lambda talk: talk.send(b"SSH-2.0-OpenSSH_9\r\n"), "not_http"),
        (lambda talk: talk.send(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000), "not_http"),
        (lambda talk: None, "not_http"),
    ],
)
def test_answer_that_is_too_large_or_no_answer_is_refused(
    service: Service, answering: Answering, why: str
) -> None:
    """Thirty megabytes, a packed bomb, a false length, another protocol: an error, not a crash."""
    service.answering = answering

    assert refusal(outgoing(), call_to(service, seconds=2)) == why


def test_longer_answer_than_declared_is_cut_at_its_length(service: Service) -> None:
    """What follows the declared length is not part of the answer."""
    service.answering = http(b'{"a": 1}, and more', length=8)

    assert outgoing().send(call_to(service)).body == b'{"a": 1}'


def test_nobody_there_is_unreachable(service: Service) -> None:
    """A closed port is an error of this module."""
    with running(http({})) as closed:
        pass

    assert refusal(outgoing(), call_to(closed)) == "unreachable"


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "geheim-ü"])
def test_header_that_would_break_out_is_refused(service: Service, value: str) -> None:
    """A secret with a line break is not sent, and not shown in the error."""
    assert refusal(outgoing(), call_to(service, headers={"X-Key": value})) == "header_unusable"
    assert service.requests == []
