"""Cleaning, cutting and escaping text from outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack.cards.text import clean, cut, escape, fallback, mentions, one_line, size
from tests.slack.limits import escaped, units


@given(st.text(alphabet="a&<>é\U0001f600 ", max_size=80), st.integers(2, 40))
def test_a_cut_text_fits_once_it_is_escaped(text: str, limit: int) -> None:
    """The limit holds for the escaped text, and no entity is ever split: cutting comes first."""

    short = cut(text, limit)

    assert units(escaped(short)) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(st.text(alphabet="a&<>\U0001f600", max_size=40))
def test_a_text_that_fits_is_left_alone(text: str) -> None:
    """Nothing is cut that did not need it."""

    assert cut(text, size(text)) == text


def test_control_characters_and_lone_surrogates_go() -> None:
    """What cannot be sent or reorders the line is taken out; letters of all scripts stay."""

    assert clean("a\x00b\x1bc\u202ed\ud800 שלום\r\nz") == "abcd\ufffd שלום\nz"


def test_one_line_has_no_line_ends() -> None:
    """Names and labels are one line, whatever line ends were typed."""

    assert one_line(" a\n\n b\u2028c\x85d\t") == "a b c d"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"),
        ("R&D", "R&amp;D"),
    ],
)
def test_escaping(typed: str, sent: str) -> None:
    """The three characters Slack reads as markup are escaped, exactly once."""

    assert escape(typed) == sent


def test_an_empty_text_still_says_something() -> None:
    """Slack refuses empty texts."""

    assert fallback(" \x00 ") == "—"


def test_only_ids_we_could_hold_become_mentions() -> None:
    """A mention is made from a Slack user id and nothing else."""

    assert mentions(("U0ANNA", "!channel", "U1> <!here", "u2", "W9")).text == "<@U0ANNA> <@W9>"
