"""What a change of policy means, in words (G2)."""

from __future__ import annotations

from typing import Any

import pytest

from routing.policy.diff import differences, is_only_availability
from routing.policy.load import LISTS, TABLES, load_policy
from routing.policy.model import Policy
from tests.routing.builders import example_files


def _words(*edits: tuple[str, str, str]) -> list[str]:
    """What differs after these texts of the example's files are replaced."""
    files = example_files()
    for file, old, new in edits:
        assert old in files[file], (file, old)
        files[file] = files[file].replace(old, new)
    found = differences(load_policy(example_files()), load_policy(files))
    assert {one.file for one in found} <= {file for file, _, _ in edits}
    return [one.words for one in found]


ANNA = "anna,Anna Kowalczyk,anna.kowalczyk@meridian.example,U0SDRANNA,sdr,renata"
RULE = "enterprise-high-emea-north,emea-north,enterprise,high,*,0,pool:enterprise-emea"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "rules.csv",
            RULE,
            RULE.replace("pool:enterprise-emea", "pool:emea-sdr"),
            [
                "Rule enterprise-high-emea-north now sends leads of territory emea-north, of "
                "segment Enterprise, with a high score to pool EMEA SDRs instead of pool "
                "Enterprise EMEA."
            ],
        ),
        (
            "rules.csv",
            RULE,
            RULE.replace("emea-north,enterprise,high,*,0", "emea-north,*,high,partner,2"),
            [
                "Rule enterprise-high-emea-north is now for leads of territory emea-north, with a "
                "high score, from Partner referral instead of leads of territory emea-north, of "
                "segment Enterprise, with a high score.",
                "Rule enterprise-high-emea-north: priority 0 -> 2.",
            ],
        ),
        (
            "rules.csv",
            RULE,
            "new,*,*,*,partner,5,queue:holding",
            [
                "Rule enterprise-high-emea-north is gone; it sent leads of territory emea-north, "
                "of segment Enterprise, with a high score to pool Enterprise EMEA.",
                "Rule new is new: it sends leads from Partner referral to queue Holding, with "
                "priority 5.",
            ],
        ),
        ("territories.csv", "emea-central,AT,,\n", "", ["Territory emea-central loses Austria."]),
        (
            "territories.csv",
            "emea-central,AT,,\n",
            "emea-north,AT,,\n",
            ["Territory emea-north gains Austria.", "Territory emea-central loses Austria."],
        ),
        (
            "people.csv",
            "business-us,yes,400,300,1000,\nben",
            "business-us,yes,400,250,1000,\nben",
            ["Anna Kowalczyk's daily cap 300 -> 250."],
        ),
        (
            "people.csv",
            ANNA,
            ANNA.replace("renata", "tobias"),
            ["Anna Kowalczyk now reports to Tobias Brandt instead of Renata Duarte."],
        ),
        (
            "pools.yml",
            "      - {person: mateo, weight: 1} ",
            "      - {person: grace, weight: 2} ",
            [
                "Mateo Arce leaves pool Enterprise EMEA.",
                "Grace Whitfield joins pool Enterprise EMEA with weight 2.",
            ],
        ),
        (
            "pools.yml",
            "{person: hugo, weight: 1}",
            "{person: hugo, weight: 2}",
            ["Hugo Lindqvist's weight 1 -> 2 in pool EMEA SDRs."],
        ),
        (
            "pools.yml",
            "name: EMEA SDRs\n    strategy: weighted_round_robin",
            "name: EMEA SDRs\n    strategy: fewest_active",
            ["Pool EMEA SDRs: strategy weighted_round_robin -> fewest_active."],
        ),
        ("queues.yml", "owner: priya, clock: 1d, age_limit: 2d}          #",
         "owner: priya, clock: 1d, age_limit: 36h} #", ["Queue Holding: age limit 2d -> 36h."]),
        ("segments.yml", "max_size: 999", "max_size: 998",
         ["Segment Mid-market: max size 999 -> 998."]),
        ("sla.yml", "id: high, band: high, acknowledge: 15m",
         "id: high, band: high, acknowledge: 20m", ["Rules high acknowledge 15m -> 20m."]),
        ("exceptions.yml", "  - apac ", "  - emea-north ",
         ["Unrouted gains emea-north.", "Unrouted loses apac."]),
        ("calendars.yml", "- 2026-11-26 ", "- 2026-11-25 ",
         ["Calendar business-us: holidays gains 2026-11-25.",
          "Calendar business-us: holidays loses 2026-11-26."]),
        ("stages.yml", "  - {source: meeting, target: working}\n", "",
         ["Transitions loses source meeting, target working, by person."]),
        ("company.yml", "Meridian Analytics", "Meridian", ["Name Meridian Analytics -> Meridian."]),
        ("sources.yml", "trust: low", "trust: normal",
         ["Source Event attendee list: trust low -> normal."]),
    ],
)  # fmt: skip
def test_a_change_is_said_as_operations_would(
    file: str, old: str, new: str, expected: list[str]
) -> None:
    """Names instead of ids, what was beside what is, and nothing else."""
    assert _words((file, old, new)) == expected


