"""The text and the names a reader would see, however a message is built and encoded (I1)."""

from __future__ import annotations

import base64

import pytest

from tests.intake.mail.builders import JANE, a_message, multipart, parts, read

B64 = {"content_transfer_encoding": "base64"}
QP = {"content_transfer_encoding": "quoted-printable"}


def text_of(message: bytes) -> str:
    """What the lead says below the subject."""
    said = read(message).raw.message or ""
    assert said.startswith("Demo\n\n")
    return said.removeprefix("Demo\n\n")


def encoded(text: str, charset: str, stated: str | None = None) -> bytes:
    """The text in base64, stated to be of this character set."""
    content = base64.encodebytes(text.encode(charset))
    return a_message(content, content_type=f"text/plain; charset={stated or charset}", **B64)


def test_sender_and_words_are_the_lead() -> None:
    """Name and address from the header, subject and text as the message; nothing is made up."""
    raw = read(a_message()).raw

    assert (raw.name, raw.email) == ("Jane Roe", "jane@acme-widgets.com")
    assert raw.message == "Demo\n\nWe want a demo."
    assert (raw.company, raw.phone, raw.country) == (None, None, None)


def test_plain_text_comes_before_html() -> None:
    """Of two ways to say the same, the plain one counts."""
    both = parts(("text/plain", "plain"), ("text/html", "<p>marked up</p>"))

    assert text_of(a_message(both, content_type=multipart("alternative"))) == "plain"


@pytest.mark.parametrize("plain", ["", "\r\n \r\n"])
def test_blank_plain_text_does_not_hide_the_html(plain: str) -> None:
    """Some programs send an empty plain part beside the real one."""
    both = parts(("text/plain", plain), ("text/html", "<p>marked up</p>"))

    assert text_of(a_message(both, content_type=multipart("alternative"))) == "marked up"


def test_html_alone_is_read_as_a_reader_sees_it() -> None:
    """Lines, entities and cells; no style, script or hidden text."""
    html = (
        "<html><head><title>t</title><style>p {}</style></head><body><p>Hello<br>a <b>demo</b>"
        " &amp; more</p><script>x()</script><div style='display:none'>hidden</div></body></html>"
    )

    assert text_of(a_message(html, content_type="text/html; charset=utf-8")) == (
        "Hello\na demo & more"
    )


def test_attachments_are_not_read() -> None:
    """A text file beside the message is not what its sender says."""
    attached = 'text/plain; name="x.txt"\r\nContent-Disposition: attachment; filename="x.txt"'
    body = parts(("text/plain", "Hello"), (attached, "file"), ("image/png", b"\x89PNG"))

    assert text_of(a_message(body, content_type=multipart("mixed"))) == "Hello"


def test_text_inside_nested_parts_is_found() -> None:
    """mixed around related around alternative, as mail programs build it."""
    inner = parts(("text/plain", "deep"), ("text/html", "<p>deep</p>")).replace(b"=b=", b"=i=")
    nested = parts(('multipart/alternative; boundary="=i="', inner))

    assert text_of(a_message(nested, content_type=multipart("mixed"))) == "deep"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (encoded("Grüße aus Köln", "utf-8"), "Grüße aus Köln"),
        (encoded("Grüße", "iso-8859-1"), "Grüße"),
        (encoded("“Grüße”", "cp1252", "windows-1252"), "“Grüße”"),
        (encoded("こんにちは", "iso-2022-jp"), "こんにちは"),
        (encoded("你好", "gb18030"), "你好"),
        (encoded("Привет", "koi8-r"), "Привет"),
        (encoded("Grüße", "utf-16"), "Grüße"),
        (encoded("Grüße", "utf-8", "x-klingon"), "Grüße"),
        (encoded("Grüße", "cp1252", "utf-8"), "Grüße"),
        (encoded("Grüße", "cp1252", "us-ascii"), "Grüße"),
        (encoded("a\0b", "utf-8"), "a\ufffdb"),
        (a_message("Grüße".encode("utf-16"), content_type="text/plain; charset=utf-16"), "Grüße"),
        (a_message("Grüße".encode(), content_type="text/plain"), "Grüße"),
        (a_message("Grüße".encode("cp1252"), content_type="text/plain"), "Grüße"),
        (a_message(b"Gr=C3=BC=C3=9Fe =\r\nhier =3D ja", **QP), "Grüße hier = ja"),
        (a_message(b"50=% =ZZ", content_type="text/plain", **QP), "50=% =ZZ"),
        (a_message("Zoë", content_type="text/plain; charset*=utf-8''utf-8"), "Zoë"),
        (a_message("Zoë", content_type="text/plain; charset*=x'y'%ff"), "Zoë"),
        (a_message("a\rb\r\nc"), "a\nb\nc"),
    ],
)
def test_encodings_are_read_or_guessed_from_the_bytes(message: bytes, text: str) -> None:
    """A wrong, unknown or missing character set costs nothing where the bytes tell."""

    assert text_of(message) == text


