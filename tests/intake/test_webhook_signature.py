"""Who signed a delivery, by the Standard Webhooks scheme (I1)."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from handlers.intake import webhook_signature
from handlers.intake.webhook_signature import UnusableSecretError, is_signed, key_of
from tests.intake.builders import OTHER_SECRET, SECRET, signed
from tests.support.clock import MONDAY_NOON

BODY = b'{"email": "jane@acme-widgets.com"}'
KEY, OTHER_KEY = key_of(SECRET), key_of(OTHER_SECRET)


def holds(headers: dict[str, str], *keys: bytes, body: bytes = BODY) -> bool:
    return is_signed(keys or (KEY,), headers, body, MONDAY_NOON)


@given(
    body=st.text(st.characters(codec="utf-8"), max_size=200),
    webhook_id=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1),
    at=st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    secret=st.binary(min_size=1, max_size=80),
)
def test_what_the_reference_signs_holds(
    body: str, webhook_id: str, at: datetime, secret: bytes
) -> None:
    """A sender that uses the scheme's own library is understood, whatever it sends."""
    text = base64.b64encode(secret).decode()
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(text).sign(webhook_id, at, body),
    }

    assert is_signed([key_of(f"whsec_{text}")], headers, body.encode(), at)
    assert not is_signed([key_of(text)], headers, body.encode() + b" ", at)


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=9)))
def test_what_we_sign_holds_for_the_reference(fields: dict[str, str]) -> None:
    """The other way round: the reference accepts our signature and reads the same body."""
    body = json.dumps(fields).encode()
    headers = signed(body, at=datetime.now(UTC))

    assert Webhook(SECRET).verify(body, headers) == fields


@pytest.mark.parametrize(
    ("seconds", "good"), [(0, True), (300, True), (301, False), (86400, False)]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_old_and_early_deliveries_do_not_hold(seconds: int, good: bool, sign: int) -> None:
    """Five minutes either way; a recording sent again later is worth nothing."""
    at = MONDAY_NOON + timedelta(seconds=sign * seconds)

    assert holds(signed(BODY, at=at)) is good


def test_both_keys_hold_while_one_is_replaced() -> None:
    """During a rotation the sender may use either key, and may sign with both."""
    old, new = signed(BODY), signed(BODY, secret=OTHER_SECRET)
    both = old | {"webhook-signature": f"{new['webhook-signature']} {old['webhook-signature']}"}

    assert holds(old, KEY, OTHER_KEY)
    assert holds(new, KEY, OTHER_KEY)
    assert holds(both, KEY)
    assert not holds(new, KEY)
    assert not holds(old, OTHER_KEY)


def test_unknown_versions_beside_a_good_one_are_no_harm() -> None:
    """A sender may add signatures of schemes to come."""
    good = signed(BODY)["webhook-signature"]

    assert holds(signed(BODY) | {"webhook-signature": f"v1a,abc v2,{good[3:]} junk {good}"})


GOOD = signed(BODY)["webhook-signature"]


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": ""},
        {"webhook-id": "msg_2"},
        {"webhook-id": "msg 1"},
        {"webhook-id": "m" * 256},
        {"webhook-id": "msg_\xe9"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "\u0661\u0662"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "NaN"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,="},
        {"webhook-signature": "v1,\xe9\xe9"},
        {"webhook-signature": GOOD[3:]},
        {"webhook-signature": GOOD[:-4]},
        {"webhook-signature": GOOD.replace("v1,", "v1a,")},
        {"webhook-signature": GOOD.replace("v1,", "V1,")},
        {"webhook-signature": GOOD.swapcase()},
        {"webhook-signature": "v1,AAAA " * 20 + GOOD},
        {"webhook-signature": "v1," + "A" * 100_000},
    ],
)
def test_malformed_headers_do_not_hold(changed: dict[str, str]) -> None:
    """Whatever is missing or odd: it does not hold, and it is no error."""
    assert holds(signed(BODY))

    assert not holds(signed(BODY) | changed)
    assert not holds({k: v for k, v in signed(BODY).items() if k not in changed})


@given(st.dictionaries(st.sampled_from(sorted(signed(BODY))), st.text()), st.binary())
def test_chance_never_holds_and_never_raises(headers: dict[str, str], body: bytes) -> None:
    """Any text in any header, any bytes in the body: the answer is no."""

    assert not holds(headers, body=body)


@pytest.mark.parametrize("body", [b"", BODY + b"\n", BODY.replace(b": ", b":"), BODY[:-1]])
def test_every_byte_of_the_body_counts(body: bytes) -> None:
    """The raw bytes are signed, not what they mean."""

    assert not holds(signed(BODY), body=body)


def test_all_pairs_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first fit does not end the work, and each comparison is the timing-safe one."""
    compared: list[bool] = []

    def counted(one: bytes, other: bytes) -> bool:
        compared.append(hmac.compare_digest(one, other))
        return compared[-1]

    class Counting:
        new, compare_digest = staticmethod(hmac.new), staticmethod(counted)

    monkeypatch.setattr(webhook_signature, "hmac", Counting)
    both = signed(BODY) | {"webhook-signature": f"{GOOD} v1,AAAA"}

    assert holds(both, KEY, OTHER_KEY)
    assert compared == [True, False, False, False]


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_?!", "a secret", "\xe9", "whsec_A"])
def test_secret_that_is_no_key_says_nothing_of_itself(secret: str) -> None:
    """A key must be base64; the error does not repeat what may be half of a real one."""
    with pytest.raises(UnusableSecretError) as refused:
        key_of(secret)

    assert not secret or secret not in str(refused.value)


def test_padding_of_a_secret_may_be_left_out() -> None:
    """Senders show keys with and without it."""

    assert key_of("whsec_YWE") == key_of("YWE=") == key_of("whsec_YWE=") == b"aa"