def test_comments_spaces_and_the_order_of_rows_are_no_difference() -> None:
    """A spreadsheet that sorts the rows changed nothing."""
    files = example_files()
    header, *rows = [x for x in files["rules.csv"].splitlines() if not x.startswith("#")]
    files["rules.csv"] = "\n".join([header, *sorted(rows)])
    files["pools.yml"] = "# moved\n\n" + files["pools.yml"].replace("    name:", "    name:   ")

    assert differences(load_policy(example_files()), load_policy(files)) == ()


def test_the_order_of_segments_is_one() -> None:
    """The first that fits counts."""
    swapped = ("segments.yml", "min_size: 1000\n", "min_size: 1000\n    unknown_size: true\n")
    files = example_files()
    text = files["segments.yml"]
    head, unknown = text[: text.index("  - id: unknown")], text[text.index("  - id: unknown") :]
    files["segments.yml"] = head.replace("segments:\n", f"segments:\n{unknown.rstrip()}\n")
    found = differences(load_policy(example_files()), load_policy(files))

    assert [one.words for one in found] == [
        "They are tried in another order: unknown, enterprise, mid_market, small_business."
    ]
    assert _words(swapped) == ["Segment Enterprise: unknown size no -> yes."]


def test_a_policy_from_nothing_names_everything() -> None:
    """Each table and list of the example is heard of when all of it is new."""
    policy = load_policy(example_files())
    empty: dict[str, Any] = dict.fromkeys((part for part, _ in (TABLES | LISTS).values()), ())
    nothing = Policy.model_construct(**dict(policy) | empty)
    found = differences(nothing, policy)

    assert {one.file for one in found} == {*TABLES, *LISTS} - {"aliases.csv"}
    expected = "Rule low-score is new: it sends leads with a low score to nurture, with no person"
    assert f"{expected} assigned, with priority 100." in [one.words for one in found]


@pytest.mark.parametrize(
    ("file", "old", "new", "only"),
    [
        ("people.csv", "business-us,yes,400,300,1000,\nben",
         "business-us,no,400,300,1000,\nben", True),
        ("people.csv", "business-us,yes,400,300,1000,\nben",
         "business-us,no,400,299,1000,\nben", False),
        ("rules.csv", RULE, RULE.replace(",0,", ",1,"), False),
        ("company.yml", "Meridian Analytics", "Meridian", False),
        ("rules.csv", "# --- Defaults", "# Defaults", True),
    ],
)  # fmt: skip
def test_who_is_there_needs_no_approval(file: str, old: str, new: str, only: bool) -> None:
    """A person who is away is no change of the rules; a cap is."""
    files = example_files()
    assert old in files[file]
    changed = load_policy(files | {file: files[file].replace(old, new)})

    assert is_only_availability(load_policy(files), changed) is only
