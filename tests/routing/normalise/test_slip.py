"""A misspelling is told from another word by the slips that fingers make (I4)."""

import pytest

from routing.normalise.aliases import DEFAULT_ALIASES as ALIASES
from routing.normalise.country import country
from routing.normalise.industry import industry_sector
from routing.normalise.slip import is_slip_of


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("germnay", "germany"),
        ("phillipines", "philippines"),
        ("argentinia", "argentina"),
        ("manufactoring", "manufacturing"),
        ("untied states", "united states"),
    ],
)
def test_likely_slips_are_known(typed: str, name: str) -> None:
    """Swapped, missing, doubled letters and like sounds in long words are slips."""
    assert is_slip_of(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("neverland", "nederland"), ("makler", "maler"), ("cambridge", "cambodge")],
)
def test_other_words_are_no_slips(typed: str, name: str) -> None:
    """A word one letter away that no slip explains is another word."""
    assert not is_slip_of(typed, name)


@pytest.mark.parametrize(
    "word", ["Neverland", "Inland", "Swampland", "Cambridge", "Sutherland", "George", "Jordanian"]
)
def test_words_near_a_country_are_no_country(word: str) -> None:
    """Places, names and peoples whose spelling lies near a country's stay unknown."""
    assert country(word, ALIASES) is None


def test_the_last_of_a_list_does_not_stand_for_all() -> None:
    """Three industries of three sectors in one value name none."""
    assert industry_sector("Hospital, School, Hotel", ALIASES) is None
