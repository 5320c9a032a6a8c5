"""What a change of policy means, in words (G2)."""

from __future__ import annotations

from typing import Any

import pytest

from routing.policy.diff import differences, is_only_availability
from routing.policy.model import Policy
from routing.policy.reading.load import LISTS, TABLES, load_policy
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
                "Rule enterprise-high-emea-north: priority is 2 instead of 0.",
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
            ["Anna Kowalczyk's daily cap is 250 instead of 300."],
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
            ["Hugo Lindqvist's weight is 2 instead of 1 in pool EMEA SDRs."],
        ),
        (
            "pools.yml",
            "name: EMEA SDRs\n    strategy: weighted_round_robin",
            "name: EMEA SDRs\n    strategy: fewest_active",
            ["Pool EMEA SDRs: strategy is fewest_active instead of weighted_round_robin."],
        ),
        ("queues.yml", "owner: priya, clock: 1d, age_limit: 2d}          #",
         "owner: priya, clock: 1d, age_limit: 36h} #",
         ["Queue Holding: age limit is 36h instead of 2d."]),
        ("segments.yml", "max_size: 999", "max_size: 998",
         ["Segment Mid-market: max size is 998 instead of 999."]),
        ("sla.yml", "id: high, band: high, acknowledge: 15m",
         "id: high, band: high, acknowledge: 20m",
         ["SLA high: acknowledge within 20m instead of 15m."]),
        ("exceptions.yml", "  - apac ", "  - emea-north ",
         ["Unrouted gains emea-north.", "Unrouted loses apac."]),
        ("calendars.yml", "- 2026-11-26 ", "- 2026-11-25 ",
         ["Calendar business-us: 2026-11-25 is a holiday now.",
          "Calendar business-us: 2026-11-26 is no longer a holiday."]),
        ("stages.yml", "  - {source: meeting, target: working}\n", "",
         ["Transitions loses source meeting, target working, by person."]),
        ("company.yml", "Meridian Analytics", "Meridian",
         ["Name is Meridian instead of Meridian Analytics."]),
        ("sources.yml", "trust: low", "trust: normal",
         ["Source Event attendee list: trust is normal instead of low."]),
        ("absences.csv", "priya,2026-12-24,2027-01-01,holiday\n",
         "ben,2026-12-01,2026-12-04,fair\nanna,2026-12-24 13:00,,\nelif,2026-12-24,2026-12-24,\n",
         ["Priya Raman is no longer away 2026-12-24 to 2027-01-01 (holiday).",
          "Ben Okafor is away 2026-12-01 to 2026-12-04 (fair).",
          "Anna Kowalczyk is away from 2026-12-24 13:00 until further notice.",
          "Elif Aydin is away on 2026-12-24."]),
        ("exceptions.yml", "at_least: 50000", "at_least: 20000",
         ["High value: at least 20000 employees instead of 50000."]),
        ("exceptions.yml", "    - [{field: company_size, at_least: 50000}]",
         "    - [{field: country, is_in: [FR]}]\n    - [{field: title_tier, is_in: [vp]}]",
         ["High value: also country France.", "High value: also a title of VP.",
          "High value: no longer at least 50000 employees."]),
        ("exceptions.yml", "  - email|phone ", "  - company ",
         ["A lead without company is a case for people now.",
          "A lead without e-mail or phone is no longer a case for people."]),
        ("pools.yml", "name: EMEA SDRs\n",
         "name: EMEA SDRs\n    outside_hours: pool:enterprise-emea\n",
         ["Pool EMEA SDRs: outside hours goes to Enterprise EMEA."]),
        ("pools.yml", "name: EMEA SDRs\n", "name: EMEA SDRs\n    outside_hours: wait\n",
         ["Pool EMEA SDRs: outside hours waits in Holding for the next opening."]),
        ("pools.yml", "name: EMEA SDRs\n",
         "name: EMEA SDRs\n    outside_hours: pool:enterprise-emea\n    waits_in: duplicate\n",
         ["Pool EMEA SDRs: outside hours goes to Enterprise EMEA.",
          "Pool EMEA SDRs: leads that wait for the next opening wait in Duplicate review."]),
        ("scoring.yml", "  - {kind: visit,",
         "  - {kind: call, label: Call, points: 5, cap: 9, half_life: 7d}\n  - {kind: visit,",
         ["The event “Call” now gives 5 points, at most 9 in all, half of it left after 7d."]),
        ("sla.yml", "  - {id: others,",
         "  - {id: low, band: low, acknowledge: 3h, first_touch: 9h, hours: 24x7}\n"
         "  - {id: others,",
         ["SLA low is new: band low: acknowledge within 3h, first touch within 9h "
          "round the clock."]),
        ("calendars.yml", "  - id: business-us\n",
         "  - id: night\n    weekly:\n      monday: [\"22:00-06:00\"]\n    holidays: [2026-12-28]\n"
         "  - id: business-us\n",
         ["Calendar night is new: weekly Monday open 22:00-06:00.",
          "Calendar night: 2026-12-28 is a holiday now."]),
        ("scoring.yml", "label: VP, points: 20", "label: VP, points: 22",
         ["A title of VP gives 22 points instead of 20."]),
        ("scoring.yml", "high: 60", "high: 55",
         ["High starts at a score of 55 instead of 60."]),
        ("scoring.yml", "label: Website visit, points: 2, cap: 10",
         "label: Website visit, points: 1, cap: 12",
         ["The event “Website visit” gives 1 point instead of 2.",
          "The event “Website visit”: cap is 12 instead of 10."]),
        ("sla.yml", "remind_at_percent: 75", "remind_at_percent: 80",
         ["Owners are reminded after 80% of the time instead of 75%."]),
        ("calendars.yml", "      2026-11-27: [\"09:00-13:00\"]\n", "      2026-11-30: []\n",
         ["Calendar business-us: 2026-11-27 has its usual hours again.",
          "Calendar business-us: 2026-11-30 is closed."]),
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
    assert _words(swapped) == ["Segment Enterprise: unknown size is yes instead of no."]


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
        ("people.csv", "Europe/Berlin,business-de,yes,,,,\n",
         "Europe/Berlin,business-de,no,,,,\n", False),
        ("rules.csv", RULE, RULE.replace(",0,", ",1,"), False),
        ("company.yml", "Meridian Analytics", "Meridian", False),
        ("rules.csv", "# --- Defaults", "# Defaults", True),
    ],
)  # fmt: skip
def test_who_is_there_needs_no_approval(file: str, old: str, new: str, only: bool) -> None:
    """A person who is away is no change of the rules; a cap is, and so is somebody who decides for
    others."""
    files = example_files()
    assert old in files[file]
    changed = load_policy(files | {file: files[file].replace(old, new)})

    assert is_only_availability(load_policy(files), changed) is only
