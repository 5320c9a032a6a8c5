"""The checks of absences, skills, hours, approval and queues name every error (R2, R4, R5, R8)."""

from __future__ import annotations

import pytest

from routing.policy.reading.errors import PolicyErrors
from routing.policy.reading.load import load_policy, load_policy_with_warnings
from tests.routing.builders import example_files


def _with(file: str, old: str, new: str) -> dict[str, str]:
    files = example_files()
    assert old in files[file]
    return files | {file: files[file].replace(old, new, 1)}


PRIYA = "priya,2026-12-24,2027-01-01,holiday"
EMEA = "    strategy: weighted_round_robin\n"
RULE = "id,territory,segment,band,source,priority,send_to\n"
NAMED = "[{field: company_size, at_least: 50000}]"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("absences.csv", PRIYA, "pria,2026-12-24,,x",
         "absences.csv:4: unknown person 'pria' (did you mean 'priya'?)"),
        ("absences.csv", PRIYA, "priya,2026-12-24,2026-12-23,x",
         "absences.csv:4: the absence of 'priya' ends before it begins"),
        ("absences.csv", PRIYA, "priya,24.12.2026,,x", "'24.12.2026' is no day or time"),
        ("absences.csv", PRIYA, "priya,,,x", "'from' is missing"),
        ("pools.yml", EMEA, EMEA + "    outside_hours: sleep\n", "'sleep' says nothing"),
        ("pools.yml", EMEA, EMEA + "    outside_hours: pool:americas-sd\n",
         "unknown pool 'americas-sd' (did you mean 'americas-sdr'?)"),
        ("pools.yml", EMEA, EMEA + "    outside_hours: pool:emea-sdr\n",
         "in a circle outside their hours: emea-sdr -> emea-sdr"),
        ("pools.yml", EMEA, EMEA + "    outside_hours: wait\n    waits_in: holdin\n",
         "unknown queue 'holdin' (did you mean 'holding'?)"),
        ("pools.yml", EMEA, EMEA + "    calendar: business-dee\n",
         "unknown calendar 'business-dee' (did you mean 'business-de'?)"),
        ("pools.yml", EMEA, EMEA + "    calendar: business-de\n    time_zone: Europe/Berln\n",
         "unknown time zone 'Europe/Berln'"),
        ("exceptions.yml", NAMED, "[{field: company_sise, at_least: 1}]",
         "unknown field 'company_sise' (did you mean 'company_size'?)"),
        ("exceptions.yml", NAMED, "[{field: score, at_least: 1}]",
         "the score is no condition of high value: use segments or bands"),
        ("exceptions.yml", NAMED, "[{field: industry, at_least: 1}]", "is not a number"),
        ("exceptions.yml", NAMED, "[{field: company_size, atleast: 1}]",
         "unknown key 'atleast' (did you mean 'at_least'?)"),
        ("exceptions.yml", NAMED, "[{field: company_size, at_least: many}]",
         "high_value: condition 1 of list 1: at_least: 'many' is not a whole number"),
        ("exceptions.yml", NAMED, "[{field: country, is_in: [UK]}]",
         "'UK' is not a value of 'country' (did you mean 'GB'?)"),
        ("exceptions.yml", "age_limit: 2h", "age_limit: 2 hours",
         "'2 hours' is not a duration: write 2h, 30m or 1d"),
        ("territories.csv", "emea-north,GB,,", "emea-north,UK,,", "did you mean 'GB'?"),
        ("territories.csv", "US,US-AK,", "US,AK,", "unknown region 'AK': write US-AK"),
        ("territories.csv", "US,US-AK,", "US,Alaska,", "unknown region 'Alaska': write US-AK"),
        ("absences.csv", PRIYA, "xx,2026-12-24,,x",
         "unknown person 'xx': keep the row of who leaves, with active = no"),
        ("exceptions.yml", NAMED, "[]", "has no condition"),
        ("exceptions.yml", "duplicate: duplicate", "duplicate: duplicates",
         "unknown queue 'duplicates' (did you mean 'duplicate'?)"),
        ("exceptions.yml", "uncertain_duplicate: duplicate", "uncertain_dup: duplicate",
         "uncertain_dup"),
        ("queues.yml", "clock: 2h, age_limit: 8h", "clock: 8h, age_limit: 8h",
         "must run out before its age_limit"),
    ],
)  # fmt: skip
def test_an_error_says_where_and_what_was_meant(file: str, old: str, new: str, said: str) -> None:
    """File, line, and the nearest name there is."""
    with pytest.raises(PolicyErrors) as refused:
        load_policy(_with(file, old, new))

    (error,) = refused.value.errors
    assert said in str(error)
    assert str(error).startswith(f"{file}:")


def _rules(skills: str, send_to: str) -> dict[str, str]:
    row = f"skilled,*,*,high,*,200,{send_to},{skills}\n"
    header = RULE.strip() + ",skills\n"
    return example_files() | {"rules.csv": f"{header}{row}default,*,*,*,*,0,pool:emea-sdr,\n"}


def test_a_misspelt_skill_is_an_error() -> None:
    """Nobody would ever have it."""
    with pytest.raises(PolicyErrors, match=r"unknown skill 'germn' .did you mean 'german'"):
        load_policy(_rules("germn", "pool:emea-sdr"))


def test_skills_nobody_in_the_pool_has_are_worth_a_look() -> None:
    """Each is known, and nobody there has both; a queue asks nobody for skills."""
    for skills, send_to, said in (
        ("german;spanish", "pool:emea-sdr", "nobody active in pool 'emea-sdr'"),
        ("german", "queue:holding", "asks for skills"),
    ):
        warnings = load_policy_with_warnings(_rules(skills, send_to))[1]
        assert any(said in str(warning) for warning in warnings)


def test_a_policy_without_the_new_files_and_columns_stands() -> None:
    """Whoever has a policy from before need not change it."""
    files = {name: text for name, text in example_files().items() if name != "absences.csv"}
    files["people.csv"] = "\n".join(
        line if line.startswith("#") else line.rpartition(",")[0]
        for line in files["people.csv"].splitlines()
    )

    assert load_policy(files).absences == ()


def test_absences_may_overlap() -> None:
    """Two at once are one absence, not an error; so are those of somebody inactive."""
    files = _with("absences.csv", PRIYA, f"{PRIYA}\npriya,2026-12-28,,more\noscar,2026-01-01,,left")
    files["people.csv"] = files["people.csv"].replace("business-uk,yes,,,", "business-uk,no,,,")

    assert len(load_policy(files).absences) == 3
