"""`matching.yml`: how sure Baton must be that two leads are one person (I5)."""

from __future__ import annotations

import pytest

from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy
from routing.policy.tables.matching import Matching
from tests.routing.builders import example_files


def test_policy_may_go_without_the_file() -> None:
    """The defaults are those that were measured."""
    files = example_files()
    files.pop("matching.yml", None)

    assert load_policy(files).matching == Matching(
        certain=0.99, review=0.2, phone_name_similarity=85, largest_cluster=20
    )


def test_example_policy_states_the_defaults() -> None:
    """What the file says is what holds without it."""

    assert load_policy(example_files()).matching == Matching()


def test_stated_thresholds_hold() -> None:
    """Fractions are read as they are written."""
    files = {**example_files(), "matching.yml": "certain: 0.999\nreview: 0.3\n"}

    assert load_policy(files).matching == Matching(certain=0.999, review=0.3)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("certain: 1.2", 1),
        ("certain: 0.5", 1),
        ("review: 0", 1),
        ("review: nan", 1),
        ("review: 0.2\nphone_name_similarity: 80", 2),
        ("largest_cluster: 1", 1),
        ("sure: 0.99", 1),
        ("certain: 0.95\nreview: 0.96", 1),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(text: str, line: int) -> None:
    """A threshold that would merge strangers, or ask about everybody, never gets in force."""
    with pytest.raises(PolicyErrors) as refused:
        load_policy({**example_files(), "matching.yml": text})

    assert {(error.file, error.line) for error in refused.value.errors} == {("matching.yml", line)}