def test_charset_of_a_part_may_be_written_the_long_way() -> None:
    """RFC 2231 in a part's header, with bytes that are no ASCII beside it."""
    body = parts(("text/plain; charset*=utf-8''utf-8", "Zoë"))

    assert text_of(a_message(body, content_type=multipart("mixed"))) == "Zoë"


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("zoe@acme.de", None, "zoe@acme.de"),
        ("<zoe@acme.de>", None, "zoe@acme.de"),
        ('"Müller, Zoë" <zoe@acme.de>', "Müller, Zoë", "zoe@acme.de"),
        ("=?utf-8?q?Zo=C3=AB_M=C3=BCller?= <zoe@acme.de>", "Zoë Müller", "zoe@acme.de"),
        ("=?iso-8859-1?B?Wm/r?= =?utf-8?q?_R?= <zoe@acme.de>", "Zoë R", "zoe@acme.de"),
        ("=?x-klingon?q?Zo=C3=AB?= <zoe@acme.de>", "Zoë", "zoe@acme.de"),
        ("=?utf-8?b?!!!?= <zoe@acme.de>", None, "zoe@acme.de"),
        ("zoe@acme.de (Zoe Roe)", "Zoe Roe", "zoe@acme.de"),
        ("Zo\udceb <zoe@acme.de>", "Zoë", "zoe@acme.de"),
        ("Zoe\r\n <zoe@acme.de>", "Zoe", "zoe@acme.de"),
        ('"boss@bank.com" <zoe@acme.de>', "boss@bank.com", "zoe@acme.de"),
        ("=?utf-8?q?a=40bank=2Ecom=2C?= <zoe@acme.de>", "a@bank.com,", "zoe@acme.de"),
        ("=?utf-8?q?=3Cboss=40bank=2Ecom=3E?= <zoe@acme.de>", "<boss@bank.com>", "zoe@acme.de"),
    ],
)
def test_sender_is_read_from_any_form_of_the_header(
    sender: str, name: str | None, address: str
) -> None:
    """The address is that of the header's structure: no encoded name passes for another."""
    raw = read(a_message(sender=sender)).raw

    assert raw.email == address
    if name is not None:
        assert raw.name == name


def test_reply_to_stands_in_for_a_missing_sender() -> None:
    """Somebody can still be answered."""

    assert read(a_message(sender=None, reply_to=JANE)).raw.email == "jane@acme-widgets.com"


def test_encoded_subject_is_read_on_one_line() -> None:
    """Folded, in two character sets, with the bytes of a third."""
    subject = "=?iso-8859-1?Q?Gr=FC=DFe?=\r\n =?utf-8?b?IGF1cyBLw7Zsbg==?="

    assert read(a_message("x", subject=subject)).raw.message == "Grüße aus Köln\n\nx"


@pytest.mark.parametrize(
    ("below", "phone"),
    [
        ("Tel: +1 650 253 0000", "+1 650 253 0000"),
        ("*Mobile:* (650) 253-0000", "(650) 253-0000"),
        ("Tel. 650-253-0000", "650-253-0000"),
        ("Tel: 123", None),
        ("Order: +1 650 253 0000", None),
        ("+1 650 253 0000", None),
    ],
)
def test_signature_gives_a_labelled_number_and_is_left_out(below: str, phone: str | None) -> None:
    """A valid number behind a label is the sender's; the signature is not their message."""
    raw = read(a_message(f"We want a demo.\n\n-- \nJane Roe\n{below}\n")).raw

    assert raw.phone == phone
    assert raw.message == "Demo\n\nWe want a demo."


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, Nov 23 at 9:12 AM Sam <s@ours.example> wrote:\n> Demo?\n> Tel: 650-253-0000",
        "Am Mo., 23. Nov. 2026 um 09:12 Uhr schrieb Sam Reyes\n<sam@ours.example>:\n\n> Demo?",
        "Le lun. 23 nov. 2026 à 09:12, Sam <sam@ours.example> a écrit :\n> Demo ?",
        "-----Original Message-----\nFrom: Sam\nSent: today\nTo: Jane\n\nTel: 650-253-0000",
        "-----Ursprüngliche Nachricht-----\nVon: Sam\nGesendet: heute\nAn: Jane\n\nDemo?",
        "________________________________\nFrom: Sam <s@ours.example>\nSent: x\nTo: Jane\n\nDemo?",
        "De : Sam <s@ours.example>\nEnvoyé : lundi\nÀ : Jane\nObjet : x\n\nDemo ?",
        "> Demo?",
    ],
)
def test_quoted_message_is_not_what_the_sender_says(quoted: str) -> None:
    """A reply is its new lines, in the words of the usual mail programs."""
    raw = read(a_message(f"Yes, please.\n\n{quoted}\n", subject="Demo")).raw

    assert raw.message == "Demo\n\nYes, please."
    assert raw.phone is None


def test_answers_between_quoted_lines_are_kept() -> None:
    """Who answers below each question says all of it."""
    text = "On Monday Sam <s@ours.example> wrote:\n> How many?\n40\n> When?\nMay\n"

    assert text_of(a_message(text)) == "40\nMay"


def test_message_that_is_all_quotation_is_kept() -> None:
    """Better too much than an empty lead."""

    assert text_of(a_message("> We want a demo.")) == "> We want a demo."
